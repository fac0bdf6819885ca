// A form that leaves by itself leaves once, however long the answer takes: a second click is the same press.
// None answers with a file: files are links. What opens in a tab of its own leaves this page as it is.
const BESIDE = 2000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return; // htmx sends it
  if (form.dataset.left) event.preventDefault();
  form.dataset.left = "1";
  if (event.submitter?.formTarget || form.target) setTimeout(() => delete form.dataset.left, BESIDE);
});

function free() {
  for (const form of document.querySelectorAll("form[data-left]")) delete form.dataset.left;
}

// Back from the next page, or stopped on the way there, it is as it was.
window.addEventListener("pageshow", free);
window.navigation?.addEventListener("navigateerror", free);
