// What a hint offers is done in the page: nothing is sent, and chosen files stay chosen.
import { insertText } from "../lib/insert_text.js";
import { check, chooseTab, field } from "./elements.js";

const WRITING = "#composer, #template";
const form = () => document.querySelector(WRITING);

function moveToPrivate() {
  const radio = form()?.querySelector('[data-tab="private"]:not(:disabled)');
  if (!radio) return false;
  chooseTab(radio);
  field().focus();
  return true;
}

// The word by itself: not inside a longer one.
function wholeWord(word) {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\d])${escaped}(?![\\p{L}\\d])`, "u");
}

function correct(word, better) {
  const area = field() ?? [...form().querySelectorAll(".gap-field")].find((gap) => gap.value.includes(word));
  const at = area ? area.value.search(wholeWord(word)) : -1;
  if (at >= 0) insertText(area, better, at, at + word.length);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-move]") && moveToPrivate()) event.preventDefault();
  const fix = event.target.closest("[data-fix]");
  if (fix) correct(fix.dataset.word, fix.dataset.fix);
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !event.target.closest?.(WRITING)) return;
  const button = { KeyP: "[data-move]", Enter: "[data-anyway]" }[event.code];
  const found = button && form().querySelector(button);
  if (!found) return;
  event.preventDefault();
  found.click();
});

// On a phone the hints scroll: where they do, a key reaches them.
document.addEventListener("htmx:afterSettle", () => {
  const box = document.getElementById("guard");
  if (box) box.tabIndex = box.scrollHeight > box.clientHeight ? 0 : -1;
});

// Who may read it has changed: look again.
document.addEventListener("change", ({ target }) => { if (target.name === "tab") check(); });
