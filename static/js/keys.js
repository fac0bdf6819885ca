// Every action has a key. The sheet behind "?" is the table they are read from.
// The keys do nothing while somebody types.
import { chooseTab, field } from "./composer/elements.js";
import { isTyping, letter } from "./lib/keyboard.js";
import { pick } from "./picking.js";

const PLACES = ["#thread-head", "#list", "#composer", "#contact", "#people-part", "#begun"];
const PAUSE = 1200; // between two keys that belong together
const SEND = "[data-send]", SEND_CLOSE = "[data-send-close]", SEND_NEXT = "[data-send-next]";

function press(selector) {
  const found = document.querySelector(selector);
  // What shows its answer in the menu it stands in needs that menu open.
  if (found?.matches("[hx-target='closest .menu-body']")) found.closest("details").open = true;
  if (found?.matches("select")) found.focus();
  else found?.click();
  return Boolean(found);
}

function step(by) {
  const links = [...document.querySelectorAll("#row-list .row-link, #row-list [data-row-link]")];
  if (!links.length) return false;
  const open = links.findIndex((link) => link === document.activeElement || link.hasAttribute("aria-current"));
  const focused = links.findIndex((link) => link.closest(".row, [data-row]").contains(document.activeElement));
  const next = (focused >= 0 ? focused : open) + by;
  const link = links[Math.max(0, Math.min(links.length - 1, next))];
  link.focus();
  link.scrollIntoView({ block: "nearest" });
  return true;
}

// In the row that has the focus, or else in the first.
function pressInRow(key) {
  const row = document.activeElement?.closest?.("[data-row]") ?? document.querySelector("#row-list [data-row]");
  const found = row?.querySelector(`[data-key="${key}"]`);
  found?.click();
  return Boolean(found);
}

function goToTab(name) {
  const radio = document.querySelector(`#composer [data-tab="${name}"]:not(:disabled)`);
  if (!radio) return press(`[data-tab-link="${name}"]`);
  chooseTab(radio);
  field().focus();
  return true;
}

function openDialog(selector) {
  const dialog = document.querySelector(selector);
  if (!dialog || dialog.open) return false;
  dialog.showModal();
  dialog.dispatchEvent(new Event("opened"));
  return true;
}

// On a narrow screen the panel the note stands in has to come out first.
function goToContactNote() {
  const [panel, note] = [document.getElementById("contact"), document.getElementById("contact-note")];
  if (panel && !panel.checkVisibility()) panel.showPopover();
  note?.focus();
  return Boolean(note);
}

// A drawer where there is no room. Where the panel stands beside the thread, the focus goes there.
function goToContact() {
  if (document.querySelector(".only-drawer")?.checkVisibility()) return press(".only-drawer");
  const first = document.querySelector("#contact a, #contact button");
  first?.focus();
  return Boolean(first);
}

function goTo(query) {
  location.assign(`${document.querySelector(".app-inbox").dataset.inbox}${query}`);
  return true;
}

const ACTS = {
  next: () => step(1),
  previous: () => step(-1),
  pick: () => pick(false),
  "pick-range": () => pick(true),
  search: () => press('[data-key="/"]'),
  palette: () => openDialog("#palette"),
  contact: goToContact,
  "contact-note": goToContactNote,
  keys: () => openDialog("#keys"),
  press: (key) => press(PLACES.map((place) => `${place} [data-key="${key}"]`).join(", ")),
  "in-row": pressInRow,
  tab: (name) => goToTab(name) || (name === "public" && goToTab("private")),
  go: goTo,
};

// As the table writes it: "press:e", "go:?queue=mine", or a name alone.
function act(does) {
  const [name, value] = does.split(/:(.*)/s);
  return ACTS[name]?.(value ?? "");
}

// "J", "Shift E", "Ctrl K" or "G M" for one after the other.
const table = new Map(
  [...document.querySelectorAll("[data-keys]")].map(({ dataset }) => [dataset.keys.toLowerCase(), dataset.does]),
);
const firsts = new Set([...table.keys()].filter((keys) => /^[a-z] [a-z0-9]$/.test(keys)).map((keys) => keys[0]));
let before = "", forget;

function meaning(event) {
  const key = letter(event);
  const held = event.ctrlKey || event.metaKey ? "ctrl " : event.shiftKey && /^[a-z]$/.test(key) ? "shift " : "";
  const found = (before && table.get(`${before} ${key}`)) || table.get(held + key);
  clearTimeout(forget);
  before = !held && !found && firsts.has(key) ? key : "";
  forget = setTimeout(() => { before = ""; }, PAUSE);
  return found;
}

// A public answer to what was said in private has no button. So it has no key either.
const isHeldBack = () => document.querySelector("#composer .held-back")?.checkVisibility();

function send(event) {
  event.preventDefault();
  const button = document.querySelector(event.altKey ? SEND_NEXT : event.shiftKey ? SEND_CLOSE : SEND);
  if (button && !isHeldBack()) button.click();
}

function leaveField(element) {
  element.blur();
  document.getElementById("scroll")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (!table.size) return; // a page without the sheet has no keys
  const { key, target } = event;
  const isHeld = event.ctrlKey || event.metaKey;
  const hasDialog = Boolean(document.querySelector("dialog[open]"));
  if (isHeld && key === "Enter" && target.closest?.("#composer, #template")) send(event);
  else if (key === "Escape" && isTyping(target) && !hasDialog) leaveField(target);
  else if (event.altKey || event.isComposing || hasDialog) return;
  else if (isHeld ? letter(event) === "k" : !isTyping(target)) {
    const found = meaning(event);
    if (found && act(found)) event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.('[data-act="palette"]') || event.ctrlKey || event.metaKey) return;
  if (openDialog("#palette")) event.preventDefault();
});
