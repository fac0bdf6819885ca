// Canned replies: "/" opens the list, the arrows choose, Enter puts it in the answer and selects what must still be written.
import { insertText } from "../lib/insert_text.js";

const box = () => document.querySelector("#composer [data-canned-box]");
const search = () => document.getElementById("canned-search");
const options = () => [...document.querySelectorAll("#composer .canned-option")];
const field = () => document.getElementById("reply");

// By its button the list has a field of its own. By key the words stay where they are typed: "/" and what follows it
// is looked for, and nothing leaves the answer before something is chosen.
function open() {
  box().open = true;
  search().value = "";
  htmx.trigger(search(), "look");
  search().focus();
}
function close() {
  if (!box()?.open) return;
  const byKey = started !== undefined;
  forget();
  box().open = false;
  if (!byKey) field().focus();
}

let started; // where the "/" stands, while the list is open by key
function forget() {
  started = undefined;
  for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) field()?.removeAttribute(name);
}
function begin(at) {
  started = at;
  box().open = true;
  field().setAttribute("aria-controls", "canned-list");
  field().setAttribute("aria-autocomplete", "list");
  look("");
}
function look(words) {
  search().value = words;
  // What was chosen among other words is chosen no more.
  options().forEach((one) => one.setAttribute("aria-selected", "false"));
  field().removeAttribute("aria-activedescendant");
  htmx.trigger(search(), "look");
}
// What stands between the "/" and the cursor; null where that is no search: "ma / di", "9:00 /17:00", "/\n".
function sought() {
  const area = field();
  if (started === undefined || area.selectionStart !== area.selectionEnd) return null;
  const found = /^\/((?:\p{L}[^\n]{0,39})?)$/u.exec(area.value.slice(started, area.selectionStart));
  return found && found[1];
}

function choose(by) {
  const all = options();
  if (!all.length) return;
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = all[(at + by + all.length) % all.length];
  all.forEach((one) => one.setAttribute("aria-selected", String(one === next)));
  (started === undefined ? search() : field()).setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function insert(option) {
  const area = field(), form = area.form, text = option.dataset.text;
  const start = started ?? area.selectionStart, end = area.selectionEnd;
  close();
  insertText(area, text, start, end);
  if (option.dataset.canned) form.elements.canned.value = option.dataset.canned;
  const picture = form.querySelector("[data-canned-picture]");
  if (picture) { picture.hidden = !("picture" in option.dataset); picture.querySelector("input").disabled = picture.hidden; }
  // The first spot that must be edited, else the first variable we had no value for.
  const spot = /\[\[.*?\]\]|\{[a-z_]+\}/s.exec(area.value.slice(start));
  if (spot) area.setSelectionRange(start + spot.index, start + spot.index + spot[0].length);
}

document.addEventListener("input", (event) => {
  if (event.target !== field() || !box()?.checkVisibility()) return;
  const at = field().selectionStart - 1;
  if (event.inputType === "insertText" && event.data === "/" && (at === 0 || /\s/.test(field().value[at - 1]))) { begin(at); return; }
  if (started === undefined) return;
  const words = sought();
  if (words === null) close(); else look(words);
});
document.addEventListener("focusout", (event) => { if (event.target === field() && started !== undefined && !box()?.contains(event.relatedTarget)) close(); });
// A click must not take the cursor out of the field before the words are in it.
document.addEventListener("mousedown", (event) => { if (started !== undefined && event.target.closest?.("#composer .canned-option")) event.preventDefault(); });

// True where the key was the list's. Without a choice Enter is a new line, as ever.
function steer(event) {
  const chosen = options().find((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Escape") close();
  else if ((event.key === "Enter" || event.key === "Tab") && chosen) insert(chosen);
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.target === field() && started !== undefined && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (steer(event)) { event.preventDefault(); event.stopPropagation(); }
    return;
  }
  if (event.target !== search()) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
  else if (event.key === "Enter") {
    event.preventDefault();
    const chosen = options().find((one) => one.getAttribute("aria-selected") === "true") ?? options()[0];
    if (chosen) insert(chosen);
  } else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
  else if (event.key === "Backspace" && !search().value) { event.preventDefault(); close(); }
}, true);

document.addEventListener("click", (event) => {
  const option = event.target.closest("#composer .canned-option");
  if (option) { event.preventDefault(); insert(option); return; }
  if (box()?.open && !event.target.closest("[data-canned-box]") && event.target !== field()) { forget(); box().open = false; }
});
document.addEventListener("toggle", (event) => { if (event.target === box() && box().open && started === undefined && document.activeElement !== search()) open(); }, true);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "thread" || event.detail.target?.id === "conversation") started = undefined;
  if (event.detail.target?.id === "canned-list" && search()?.value) {
    // Several words that nothing has are no search but an answer.
    if (started !== undefined && !options().length && /\s/.test(search().value.trim())) close(); else choose(1);
  }
  if (event.detail.target?.id === "guidelines") { event.detail.target.showModal(); document.querySelector(".has-new")?.classList.remove("has-new"); }
});
