// The page that waits for the work on a recording looks again by itself, less often as time goes on.
const FIRST = 2000; // ms
const LAST = 10_000;
const box = document.querySelector("[data-waits]");
const part = (name) => box.querySelector(`[data-${name}]`);
let wait = FIRST;
let timer = setTimeout(look, wait);

async function look() {
  try {
    const answer = await fetch(box.dataset.waits, { headers: { Accept: "application/json" } });
    const { state, share, words, how_long } = await answer.json();
    if (!["waiting", "working"].includes(state)) return location.reload();
    part("share").value = share;
    part("how-long").textContent = how_long;
    if (part("step").textContent !== words) part("step").textContent = words; // read out, so only when it is new
  } catch {
    // no connection just now: look again later
  }
  wait = Math.min(LAST, wait * 1.15);
  timer = setTimeout(look, wait);
}

addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  clearTimeout(timer);
  wait = FIRST;
  look();
});
