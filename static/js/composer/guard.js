// What a hint offers is done in the page: nothing is sent, and chosen files stay chosen.
import { insertText } from "../lib/insert_text.js";

const form = () => document.querySelector("#composer, #template");
const field = () => document.getElementById("reply");

function toPrivate() {
  const radio = form()?.querySelector('[data-tab="private"]:not(:disabled)');
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  field().focus();
  return true;
}

function put(word, better) {
  const area = field() ?? [...form().querySelectorAll(".gap-field")].find((one) => one.value.includes(word));
  if (!area) return;
  const at = area.value.search(new RegExp(`(?<![\\p{L}\\d])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\d])`, "u"));
  if (at < 0) return;
  insertText(area, better, at, at + word.length);
}

document.addEventListener("click", (event) => {
  const move = event.target.closest("[data-move]");
  if (move && toPrivate()) event.preventDefault();
  const fix = event.target.closest("[data-fix]");
  if (fix) put(fix.dataset.word, fix.dataset.fix);
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !event.target.closest?.("#composer, #template")) return;
  const button = { KeyP: "[data-move]", Enter: "[data-anyway]" }[event.code];
  const found = button && form().querySelector(button);
  if (!found) return;
  event.preventDefault();
  found.click();
});

// Who may read it has changed: look again.
document.addEventListener("change", (event) => { if (event.target.name === "tab" && field()?.value.trim()) htmx.trigger(field(), "check"); });
