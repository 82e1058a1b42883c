// Sends the upload form with progress. Without this script the form is sent as it is.
const form = document.querySelector("#upload");
const button = form.querySelector("button");
const sending = form.querySelector(".sending");
const bar = sending.querySelector("progress");
const text = sending.querySelector("p");
const refused = form.querySelector(".alert");

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function begin() {
  button.disabled = true;
  refused.hidden = true;
  sending.hidden = false;
}

function end(message) {
  button.disabled = false;
  sending.hidden = true;
  refused.hidden = false;
  refused.textContent = message;
}

function answered(request) {
  const answer = JSON.parse(request.responseText || "{}");
  const again = request.status === 200 ? "?again=1" : "";
  if (request.status < 300) location.assign(`/sessions/${answer.id}${again}`);
  else end(answer.detail || "The service refused the recording.");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const data = new FormData(form);
  const request = new XMLHttpRequest(); // fetch cannot tell how much was sent
  request.open("POST", form.dataset.to);
  request.setRequestHeader("X-CSRF-Token", data.get("csrf"));
  request.upload.addEventListener("progress", (sent) => {
    bar.value = sent.loaded / sent.total;
    text.textContent = `${megabytes(sent.loaded)} of ${megabytes(sent.total)}`;
  });
  request.addEventListener("load", () => answered(request));
  request.addEventListener("error", () => end("The connection broke. Send it again."));
  begin();
  request.send(data);
});
