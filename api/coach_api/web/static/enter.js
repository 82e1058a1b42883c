// A link that this computer's own app has opened signs in by itself; other links ask first.
const form = document.querySelector("form:not(:has(a))");
if (location.hash === "#enter" && form && !form.querySelector("[required]")) form.submit();
