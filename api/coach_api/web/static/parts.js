// Loads the parts of a scorecard when they are opened. Without this script each is a page of its own.
const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

const session = document.body.dataset.session;

async function load(details) {
  const source = details.dataset.src;
  delete details.dataset.src;
  const wait = details.querySelector(".wait");
  try {
    const answer = await fetch(source);
    if (!answer.ok) throw new Error(answer.status);
    const piece = document.createElement("div");
    piece.innerHTML = await answer.text();
    wait.replaceWith(piece);
    document.dispatchEvent(new CustomEvent("part", { detail: piece }));
  } catch {
    details.dataset.src = source; // the link to the page stays, and opening it again tries again
  }
}

// "toggle" does not bubble, but it can be seen on its way down.
document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (details.open && details.dataset.src) load(details);
}, true);

// A link to a place in a part goes there on this page.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = new URL(link.href);
  const name = target.pathname.startsWith(`${session}/`) && target.pathname.slice(session.length + 1);
  const details = name && document.querySelector(`details.part#${CSS.escape(name)}`);
  if (!details || link.closest(".wait")) return;
  event.preventDefault();
  details.open = true;
  if (details.dataset.src) await load(details);
  if (target.hash) location.hash = target.hash;
  else details.scrollIntoView();
});
