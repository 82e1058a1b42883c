// Records in the browser, and sends the recording while it is made: a crash loses some seconds.
import { Refused, Upload } from "./tus.js";
import { begin, end, show, told } from "./upload.js";

const form = document.querySelector("#upload");
const box = form.querySelector(".recorder");
const buttons = Object.fromEntries(
  [...box.querySelectorAll("[data-record]")].map((each) => [each.dataset.record, each]),
);
const microphones = [...box.querySelectorAll(".microphone")];
const clock = box.querySelector(".clock");
const left = box.querySelector(".left");
const file = form.querySelector("input[type=file]");

const EVERY = 5000; // milliseconds of sound in a piece
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const KEPT = "recording"; // the address of a recording that is being sent
// What a call program does to sound makes voices harder to tell apart.
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: true };

const csrf = () => new FormData(form).get("csrf");

class Recording {
  async start() {
    this.streams = await open();
    this.context = this.streams.length > 1 ? new AudioContext() : null;
    const kind = KINDS.find((each) => MediaRecorder.isTypeSupported(each));
    this.upload = new Upload(csrf(), (broken) => show(this.upload.offset, 0, broken));
    const name = `Recording.${kind?.includes("mp4") ? "m4a" : "webm"}`;
    await this.upload.create(null, { ...told(), filename: name });
    localStorage.setItem(KEPT, this.upload.address);
    this.sent = Promise.resolve();
    this.seconds = 0;
    const source = this.context ? join(this.context, this.streams) : this.streams[0];
    this.recorder = new MediaRecorder(source, { mimeType: kind, audioBitsPerSecond: 64_000 });
    this.recorder.addEventListener("dataavailable", ({ data }) => this.take(data));
    this.recorder.start(EVERY);
    this.lock = await navigator.wakeLock?.request("screen").catch(() => null);
    this.timer = setInterval(() => this.tick(), 1000);
  }

  take(piece) {
    this.sent = this.sent.then(async () => {
      await this.upload.append(piece);
      show(this.upload.offset, 0);
    });
    this.sent.catch((error) => this.fail(error));
  }

  tick() {
    if (this.recorder.state !== "recording") return;
    this.seconds += 1;
    const minutes = Math.floor(this.seconds / 60);
    clock.textContent = `${minutes}:${String(this.seconds % 60).padStart(2, "0")}`;
  }

  // Stops the microphones; whatever was recorded is handed over before.
  async close() {
    clearInterval(this.timer);
    const ended = new Promise((done) => this.recorder.addEventListener("stop", done));
    if (this.recorder.state !== "inactive") {
      this.recorder.stop();
      await ended;
    }
    for (const stream of this.streams) for (const track of stream.getTracks()) track.stop();
    await this.context?.close();
    await this.lock?.release();
  }

  async finish() {
    await this.close();
    await this.sent;
    return finish(this.upload);
  }

  async fail(error) {
    if (this.isOver) return;
    this.isOver = true;
    await this.close();
    ready();
    end(error instanceof Refused ? error.message : "The recording broke off.");
  }
}

// Opens one microphone, or two: then each is a channel.
async function open() {
  const [first, second] = microphones.map((each) => each.value);
  const wanted = [first, ...(second && second !== first ? [second] : [])];
  const streams = [];
  for (const id of wanted) {
    const device = id ? { deviceId: { exact: id } } : {};
    streams.push(await navigator.mediaDevices.getUserMedia({ audio: { ...PLAIN, ...device } }));
  }
  await list();
  return streams;
}

function join(context, streams) {
  const merger = context.createChannelMerger(2);
  for (const [channel, stream] of streams.entries()) {
    context.createMediaStreamSource(stream).connect(merger, 0, channel);
  }
  const target = context.createMediaStreamDestination();
  merger.connect(target);
  return target.stream;
}

// Names the microphones; browsers say the names once one was opened.
async function list() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const found = devices.filter((each) => each.kind === "audioinput" && each.label);
  for (const select of microphones) {
    const now = select.value;
    const options = found.map((each) => new Option(each.label, each.deviceId));
    select.replaceChildren(select.options[0], ...options);
    select.value = now;
  }
}

async function finish(upload) {
  const session = await upload.finish();
  localStorage.removeItem(KEPT);
  await describe(session);
  location.assign(`/sessions/${session}`);
}

// Says what was typed while the recording ran.
async function describe(session) {
  const { title, partner, held_on } = told();
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf() };
  const body = JSON.stringify({ title, partner, held_on });
  await fetch(`/v1/sessions/${session}`, { method: "PATCH", headers, body });
}

function ready() {
  file.required = true;
  for (const name of ["pause", "stop"]) buttons[name].hidden = true;
  buttons.start.hidden = false;
  clock.textContent = "";
}

function busy() {
  begin();
  for (const name of ["pause", "stop"]) buttons[name].hidden = false;
  buttons.start.hidden = true;
}

const why = (error) =>
  ({
    NotAllowedError: "The browser does not let this page use the microphone. Allow it, then try again.",
    NotFoundError: "No microphone was found. Connect one, then try again.",
  })[error.name] ?? (error instanceof Refused ? error.message : "The microphone cannot be used.");

let recording = null;

buttons.start.addEventListener("click", async () => {
  file.required = false; // the form is otherwise the same: consent comes first
  if (!form.reportValidity()) {
    file.required = true;
    return;
  }
  recording = new Recording();
  try {
    await recording.start();
    busy();
  } catch (error) {
    ready();
    end(why(error));
  }
});

buttons.pause.addEventListener("click", () => {
  const { recorder } = recording;
  if (recorder.state === "paused") recorder.resume();
  else recorder.pause();
  buttons.pause.textContent = recorder.state === "paused" ? "Go on" : "Pause";
});

buttons.stop.addEventListener("click", () => {
  buttons.stop.disabled = true;
  recording.finish().catch((error) => recording.fail(error));
});

buttons.use.addEventListener("click", () => goOn((upload) => finish(upload)));
buttons.discard.addEventListener("click", () => goOn((upload) => upload.discard()));

async function goOn(work) {
  const upload = new Upload(csrf());
  try {
    if ((await upload.find(localStorage.getItem(KEPT))) !== null) await work(upload);
    localStorage.removeItem(KEPT);
    left.hidden = true;
    buttons.start.hidden = false;
  } catch (error) {
    end(why(error));
  }
}

async function showLeft() {
  const address = localStorage.getItem(KEPT);
  if (!address) return;
  const upload = new Upload(csrf());
  const isThere = (await upload.find(address)) !== null && upload.offset > 0;
  if (!isThere) return localStorage.removeItem(KEPT);
  left.hidden = false;
  buttons.start.hidden = true;
}

if (navigator.mediaDevices?.getUserMedia && window.MediaRecorder) {
  box.hidden = false;
  await showLeft();
}
