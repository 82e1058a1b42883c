// Plays moments, follows the sound, and lets the arrow keys walk along the timeline.
// The page is whole without this: every moment is then a link to its line in the transcript.

const audio = document.querySelector("audio");
const marks = [...document.querySelectorAll(".rows .mark")];
const lines = [...document.querySelectorAll(".line")];
const rows = [...document.querySelectorAll(".row")];
const LEAD_OUT = 0.4; // seconds after a moment, so that its last word is heard whole

let playing = null; // the control whose moment is being played
let stopAt = Infinity;

function press(control) {
  playing?.setAttribute("aria-pressed", "false");
  playing = control;
  playing?.setAttribute("aria-pressed", "true");
}

function play(control) {
  if (control === playing && !audio.paused) return audio.pause();
  press(control);
  stopAt = Number(control.dataset.end) + LEAD_OUT;
  audio.currentTime = Number(control.dataset.start);
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
  button.addEventListener("click", () => play(button));
  link.replaceWith(button);
}

function asPlayingMark(mark) {
  mark.setAttribute("role", "button");
  mark.addEventListener("click", (event) => {
    event.preventDefault();
    play(mark);
  });
  mark.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    play(mark);
  });
}

function follow() {
  const now = audio.currentTime;
  if (now >= stopAt) {
    audio.pause();
    stopAt = Infinity;
  }
  const heard = (element) => Number(element.dataset.start) <= now && now < Number(element.dataset.end);
  for (const line of lines) line.classList.toggle("playing", heard(line));
  for (const row of rows) {
    const head = row.querySelector(".playhead");
    const start = Number(row.dataset.start);
    const place = `${(100 * (now - start)) / (Number(row.dataset.end) - start)}%`;
    head.classList.toggle("on", heard(row));
    head.setAttribute("x1", place);
    head.setAttribute("x2", place);
  }
}

function walk() {
  const stepOf = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  marks.forEach((mark, i) => {
    mark.setAttribute("tabindex", i === 0 ? "0" : "-1");
    mark.addEventListener("keydown", (event) => {
      const step = stepOf[event.key];
      const next = event.key === "Home" ? marks[0] : event.key === "End" ? marks.at(-1) : marks[i + step];
      if (!next) return;
      event.preventDefault();
      mark.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  });
}

// In the frame of a notebook a fragment is resolved against the notebook: go there ourselves.
function stayInFrame(event) {
  const link = event.target.closest('a[href^="#"]');
  const target = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!target || event.defaultPrevented) return;
  event.preventDefault();
  target.scrollIntoView();
}

if (audio) {
  document.querySelectorAll("a.moment").forEach(asButton);
  marks.forEach(asPlayingMark);
  audio.addEventListener("timeupdate", follow);
  audio.addEventListener("pause", () => press(null));
}
walk();
if (location.protocol === "about:") addEventListener("click", stayInFrame);
document.documentElement.classList.add("scripted");
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
