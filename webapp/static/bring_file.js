// A file on its way in: whether we can take it, whether it is the one that was begun, and sending it piece by piece.
import { Trouble } from "./bring_send.js";

const KINDS = ["aac", "avi", "flac", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "oga", "ogg", "opus", "wav", "weba", "webm", "wma"];

// What is wrong with a file, in words; nothing if it can be sent.
export function wrong(file, largest) {
  if (!file.size) return "That file is empty. Choose the one with the recording in it.";
  if (file.size > largest) return "That file is larger than 1 GB. Save it as sound alone (mp3 or m4a), and bring that in.";
  const ending = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  if (KINDS.includes(ending) || /^(audio|video)\//.test(file.type)) return "";
  return "That is no file with sound in it. Sound and video work, such as mp3, m4a, wav, ogg, webm, flac, mp4 or mov.";
}

// How many pieces of this file have arrived; -1 if what has arrived is something else.
export async function begun(file, parts, piece) {
  const numbers = Object.keys(parts);
  if (!numbers.length) return 0;
  const { pieces, bytes, first, last } = parts[0] ?? {};
  if (numbers.length > 1 || !pieces || bytes !== Math.min(file.size, pieces * piece)) return -1;
  const same = (await digest(file, 0, piece)) === first && (await digest(file, pieces - 1, piece)) === last;
  return same ? pieces : -1;
}

// Sends the pieces from one on, and has the work begin. `progress` is told the bytes that are there.
export async function upload(courier, file, from, piece, progress) {
  const count = Math.ceil(file.size / piece);
  for (let number = from; number < count; number++) {
    const slice = cut(file, number, piece);
    try {
      await slice.slice(0, 1).arrayBuffer();
    } catch {
      throw new Trouble("The file cannot be read any more: it was moved, changed or taken out. Choose it again.");
    }
    await courier.send(0, number, slice, (sent) => progress(number * piece + Math.min(sent, slice.size)));
    progress(number * piece + slice.size);
  }
  return courier.finish([count], file.name);
}

const cut = (file, number, piece) => file.slice(number * piece, (number + 1) * piece);

// Without a secure connection there are no digests, and no file is known again.
async function digest(file, number, piece) {
  const found = await crypto.subtle?.digest("SHA-256", await cut(file, number, piece).arrayBuffer());
  return found && Array.from(new Uint8Array(found), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
