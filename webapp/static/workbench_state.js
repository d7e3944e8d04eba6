// A coding as it stands on the page: how each turn is parsed and coded, and every step of it, to be taken back.
//
// A parse is a list of [number of the first word, code or null]; the first begins with word 0, and the numbers rise.

const NEW = [[0, null]];

export class Coding {
  #history = [];
  #ahead = []; // what was taken back

  // `turns`: [{ n, speaker, words, start, end, starts }] in order; `parses`: { n: parse }; `told(n)` after each change.
  constructor(turns, parses, told) {
    this.turns = turns;
    this.byNumber = new Map(turns.map((turn) => [turn.n, turn]));
    this.parses = new Map(turns.map((turn) => [turn.n, parses[turn.n] ?? NEW]));
    this.told = told;
  }

  of(n) {
    return this.parses.get(n);
  }

  // The lines of a turn, or of all turns of a speaker, in order.
  lines(n) {
    const parse = this.of(n);
    return parse.map(([first, code], u) => this.#line(this.byNumber.get(n), first, parse[u + 1]?.[0], code, u));
  }

  linesOf(speaker) {
    return this.turns.filter((turn) => turn.speaker === speaker).flatMap((turn) => this.lines(turn.n));
  }

  line(n, first) {
    return this.lines(n).find((line) => line.first === first);
  }

  // The line that a word is in.
  lineWith(n, word) {
    return this.lines(n).findLast((line) => line.first <= word);
  }

  code(line, code) {
    this.#change(line, this.of(line.n).map(([first, old]) => [first, first === line.first ? code : old]));
  }

  // The first part keeps the code.
  split(line, word) {
    this.#change(line, this.of(line.n).flatMap((one) => (one[0] === line.first ? [one, [word, null]] : [one])));
  }

  // With the line before it in the same turn; its code is kept, or this one's where it has none.
  join(line) {
    const parse = this.of(line.n);
    const before = parse[line.u - 1];
    const joined = [before[0], before[1] ?? line.code];
    this.#change(line, [...parse.slice(0, line.u - 1), joined, ...parse.slice(line.u + 1)]);
    return this.line(line.n, before[0]);
  }

  // A parse from elsewhere: another tab, or what this browser had kept. `undoable`: somebody chose it here.
  put(n, parse, undoable = false) {
    if (undoable) return this.#change({ n, first: 0 }, parse);
    this.parses.set(n, parse);
  }

  // Says where the step was, or nothing if there is none.
  undo() {
    return this.#step(this.#history, this.#ahead, "before");
  }

  redo() {
    return this.#step(this.#ahead, this.#history, "after");
  }

  get canUndo() {
    return this.#history.length > 0;
  }

  get canRedo() {
    return this.#ahead.length > 0;
  }

  #step(from, to, side) {
    const step = from.pop();
    if (!step) return null;
    to.push(step);
    this.parses.set(step.n, step[side]);
    this.told(step.n);
    return this.lineWith(step.n, step.first);
  }

  #change({ n, first }, after) {
    const before = this.of(n);
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    this.#history.push({ n, first, before, after });
    this.#ahead = [];
    this.parses.set(n, after);
    this.told(n);
  }

  #line(turn, first, next, code, u) {
    const last = next ?? turn.words.length;
    const { n, speaker } = turn;
    const start = began(turn, first);
    return { n, u, speaker, first, last, code, start, end: next === undefined ? turn.end : began(turn, last), words: turn.words.slice(first, last) };
  }
}

// Whether it can be a parse of this turn.
export function fits(turn, parse, codes) {
  return (
    Array.isArray(parse) && parse.length > 0 && parse[0]?.[0] === 0 &&
    parse.every((one, u) =>
      Array.isArray(one) && Number.isInteger(one[0]) && one[0] < Math.max(turn.words.length, 1) &&
      (u === 0 || one[0] > parse[u - 1][0]) && (one[1] === null || codes[one[1]]?.speaker === turn.speaker))
  );
}

// When a word begins; by its place in the text where only the turn's own times are known.
function began(turn, word) {
  if (word === 0) return turn.start;
  if (word < turn.starts.length) return turn.starts[word];
  if (turn.start === null || turn.end === null) return null;
  const letters = turn.words.join(" ").length;
  return turn.start + ((turn.end - turn.start) * turn.words.slice(0, word).join(" ").length) / Math.max(letters, 1);
}
