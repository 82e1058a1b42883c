// Sends bytes by the tus protocol in pieces, and goes on by itself after the connection broke.
const VERSION = { "Tus-Resumable": "1.0.0" };
const PIECE = 4 * 2 ** 20;
const LONGEST_WAIT = 30_000;
const MAY_PASS = new Set([429, 500, 502, 503, 504]); // a full store (507) does not pass by itself

// What the service answers to bytes that it will not take; trying again would not help.
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

const metadata = (fields) =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${base64(value)}`.trim())
    .join(",");

// Parameters: `csrf` of the page; `broken` is told when the connection breaks (true) and comes back (false).
export class Upload {
  constructor(csrf, broken = () => {}) {
    this.csrf = csrf;
    this.tell = broken;
    this.isBroken = false;
    this.address = null;
    this.offset = 0;
  }

  // Announces an upload; `size` null when its length is told at its end.
  async create(size, fields) {
    const length = size === null ? { "Upload-Defer-Length": "1" } : { "Upload-Length": `${size}` };
    const headers = { ...length, "Upload-Metadata": metadata(fields) };
    const answer = await this.#request("POST", "/v1/uploads", { headers });
    this.address = answer.headers.get("Location");
    this.offset = 0;
  }

  // Goes back to an upload of before; null when it is no longer there.
  async find(address) {
    const answer = await this.#request("HEAD", address).catch(ifRefused);
    if (answer === null) return null;
    this.address = address;
    this.#note(answer);
    return Number(answer.headers.get("Upload-Length") ?? NaN);
  }

  // Sends a blob from where the upload stands; gives the session's address when it is whole.
  async send(blob, progressed = () => {}) {
    while (this.offset < blob.size) {
      await this.#patch(blob.slice(this.offset, this.offset + PIECE));
      progressed(this.offset);
    }
    return this.session;
  }

  // Appends a piece of a recording whose length is not known yet.
  async append(piece) {
    const end = this.offset + piece.size;
    while (this.offset < end) await this.#patch(piece.slice(piece.size - (end - this.offset)));
  }

  // Says that nothing more comes; gives the session's address.
  async finish() {
    await this.#patch(new Blob([]), { "Upload-Length": `${this.offset}` });
    return this.session;
  }

  async discard() {
    await this.#request("DELETE", this.address).catch(ifRefused);
  }

  async #patch(body, more = {}) {
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": `${this.offset}`,
      ...more,
    };
    try {
      this.#note(await this.#request("PATCH", this.address, { headers, body }));
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      await pause(1000); // another request may still be at work on it
      this.#note(await this.#request("HEAD", this.address)); // what was sent twice has arrived
    }
  }

  #noteBroken(isBroken) {
    if (isBroken !== this.isBroken) this.tell(isBroken);
    this.isBroken = isBroken;
  }

  #note(answer) {
    this.offset = Number(answer.headers.get("Upload-Offset"));
    this.isKnown = answer.headers.get("Session-Is-New") === "false";
    this.session = answer.headers.get("Content-Location")?.split("/").at(-1) ?? null;
  }

  // Asks until the service answers: a connection comes back, a service starts again.
  async #request(method, address, { headers = {}, body } = {}) {
    const all = { ...VERSION, "X-CSRF-Token": this.csrf, Accept: "application/json", ...headers };
    for (let wait = 1000; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const answer = await fetch(address, { method, headers: all, body }).catch(() => null);
      if (answer?.ok) {
        this.#noteBroken(false);
        return answer;
      }
      if (answer && !MAY_PASS.has(answer.status)) {
        const said = await answer.json().catch(() => ({}));
        throw new Refused(answer.status, said.detail ?? "The service refused the recording.");
      }
      this.#noteBroken(true);
      await pause(wait);
      // Some of the bytes may have come: the offset says so, and another offset is a conflict.
    }
  }
}

function ifRefused(error) {
  if (error instanceof Refused) return null;
  throw error;
}
