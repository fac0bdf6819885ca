// "@" in a note opens the colleagues who may see this conversation; what is chosen is written as the server recognises it.
import { insertText } from "../lib/insert_text.js";

const list = () => document.getElementById("mention-list");
const field = () => document.getElementById("reply");
const inNote = () => document.querySelector("#composer [name=tab]:checked")?.value === "note";
const fits = () => [...list().querySelectorAll("[role=option]:not([hidden])")];
const chosen = () => list().querySelector("[aria-selected=true]");
const MOST = 8;
let asked = "", people;

// From the @ before the cursor to the cursor, as long as it may still become a name.
function begun() {
  const area = field();
  if (!area || !inNote() || area.selectionStart !== area.selectionEnd) return null;
  const found = /(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_.'’-]*(?: [\p{L}\p{N}_.'’-]*){0,2})$/u.exec(area.value.slice(0, area.selectionStart));
  return found && { at: found.index, words: found[1] };
}

const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "");

async function look() {
  const name = begun();
  if (!name || !list()) { close(); return; }
  const address = list().dataset.mentions;
  if (asked !== address) { asked = address; people = undefined; }
  people ??= fetch(address).then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error(answer.status))));
  try {
    const html = await people;
    // Meanwhile another conversation may be here, or the name be finished.
    if (list()?.dataset.mentions !== address || !begun()) return;
    if (!list().childElementCount) list().innerHTML = html;
  } catch {
    people = undefined; // the name can be written out all the same
    return;
  }
  narrow(plain(begun().words));
}

function narrow(wanted) {
  let left = MOST;
  list().querySelectorAll("[role=option]").forEach((option) => {
    const there = left > 0 && ` ${plain(option.dataset.words)}`.includes(` ${wanted}`);
    option.hidden = !there;
    if (there) left -= 1;
  });
  const found = fits();
  // A whole name with a space behind it is done.
  if (!found.length || (/ $/.test(wanted) && plain(found[0].dataset.written) === wanted.trim())) { close(); return; }
  if (list().hidden) {
    list().hidden = false;
    field().setAttribute("aria-controls", "mention-list");
    field().setAttribute("aria-autocomplete", "list");
  }
  const told = document.getElementById("mention-told");
  told.textContent = found.length === 1 ? told.dataset.one : told.dataset.many.replace("{n}", found.length);
  mark(found.includes(chosen()) ? chosen() : found[0]);
}

function mark(option) {
  list().querySelectorAll("[aria-selected=true]").forEach((one) => one.setAttribute("aria-selected", "false"));
  option.setAttribute("aria-selected", "true");
  field().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function close() {
  if (!list() || list().hidden) return;
  list().hidden = true;
  document.getElementById("mention-told").textContent = "";
  for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) field().removeAttribute(name);
}

function insert(option) {
  const area = field(), name = begun();
  close();
  if (!name) return;
  insertText(area, `@${option.dataset.written} `, name.at, area.selectionStart);
}

document.addEventListener("input", (event) => { if (event.target === field()) look(); });
document.addEventListener("change", (event) => { if (event.target.name === "tab") close(); });
document.addEventListener("focusout", (event) => { if (event.target === field()) close(); });
// A click must not take the cursor out of the field before the name is in it.
document.addEventListener("mousedown", (event) => { if (event.target.closest?.("#mention-list")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const option = event.target.closest?.("#mention-list [role=option]");
  if (option) insert(option);
});
document.addEventListener("keydown", (event) => {
  if (event.target !== field() || !list() || list().hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = fits(), at = all.indexOf(chosen());
  if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
  else if (event.key === "Enter" || event.key === "Tab") insert(all[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
