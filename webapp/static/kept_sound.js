// Sound as it is being recorded, kept in this browser piece by piece: a closed page loses the last second and no more.
//
//   append(key, index, blob)   keep a piece, counted from 0; says whether that worked
//   chunks(key)                the pieces of a recording, in order, up to the first that is missing
//   forget(key)                remove a recording
//   forgetAll()                remove every recording
//   list(prefix)               what is kept under keys that begin so: [{ key, begun, changed, bytes }], the newest first
//
// A key says whose recording it is and what of, and is new for each recording. Calls take effect in the order in which
// they are made, and none fails: a browser that keeps nothing, as some private windows do, has nothing to list.
// list() removes what is older than a day.

const DAY = 24 * 60 * 60 * 1000;
const STORES = ["recordings", "pieces"]; // apart, so that a list need not read the sound
let opened = null;
let last = Promise.resolve();

export function append(key, index, blob) {
  const reading = blob.arrayBuffer(); // small buffers cost the browser less than one file for each second
  return inTurn("readwrite", false, async (stores) => {
    const sound = await reading;
    const { recordings, pieces } = stores();
    pieces.put({ key, index, sound });
    recordings.get(key).onsuccess = (event) => {
      const now = Date.now();
      const known = event.target.result ?? { key, begun: now, bytes: 0, type: blob.type };
      recordings.put({ ...known, changed: now, bytes: known.bytes + blob.size });
    };
    return () => true;
  });
}

export function chunks(key) {
  return inTurn("readonly", [], (stores) => {
    const { recordings, pieces } = stores();
    const about = recordings.get(key);
    const found = pieces.getAll(all(key));
    return () => found.result
      .filter((piece, place) => piece.index === place)
      .map((piece) => new Blob([piece.sound], { type: about.result.type }));
  });
}

export function forget(key) {
  return inTurn("readwrite", undefined, (stores) => {
    const { recordings, pieces } = stores();
    recordings.delete(key);
    pieces.delete(all(key));
  });
}

export function forgetAll() {
  return inTurn("readwrite", undefined, (stores) => Object.values(stores()).forEach((store) => store.clear()));
}

export async function list(prefix = "") {
  const found = await inTurn("readonly", [], (stores) => {
    const asked = stores().recordings.getAll();
    return () => asked.result;
  });
  const old = found.filter((one) => one.changed < Date.now() - DAY);
  await Promise.all(old.map((one) => forget(one.key)));
  return found
    .filter((one) => !old.includes(one) && one.key.startsWith(prefix))
    .sort((a, b) => b.begun - a.begun)
    .map(({ key, begun, changed, bytes }) => ({ key, begun, changed, bytes }));
}

const all = (key) => IDBKeyRange.bound([key], [key, []]);

// Does a piece of work after those before it. `steps` asks for the stores when it is ready to use them, and may give
// back what reads the result once all is done.
function inTurn(mode, otherwise, steps) {
  const next = last.then(() => work(mode, steps)).catch(() => otherwise);
  last = next;
  return next;
}

async function work(mode, steps) {
  opened ??= open();
  opened.catch(() => (opened = null));
  const base = await opened;
  let done = Promise.resolve();
  const result = await steps(() => {
    const transaction = base.transaction(STORES, mode);
    done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    return Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)]));
  });
  await done;
  return result?.();
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("changetalk", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("recordings", { keyPath: "key" });
      asked.result.createObjectStore("pieces", { keyPath: ["key", "index"] });
    };
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      asked.result.onclose = () => (opened = null); // somebody emptied the browser's storage
      resolve(asked.result);
    };
  });
}
