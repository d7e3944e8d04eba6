// The lines of a coding as they are seen: drawn anew turn by turn, one of them the current one, which alone can be tabbed to.

export class Lines {
  #current = null; // { n, first }
  #word = null; // the word of the current line before which it would be split
  #heard = null;

  constructor(list, coding, codes) {
    Object.assign(this, { list, coding, codes });
    for (const turn of list.children) this.draw(Number(turn.dataset.n));
  }

  draw(n) {
    const turn = this.list.querySelector(`[data-n="${n}"]`);
    if (!turn.matches("[data-n]:not(.other)")) return;
    const focused = turn.contains(document.activeElement);
    for (const old of turn.querySelectorAll(".line")) old.remove();
    turn.append(...this.coding.lines(n).map((line) => this.#made(line)));
    if (this.#current?.n !== n) return;
    const line = this.coding.lineWith(n, this.#current.first);
    this.#current = null;
    this.at(line, { focus: focused });
  }

  // The current line, as it is now.
  get current() {
    return this.#current && this.coding.line(this.#current.n, this.#current.first);
  }

  get word() {
    return this.#word;
  }

  at(line, { focus = true } = {}) {
    if (!line) return;
    if (this.#current) this.#leave();
    this.#current = { n: line.n, first: line.first };
    const element = this.#element(line);
    element.tabIndex = 0;
    element.classList.add("here");
    if (focus && document.activeElement !== element) element.focus({ preventScroll: true });
    if (focus) element.scrollIntoView({ block: "nearest", behavior: "auto" });
    const text = element.querySelector(".text");
    text.replaceChildren(...line.words.flatMap((word, at) => [at ? " " : "", made("span", word, { dataset: { word: line.first + at } })]));
  }

  // Chooses a word of the current line to split before, or none.
  choose(word) {
    const line = this.current;
    const element = this.#element(line);
    this.#word = word === null ? null : Math.min(Math.max(word, line.first + 1), line.last - 1);
    if (this.#word !== null && this.#word <= line.first) this.#word = null; // of one word, there is no part to split off
    for (const span of element.querySelectorAll("[data-word]")) span.classList.toggle("cut", Number(span.dataset.word) === this.#word);
    return this.#word === null ? "" : this.coding.byNumber.get(line.n).words[this.#word];
  }

  // Marks the line that is being heard; it scrolls gently into sight.
  hear(line, behavior) {
    const element = line ? this.#element(line) : null;
    if (element === this.#heard) return;
    this.#heard?.removeAttribute("aria-current");
    this.#heard = element;
    element?.setAttribute("aria-current", "true");
    if (behavior) element?.scrollIntoView({ block: "nearest", behavior });
  }

  #leave() {
    const element = this.#element(this.#current);
    this.#word = null;
    if (!element) return;
    element.tabIndex = -1;
    element.classList.remove("here");
    const text = element.querySelector(".text");
    text.textContent = text.textContent;
  }

  #element({ n, first }) {
    return document.getElementById(`t${n}w${first}`);
  }

  #made(line) {
    const element = made("div", "", { id: `t${line.n}w${line.first}`, className: "line", tabIndex: -1, dataset: { first: line.first } });
    const code = this.codes[line.code];
    const place = line.start === null ? "" : clock(line.start);
    const who = line.speaker === "client" ? "Client" : "Practitioner";
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", `${who}${place && ` ${place}`}, ${code?.name ?? "no code yet"}: ${line.words.join(" ")}`);
    const chip = made("span", "", { className: code ? `chip ${code.family}` : "chip empty" });
    chip.append(made("span", code ? `${code.glyph} ${code.letters}` : "–", { ariaHidden: "true" }), made("span", code?.name ?? "No code yet", { className: "name" }));
    const time = made(line.start === null ? "span" : "button", place, { className: "time" });
    if (line.start !== null) Object.assign(time, { type: "button", tabIndex: -1, ariaLabel: `Play from ${place}` });
    element.append(time, made("p", line.words.join(" "), { className: "text" }), chip);
    return element;
  }
}

export function clock(seconds) {
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function made(tag, text, { dataset = {}, ...more } = {}) {
  const element = Object.assign(document.createElement(tag), more);
  Object.assign(element.dataset, dataset);
  element.textContent = text;
  return element;
}
