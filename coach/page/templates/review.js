// The transcript: follows the sound, plays what is clicked, is searched and filtered, is linked to.

let lines = [];
let heard = null; // the line that is being heard
let lastScroll = 0;

const startOf = (element) => Number(element.dataset.start);
const endOf = (element) => Number(element.dataset.end);

function collect() {
  lines = [...document.querySelectorAll(".transcript > .line:not(.event)")];
}

// The last line that begins before a moment: lines stand in order of time.
function lineAt(time) {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(lines[middle]) <= time) low = middle + 1;
    else high = middle;
  }
  return lines[low - 1];
}

const review = () => document.querySelector(".transcript")?.closest("details, .part");
const isOpen = () => Boolean(review() && review().open !== false);

function show(line) {
  const details = line.closest("details");
  if (details) details.open = true;
  line.scrollIntoView({ block: "center" });
}

document.addEventListener("heard", (event) => {
  if (!isOpen()) return;
  const line = lineAt(event.detail);
  const now = line && event.detail < endOf(line) ? line : null;
  if (now === heard) return;
  heard?.classList.remove("playing");
  heard = now;
  heard?.classList.add("playing");
  // It follows unless the reader has just looked elsewhere.
  if (heard && !heard.hidden && Date.now() - lastScroll > 4000 && isReading()) {
    heard.scrollIntoView({ block: "nearest" });
  }
});

// Whether the transcript is in view, so that following it does not take the reader away.
function isReading() {
  const frame = document.querySelector(".transcript").getBoundingClientRect();
  return frame.top < innerHeight && frame.bottom > 0;
}

for (const kind of ["wheel", "touchmove"]) {
  addEventListener(kind, () => (lastScroll = Date.now()), { passive: true });
}

// Without sound, a place in the timeline leads to its line.
document.addEventListener("go", (event) => {
  if (document.querySelector("audio") && !isReadingAnything()) return;
  const line = lineAt(event.detail);
  if (line && (isOpen() || !document.querySelector("audio"))) show(line);
});
const isReadingAnything = () => isOpen();

// A click on a word plays from it: its place in the sentence tells when it is said.
function timeOfClick(said, event) {
  const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const offset = place ? place.offset : document.caretRangeFromPoint?.(event.clientX, event.clientY)?.startOffset ?? 0;
  const share = Math.min(1, offset / Math.max(1, said.textContent.length));
  return startOf(said) + share * (endOf(said) - startOf(said));
}

document.addEventListener("click", (event) => {
  const said = event.target.closest(".transcript .said");
  if (!said || event.target.closest("a, button") || !document.querySelector("audio")) return;
  if (String(getSelection())) return; // text is being selected
  const start = timeOfClick(said, event);
  document.dispatchEvent(new CustomEvent("play", { detail: { start } }));
});

function chosen(form, name) {
  return new Set([...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value));
}

function filter(form) {
  const [speakers, kinds] = [chosen(form, "speaker"), chosen(form, "kind")];
  const words = form.elements.find.value.trim().toLowerCase();
  let number = 0;
  for (const line of document.querySelectorAll(".transcript > .line")) {
    const own = line.dataset.kinds.split(" ");
    const fits =
      (!speakers.size || speakers.has(line.dataset.speaker)) &&
      (!kinds.size || own.some((kind) => kinds.has(kind))) &&
      (!words || line.textContent.toLowerCase().includes(words));
    line.hidden = !fits;
    number += fits;
  }
  const isAll = !speakers.size && !kinds.size && !words;
  form.querySelector(".found").textContent = isAll ? "" : `${number} line${number === 1 ? "" : "s"}`;
  form.closest(".part").classList.toggle("asking", kinds.has("closed"));
}

for (const kind of ["input", "change", "submit"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("form.filter");
    if (!form) return;
    if (kind === "submit") event.preventDefault();
    filter(form);
  });
}

// #t=754 is a second of the sound, #line-754200 a line.
function arrive() {
  const time = /^#t=([\d.]+)$/.exec(location.hash)?.[1];
  const target = time ? lineAt(Number(time)) : document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.matches("details")) target.open = true;
  const folded = target.parentElement?.closest("details");
  if (folded) folded.open = true;
  if (time && document.querySelector("audio")) document.querySelector("audio").currentTime = Number(time);
  target.classList.add("target");
  target.scrollIntoView({ block: target.matches(".line") ? "center" : "start" });
}

// In the frame of a notebook a fragment is resolved against the notebook: go there ourselves.
function stayInFrame(event) {
  const link = event.target.closest('a[href^="#"]');
  const target = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!target || event.defaultPrevented) return;
  event.preventDefault();
  const details = target.closest("details");
  if (details) details.open = true;
  target.scrollIntoView();
}

collect();
document.addEventListener("part", collect);
document.addEventListener("part", (event) => event.detail.querySelectorAll("form.filter").forEach(filter));
document.querySelectorAll("form.filter").forEach(filter);
addEventListener("hashchange", arrive);
const folded = document.querySelector("details.part#review[data-src]");
// A link to a second of a session opens its transcript first.
if (folded && /^#(t=|line-|overlap-)/.test(location.hash)) {
  folded.open = true;
  document.addEventListener("part", arrive, { once: true });
} else arrive();
if (location.protocol === "about:") addEventListener("click", stayInFrame);
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
