// The parts of what is recorded here: each has all of its sound, and knows how much of it has arrived. A part is what
// the browser's recorder made in one go; it cannot add to one, so that going on later begins another.
import { append, chunks, forget, list } from "./kept_sound.js";

export class Parts {
  constructor(courier, prefix, piece) {
    Object.assign(this, { courier, prefix, piece });
    this.parts = new Map();
    this.sending = null;
    this.kept = true; // whether the browser keeps all of it
  }

  // What this browser kept, and what has arrived. Says what was found.
  async find() {
    const { parts } = await this.courier.arrived();
    this.#arrived(parts);
    const own = await list(this.prefix);
    for (const { key } of own) {
      const number = Number(key.slice(this.prefix.length));
      this.#part(number).sound = await chunks(key);
    }
    const every = [...this.parts.values()];
    return {
      parts,
      arrived: every.reduce((sum, part) => sum + part.bytes, 0),
      seconds: every.reduce((sum, part) => sum + part.sound.length, 0), // one each second
      here: every.some((part) => part.sound.length > 0),
    };
  }

  // Begins a part; what it returns takes its sound.
  begin() {
    const number = Math.max(-1, ...this.parts.keys()) + 1;
    const part = this.#part(number);
    return (sound) => {
      append(`${this.prefix}${number}`, part.sound.length, sound).then((worked) => (this.kept &&= worked));
      part.sound.push(sound);
    };
  }

  // What share of it has arrived.
  get share() {
    const every = [...this.parts.values()];
    const all = every.reduce((sum, part) => sum + total(part), 0);
    const unsent = every.reduce((sum, part) => sum + Math.max(0, total(part) - part.bytes), 0);
    return all ? 1 - unsent / all : 1;
  }

  // Sends what is there now, one piece after the other; one call at a time does, and the others wait for it.
  send(progress = () => {}) {
    this.sending ??= this.#sendAll(progress).finally(() => (this.sending = null));
    return this.sending;
  }

  // Sends the rest, and has the work begin.
  async finish(progress) {
    await this.send(progress);
    await this.send(progress); // what came while the call before was under way
    const counts = Array.from({ length: Math.max(...this.parts.keys()) + 1 }, (_, n) => this.parts.get(n)?.pieces ?? 0);
    const go = await this.courier.finish(counts);
    await this.#forgetKept();
    return go;
  }

  async forget() {
    await this.courier.startOver();
    await this.#forgetKept();
    this.parts.clear();
  }

  #part(number) {
    if (!this.parts.has(number)) this.parts.set(number, { number, sound: [], bytes: 0, pieces: 0 });
    return this.parts.get(number);
  }

  #arrived(parts) {
    for (const [number, { pieces, bytes }] of Object.entries(parts)) {
      Object.assign(this.#part(Number(number)), { pieces, bytes });
    }
  }

  async #sendAll(progress) {
    for (const part of [...this.parts.values()].sort((a, b) => a.number - b.number)) {
      const end = total(part); // what is recorded meanwhile waits, or each second would become a piece
      while (part.bytes < end) {
        const next = new Blob(part.sound).slice(part.bytes, Math.min(end, part.bytes + this.piece));
        try {
          await this.courier.send(part.number, part.pieces, next, progress);
          part.pieces += 1;
          part.bytes += next.size;
        } catch (error) {
          const before = part.bytes;
          // This page was closed while a piece was on its way: it came after all, and may have held less.
          if (error.status === 409) this.#arrived((await this.courier.arrived()).parts);
          if (part.bytes === before) throw error;
        }
      }
    }
  }

  async #forgetKept() {
    await Promise.all((await list(this.prefix)).map(({ key }) => forget(key)));
  }
}

const total = (part) => part.sound.reduce((sum, sound) => sum + sound.size, 0);
