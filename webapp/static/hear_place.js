// Plays one place of a recording: buttons say where it begins and ends, in seconds.

const sound = document.querySelector("audio[data-places]");
const LEAD = 0.3; // s before the place, so that its first word is whole
let until = Infinity;

if (sound) {
  for (const button of document.querySelectorAll("button[data-from]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      sound.currentTime = Math.max(0, Number(button.dataset.from) - LEAD);
      until = Number(button.dataset.to) + LEAD;
      sound.play();
    });
  }
  sound.addEventListener("timeupdate", () => {
    if (sound.currentTime >= until) {
      sound.pause();
      until = Infinity;
    }
  });
}
