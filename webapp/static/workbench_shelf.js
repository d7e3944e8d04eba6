// What of a coding is not kept on the server yet, in this browser: numbers of turns and words, and codes. No words.
//
// Each page that is open has a place of its own, so that two tabs do not write over each other's.

const START = "coding:";

export class Shelf {
  #own;
  #start;
  works = true; // some private windows keep nothing

  constructor(person, coding) {
    this.#start = `${START}${person}:${coding}:`;
    this.#own = this.#start + crypto.getRandomValues(new Uint32Array(2)).join("");
  }

  keep(turns) {
    try {
      if (Object.keys(turns).length) localStorage.setItem(this.#own, JSON.stringify({ at: Date.now(), turns }));
      else localStorage.removeItem(this.#own);
      this.works = true;
    } catch {
      this.works = false;
    }
  }

  // All that is here of this coding, as [n, what was kept], the latest last; it is this page's from now on.
  take() {
    const found = [];
    for (const key of keys(this.#start)) {
      try {
        found.push(JSON.parse(localStorage.getItem(key)));
        localStorage.removeItem(key);
      } catch {
        this.works = false;
      }
    }
    const turns = Object.assign({}, ...found.filter(Boolean).sort((a, b) => a.at - b.at).map((one) => one.turns));
    return Object.entries(turns).filter(([, one]) => Array.isArray(one) && one.length > 1 && one.every((json) => typeof json === "string"));
  }
}

// Nobody finds in this browser what another person left in it.
export function forgetOthers(person) {
  for (const key of keys(START)) if (!person || !key.startsWith(`${START}${person}:`)) localStorage.removeItem(key);
}

function keys(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
}
