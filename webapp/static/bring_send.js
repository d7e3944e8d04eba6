// Sends a recording in pieces, and does not give up while the connection is lost.

const LONGEST_WAIT = 30; // s between two tries
const STALLED = 5 * 60 * 1000; // ms for one piece; a line that needs longer is as good as lost
const AGAIN = [0, 429, 502, 503, 504]; // answers that are worth another try

// What stops the sending; the message is for the person at the screen.
export class Trouble extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export class Courier {
  // `told` is given words while we wait, and nothing once it goes on.
  constructor(root, token, told) {
    Object.assign(this, { root, token, told, stopped: null });
  }

  // What is there: { state, parts: { 0: { pieces, bytes, first, last } } }
  arrived() {
    return this.#persist("GET", "arrived");
  }

  // `progress` is told how many bytes of this piece have left.
  async send(part, number, piece, progress = () => {}) {
    const answer = await this.#persist("POST", `pieces/${part}/${number}`, piece, progress);
    if (answer.taken !== piece.size) throw new Trouble("A piece came through cut off. Load the page again.");
  }

  // `counts`: how many pieces each part has, from part 0. Says where the page of the recording is.
  async finish(counts, name = "") {
    const told = new URLSearchParams({ file_name: name });
    for (const count of counts) told.append("parts", count);
    return (await this.#persist("POST", "finish", told)).go;
  }

  // Forgets what has arrived, and what arrives meanwhile because it was on its way.
  async startOver() {
    do await this.#persist("POST", "start-over", new URLSearchParams());
    while (Object.keys((await this.arrived()).parts).length);
  }

  // Stops what is under way, which fails with an AbortError.
  stop() {
    this.stopped?.abort();
  }

  async #persist(method, path, body = null, progress = () => {}) {
    this.stopped = new AbortController();
    const { signal } = this.stopped;
    for (let wait = 1; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const { status, said } = await ask(method, `${this.root}/${path}`, this.token, body, progress, signal);
      signal.throwIfAborted();
      if (!AGAIN.includes(status)) {
        this.told("");
        if (status === 200 && said && !said.wrong) return said;
        throw trouble(status, said);
      }
      this.told(status
        ? "The server is busy just now. What was sent is safe; we go on by ourselves."
        : "There is no connection just now. What was sent is safe; we go on by ourselves.");
      await pause(wait * 1000, signal);
    }
  }
}

function trouble(status, said) {
  if (said?.wrong) return new Trouble(said.wrong, status);
  const words = status === 200
    ? "Your sign-in has run out. What was sent is safe. Sign in again, come back to this page, and go on."
    : "That did not work. What was sent is safe: try again in a moment.";
  return new Trouble(words, status);
}

// fetch() does not say how much has left; this does.
function ask(method, address, token, body, progress, signal) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open(method, address);
    request.timeout = STALLED;
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.setRequestHeader("Accept", "application/json");
    if (body instanceof Blob) request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("loadend", () => {
      signal.removeEventListener("abort", stop);
      resolve({ status: request.status, said: read(request) });
    });
    signal.addEventListener("abort", stop);
    request.send(body);
  });
}

function read(request) {
  if (!request.getResponseHeader("Content-Type")?.startsWith("application/json")) return null;
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

// Waits, but no longer than until there is a connection again.
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = (settle) => {
      clearTimeout(timer);
      over.abort();
      settle();
    };
    const timer = setTimeout(() => end(resolve), ms);
    addEventListener("online", () => end(resolve), { signal: over.signal });
    signal.addEventListener("abort", () => end(() => reject(signal.reason)), { signal: over.signal });
  });
}
