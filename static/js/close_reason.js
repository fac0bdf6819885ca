// Why it is closed without an answer: a figure chooses, Enter closes, R answers after all.
import { letter } from "./lib/keyboard.js";

const dialog = () => document.getElementById("why");
const reasons = () => [...dialog().querySelectorAll("[name=reason]:not([type=hidden])")];

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog()) return;
  if (!dialog().open) dialog().showModal();
  // Not by autofocus: htmx would see to it once more, after somebody chose.
  (reasons()[0] ?? dialog().querySelector("button"))?.focus();
});
// It was answered: what comes back shows on the page, or asks once more.
document.addEventListener("htmx:beforeRequest", ({ detail }) => { if (dialog()?.contains(detail.elt)) dialog().close(); });

function answer() {
  dialog().close();
  const field = document.getElementById("reply");
  (field ?? document.getElementById("scroll"))?.focus();
}
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-act='answer-after-all']")) answer();
  else if (event.target === dialog()) dialog().close(); // beside it
});
document.addEventListener("keydown", (event) => {
  if (!dialog()?.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const key = letter(event);
  const reason = reasons()[Number(key) - 1];
  if (/^[1-9]$/.test(key) && reason) { reason.checked = true; reason.focus(); }
  else if (key === "r") answer();
  else return;
  event.preventDefault();
});
