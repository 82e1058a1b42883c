// Reads the list of sessions again while one of them is being analysed.
const EVERY = 4000;

async function refresh() {
  const list = document.querySelector("#sessions[data-refresh]");
  if (!list) return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("#sessions");
    if (now && now.innerHTML !== list.innerHTML && !list.contains(document.activeElement)) {
      list.replaceWith(now);
    } else if (now && !now.hasAttribute("data-refresh")) list.removeAttribute("data-refresh");
  }
  setTimeout(refresh, EVERY);
}

setTimeout(refresh, EVERY);
