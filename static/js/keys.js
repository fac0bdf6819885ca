// Every action has a key, and the sheet behind "?" is the table they are read from. The keys do nothing while somebody types.
import { letter } from "./lib/keyboard.js";
import { pick } from "./picking.js";

const typing = (element) => element.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
const press = (selector) => {
  const found = document.querySelector(selector);
  // What shows its answer in the menu it stands in needs that menu open.
  if (found?.matches("[hx-target='closest .menu-body']")) found.closest("details").open = true;
  found?.click();
  return Boolean(found);
};

function step(by) {
  const links = [...document.querySelectorAll("#row-list .row-link")];
  if (!links.length) return false;
  const at = links.findIndex((link) => link === document.activeElement || link.hasAttribute("aria-current"));
  const focused = links.findIndex((link) => link.closest(".row").contains(document.activeElement));
  const next = links[Math.max(0, Math.min(links.length - 1, (focused >= 0 ? focused : at) + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function tab(name) {
  const radio = document.querySelector(`#composer [data-tab="${name}"]:not(:disabled)`);
  if (!radio) return press(`[data-tab-link="${name}"]`);
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById("reply").focus();
  return true;
}

function open(selector) {
  const dialog = document.querySelector(selector);
  if (!dialog || dialog.open) return false;
  dialog.showModal();
  dialog.dispatchEvent(new Event("opened"));
  return true;
}

// On a narrow screen the panel the note stands in has to come out first.
function contactNote() {
  const [panel, note] = [document.getElementById("contact"), document.getElementById("contact-note")];
  if (panel && !panel.checkVisibility()) panel.showPopover();
  note?.focus();
  return Boolean(note);
}

// A drawer where there is no room; where the panel stands beside the thread, the focus goes there.
function contact() {
  if (document.querySelector(".only-drawer")?.checkVisibility()) return press(".only-drawer");
  const first = document.querySelector("#contact a, #contact button");
  first?.focus();
  return Boolean(first);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.('[data-act="palette"]') && !event.ctrlKey && !event.metaKey && open("#palette")) event.preventDefault();
});
// A public answer to what was said in private has no button; so it has no key either.
const heldBack = () => document.querySelector("#composer .held-back")?.checkVisibility();

const acts = {
  next: () => step(1),
  previous: () => step(-1),
  pick: () => pick(false),
  "pick-range": () => pick(true),
  search: () => press('[data-key="/"]'),
  palette: () => open("#palette"),
  contact,
  "contact-note": contactNote,
  keys: () => open("#keys"),
};

function act(does) {
  const [name, value] = does.split(/:(.*)/s);
  if (name === "press") return press(`#thread-head [data-key="${value}"], #list [data-key="${value}"], #composer [data-key="${value}"], #contact [data-key="${value}"]`);
  if (name === "tab") return tab(value) || (value === "public" && tab("private"));
  if (name === "go") { location.assign(`/inbox/${value ?? ""}`); return true; }
  return acts[name]?.();
}

// "J", "Shift E", "Ctrl K" or "G M" for one after the other.
const table = new Map([...document.querySelectorAll("[data-keys]")].map((line) => [line.dataset.keys.toLowerCase(), line.dataset.does]));
const firsts = new Set([...table.keys()].filter((keys) => /^[a-z] [a-z0-9]$/.test(keys)).map((keys) => keys[0]));
let before = "", forget;

function does(event) {
  const key = letter(event);
  const held = event.ctrlKey || event.metaKey ? "ctrl " : event.shiftKey && /^[a-z]$/.test(key) ? "shift " : "";
  const found = (before && table.get(`${before} ${key}`)) || table.get(held + key);
  clearTimeout(forget);
  before = !held && !found && firsts.has(key) ? key : "";
  forget = setTimeout(() => { before = ""; }, 1200);
  return found;
}

document.addEventListener("keydown", (event) => {
  if (!table.size) return; // a page without the sheet has no keys
  const { target } = event;
  const held = event.ctrlKey || event.metaKey;
  if (held && event.key === "Enter" && target.closest?.("#composer, #template")) {
    event.preventDefault();
    const button = document.querySelector(event.altKey ? "[data-send-next]" : event.shiftKey ? "[data-send-close]" : "[data-send]");
    if (button && !heldBack()) button.click();
    return;
  }
  if (event.key === "Escape" && typing(target) && !document.querySelector("dialog[open]")) { target.blur(); document.getElementById("scroll")?.focus(); return; }
  if (event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (held ? letter(event) !== "k" : typing(target)) return;
  const found = does(event);
  if (found && act(found)) event.preventDefault();
});
