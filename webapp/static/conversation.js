"use strict";
// The transcript: why a code was given, finding lines, the line that is being heard, the keys; and the chart, when near.

const transcript = (() => {
  const said = document.querySelector("#transcript .said");
  const details = JSON.parse(document.getElementById("details-data").textContent);
  const lines = [...said.querySelectorAll(".line")];
  const number = new Map(lines.map((line, i) => [line, i]));

  function made(tag, text, more = {}) {
    const element = Object.assign(document.createElement(tag), more);
    element.textContent = text;
    return element;
  }

  // --- why a code was given: one note, which goes where it is asked for
  const why = made("div", "", { className: "why", id: "why" });
  let asked = null;

  function tell(line) {
    const [code, sure, next, nextSure, reason] = details.lines[number.get(line)];
    const { name, meaning, module, to } = details.codes[code];
    const belief = made("p", sure === null ? "A person gave this code. " : `The machine is ${sure}% sure of this. `);
    if (next) belief.append(`Next: ${details.codes[next].name.toLowerCase()}, ${nextSure}%. `);
    belief.append(details.reasons[reason]);
    const links = made("p", "");
    links.append(made("a", "What the codes mean", { href: asked.href }));
    if (module) links.append(" · ", made("a", `Course: ${module}`, { href: to }));
    const first = made("p", "");
    first.append(made("strong", `${name}. `), meaning);
    why.replaceChildren(first, belief, links);
    line.append(why);
  }

  for (const chip of said.querySelectorAll(".chip")) chip.setAttribute("role", "button");
  said.addEventListener("click", (event) => {
    const chip = event.target.closest(".chip");
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    asked?.setAttribute("aria-expanded", "false");
    why.remove();
    asked = asked === chip ? null : chip;
    if (!asked) return;
    tell(chip.closest(".line"));
    chip.setAttribute("aria-expanded", "true");
    chip.setAttribute("aria-controls", "why");
  });
  // A name shown on hover or focus can be waved away without moving (WCAG 1.4.13).
  document.addEventListener("keydown", (event) => document.body.classList.toggle("no-names", event.key === "Escape"));
  document.addEventListener("pointermove", () => document.body.classList.remove("no-names"), { passive: true });

  // --- finding lines
  const byCode = document.getElementById("by-code");
  const byText = document.getElementById("by-text");
  const words = lines.map((line) => line.querySelector(".text").textContent);
  const lower = words.map((text) => text.toLowerCase());
  const MOST = 500; // words that are marked; nobody looks at more

  function highlight(text, shown) {
    if (!window.Highlight) return;
    const ranges = [];
    for (const line of text ? shown.slice(0, MOST) : []) {
      const node = line.querySelector(".text").firstChild;
      const from = node.data.toLowerCase().indexOf(text);
      if (from < 0 || from + text.length > node.length) continue;
      const range = new Range();
      range.setStart(node, from);
      range.setEnd(node, from + text.length);
      ranges.push(range);
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  function filter() {
    const code = byCode.value;
    const text = byText.value.trim().toLowerCase();
    const shown = lines.filter((line, i) => {
      const [own, , , , , unsure] = details.lines[i];
      const right = !code || (code === "unsure" ? unsure : own === code);
      line.hidden = !(right && lower[i].includes(text));
      return !line.hidden;
    });
    for (const turn of said.children) turn.hidden = !turn.querySelector(".line:not([hidden])");
    document.getElementById("shown").textContent =
      code || text ? `${shown.length} of ${lines.length} lines` : `${lines.length} lines`;
    document.getElementById("nothing").hidden = shown.length > 0 || lines.length === 0;
    highlight(text, shown);
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

  // --- the line that is being heard
  const timed = lines.filter((line) => line.dataset.from).sort((a, b) => a.dataset.from - b.dataset.from);
  const starts = timed.map((line) => Number(line.dataset.from));
  const follow = document.getElementById("follow");
  const REST = 8000; // ms that the page is left where the reader has scrolled it
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
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

  player.onTime((time) => {
    const line = lineAt(time + 0.01);
    if (line === heard) return;
    heard?.removeAttribute("aria-current");
    heard = line;
    if (!line) return;
    line.setAttribute("aria-current", "true");
    // Somebody who reads the feedback while listening must not be carried away from it.
    const box = said.getBoundingClientRect();
    const reading = box.top < innerHeight / 2 && box.bottom > innerHeight / 2;
    if (follow.checked && reading && performance.now() - scrolled > REST) line.scrollIntoView({ block: "center", behavior });
  });

  // --- the keys
  function turnTo(step) {
    const shown = [...said.children].filter((turn) => !turn.hidden);
    const here = document.activeElement.closest(".turn") ?? heard?.closest(".turn");
    const at = shown.indexOf(here);
    const turn = shown[at < 0 ? 0 : Math.min(Math.max(at + step, 0), shown.length - 1)];
    if (!turn) return;
    turn.tabIndex = -1;
    turn.focus({ preventScroll: true });
    turn.scrollIntoView({ block: "center", behavior: "auto" });
  }

  function hear() {
    const line = document.activeElement.matches(".turn") && document.activeElement.querySelector(".line[data-from]:not([hidden])");
    if (line) player.play(Number(line.dataset.from));
    return Boolean(line);
  }

  const keys = {
    " ": () => player.toggle(),
    arrowleft: () => player.move(-player.STEP),
    arrowright: () => player.move(player.STEP),
    j: () => turnTo(1),
    k: () => turnTo(-1),
    enter: hear,
  };
  const wanted = document.getElementById("use-keys");
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key.toLowerCase()];
    if (!act || !wanted?.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("button, a, input, select, textarea, summary, audio, dialog, [tabindex='0'], [contenteditable]")) return;
    if (act() !== false) event.preventDefault();
  });

  return { show };
})();

// The chart and what it needs, 4.8 MB of it, come when somebody comes near: reading does not wait for them.
{
  const chart = document.getElementById("chart");
  const MARGIN = "600px";

  async function bring() {
    for (const address of chart.dataset.scripts.split(" ")) {
      await new Promise((done, failed) => {
        const script = document.createElement("script");
        Object.assign(script, { src: address, onload: done, onerror: failed });
        document.head.append(script);
        if (address.includes("timeline")) chart.replaceChildren();
      });
    }
  }

  const near = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    near.disconnect();
    bring().catch(() => (chart.textContent = "The chart could not be loaded. The table below shows the same."));
  }, { rootMargin: MARGIN });
  near.observe(chart);
}
