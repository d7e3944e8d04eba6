// The transcript: why a code was given, finding lines, and the line that is being heard.

const transcript = (() => {
  const root = document.getElementById("transcript");
  const talk = root.querySelector(".talk");
  const lines = [...talk.querySelectorAll(".line")];

  talk.addEventListener("click", (event) => {
    const chip = event.target.closest("button.chip");
    if (!chip) return;
    const open = chip.getAttribute("aria-expanded") !== "true";
    chip.setAttribute("aria-expanded", String(open));
    document.getElementById(chip.getAttribute("aria-controls")).hidden = !open;
  });
  // A name shown on hover or focus can be waved away without moving (WCAG 1.4.13).
  talk.addEventListener("keydown", (event) => talk.classList.toggle("no-names", event.key === "Escape"));
  talk.addEventListener("pointerover", (event) => {
    if (event.target.closest("button.chip") === null) talk.classList.remove("no-names");
  });

  const byCode = document.getElementById("by-code");
  const byText = document.getElementById("by-text");
  const words = lines.map((line) => line.querySelector(".text").textContent.toLowerCase());

  function filter() {
    const code = byCode.value;
    const text = byText.value.trim().toLowerCase();
    let shown = 0;
    lines.forEach((line, i) => {
      const right = !code || (code === "suggested" ? "suggested" in line.dataset : line.dataset.code === code);
      line.hidden = !(right && words[i].includes(text));
      if (!line.hidden) shown += 1;
    });
    for (const turn of talk.children) turn.hidden = !turn.querySelector(".line:not([hidden])");
    document.getElementById("shown").textContent =
      code || text ? `${shown} of ${lines.length} lines` : `${lines.length} lines`;
    document.getElementById("nothing").hidden = shown > 0 || lines.length === 0;
  }

  byCode.addEventListener("change", filter);
  byText.addEventListener("input", filter);
  byText.form.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // A link to a line must find it, even while a filter hides it.
  function show(line) {
    if (!line.hidden) return;
    byCode.value = "";
    byText.value = "";
    filter();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#t']");
    const line = link && document.getElementById(link.hash.slice(1));
    if (line?.classList.contains("line")) show(line);
  });

  const timed = lines.filter((line) => line.dataset.from).sort((a, b) => a.dataset.from - b.dataset.from);
  const starts = timed.map((line) => Number(line.dataset.from));
  const follow = document.getElementById("follow");
  const REST = 8000; // ms that the page is left where the reader has scrolled it
  let heard = null;
  let scrolled = -REST;
  for (const kind of ["wheel", "touchmove"]) {
    document.addEventListener(kind, () => (scrolled = performance.now()), { passive: true });
  }

  function lineAt(time) {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return timed[low - 1] ?? null;
  }

  function mark(time) {
    const line = lineAt(time + 0.01);
    if (line === heard) return;
    heard?.removeAttribute("aria-current");
    heard = line;
    if (!line) return;
    line.setAttribute("aria-current", "true");
    // Somebody who reads the feedback while listening must not be carried away from it.
    const box = talk.getBoundingClientRect();
    const reading = box.top < innerHeight / 2 && box.bottom > innerHeight / 2;
    if (!follow.checked || !reading || performance.now() - scrolled < REST) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    line.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  }
  player.onTime(mark);

  return { show };
})();
