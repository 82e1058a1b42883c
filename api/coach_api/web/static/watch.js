// Follows an analysis by server-sent events and shows how far it is.
const card = document.querySelector("[data-watch]");
const labels = JSON.parse(card?.dataset.stages ?? "{}");

function show(card, said) {
  const stage = labels[said.stage] ?? said.stage;
  const title = card.querySelector(".stage");
  if (title.textContent !== stage) title.textContent = stage;
  card.querySelector("progress").value = said.fraction ?? 0;
  if (said.seconds_left == null) return;
  const minutes = Math.ceil(said.seconds_left / 60);
  card.querySelector(".left").textContent =
    `About ${minutes} minute${minutes === 1 ? "" : "s"} left. You may close this page.`;
}

// A note of the browser when the analysis ends and this page is not in view; only if asked for.
const button = card?.querySelector("[data-notify]");
const isWanted = () => button?.getAttribute("aria-pressed") === "true";

function notify() {
  if (isWanted() && document.hidden) new Notification("The scorecard is ready");
}

if (button && "Notification" in window && Notification.permission !== "denied") {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const granted = !isWanted() && (await Notification.requestPermission()) === "granted";
    button.setAttribute("aria-pressed", String(granted));
  });
}

if (card) {
  const events = new EventSource(card.dataset.watch);
  events.addEventListener("progress", (event) => {
    const said = JSON.parse(event.data);
    if (said.status === "queued" || said.status === "running") return show(card, said);
    events.close();
    notify();
    location.reload();
  });
  events.addEventListener("gone", () => location.assign("/"));
}
