// What each key does on a line, and each button of the deck. Single letters and signs can be switched off.

const SINGLE = {
  " ": "toggle", r: "repeat", ",": "slower", "<": "slower", ".": "faster", ">": "faster", h: "heard", u: "next",
  "/": "split", 1: "practitioner", 2: "client",
};
const OTHERS = {
  ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last", ArrowLeft: "left", ArrowRight: "right", Enter: "enter",
  Backspace: "join", Delete: "clear", Escape: "leave",
};

// `does`: { name: act }, `codeOf(key)` the code that a letter gives, `give(code)`, `wanted()` whether single keys count.
export function listen(area, { does, codeOf, give, wanted }) {
  area.addEventListener("keydown", (event) => {
    const act = pressed(event);
    if (!act) return;
    event.preventDefault();
    act();
  });

  function pressed(event) {
    if (event.ctrlKey || event.metaKey) return event.altKey ? null : withControl(event);
    if (event.altKey || !event.target.matches(".line")) return null;
    const name = OTHERS[event.key] ?? (wanted() ? SINGLE[event.key.toLowerCase()] : null);
    if (name) return does[name];
    const code = wanted() && event.key.length === 1 ? codeOf(event.key.toLowerCase()) : null;
    return code ? () => give(code) : null;
  }

  function withControl(event) {
    const key = event.key.toLowerCase();
    if (key === "z") return event.shiftKey ? does.redo : does.undo;
    return key === "y" ? does.redo : null;
  }
}

// A pressed button leaves the focus where it is when a pointer presses it: the next key goes to the line again.
export function press(deck, { does, give }) {
  deck.addEventListener("pointerdown", (event) => {
    if (event.target.closest("[data-do], [data-code]")) event.preventDefault();
  });
  deck.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-code]");
    if (!button) return;
    if (button.dataset.code) give(button.dataset.code);
    else does[button.dataset.do]();
  });
}
