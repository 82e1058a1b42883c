// Plays moments and steps through the sound, by click and by key.
// The page is whole without this: every moment is then a link to its line in the transcript.

const audio = document.querySelector("audio");
const player = document.querySelector(".player");
const LEAD_OUT = 0.4; // seconds after a moment, so that its last word is heard whole
const STEP = 5;
const SPEED = "coach-speed";

let playing = null; // the control whose moment is being played
let stopAt = Infinity;
let at = -1; // without sound, the moment that was gone to last
let isOurs = false; // whether the next seek is our own

const startOf = (element) => Number(element.dataset.start);

function press(control) {
  playing?.setAttribute("aria-pressed", "false");
  playing = control;
  playing?.setAttribute("aria-pressed", "true");
}

function seek(time) {
  isOurs = true;
  audio.currentTime = Math.max(0, time);
}

// From `start` on, to `end` if there is one; pressing the same control again pauses and goes on.
function play(start, end = Infinity, control = null) {
  if (control && control === playing) return audio.paused ? audio.play() : audio.pause();
  press(control);
  stopAt = end + LEAD_OUT;
  seek(start);
  audio.play().catch(() => press(null));
}

function asButton(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  Object.assign(button.dataset, link.dataset);
  button.append(...link.childNodes);
  button.querySelector(".sr").textContent = "Play from ";
  button.setAttribute("aria-pressed", "false");
  link.replaceWith(button);
}

function dress(root) {
  if (audio) root.querySelectorAll("a.moment").forEach(asButton);
}

// Where a click on a row of the timeline is in the sound; on a sign, the start of its moment.
function timeIn(row, x) {
  const frame = row.getBoundingClientRect();
  const start = startOf(row);
  return start + ((x - frame.left) / frame.width) * (Number(row.dataset.end) - start);
}

function nearest(row, x) {
  const near = [...row.querySelectorAll(".mark")].map((mark) => {
    const frame = mark.getBoundingClientRect();
    return { mark, distance: Math.abs(x - (frame.left + frame.width / 2)) };
  });
  near.sort((one, other) => one.distance - other.distance);
  return near[0]?.distance <= 12 ? near[0].mark : null;
}

function goTo(time, end) {
  if (audio) play(time, end);
  document.dispatchEvent(new CustomEvent("go", { detail: time }));
}

document.addEventListener("click", (event) => {
  const moment = event.target.closest("button.moment");
  if (moment) return play(startOf(moment), Number(moment.dataset.end), moment);
  const row = event.target.closest(".row");
  if (!row) return;
  const mark = nearest(row, event.clientX);
  if (mark) goTo(startOf(mark), Number(mark.dataset.end));
  else goTo(timeIn(row, event.clientX));
});

// Moments in the order of the page's own transcript, or else of everything that can be played.
function moments() {
  const marked = [...document.querySelectorAll(".line:not([hidden]):not([data-kinds=''])")];
  const found = marked.length ? marked : [...document.querySelectorAll("button.moment:not(.paper *)")];
  return found.map((each) => ({ start: startOf(each), end: Number(each.dataset.end), each }))
    .sort((one, other) => one.start - other.start);
}

// The next moment is heard, shown, and its first label is at hand.
function toMoment(step) {
  const now = audio ? audio.currentTime : at;
  const all = moments();
  const next = step > 0 ? all.find((m) => m.start > now + 0.3) : all.findLast((m) => m.start < now - 1);
  if (!next) return;
  at = next.start;
  if (audio) play(next.start, next.end);
  next.each.scrollIntoView({ block: "nearest" });
  (next.each.querySelector("a.chip") ?? next.each).focus({ preventScroll: true });
}

const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const isControl = (target) => target.closest("a, button, summary, audio, [role=menu], input");

const KEYS = {
  " ": () => (audio.paused ? audio.play() : audio.pause()),
  ArrowLeft: () => seek(audio.currentTime - STEP),
  ArrowRight: () => seek(audio.currentTime + STEP),
  n: () => toMoment(1),
  p: () => toMoment(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  const act = KEYS[event.key];
  if (!act || isTyping(event.target) || (!audio && event.key.length > 1) || (!audio && event.key === " ")) return;
  if (event.key === " " && isControl(event.target)) return;
  if (event.key.startsWith("Arrow") && event.target.closest("audio")) return;
  event.preventDefault();
  act();
});

function follow() {
  const now = audio.currentTime;
  if (now >= stopAt) {
    stopAt = Infinity;
    audio.pause();
    press(null);
  }
  for (const row of document.querySelectorAll(".row")) {
    const [start, end, head] = [startOf(row), Number(row.dataset.end), row.querySelector(".playhead")];
    const place = `${(100 * (now - start)) / (end - start)}%`;
    head.classList.toggle("on", start <= now && now < end);
    head.setAttribute("x1", place);
    head.setAttribute("x2", place);
  }
  document.dispatchEvent(new CustomEvent("heard", { detail: now }));
}

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a frame without storage
  }
}

function setSpeed(value) {
  audio.playbackRate = Number(value);
  try {
    localStorage.setItem(SPEED, value);
  } catch {
    // It is kept for this page alone.
  }
}

if (audio) {
  dress(document);
  audio.addEventListener("timeupdate", follow);
  // Who drags the player has left the moment: what plays now goes on.
  audio.addEventListener("seeking", () => {
    if (!isOurs) {
      stopAt = Infinity;
      press(null);
    }
    isOurs = false;
  });
  const speed = player.querySelector("[data-speed]");
  const kept = stored(SPEED);
  if (kept && [...speed.options].some((option) => option.value === kept)) {
    speed.value = kept;
    audio.defaultPlaybackRate = audio.playbackRate = Number(kept);
  }
  speed.addEventListener("change", () => setSpeed(speed.value));
  player.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]")?.dataset.step;
    if (step === "next") toMoment(1);
    else if (step === "previous") toMoment(-1);
    else if (step) seek(audio.currentTime + Number(step));
  });
}
document.addEventListener("part", (event) => dress(event.detail));
document.addEventListener("play", (event) => {
  if (event.detail && audio) play(event.detail.start, event.detail.end ?? Infinity);
});
document.documentElement.classList.add("scripted");
