// What the page says of itself: what was done, how it is kept, what is left, and what is wrong.

export class Told {
  constructor(deck, trouble) {
    Object.assign(this, { deck, trouble });
    this.status = deck.querySelector("#status");
    this.saved = deck.querySelector("#saved");
    this.state = "";
  }

  say(words) {
    this.status.textContent = words;
  }

  left(side, number, all) {
    const place = this.deck.querySelector(`[data-left="${side}"]`);
    const of = Object.assign(document.createElement("span"), { className: "of", textContent: ` of ${all}` });
    if (number) place.replaceChildren(String(number), of, " left");
    else place.textContent = all ? `all ${all} done` : "nothing is heard";
  }

  steps(coding) {
    for (const [name, can] of [["undo", coding.canUndo], ["redo", coding.canRedo]]) {
      this.deck.querySelector(`[data-do=${name}]`).setAttribute("aria-disabled", String(!can));
    }
  }

  // `kept`, `keeping`, `waiting`, `elsewhere`, `held`, `stopped`
  saving(state, words, saver) {
    if (state === "elsewhere") return this.say(words);
    if (state === "keeping" && this.state === "waiting") return; // until it has come through
    this.state = state;
    this.saved.dataset.state = state;
    if (state === "kept") this.saved.textContent = "Everything is kept.";
    if (state === "keeping") this.saved.textContent = "Being kept …";
    if (state === "waiting") this.#waits(words, saver.left);
    if (state === "held") this.#ask(words, saver);
    else if (state === "stopped") this.#stopped(words, saver);
    else this.trouble.replaceChildren();
  }

  #waits(words, number) {
    const first = !this.saved.textContent.startsWith("Not kept");
    this.saved.textContent = `Not kept yet: ${number === 1 ? "1 turn" : `${number} turns`}.`;
    if (first) this.say(words);
  }

  #ask(number, saver) {
    this.saved.textContent = "Not all is kept yet.";
    const turns = number === 1 ? "One turn was" : `${number} turns were`;
    this.#notice(`${turns} changed in another tab or browser of yours as well, in another way. Which is to count?`, {
      "What is shown here": () => saver.settle(true),
      "What was kept there": () => saver.settle(false),
    });
  }

  #stopped(why, saver) {
    this.saved.textContent = saver.left ? "Not kept." : "Everything until then is kept.";
    const here = saver.left ? " What you did last is not kept yet; it stays in this browser, for you alone, as numbers and codes." : " What you coded before is kept.";
    const more = { "Load the page again": () => location.reload() };
    if (saver.left) more["Give up what is not kept"] = () => (saver.forget(), location.reload());
    this.#notice(why + here, more);
  }

  #notice(words, buttons) {
    const box = Object.assign(document.createElement("div"), { className: "notice careful" });
    const row = Object.assign(document.createElement("p"), { className: "actions" });
    for (const [label, act] of Object.entries(buttons)) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: label });
      button.addEventListener("click", act);
      row.append(button, " ");
    }
    box.append(Object.assign(document.createElement("p"), { textContent: words }), row);
    this.trouble.replaceChildren(box);
  }
}
