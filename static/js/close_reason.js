// Why it is closed without an answer: a figure chooses, Enter closes, R answers after all.
import { hasModifier, letter } from "./lib/keyboard.js";

const dialog = () => document.getElementById("why");
const reasons = () => [...dialog().querySelectorAll("[name=reason]:not([type=hidden])")];

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!dialog() || detail.target !== dialog()) return;
  if (!dialog().open) dialog().showModal();
  // Not by autofocus: htmx would see to it once more, after somebody chose.
  (reasons()[0] ?? dialog().querySelector("button"))?.focus();
});
// It was answered: what comes back shows on the page, or asks once more.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (dialog()?.contains(detail.elt)) dialog().close();
});

function answerAfterAll() {
  dialog().close();
  const field = document.getElementById("reply");
  (field ?? document.getElementById("scroll"))?.focus();
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-act='answer-after-all']")) answerAfterAll();
  else if (target === dialog()) dialog().close(); // beside it
});
document.addEventListener("keydown", (event) => {
  if (!dialog()?.open || hasModifier(event) || event.isComposing) return;
  const key = letter(event);
  const reason = /^[1-9]$/.test(key) && reasons()[Number(key) - 1];
  if (reason) {
    reason.checked = true;
    reason.focus();
  } else if (key === "r") answerAfterAll();
  else return;
  event.preventDefault();
});
