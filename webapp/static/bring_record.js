// Recording a conversation: kept each second, sent on every quarter of a minute.
import { clock, length } from "./bring_words.js";
import { listen } from "./loudness.js";

const SEND_EVERY = 15; // s
const QUIET = 15; // on the meter: softer than a low voice across a room
const PATIENCE = 15; // s of quiet before we ask about the microphone
const BITS = 64_000; // a second; speech needs no more, and three hours are 90 MB
const FORMATS = ["audio/webm;codecs=opus", "audio/mp4"];
// Two people at different distances: what makes one voice on a telephone clear would take the other away.
const MICROPHONE = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true };

export const can = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

// Records a part, from `before` seconds on, until `stop` is called, the time is over or the microphone is gone.
// `ended` is told which: "asked", "full" or "gone".
export async function record(find, parts, { before, longest, trouble, ended }) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: MICROPHONE });
  const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS });
  const keep = parts.begin();
  const [shown, level, silent, safe] = ["clock", "level", "silent", "safe"].map(find);
  let [seconds, heard, since, pieces, why] = [before, before, performance.now(), 0, "gone"];

  const hush = listen(stream, level, (loudness) => (heard = loudness < QUIET ? heard : seconds));
  const tick = setInterval(() => {
    const now = performance.now();
    if (recorder.state === "recording") seconds += (now - since) / 1000;
    since = now;
    shown.textContent = clock(seconds);
    silent.hidden = recorder.state !== "recording" || seconds - heard < PATIENCE;
    if (seconds >= longest) stop("full");
  }, 200);

  const sendOn = () => {
    const upTo = seconds;
    parts.send().then(() => (safe.textContent = `Safe on the server: the first ${length(upTo)}.`), trouble);
  };
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (!data.size) return;
    keep(data);
    pieces += 1;
    if (pieces % SEND_EVERY === 0) sendOn();
  });
  const stop = (reason) => {
    why = reason;
    if (recorder.state !== "inactive") recorder.stop();
  };
  recorder.addEventListener("stop", async () => {
    clearInterval(tick);
    hush();
    silent.hidden = true;
    safe.textContent = "";
    stream.getTracks().forEach((track) => track.stop());
    awake?.release();
    ended(why, seconds);
  });
  recorder.start(1000);
  const awake = await navigator.wakeLock?.request("screen").catch(() => null); // a telephone that sleeps hears nothing

  return {
    stop,
    paused: () => recorder.state === "paused",
    pause() {
      recorder.requestData(); // what was said up to here
      recorder.pause();
      sendOn();
    },
    resume() {
      heard = seconds;
      recorder.resume();
    },
  };
}
