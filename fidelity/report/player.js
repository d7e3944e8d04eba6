"use strict";
// The player: the sound, stretches of it, and the keys. Other parts of the page ask it to play.

document.documentElement.classList.add("js");

const player = (() => {
  const audio = document.getElementById("audio");
  const STEP = 5; // seconds, for back and on
  const ALL = { from: 0, to: Infinity };
  let stretch = ALL; // what was asked for

  if (!audio) return { play: null, onTime() {} };

  const pieces = [...document.querySelectorAll("script.sound")].map((piece) => {
    const text = atob(piece.textContent);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    piece.remove(); // the text is no longer needed, and long recordings are large
    return bytes;
  });
  audio.src = URL.createObjectURL(new Blob(pieces, { type: "audio/mpeg" }));

  function play(from, to = Infinity) {
    stretch = { from, to };
    audio.currentTime = from;
    audio.play().catch(() => {}); // the browser may want one more press; the player shows that itself
  }

  function move(seconds) {
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
  // Whoever goes somewhere else no longer wants it to stop there.
  audio.addEventListener("seeking", () => {
    if (audio.currentTime < stretch.from - STEP || audio.currentTime > stretch.to) stretch = ALL;
  });

  document.getElementById("back").addEventListener("click", () => move(-STEP));
  document.getElementById("speed").addEventListener("change", (event) => {
    audio.playbackRate = Number(event.target.value);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-from]");
    if (button) play(Number(button.dataset.from), Number(button.dataset.to ?? Infinity));
  });

  const keys = { " ": toggle, k: toggle, j: () => move(-STEP), l: () => move(STEP) };
  const wanted = document.getElementById("use-keys");
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key.toLowerCase()];
    if (!act || !wanted.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("button, a, input, select, textarea, summary, audio, [tabindex='0']")) return;
    event.preventDefault();
    act();
  });

  return { play, onTime: (tell) => audio.addEventListener("timeupdate", () => tell(audio.currentTime)) };
})();
