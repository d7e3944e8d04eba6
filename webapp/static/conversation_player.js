"use strict";
// The player of a conversation: the sound, stretches of it, speed, and the keys. Other scripts ask it to play.

for (const part of document.querySelectorAll(".scripted")) part.hidden = false; // what needs a script shows with one

const player = (() => {
  const audio = document.getElementById("audio");
  const STEP = 5; // seconds, for back and on
  const ALL = { from: 0, to: Infinity };
  const SLACK = 0.25; // seconds that a browser may land beside where it was sent
  let stretch = ALL; // what was asked for
  let pressed = null; // the button that asked

  if (!audio) return { play: null, onTime() {}, move() {}, toggle() {} };

  function play(from, to = Infinity, button = null) {
    stretch = { from, to };
    audio.currentTime = from;
    audio.play().catch(() => {}); // the browser may want one more press; the player shows that itself
    release();
    pressed = button;
    pressed?.setAttribute("aria-pressed", "true");
  }

  function release() {
    pressed?.setAttribute("aria-pressed", "false");
    pressed = null;
  }

  function move(seconds) {
    stretch = ALL;
    audio.currentTime = Math.max(0, audio.currentTime + seconds);
  }

  function toggle() {
    if (audio.paused) audio.play().catch(() => {});
    else audio.pause();
  }

  audio.addEventListener("timeupdate", () => {
    if (audio.currentTime < stretch.to) return;
    stretch = ALL;
    audio.pause();
  });
  audio.addEventListener("pause", release);
  // Whoever goes somewhere else no longer wants it to stop there.
  audio.addEventListener("seeking", () => {
    if (audio.currentTime < stretch.from - SLACK || audio.currentTime > stretch.to + SLACK) stretch = ALL;
  });

  const speed = document.getElementById("speed");
  speed.addEventListener("change", () => (audio.playbackRate = Number(speed.value)));
  audio.addEventListener("play", () => (audio.playbackRate = Number(speed.value)));

  // Links to a stretch of the sound open it without a script; with one they are buttons that play it here.
  for (const link of document.querySelectorAll("a.listen")) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-pressed", "false");
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.listen, a.time");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link === pressed) {
      audio.pause();
      return;
    }
    const { from, to } = link.matches(".listen") ? link.dataset : link.closest(".line").dataset;
    play(Number(from), Number(to ?? Infinity), link.matches(".listen") ? link : null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.closest("a[role=button]")) return;
    event.preventDefault();
    event.target.closest("a[role=button]").click();
  });

  return { play, move, toggle, STEP, onTime: (tell) => audio.addEventListener("timeupdate", () => tell(audio.currentTime)) };
})();
