// Keeps a coding while it is made: one request at a time, what changed meanwhile goes with the next, and nothing is lost
// while there is no connection. What is not kept yet stays in this browser too, as numbers and codes, without a word.

const AGAIN = [0, 429, 500, 502, 503, 504]; // answers that are worth another try
const LONGEST_WAIT = 15; // s between two tries
const STALLED = 20_000; // ms for one request
const NEW = JSON.stringify([[0, null]]);

export class Saver {
  #base = new Map(); // n: the parse that is kept on the server, as JSON, as all parses here
  #pending = new Map(); // n: what is not kept yet
  #tried = new Map(); // n: what was sent since, with no answer
  #held = new Map(); // n: what is here where another tab or browser kept something else
  #underway = false;
  #wait = 1;
  #timer = 0;
  #idle = [];

  // `told(state, words)` hears how it goes; `adopt(n, parse)` gets what was kept elsewhere.
  constructor({ address, token, seen, parses, numbers, shelf, told, adopt }) {
    Object.assign(this, { address, token, seen, shelf, told, adopt, stopped: false });
    for (const n of numbers) this.#base.set(n, text(parses[n]));
    addEventListener("online", () => this.#send());
  }

  // What this browser had kept: { n: parse } to be shown; it is sent with the next request.
  restore(fits) {
    const found = {};
    for (const [name, [base, mine, ...tried]] of this.shelf.take()) {
      const n = Number(name);
      const theirs = this.#base.get(n);
      if (theirs === undefined || theirs === mine || !fits(n, JSON.parse(mine))) continue;
      found[n] = JSON.parse(mine);
      (theirs === base || tried.includes(theirs) ? this.#pending : this.#held).set(n, mine);
    }
    this.#store();
    this.#tell();
    this.#send();
    return found;
  }

  change(n, parse) {
    const now = text(parse);
    if (this.#held.has(n)) this.#held.set(n, now);
    else if (now === this.#base.get(n) && !this.#tried.has(n)) this.#pending.delete(n);
    else this.#pending.set(n, now);
    this.#store();
    this.#tell();
    this.#send();
  }

  // Where another tab kept something else: what is here, or what is there.
  settle(mine) {
    const held = [...this.#held];
    this.#held.clear();
    for (const [n, parse] of held) {
      if (mine) this.#pending.set(n, parse);
      else this.adopt(n, JSON.parse(this.#base.get(n)), true);
    }
    this.#store();
    this.#tell();
    this.#send();
  }

  // Gives up what is not kept.
  forget() {
    this.#pending.clear();
    this.#held.clear();
    this.#store();
  }

  // How many turns are not kept yet.
  get left() {
    return this.#pending.size + this.#held.size;
  }

  // Once all is kept; it does not wait for a connection.
  async idle() {
    if (this.#underway || this.#pending.size) await new Promise((done) => this.#idle.push(done));
    return this.left === 0;
  }

  async #send() {
    clearTimeout(this.#timer);
    if (this.#underway || this.stopped || !this.#pending.size) return;
    this.#underway = true;
    const sent = new Map(this.#pending);
    for (const [n, parse] of sent) this.#tried.set(n, [...(this.#tried.get(n) ?? []), parse]);
    this.#store();
    const { status, said } = await this.#post(sent);
    this.#underway = false;
    if (status === 200 && said) this.#arrived(sent, said);
    else if (status === 409 && said?.parses) this.#moved(said);
    else if (AGAIN.includes(status)) return this.#later(status);
    else return this.#stop(status, said);
    this.#wait = 1;
    this.#store();
    this.#tell();
    if (this.#pending.size) this.#send();
    else this.#done();
  }

  #arrived(sent, said) {
    this.seen = said.seen;
    for (const [n, parse] of sent) {
      this.#base.set(n, parse);
      this.#tried.delete(n);
      if (this.#pending.get(n) === parse) this.#pending.delete(n);
    }
  }

  // Something was kept since: by a request of ours whose answer was lost, or in another tab.
  #moved(said) {
    this.seen = said.seen;
    let elsewhere = 0;
    for (const [n, base] of this.#base) {
      const theirs = text(said.parses[n]);
      const mine = this.#pending.get(n);
      const ours = this.#tried.get(n)?.includes(theirs);
      this.#tried.delete(n);
      if (theirs === base) continue;
      this.#base.set(n, theirs);
      if (mine === theirs) this.#pending.delete(n);
      else if (mine !== undefined && !ours) {
        this.#pending.delete(n);
        this.#held.set(n, mine);
      } else if (mine === undefined && !this.#held.has(n)) {
        this.adopt(n, JSON.parse(theirs), false);
        elsewhere += 1;
      }
    }
    if (elsewhere) this.told("elsewhere", "This coding was changed in another tab as well. What was done there is shown here now.");
  }

  #later(status) {
    this.told("waiting", status ? "The server is busy. Go on: it is tried again." : "There is no connection. Go on: it is tried again.");
    this.#timer = setTimeout(() => this.#send(), this.#wait * 1000);
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    this.#done();
  }

  #stop(status, said) {
    this.stopped = true;
    const why = status === 404
      ? "This coding is not open to you any more: the recording was closed or deleted."
      : (said?.wrong ?? "Your sign-in has run out.");
    this.told("stopped", why);
    this.#done();
  }

  #done() {
    for (const done of this.#idle.splice(0)) done();
  }

  #tell() {
    if (this.stopped) return;
    if (this.#held.size) this.told("held", this.#held.size);
    else this.told(this.#pending.size ? "keeping" : "kept", this.#pending.size);
  }

  #store() {
    const each = [...this.#pending, ...this.#held].map(([n, mine]) => {
      const base = this.#held.has(n) ? "" : this.#base.get(n); // what is held is asked about again
      return [n, [base, mine, ...(this.#tried.get(n) ?? [])]];
    });
    this.shelf.keep(Object.fromEntries(each));
  }

  async #post(sent) {
    const turns = Object.fromEntries([...sent].map(([n, parse]) => [n, JSON.parse(parse)]));
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token, "X-Requested-With": "fetch" };
    try {
      const answer = await fetch(this.address, { method: "POST", headers, body: JSON.stringify({ seen: this.seen, turns }), signal: AbortSignal.timeout(STALLED) });
      const json = answer.headers.get("Content-Type")?.startsWith("application/json");
      return { status: answer.redirected ? 401 : answer.status, said: json ? await answer.json() : null };
    } catch {
      return { status: 0, said: null };
    }
  }
}

const text = (parse) => (parse ? JSON.stringify(parse) : NEW);
