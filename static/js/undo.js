// The bar that undoes what one did last: its seconds, its key, and its news from another tab.
import { letter } from "./lib/keyboard.js";

const slot = () => document.getElementById("undo");
const typing = (element) => element.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

// How long is told as a span: the reader's clock may be wrong.
const ends = new WeakMap();
function left(element) {
  if (!ends.has(element)) ends.set(element, performance.now() + Number(element.dataset.left));
  return ends.get(element) - performance.now();
}

function tick() {
  const bar = slot()?.querySelector(".undo[data-left]");
  if (bar) {
    const rest = left(bar);
    if (rest <= 0) gone(bar);
    else {
      bar.querySelector(".num").textContent = Math.ceil(rest / 1000);
      bar.querySelector(".undo-time rect").setAttribute("width", `${Math.min(100, (rest / Number(bar.dataset.whole)) * 100)}%`);
    }
  }
  document.querySelectorAll(".msg-leaving[data-left]").forEach((line) => {
    const rest = Math.ceil(left(line) / 1000);
    line.querySelector("span").textContent = line.dataset.words.replace("{n}", Math.max(rest, 0));
    line.querySelector(".ring circle + circle").setAttribute("stroke-dasharray", `${Math.max(0, Math.min(100, rest * 20))} 100`);
  });
}
setInterval(tick, 250);

// It has left: there is nothing to undo, and nothing to say.
function gone(bar) {
  if (bar.classList.contains("is-asked")) return; // pressed in time: the server says what became of it
  const focused = bar.contains(document.activeElement);
  bar.remove();
  if (focused) document.getElementById("scroll")?.focus();
}

const state = (place) => place.querySelector(".undo")?.dataset.state ?? "";
document.addEventListener("live:news", ({ detail }) => {
  const news = detail.querySelector(".undo-news");
  // What was just asked is answered first: htmx needs the form until then.
  if (!slot() || !news || slot().querySelector(".is-asked") || state(slot()) === state(news)) return;
  const focused = slot().contains(document.activeElement);
  slot().replaceChildren(...news.childNodes);
  htmx.process(slot());
  tick();
  if (focused) (slot().querySelector("button, a") ?? document.getElementById("scroll"))?.focus();
});

document.addEventListener("submit", (event) => { if (slot()?.contains(event.target)) event.target.closest(".undo").classList.add("is-asked"); }, true);
document.addEventListener("htmx:afterRequest", ({ detail }) => { if (slot()?.contains(detail.elt)) detail.elt.closest(".undo")?.classList.remove("is-asked"); });
// What was begun in the composer meanwhile comes back below the words that return.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const [form, field] = [document.getElementById("composer"), document.getElementById("reply")];
  if (!slot()?.contains(detail.elt) || !form || !field) return;
  Object.assign(detail.parameters, { typed_in: form.dataset.code, text: field.value });
});

// The server has it now, below the words that return: the copy kept in this tab would take their place.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, parameters } = detail.requestConfig;
  const code = elt.closest(".undo") && parameters.typed_in;
  if (code && detail.xhr.getResponseHeader("HX-Push-Url")?.includes(code)) sessionStorage.removeItem(`draft:${code}`);
});

// In a field the key belongs to the words in it, also where there are none left.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.repeat || typing(event.target)) return;
  if (letter(event) !== "z" || document.querySelector("dialog[open]")) return;
  const button = slot()?.querySelector("[data-undo]:not(:disabled)");
  if (!button) return;
  event.preventDefault();
  button.click();
});
document.addEventListener("DOMContentLoaded", tick);
document.addEventListener("htmx:afterSwap", tick);
