// Keeps what a trainer writes while she writes it, until it is sent, and before another form of the page takes her away.

const form = document.querySelector("form[data-keeps]");
const status = document.getElementById("kept");
const PAUSE = 2000; // ms without a key, after which it is kept
const AGAIN = 5000; // ms until the next try where there is no connection

// Whether a field is not as the page came: somebody was quicker than this script, or the browser put back what was typed.
function differs(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const before = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(before, 0);
  }
  return field instanceof HTMLTextAreaElement && field.value !== field.defaultValue;
}

if (form && status) {
  let changed = 0;
  let kept = 0;
  let timer = 0;
  let underway = null;

  const say = (words) => {
    status.textContent = words;
  };

  const send = async () => {
    const upTo = changed;
    const told = new FormData(form);
    told.set("do", "keep");
    try {
      const answer = await fetch(form.action, { method: "POST", body: told, headers: { "X-Requested-With": "fetch" } });
      const back = await answer.json();
      if (!answer.ok) return say(back.wrong);
      form.elements.seen.value = back.seen;
      kept = upTo;
      say(`Kept at ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}. Nobody but you can read it yet.`);
    } catch {
      say("Not kept yet: there is no connection just now. It stays here, and is tried again.");
      clearTimeout(timer);
      timer = setTimeout(keep, AGAIN);
    }
  };

  const keep = async () => {
    clearTimeout(timer);
    if (underway) await underway; // one after another, so that none overtakes the one before
    if (kept === changed) return;
    underway = send();
    await underway;
    underway = null;
  };

  const touched = () => {
    changed += 1;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  };

  if ([...form.elements].some(differs)) touched();
  form.addEventListener("input", touched);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    kept = changed;
  });
  for (const other of document.querySelectorAll("form[data-keeps-first]")) {
    other.addEventListener("submit", async (event) => {
      if (kept === changed) return;
      event.preventDefault();
      await keep();
      if (kept === changed) other.submit();
    });
  }
  addEventListener("beforeunload", (event) => {
    if (kept !== changed) event.preventDefault();
  });
}
