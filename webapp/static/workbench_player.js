// The sound of a stretch that is coded: played, repeated, slower and faster, from its beginning to its end and no further.

const BACK = 5; // s that are repeated
const SPEEDS = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5];

export class Player {
  // `told(seconds)` hears where it is; without sound it does nothing.
  constructor(audio, { start, end, speed, told }) {
    Object.assign(this, { audio, start, end, speed });
    if (!audio) return;
    audio.currentTime = start;
    audio.addEventListener("timeupdate", () => {
      if (audio.currentTime >= end && !audio.paused) audio.pause();
      told(audio.currentTime);
    });
    for (const kind of ["play", "ratechange"]) audio.addEventListener(kind, () => audio.playbackRate === this.rate || (audio.playbackRate = this.rate));
    speed?.addEventListener("change", () => this.setRate(Number(speed.value)));
  }

  get rate() {
    return Number(this.speed?.value ?? 1);
  }

  get now() {
    return this.audio && !(this.audio.paused && this.audio.currentTime <= this.start) ? this.audio.currentTime : null;
  }

  toggle() {
    if (!this.audio) return;
    if (!this.audio.paused) return this.audio.pause();
    if (this.audio.currentTime >= this.end - 0.05 || this.audio.currentTime < this.start - 1) this.audio.currentTime = this.start;
    this.#play();
  }

  repeat() {
    if (this.audio) this.from(Math.max(this.start, this.audio.currentTime - BACK));
  }

  from(seconds) {
    if (!this.audio || seconds === null) return;
    this.audio.currentTime = seconds;
    this.#play();
  }

  // One step slower (-1) or faster (1); says how fast it is now.
  step(by) {
    const at = SPEEDS.indexOf(this.rate);
    this.setRate(SPEEDS[Math.min(Math.max(at + by, 0), SPEEDS.length - 1)]);
    return this.rate;
  }

  setRate(rate) {
    if (this.speed) this.speed.value = String(rate);
    if (this.audio) this.audio.playbackRate = rate;
  }

  #play() {
    this.audio.play().catch(() => {}); // the browser may want one more press; the player shows that itself
  }
}
