// Recording a spoken answer. Where the browser cannot, the page stays as it is and the answer is typed.
// While it is recorded it is kept in the browser too, and offered again after the page was closed.
import { append, chunks, forget, list } from "./kept_sound.js";
import { listen } from "./loudness.js";

const PATIENCE = 1000; // ms that a page waits for the browser's storage before it goes on without
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
  let key = null; // under which the browser keeps it
  let kept = false; // whether all of it is
  let end = () => {};
  box.hidden = false;
  form.querySelector("[data-typed]").open = false;
  const withdraw = offer(box, (found) => sendIt(found, true));

  record.addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      told.textContent = "The microphone is not open to this page. Allow it in your browser, or type your answer.";
      form.querySelector("[data-typed]").open = true;
      return;
    }
    withdraw();
    if (key) forget(key); // she records it again
    kept = true;
    told.textContent = "Recording.";
    const recorder = new MediaRecorder(stream);
    const pieces = [];
    const begun = Date.now();
    const own = (key = `${box.dataset.keptAs}${begun}`);
    const hush = listen(stream, level);
    const tick = setInterval(() => {
      const seconds = Math.floor((Date.now() - begun) / 1000);
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= longest) end();
    }, 200);
    end = () => recorder.state === "recording" && recorder.stop();
    recorder.addEventListener("dataavailable", (event) => {
      append(own, pieces.length, event.data).then((worked) => (kept &&= worked));
      pieces.push(event.data);
    });
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
  send.addEventListener("click", () => sendIt(sound, kept));

  async function sendIt(sound, kept) {
    const buttons = box.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
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
      // Any other status but "refused" is an answer of the door, not of the exercise.
      if (answer.ok && !answer.redirected || answer.status === 422) {
        const said = await answer.json();
        if (said.go) {
          await Promise.race([forgetThese(box.dataset.keptAs), new Promise((go) => setTimeout(go, PATIENCE))]);
          return location.assign(said.go);
        }
        told.textContent = said.wrong ?? "That did not work. Your recording is still here: try again.";
      } else {
        told.textContent = `That did not work; your sign-in may have run out. ${kept
          ? "Your recording is kept in this browser: sign in again, come back to this page, and send it."
          : "Your recording is still here: try again."}`;
      }
    } catch {
      told.textContent = "There is no connection just now. Your recording is still here: try again in a moment.";
    }
    for (const button of buttons) button.disabled = false;
  }
}

async function forgetThese(prefix) {
  await Promise.all((await list(prefix)).map((one) => forget(one.key)));
}

// Offers the newest recording of this exercise that was not sent. Returns what takes the offer back.
function offer(box, sendIt) {
  const part = (name) => box.querySelector(`[data-kept-${name}]`);
  const place = part("offer");
  let open = true;
  const withdraw = () => {
    open = false;
    place.hidden = true;
  };
  list(box.dataset.keptAs).then(async ([newest]) => {
    if (!newest) return;
    const pieces = await chunks(newest.key);
    if (!pieces.length || !open) return;
    const sound = new Blob(pieces, { type: pieces[0].type });
    const begun = new Date(newest.begun);
    const day = begun.toDateString() === new Date().toDateString() ? "" : "yesterday, ";
    const time = begun.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    part("told").textContent = `You have a recording from ${day}${time} that was not sent.`;
    part("playback").src = URL.createObjectURL(sound);
    part("send").addEventListener("click", () => sendIt(sound));
    part("forget").addEventListener("click", async () => {
      withdraw();
      await forgetThese(box.dataset.keptAs);
      box.querySelector("[data-told]").textContent = "It is forgotten.";
      box.querySelector("[data-record]").focus();
    });
    place.hidden = false;
  });
  return withdraw;
}
