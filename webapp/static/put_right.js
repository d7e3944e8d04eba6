// Putting a recording right without loading the page again: one turn is open at a time, and only it and the measures are
// exchanged. Without this script every link and form works by itself.

const talk = document.getElementById("talk");
const player = document.getElementById("player");
const LOOK = 1500; // ms between two looks whether everything has followed
let until = null; // s, where the turn that is played ends

const ask = async (address, options = {}) => {
  const headers = { "X-Requested-With": "fetch" };
  return fetch(address, { ...options, headers });
};

const put = (old, html) => {
  const box = document.createElement("template");
  box.innerHTML = html.trim();
  const made = box.content.firstElementChild;
  old.replaceWith(made);
  return made;
};

const showStrip = (html) => {
  const old = document.getElementById("strip");
  if (old) put(old, html);
};

const closeOpened = async (except) => {
  const opened = talk.querySelector(".opened");
  const link = opened?.querySelector("[data-close]");
  if (!link || opened === except) return;
  const answer = await ask(link.dataset.close);
  if (answer.ok) put(opened, await answer.text());
};

// Links: open and close a turn, play it.
talk.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.matches(".play")) {
    event.preventDefault();
    player.currentTime = Number(link.dataset.start);
    until = link.dataset.end ? Number(link.dataset.end) : null;
    player.play().catch(() => (location.href = link.href));
    leave();
    link.closest("li").classList.add("heard");
    return;
  }
  const address = link.dataset.open ?? link.dataset.close;
  if (!address) return;
  event.preventDefault();
  const turn = link.closest("li");
  try {
    const answer = await ask(address);
    if (!answer.ok || answer.redirected) throw new Error("not now");
    const made = put(turn, await answer.text());
    await closeOpened(made);
    (made.querySelector("textarea") ?? made.querySelector("[data-open]")).focus({ preventScroll: true });
    made.scrollIntoView({ block: "nearest" });
  } catch {
    location.href = link.href;
  }
});

const leave = () => talk.querySelector(".heard")?.classList.remove("heard");
player.addEventListener("pause", leave);
player.addEventListener("timeupdate", () => {
  if (until !== null && player.currentTime >= until) {
    player.pause();
    until = null;
  }
});

// Forms.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const turn = form.closest("li[data-turn]");
  if (!turn && !("whole" in form.dataset)) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  try {
    const answer = await ask(form.action, { method: "POST", body: new FormData(form) });
    const told = await answer.json();
    if (told.go) {
      // the numbers of the turns after it are others now: show them all
      const same = new URL(told.go, location.href);
      location.assign(same);
      if (same.pathname + same.search === location.pathname + location.search) location.reload();
      return;
    }
    if (!turn || !told.turn) return location.reload();
    const field = document.activeElement?.id;
    showStrip(told.strip);
    const made = put(turn, told.turn);
    const next = told.wrong ? made.querySelector("[role=alert]") : made.querySelector(`#${field || "none"}`);
    (next ?? made.querySelector("textarea")).focus({ preventScroll: !told.wrong });
    if (told.waits) setTimeout(look, LOOK);
  } catch {
    delete form.dataset.sent;
    form.submit(); // an answer we cannot read, such as the page to sign in: let the browser show it
  }
});

// The measures, until codes and feedback have followed.
const look = async () => {
  const strip = document.getElementById("strip");
  if (!strip?.dataset.waits) return;
  try {
    const answer = await ask(strip.dataset.now);
    const told = await answer.json();
    if (!told.waits && String(told.revision) !== strip.dataset.revision) return location.reload();
    if (!told.waits) {
      showStrip(told.strip);
      await showRead();
      return;
    }
  } catch {
    // no connection just now: look again later
  }
  setTimeout(look, LOOK);
};

// Whether something in a turn was typed or chosen, and not sent.
const unsent = (turn) => {
  const typed = [...turn.querySelectorAll("textarea, input:not([type=hidden])")].some((f) => f.value !== f.defaultValue);
  return typed || [...turn.querySelectorAll("select")].some((f) => f.options[f.selectedIndex]?.value !== given(f));
};
const given = (field) => ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;

// Turns that the machine has read anew; one in which something is written stays as it is.
const showRead = async () => {
  for (const turn of talk.querySelectorAll("[data-waits]")) {
    if (unsent(turn)) continue;
    const opened = turn.matches(".opened");
    const focused = turn.contains(document.activeElement) ? document.activeElement.id : "";
    const answer = await ask(`${talk.dataset.turns}/${turn.dataset.turn}${opened ? "?open=yes" : ""}`);
    if (!answer.ok || answer.redirected || unsent(turn)) continue;
    const made = put(turn, await answer.text());
    if (focused) made.querySelector(`#${focused}`)?.focus({ preventScroll: true });
  }
};

look();
