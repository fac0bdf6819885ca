// A form that leaves by itself leaves once: a double click is one press. A file it answers with may be asked for again.
const LONG = 2000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return; // htmx sends it
  if (form.dataset.left) event.preventDefault();
  form.dataset.left = "1";
  setTimeout(() => delete form.dataset.left, LONG);
});
// Back from the next page, it is as it was.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-left]")) delete form.dataset.left;
});
