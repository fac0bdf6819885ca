// What was being written survives a click on another row, and a reload. It leaves with the answer.
import { count } from "./counter.js";
import { check, chosenTab, field, form, isNote } from "./elements.js";
import { markAnswered } from "./reply_target.js";

const copyOf = (code) => `draft:${code}`;
const key = () => copyOf(field()?.dataset.draft);

// The server has it now: the copy in this tab would take its place.
export const forgetCopy = (code) => sessionStorage.removeItem(copyOf(code));

function keepCopy() {
  const text = field().value;
  if (text.trim()) sessionStorage.setItem(key(), JSON.stringify({ text, tab: chosenTab()?.value }));
  else sessionStorage.removeItem(key());
}

function restore() {
  if (!field()) return;
  // What is kept here never reached the server, so it is newer than the draft that came with the page.
  const copy = !("unsent" in field().dataset) && sessionStorage.getItem(key());
  if (copy) {
    const { text, tab } = JSON.parse(copy);
    field().value = text;
    const radio = form().querySelector(`[name="tab"][value="${CSS.escape(tab ?? "")}"]:not(:disabled)`);
    if (radio) radio.checked = true;
  }
  count();
  markAnswered();
  check();
}

// What was sent leaves the keys to the page: Ctrl Z takes it back, R writes on.
// A note is written on, and so is what came back, and a talk that both sit at.
// Refused for want of a reason: that is what one writes now.
function settleFocus() {
  const why = document.getElementById("proactive-why");
  if (why && !why.value && document.getElementById("refused")) {
    why.focus();
    return;
  }
  const isSent = field() && !field().value && !isNote() && !("live" in form().dataset);
  (isSent ? document.getElementById("scroll") : field())?.focus();
}

// Sent: the new composer is empty. Refused: the server gave the words back, and they are kept again.
const gaveBack = (sent) => form()?.dataset.code === sent.dataset.code && Boolean(field()?.value);

document.addEventListener("input", ({ target }) => { if (target === field()) keepCopy(); });
document.addEventListener("change", ({ target }) => { if (target.name === "tab") keepCopy(); });

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt === field()) draftAnswered(detail);
  if (detail.elt.id !== "composer" || !detail.successful) return;
  if (!gaveBack(detail.elt)) forgetCopy(detail.elt.dataset.code);
  count();
});

// The draft reached the server: the copy here has done its work. While it does not, the page says so.
function draftAnswered({ successful, requestConfig }) {
  const saved = document.querySelector("#guard .saved");
  if (!successful && saved) saved.textContent = form().dataset.unsaved;
  if (successful && requestConfig.parameters.text === field().value) sessionStorage.removeItem(key());
}

// What is typed while an answer is on its way goes on in the composer that comes back.
let sent = "", typedSince = "";
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt.id === "composer" && field()) sent = field().value;
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig?.elt?.id !== "composer" || !field()) return;
  typedSince = field().value.startsWith(sent) ? field().value.slice(sent.length) : "";
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const asker = detail.requestConfig?.elt;
  const isOurs = asker?.id === "composer";
  // Sent in time for no draft to be kept: the copy must not come back. The form is gone by now, and hears nothing.
  if (isOurs && !gaveBack(asker)) forgetCopy(asker.dataset.code);
  if (!isOurs && detail.target?.id !== "thread") return;
  if (isOurs && field() && form().dataset.code === asker.dataset.code) field().value += typedSince;
  typedSince = "";
  if (field()?.value) keepCopy();
  count();
  settleFocus();
});

// Wired by now: before, nobody would hear that the guard must look.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id === "conversation") restore();
});

window.addEventListener("pagehide", () => {
  if (!field()?.value.trim() || !sessionStorage.getItem(key())) return;
  const draft = new FormData(form());
  draft.delete("attached");
  draft.set("leave", "1");
  navigator.sendBeacon(field().getAttribute("hx-post"), draft);
});
document.addEventListener("DOMContentLoaded", restore);
