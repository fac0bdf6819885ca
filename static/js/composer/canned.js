// Canned replies: "/" opens the list, the arrows choose, Enter puts one in the answer.
// By its button the list has a field of its own. By key the words stay where they are typed: "/" and what follows it
// is looked for, and nothing leaves the answer before something is chosen.
import { insertText } from "../lib/insert_text.js";
import { hasModifier } from "../lib/keyboard.js";
import { bySelection, createListbox } from "../lib/listbox.js";
import { field } from "./elements.js";

const box = () => document.querySelector("#composer [data-canned-box]");
const search = () => document.getElementById("canned-search");
const OPTION = "#composer .canned-option";

let started; // where the "/" stands, while the list is open by key
const isByKey = () => started !== undefined;
const list = createListbox(
  () => [...document.querySelectorAll(OPTION)],
  bySelection(() => (isByKey() ? field() : search())),
);

// The server does the searching.
function look(words) {
  search().value = words;
  htmx.trigger(search(), "look");
}

function openByButton() {
  look("");
  search().focus();
}

function openByKey(at) {
  started = at;
  box().open = true;
  field().setAttribute("aria-controls", "canned-list");
  field().setAttribute("aria-autocomplete", "list");
  lookAnew("");
}

// What was chosen among other words is chosen no more.
function lookAnew(words) {
  list.choose(undefined);
  look(words);
}

function forgetStart() {
  started = undefined;
  for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) field()?.removeAttribute(name);
}

function close() {
  if (!box()?.open) return;
  const wasByKey = isByKey();
  forgetStart();
  box().open = false;
  if (!wasByKey) field().focus();
}

// What stands between the "/" and the cursor. Null where that is no search: "ma / di", "9:00 /17:00", "/\n".
function wanted() {
  const area = field();
  if (!isByKey() || area.selectionStart !== area.selectionEnd) return null;
  const found = /^\/((?:\p{L}[^\n]{0,39})?)$/u.exec(area.value.slice(started, area.selectionStart));
  return found && found[1];
}

function insert(option) {
  const area = field();
  const start = started ?? area.selectionStart, end = area.selectionEnd;
  close();
  insertText(area, option.dataset.text, start, end);
  if (option.dataset.canned) area.form.elements.canned.value = option.dataset.canned;
  offerPicture(area.form.querySelector("[data-canned-picture]"), "picture" in option.dataset);
  selectGap(area, start);
}

function offerPicture(line, hasPicture) {
  if (!line) return;
  line.hidden = !hasPicture;
  line.querySelector("input").disabled = !hasPicture;
}

// The first spot that must be edited, or the first variable we had no value for.
function selectGap(area, start) {
  const gap = /\[\[.*?\]\]|\{[a-z_]+\}/s.exec(area.value.slice(start));
  if (gap) area.setSelectionRange(start + gap.index, start + gap.index + gap[0].length);
}

// True where the key was the list's. Without a choice Enter is a new line, as ever.
function steerInText(event) {
  const chosen = list.chosen();
  if (list.steer(event)) return true;
  if (event.key === "Escape") close();
  else if ((event.key === "Enter" || event.key === "Tab") && chosen) insert(chosen);
  else return false;
  return true;
}

function steerInSearch(event) {
  if (list.steer(event)) return true;
  if (event.key === "Enter") {
    const option = list.chosen() ?? list.shown()[0];
    if (option) insert(option);
  } else if (event.key === "Escape" || (event.key === "Backspace" && !search().value)) close();
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  const inText = event.target === field() && isByKey() && !event.isComposing && !hasModifier(event);
  const isOurs = inText ? steerInText(event) : event.target === search() && steerInSearch(event);
  if (!isOurs) return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("input", (event) => {
  if (event.target !== field() || !box()?.checkVisibility()) return;
  const at = field().selectionStart - 1;
  const isSlash = event.inputType === "insertText" && event.data === "/";
  if (isSlash && (at === 0 || /\s/.test(field().value[at - 1]))) {
    openByKey(at);
    return;
  }
  if (!isByKey()) return;
  const words = wanted();
  if (words === null) close();
  else lookAnew(words);
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (target === field() && isByKey() && !box()?.contains(relatedTarget)) close();
});
// A click must not take the cursor out of the field before the words are in it.
document.addEventListener("mousedown", (event) => {
  if (isByKey() && event.target.closest?.(OPTION)) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest(OPTION);
  if (option) {
    event.preventDefault();
    insert(option);
  } else if (box()?.open && !event.target.closest("[data-canned-box]") && event.target !== field()) {
    forgetStart();
    box().open = false;
  }
});
document.addEventListener("toggle", ({ target }) => {
  if (target === box() && box()?.open && !isByKey() && document.activeElement !== search()) openByButton();
}, true);

document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target?.id === "thread" || target?.id === "conversation") started = undefined;
  if (target?.id !== "canned-list" || !search()?.value) return;
  // Several words that nothing has are no search but an answer.
  if (isByKey() && !list.shown().length && /\s/.test(search().value.trim())) close();
  else list.move(1);
});
