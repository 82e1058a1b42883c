// Corrects labels where they stand: one click or key opens the choices, the second sets one.
// Without this script each label leads to a page with forms.
const session = document.body.dataset.session;
const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
const toast = document.querySelector(".toast");

const made = []; // ids of corrections that can be undone here, the latest last
const written = new Map(); // sections of the digest as the service wrote them, by id
let menu = null;
let opener = null;

async function send(path, fields) {
  const answer = await fetch(`${session}/corrections${path}`, {
    method: "POST",
    headers: { "X-In-Place": "1" },
    body: new URLSearchParams({ csrf, ...fields }),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.detail ?? "The service did not answer. Try again.");
  return said;
}

function piece(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content;
}

// Sections of the digest that are not as they were.
function showDigest(html) {
  const digest = document.getElementById("digest");
  if (!digest) return;
  for (const part of piece(html).querySelectorAll("#digest > [id], #digest > header")) {
    const key = part.id || part.tagName;
    const now = part.id ? document.getElementById(part.id) : digest.querySelector(":scope > header");
    if (written.get(key) === part.outerHTML || !now) continue;
    written.set(key, part.outerHTML);
    const open = [...now.querySelectorAll("details")].map((details) => details.open);
    now.replaceWith(part);
    [...part.querySelectorAll("details")].forEach((details, i) => (details.open = open[i] ?? false));
    document.dispatchEvent(new CustomEvent("part", { detail: part }));
  }
}

function showLines(answer) {
  for (const id of answer.removed) document.getElementById(id)?.remove();
  const list = document.querySelector(".transcript");
  if (!list) return;
  for (const { id, after, html } of answer.lines) {
    const line = piece(html).firstElementChild;
    const old = document.getElementById(id);
    const before = after && document.getElementById(after);
    if (old) old.replaceWith(line);
    else if (before) before.after(line);
    else list.prepend(line);
    document.dispatchEvent(new CustomEvent("part", { detail: line }));
  }
}

function showKinds(kinds) {
  for (const box of document.querySelectorAll(".pick [name=kind]")) {
    box.closest(".pick").querySelector(".soft").textContent = kinds[box.value] ?? 0;
  }
}

// Other parts are read again when they are next looked at.
function renewParts() {
  for (const name of ["measures", "changes"]) {
    const details = document.querySelector(`details.part#${name}:not([data-src])`);
    if (!details) continue;
    const wait = document.createElement("p");
    wait.className = "wait";
    details.replaceChildren(details.querySelector("summary"), wait);
    details.dataset.src = `${session}/${name}?bare=1`;
    if (details.open) {
      details.open = false;
      details.open = true;
    }
  }
}

function say(text, isUndoable) {
  toast.replaceChildren(text);
  toast.classList.add("on");
  if (!isUndoable) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = "Undo (z)";
  button.addEventListener("click", undo);
  toast.append(" ", button);
}

// Where the reader was: the same label, or what has become of it.
function focusAgain({ group, from, id, speaker }) {
  const same = `[data-group="${group}"][data-from="${from}"]`;
  const line = document.getElementById(id);
  const found =
    document.querySelector(`.transcript ${same}[data-speaker="${CSS.escape(speaker)}"]`) ??
    document.querySelector(`.transcript ${same}`) ??
    line?.querySelector(".chip, .fix") ??
    line;
  found?.focus({ preventScroll: true });
}

function apply(answer, place) {
  showDigest(answer.digest);
  showLines(answer);
  showKinds(answer.kinds);
  renewParts();
  if (place) focusAgain(place);
  document.dispatchEvent(new CustomEvent("corrected", { detail: answer }));
}

function placeOf(label) {
  const { group, from, speaker } = label.dataset;
  return { group, from, speaker: speaker ?? "", id: label.closest(".line")?.id ?? "" };
}

async function correct(fields, place) {
  try {
    const answer = await send("", fields);
    made.push({ id: answer.id, place });
    apply(answer, place);
    say(`${answer.told}.`, true);
  } catch (error) {
    say(error.message, false);
  }
}

async function undo() {
  const last = made.pop();
  if (!last) return say("There is nothing to undo here. Earlier changes are under “Names and changes”.", false);
  try {
    const answer = await send(`/${last.id}/undo`, {});
    apply(answer, last.place);
    say(`Undone: ${answer.told}.`, false);
  } catch (error) {
    say(error.message, false);
  }
}

function set(label, button) {
  const { group, value, from, to, speaker } = label.dataset;
  close();
  label.focus({ preventScroll: true });
  if (button.value === value) return;
  const kind = document.getElementById(`choices-${group}`).dataset.kind;
  correct({ kind, start: from, end: to, speaker, [button.name]: button.value }, placeOf(label));
}

function close() {
  menu?.remove();
  menu = null;
  opener?.removeAttribute("aria-expanded");
}

// Below the label where there is room, or else above it.
function place(element, label) {
  const frame = label.getBoundingClientRect();
  const [below, above] = [innerHeight - frame.bottom - 12, frame.top - 12];
  const isBelow = below >= Math.min(element.offsetHeight, 260) || below > above;
  element.style.maxHeight = `${Math.max(120, isBelow ? below : above)}px`;
  const top = isBelow ? frame.bottom + 4 : frame.top - element.offsetHeight - 4;
  const left = Math.min(frame.left, document.documentElement.clientWidth - element.offsetWidth - 8);
  element.style.top = `${top + scrollY}px`;
  element.style.left = `${Math.max(8, left) + scrollX}px`;
}

function open(label) {
  close();
  const template = document.getElementById(`choices-${label.dataset.group}`);
  opener = label;
  opener.setAttribute("aria-expanded", "true");
  menu = template.content.firstElementChild.cloneNode(true);
  for (const button of menu.querySelectorAll("button")) {
    if (button.value === label.dataset.value) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => set(label, button));
  }
  document.querySelector("main").append(menu);
  place(menu, label);
  (menu.querySelector("[aria-current]") ?? menu.querySelector("button")).focus({ preventScroll: true });
}

// Words, whose they are, and labels that were not found: the forms of the page, in a box here.
async function openForms(link) {
  const answer = await fetch(`${link.href}&bare=1`);
  if (!answer.ok) return location.assign(link.href);
  close();
  opener = link;
  menu = document.createElement("div");
  menu.className = "choices forms";
  menu.setAttribute("role", "dialog");
  menu.setAttribute("aria-label", "Fix what was heard");
  menu.innerHTML = await answer.text();
  document.querySelector("main").append(menu);
  place(menu, link);
  menu.querySelector("textarea, button")?.focus({ preventScroll: true });
  menu.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target, event.submitter));
    const id = link.closest(".line").id;
    close();
    correct(fields, { group: "speaker", from: "", speaker: "", id });
  });
}

function dressLabel(link) {
  if (link.dataset.dressed) return;
  link.dataset.dressed = "1";
  link.setAttribute("role", "button");
  link.setAttribute("aria-haspopup", link.matches(".fix") ? "dialog" : "menu");
}

document.addEventListener("focusin", (event) => {
  const link = event.target.closest?.(".chip[data-group], .voice[data-group], .fix");
  if (link) dressLabel(link);
  if (menu && !menu.contains(event.target) && event.target !== opener) close();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".chip[data-group], .voice[data-group], a.fix");
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (link.matches(".fix")) openForms(link);
    else open(link);
  } else if (menu && !menu.contains(event.target)) close();
});

const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select");

function keyInMenu(event) {
  if (event.key === "Escape") {
    close();
    opener.focus({ preventScroll: true });
    return true;
  }
  if (menu.matches(".forms")) return false;
  const buttons = [...menu.querySelectorAll("button")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const now = buttons.indexOf(document.activeElement);
    buttons[(now + step + buttons.length) % buttons.length].focus();
    return true;
  }
  const chosen = buttons.find((button) => button.dataset.key === event.key);
  chosen?.click();
  return Boolean(chosen);
}

// On a label, the letter of a choice sets it at once.
function keyOnLabel(label, key) {
  const template = document.getElementById(`choices-${label.dataset.group}`);
  const chosen = template.content.querySelector(`button[data-key="${CSS.escape(key)}"]`);
  if (key === " ") open(label);
  else if (chosen) set(label, chosen);
  return key === " " || Boolean(chosen);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const label = event.target.closest?.(".chip[data-group], .voice[data-group]");
  let isDone = false;
  if (menu) isDone = keyInMenu(event);
  else if (label) isDone = keyOnLabel(label, event.key);
  if (!isDone && event.key === "z" && !isTyping(event.target)) {
    undo();
    isDone = true;
  }
  if (!isDone) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// The digest as it came, to see later which of its sections have changed.
function remember() {
  for (const part of document.querySelectorAll("#digest > [id], #digest > header")) {
    written.set(part.id || part.tagName, "");
  }
}
remember();
