// The house rule goes into the composer at a click. What stands there stays.
import { insertText } from "../lib/insert_text.js";
import { field } from "./elements.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-insert]");
  if (!link || !field()) return;
  event.preventDefault();
  const end = field().value.trimEnd().length;
  insertText(field(), `${end ? "\n\n" : ""}${link.dataset.insert}`, end, field().value.length);
});
