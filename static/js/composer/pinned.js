// The text of an incident, put where the cursor stands in the answer. Without this its link does the same.
import { insertText } from "../lib/insert_text.js";
import { field } from "./elements.js";

document.addEventListener("click", (event) => {
  const pinned = event.target.closest("[data-pinned]");
  const area = field();
  if (!pinned || !area) return;
  event.preventDefault();
  insertText(area, pinned.dataset.pinned, area.selectionStart, area.selectionEnd);
});
