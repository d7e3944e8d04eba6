// Recording a spoken answer. Where the browser cannot, the page stays as it is and the answer is typed.
import { listen } from "./loudness.js";

const box = document.querySelector("[data-recorder]");
const can = navigator.mediaDevices?.getUserMedia && window.MediaRecorder;
if (box && can) begin(box);

function begin(box) {
  const form = box.closest("form");
  const part = (name) => box.querySelector(`[data-${name}]`);
  const [record, stop, clock, level, playback, send, told] =
    ["record", "stop", "clock", "level", "playback", "send", "told"].map(part);
  const longest = Number(box.dataset.longest);
  let sound = null;
  let end = () => {};
  box.hidden = false;
  form.querySelector("[data-typed]").open = false;

  record.addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      told.textContent = "The microphone is not open to this page. Allow it in your browser, or type your answer.";
      form.querySelector("[data-typed]").open = true;
      return;
    }
    told.textContent = "Recording.";
    const recorder = new MediaRecorder(stream);
    const pieces = [];
    const begun = Date.now();
    const hush = listen(stream, level);
    const tick = setInterval(() => {
      const seconds = Math.floor((Date.now() - begun) / 1000);
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= longest) end();
    }, 200);
    end = () => recorder.state === "recording" && recorder.stop();
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      clearInterval(tick);
      hush();
      stream.getTracks().forEach((track) => track.stop());
      sound = new Blob(pieces, { type: recorder.mimeType });
      playback.src = URL.createObjectURL(sound);
      playback.hidden = send.hidden = record.hidden = false;
      stop.hidden = true;
      record.textContent = "Record again";
      told.textContent = "Listen to it if you like, then send it.";
      send.focus();
    });
    recorder.start(1000);
    record.hidden = send.hidden = playback.hidden = true;
    stop.hidden = false;
    stop.focus();
  });

  stop.addEventListener("click", () => end());

  send.addEventListener("click", async () => {
    send.disabled = true;
    told.textContent = "Sending.";
    const sent = new FormData();
    for (const name of ["csrf_token", "once"]) sent.set(name, form.elements[name].value);
    sent.set("sound", sound, "answer");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: sent,
        headers: { "X-Requested-With": "fetch" },
      });
      const said = await answer.json();
      if (said.go) return location.assign(said.go);
      told.textContent = said.wrong ?? "That did not work. Your recording is still here: try again.";
    } catch {
      told.textContent = "There is no connection just now. Your recording is still here: try again in a moment.";
    }
    send.disabled = false;
  });
}
