// Bringing a recording in: the page, and what it shows when. Without this script a small file can still be sent.
import { begun, upload, wrong } from "./bring_file.js";
import { Parts } from "./bring_parts.js";
import { can, record } from "./bring_record.js";
import { Courier } from "./bring_send.js";
import { left, length, size } from "./bring_words.js";

const OTHER_TAB_LEAVES = 1500; // ms for the page before a reload to let go
const RATE_AFTER = 3; // s before we say how long it takes
const box = document.querySelector("[data-bring]");
const find = (name) => box.querySelector(`[data-${name}]`);
const all = (name) => box.querySelectorAll(`[data-${name}]`);
const [piece, largest, longest] = ["piece", "largest", "longest"].map((name) => Number(box.dataset[name]));
const courier = new Courier(box.dataset.root, box.dataset.token, tell);
const parts = new Parts(courier, box.dataset.keptAs, piece);
const drop = find("drop");
const file = drop.querySelector("input[type=file]");
let found = { parts: {}, arrived: 0, seconds: 0, here: false };
let now = null; // the recording that is being made
let busy = false; // whether closing the page would be a pity
let seconds = 0; // recorded so far, over all parts
let again = look;
let shown = false; // whether this page has shown anything yet

addEventListener("beforeunload", (event) => busy && event.preventDefault());
drop.addEventListener("submit", (event) => event.preventDefault());
find("in-pieces").hidden = false;
const ready = look();

// What is there from before, and what to do next.
async function look(words = "") {
  busy = false;
  if (!(await alone())) {
    show();
    return tell("This recording is open in another tab or window. Go on there; or close it, and load this page again.");
  }
  try {
    found = await parts.find();
  } catch (error) {
    return failed(error);
  }
  seconds = found.seconds;
  const before = found.here || found.arrived > 0;
  if (before) offer();
  show(before && "kept", !before && can && "record-here", !found.here && "upload");
  if (words) tell(words);
}

// One page at a time works on a recording.
function alone() {
  alone.asked ??= new Promise((resolve) => {
    if (!navigator.locks) return resolve(true);
    const signal = AbortSignal.timeout(OTHER_TAB_LEAVES);
    const held = () => (resolve(true), new Promise(() => {}));
    navigator.locks.request(box.dataset.keptAs, { signal }, held).catch(() => resolve(false));
  });
  return alone.asked;
}

function offer() {
  find("kept-words").textContent = found.here
    ? `You have a recording of ${length(found.seconds)} from before. Send it, go on recording, or forget it.`
    : `${size(found.arrived)} came in before. If it was a file, choose the same one again and it goes on where it was. `
      + "If you recorded it here, send what is there, or go on recording.";
  find("kept-on").hidden = !can;
}

find("record").addEventListener("click", begin);
find("kept-on").addEventListener("click", begin);
find("kept-send").addEventListener("click", () => sendParts("What you recorded"));
all("forget").forEach((button) => button.addEventListener("click", forget));

async function begin() {
  tell("");
  try {
    now = await record(find, parts, { before: seconds, longest, trouble: ({ message }) => tell(message), ended });
  } catch {
    return tell("The microphone is not open to this page. Allow it in your browser, or bring in a file.");
  }
  busy = true;
  pausing(false);
  show("recording");
}

function pausing(paused) {
  find("recording-words").textContent = paused ? "Paused" : "Recording";
  find("pause").textContent = paused ? "Go on" : "Pause";
  find("recording").querySelector("[data-forget]").hidden = !paused;
}

find("pause").addEventListener("click", () => {
  const paused = now.paused();
  if (paused) now.resume();
  else now.pause();
  pausing(!paused);
});
find("finish").addEventListener("click", () => now.stop("asked"));

function ended(why, until) {
  now = null;
  seconds = until;
  if (why === "forgotten") return;
  if (why === "gone") return look("The microphone went away. What was recorded is still here.");
  sendParts(why === "full" ? "Three hours are the most, so the recording has ended." : "What you recorded");
}

async function forget() {
  now?.stop("forgotten");
  courier.stop();
  tell("");
  try {
    await parts.sending?.catch(() => {}); // it was stopped
    await parts.forget();
  } catch (error) {
    return failed(error);
  }
  await look("It is forgotten.");
}

async function sendParts(what) {
  busy = true;
  sending(what);
  const draw = () => (find("sending-bar").value = parts.share);
  try {
    draw();
    leave(await parts.finish(draw));
  } catch (error) {
    failed(error);
  }
}

file.addEventListener("change", () => file.files.length && choose(file.files[0]));
queueMicrotask(() => file.files.length && choose(file.files[0])); // chosen before this script was there
for (const name of ["dragover", "dragleave", "drop"]) {
  addEventListener(name, (event) => {
    event.preventDefault(); // a file that misses the place does not take the place of the page
    drop.classList.toggle("over", name === "dragover" && drop.contains(event.target));
    const given = name === "drop" && !find("upload").hidden && event.dataTransfer.files;
    if (given?.length) choose(given[0]);
  });
}

async function choose(chosen) {
  await ready; // what is there decides where it goes on
  const words = wrong(chosen, largest);
  tell(words);
  file.setAttribute("aria-invalid", Boolean(words));
  if (words) return;
  const from = await begun(chosen, found.parts, piece);
  if (from >= 0) return sendFile(chosen, from);
  another(chosen);
}

// Something else is there already: nothing is thrown away without being asked.
function another(chosen) {
  find("kept-words").textContent = `${size(found.arrived)} of something else came in before. “${chosen.name}” can take its place.`;
  find("kept-instead").hidden = false;
  find("kept-instead").onclick = async () => {
    find("kept-instead").hidden = true;
    try {
      await parts.forget();
      found = { ...found, parts: {}, arrived: 0 };
      await sendFile(chosen, 0);
    } catch (error) {
      failed(error);
    }
  };
  show("kept", "upload");
}

async function sendFile(chosen, from) {
  busy = true;
  sending(`${chosen.name}, ${size(chosen.size)}${from ? ". It goes on where it was" : ""}`);
  const [begin, before] = [performance.now(), from * piece];
  const draw = (sent) => {
    find("sending-bar").value = sent / chosen.size;
    const spent = (performance.now() - begin) / 1000;
    if (spent < RATE_AFTER || sent <= before) return;
    find("sending-left").textContent = left(((chosen.size - sent) * spent) / (sent - before));
  };
  draw(before);
  try {
    leave(await upload(courier, chosen, from, piece, draw));
  } catch (error) {
    failed(error, async () => {
      await look();
      await choose(chosen);
    });
  }
}

find("cancel").addEventListener("click", () => {
  courier.stop();
  look("The sending has stopped. What was sent is kept: go on whenever you like, or forget it.");
});
find("again").addEventListener("click", () => {
  tell("");
  again();
});

function sending(what) {
  find("sending-what").textContent = what;
  find("sending-left").textContent = "";
  find("again").hidden = true;
  show("sending");
}

function failed(error, retry = look) {
  if (error.name === "AbortError") return;
  busy = now !== null;
  again = retry;
  tell(error.message);
  show("sending");
  find("again").hidden = false;
}

function leave(address) {
  busy = false;
  location.assign(address);
}

function tell(words) {
  find("told").textContent = words;
  find("told").hidden = !words;
}

function show(...names) {
  const [first] = names.filter(Boolean);
  for (const name of ["kept", "record-here", "recording", "upload", "sending"]) find(name).hidden = !names.includes(name);
  if (shown && first) find(first).querySelector("h2").focus(); // the button that was pressed may be gone
  shown = true;
}
