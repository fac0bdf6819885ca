// The bar that undoes what one did last: its seconds, its key, and its news from another tab.
import { forgetCopy } from "./composer/autosave.js";
import { isTyping, letter } from "./lib/keyboard.js";
import { fillRing } from "./lib/ring.js";

const EVERY = 250;
const slot = () => document.getElementById("undo");
const focusThread = () => document.getElementById("scroll")?.focus();

// How long is told as a span: the reader's clock may be wrong.
const ends = new WeakMap();
function timeLeft(element) {
  if (!ends.has(element)) ends.set(element, performance.now() + Number(element.dataset.left));
  return ends.get(element) - performance.now();
}

function tick() {
  const bar = slot()?.querySelector(".undo[data-left]");
  if (bar) showTime(bar, timeLeft(bar));
  document.querySelectorAll(".msg-leaving[data-left]").forEach(showLeaving);
}

function showTime(bar, left) {
  if (left <= 0) {
    removeBar(bar);
    return;
  }
  const share = Math.min(1, left / Number(bar.dataset.whole));
  bar.querySelector(".num").textContent = Math.ceil(left / 1000);
  bar.querySelector(".undo-time rect").setAttribute("width", `${100 * share}%`);
}

function showLeaving(line) {
  const seconds = Math.max(0, Math.ceil(timeLeft(line) / 1000));
  line.querySelector("span").textContent = line.dataset.words.replace("{n}", seconds);
  fillRing(line, (100 * seconds * 1000) / Number(line.dataset.whole));
}

// It has left: there is nothing to undo, and nothing to say.
function removeBar(bar) {
  if (bar.classList.contains("is-asked")) return; // pressed in time: the server says what became of it
  const hadFocus = bar.contains(document.activeElement);
  bar.remove();
  if (hadFocus) focusThread();
}

const stateOf = (place) => place.querySelector(".undo")?.dataset.state ?? "";

function show(news) {
  const hadFocus = slot().contains(document.activeElement);
  slot().replaceChildren(...news.childNodes);
  htmx.process(slot());
  tick();
  const first = slot().querySelector("button, a");
  if (hadFocus && first) first.focus();
  else if (hadFocus) focusThread();
}

document.addEventListener("live:news", ({ detail }) => {
  const news = detail.querySelector(".undo-news");
  // What was just asked is answered first: htmx needs the form until then.
  if (!slot() || !news || slot().querySelector(".is-asked")) return;
  if (stateOf(slot()) !== stateOf(news)) show(news);
});

document.addEventListener("submit", ({ target }) => {
  if (slot()?.contains(target)) target.closest(".undo").classList.add("is-asked");
}, true);
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (slot()?.contains(detail.elt)) detail.elt.closest(".undo")?.classList.remove("is-asked");
});

// What was begun in the composer meanwhile comes back below the words that return.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const [form, field] = [document.getElementById("composer"), document.getElementById("reply")];
  if (!slot()?.contains(detail.elt) || !form || !field) return;
  Object.assign(detail.parameters, { typed_in: form.dataset.code, text: field.value });
});
// The server has it now, below the words that return.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, parameters } = detail.requestConfig;
  const code = elt.closest(".undo") && parameters.typed_in;
  if (code && detail.xhr.getResponseHeader("HX-Push-Url")?.includes(code)) forgetCopy(code);
});

// In a field the key belongs to the words in it, also where there are none left.
const isUndoKey = (event) => (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && !event.repeat
  && letter(event) === "z";

// But in a chat one stays in the field: before a word is typed there, the key still takes back what was sent.
const typedIn = new WeakSet();
document.addEventListener("input", ({ target }) => typedIn.add(target));
const isFresh = (field) => field.id === "reply" && "live" in field.form.dataset && !field.value && !typedIn.has(field);

document.addEventListener("keydown", (event) => {
  if (!isUndoKey(event) || document.querySelector("dialog[open]")) return;
  if (isTyping(event.target) && !isFresh(event.target)) return;
  const button = slot()?.querySelector("[data-undo]:not(:disabled)");
  if (!button) return;
  event.preventDefault();
  button.click();
});
document.addEventListener("DOMContentLoaded", tick);
document.addEventListener("htmx:afterSwap", tick);
setInterval(tick, EVERY);
