// Sends recordings in pieces: an upload goes on after a broken connection, and after the page was
// closed, once the same files are chosen again. Without this script the form is sent as it is.
import { Refused, Upload } from "./tus.js";
import { zip } from "./zip.js";

const form = document.querySelector("#upload");
const input = form.querySelector("input[type=file]");
const chosen = form.querySelector(".chosen");
const several = form.querySelector(".several");
const button = form.querySelector("button:not([type])");
const sending = form.querySelector(".sending");
const bar = sending.querySelector("progress");
const text = sending.querySelector("p");
const refused = form.querySelector(".alert");

const NAMED = ["title", "partner", "held_on", "mentor_first", "consent", "language"];
const KEPT = "upload:";

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const csrf = () => new FormData(form).get("csrf");

export function begin() {
  button.disabled = true;
  refused.hidden = true;
  sending.hidden = false;
}

export function end(message) {
  button.disabled = false;
  sending.hidden = true;
  refused.hidden = false;
  refused.textContent = message;
}

export function show(done, total, isBroken = false) {
  if (total) bar.value = done / total;
  const told = total ? `${megabytes(done)} of ${megabytes(total)}` : `${megabytes(done)} sent`;
  text.textContent = isBroken
    ? `${told}. The connection is broken; it goes on by itself when it is back.`
    : told;
}

// What the form says about a recording, in the words of the service.
export function told() {
  const data = new FormData(form);
  const pairs = NAMED.map((name) => [name, data.get(name)]).filter(([, value]) => value);
  return Object.fromEntries(pairs);
}

// Tells files apart without keeping their names: what is kept here is seen by who comes next.
async function keyOf(files) {
  const parts = files.map((file) => `${file.name}/${file.size}/${file.lastModified}`);
  const bytes = new TextEncoder().encode(parts.join("\n"));
  const hash = crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : [];
  return KEPT + [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Sends files as one session; gives its id.
async function send(files, fields) {
  const key = await keyOf(files);
  const blob = files.length > 1 ? await zip(files) : files[0];
  const upload = new Upload(csrf(), (broken) => show(upload.offset, blob.size, broken));
  const before = localStorage.getItem(key);
  if (before === null || (await upload.find(before)) !== blob.size) {
    await upload.create(blob.size, { ...fields, filename: files[0].name });
    localStorage.setItem(key, upload.address);
  }
  show(upload.offset, blob.size);
  const session = await upload.send(blob, (offset) => show(offset, blob.size));
  localStorage.removeItem(key);
  return { session, isKnown: upload.isKnown };
}

async function sendAll(files) {
  const apart = files.length > 1 && new FormData(form).get("several") === "apart";
  const groups = apart ? files.map((file) => [file]) : [files];
  const fields = told();
  if (apart) delete fields.title; // each has the name of its file
  let last = null;
  for (const group of groups) last = await send(group, fields);
  const again = last.isKnown ? "?again=1" : "";
  location.assign(apart ? "/" : `/sessions/${last.session}${again}`);
}

function showChosen() {
  const files = [...input.files];
  several.hidden = files.length < 2;
  chosen.replaceChildren(
    ...files.map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name}, ${megabytes(file.size)}`;
      return line;
    }),
  );
}

function drop(event) {
  event.preventDefault();
  form.classList.remove("over");
  if (!event.dataTransfer?.files.length || button.disabled) return;
  input.files = event.dataTransfer.files;
  showChosen();
  input.focus();
}

function showUnfinished() {
  const count = Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).length;
  const note = form.querySelector(".unfinished");
  note.hidden = count === 0;
}

input.addEventListener("change", showChosen);
form.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});
form.addEventListener("dragleave", () => form.classList.remove("over"));
form.addEventListener("drop", drop);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  begin();
  try {
    await sendAll([...input.files]);
  } catch (error) {
    end(error instanceof Refused ? error.message : "The file cannot be read. Choose it again.");
  }
});
showChosen();
showUnfinished();
