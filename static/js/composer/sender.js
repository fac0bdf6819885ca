// Another account answers: its signature comes under the text, and counts. The draft keeps the choice.
import { check } from "./elements.js";

document.addEventListener("change", ({ target }) => {
  if (target.id !== "sender") return;
  const { signature, glue } = target.selectedOptions[0].dataset;
  const tab = target.form.querySelector('[name="tab"][value="public"]');
  Object.assign(tab.dataset, { signature, glue });
  const shown = target.form.querySelector(".signed.if-public");
  if (shown) shown.textContent = signature;
  tab.dispatchEvent(new Event("change", { bubbles: true })); // the counter counts again
  check();
});
