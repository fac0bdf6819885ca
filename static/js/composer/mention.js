// "@" in a note opens the colleagues who may see this conversation.
// What is chosen is written as the server recognises it.
import { insertText } from "../lib/insert_text.js";
import { hasModifier } from "../lib/keyboard.js";
import { bySelection, createListbox } from "../lib/listbox.js";
import { fetchHtml } from "../lib/server.js";
import { fold } from "../lib/text.js";
import { field, isNote } from "./elements.js";

const MOST = 8;
const BEGUN = /(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_.'’-]*(?: [\p{L}\p{N}_.'’-]*){0,2})$/u;
const OPTION = "#mention-list [role=option]";
const list = () => document.getElementById("mention-list");
const people = createListbox(() => [...document.querySelectorAll(OPTION)], bySelection(field));
let asked = "", answer;

// From the @ before the cursor to the cursor, as long as it may still become a name.
function begun() {
  const area = field();
  if (!area || !isNote() || area.selectionStart !== area.selectionEnd) return null;
  const found = BEGUN.exec(area.value.slice(0, area.selectionStart));
  return found && { at: found.index, words: found[1] };
}

async function look() {
  if (!list() || !begun()) {
    close();
    return;
  }
  const address = list().dataset.mentions;
  if (asked !== address) [asked, answer] = [address, undefined];
  answer ??= fetchHtml(address);
  try {
    const html = await answer;
    // Meanwhile another conversation may be here, or the name be finished.
    if (list()?.dataset.mentions !== address || !begun()) return;
    if (!list().childElementCount) list().innerHTML = html;
  } catch {
    answer = undefined; // the name can be written out all the same
    return;
  }
  narrow(fold(begun().words));
}

function narrow(wanted) {
  let room = MOST;
  document.querySelectorAll(OPTION).forEach((option) => {
    option.hidden = room === 0 || !` ${fold(option.dataset.words)}`.includes(` ${wanted}`);
    if (!option.hidden) room -= 1;
  });
  const found = people.shown();
  // A whole name with a space behind it is done.
  if (!found.length || (wanted.endsWith(" ") && fold(found[0].dataset.written) === wanted.trim())) {
    close();
    return;
  }
  open(found.length);
  people.choose(people.chosen() ?? found[0]);
}

function open(number) {
  list().hidden = false;
  field().setAttribute("aria-controls", "mention-list");
  field().setAttribute("aria-autocomplete", "list");
  const status = document.getElementById("mention-told");
  status.textContent = number === 1 ? status.dataset.one : status.dataset.many.replace("{n}", number);
}

function close() {
  if (!list() || list().hidden) return;
  list().hidden = true;
  document.getElementById("mention-told").textContent = "";
  for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) field().removeAttribute(name);
}

function insert(option) {
  const name = begun();
  close();
  if (name) insertText(field(), `@${option.dataset.written} `, name.at, field().selectionStart);
}

function steer(event) {
  if (people.steer(event)) return true;
  if (event.key === "Enter" || event.key === "Tab") insert(people.chosen());
  else if (event.key === "Escape") close();
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || !list() || list().hidden || event.isComposing || hasModifier(event)) return;
  if (!steer(event)) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("input", ({ target }) => { if (target === field()) look(); });
document.addEventListener("change", ({ target }) => { if (target.name === "tab") close(); });
document.addEventListener("focusout", ({ target }) => { if (target === field()) close(); });
// A click must not take the cursor out of the field before the name is in it.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.("#mention-list")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.(OPTION);
  if (option) insert(option);
});
