// Menus: one open at a time, its first choice takes the focus, and the arrows go from choice to choice.
import { hasModifier, isTyping, letter } from "./lib/keyboard.js";
import { byFocus, createListbox } from "./lib/listbox.js";

const OPEN = "details[data-menu][open]";
const CHOICE = ".option, .pick-line";
const FIELD = ".menu-body :is(select, input:not([type=hidden]), a, button)";
const FIRST = ["[autofocus]", "[data-narrow]", ".option", FIELD];

const TOGETHER = 1000; // between letters of one word
let typed = "", forget;

function focusFirst(menu) {
  const first = (typed && lookFor(menu)) || FIRST.map((selector) => menu.querySelector(selector)).find(Boolean);
  first?.focus();
}

document.addEventListener("click", (event) => {
  document.querySelectorAll(OPEN).forEach((menu) => {
    if (!menu.contains(event.target)) shut(menu);
  });
});
// A choice may put a form in place of all choices: a menu that is closed has them again, unless somebody writes in it.
// What a menu itself asked for are its choices.
const choices = new WeakMap(), closed = new WeakMap(), askedIn = new WeakMap();
const turn = (body) => closed.get(body) ?? 0; // how often it was closed
document.addEventListener("htmx:beforeRequest", ({ detail: { target, xhr } }) => {
  if (target.matches?.("[data-menu] .menu-body")) askedIn.set(xhr, turn(target));
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { target, requestConfig: { elt } } = detail;
  if (elt === target || !target.matches?.("[data-menu] .menu-body") || !target.contains(elt)) return;
  // It was closed before what it asked for came, and may be open again.
  if (!target.closest(OPEN) || askedIn.get(detail.xhr) !== turn(target)) detail.shouldSwap = false;
  else if (!choices.has(target)) choices.set(target, resting(target));
});

// As they are while nothing is asked: the choice that was pressed still says that it waits for an answer.
function resting(body) {
  const copy = body.cloneNode(true);
  copy.querySelectorAll(".htmx-request").forEach((one) => one.classList.remove("htmx-request"));
  return copy.innerHTML;
}

function putBack(body) {
  closed.set(body, turn(body) + 1);
  if (!choices.has(body) || body.querySelector("textarea")?.value) return;
  body.innerHTML = choices.get(body);
  choices.delete(body);
  htmx.process(body);
}

// At once: the toggle is told later, and the next key may be that of a choice.
function shut(menu) {
  menu.open = false;
  putBack(menu.querySelector(".menu-body"));
}

document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("details[data-menu]")) return;
  if (!target.open) return putBack(target.querySelector(".menu-body"));
  document.querySelectorAll(OPEN).forEach((other) => {
    if (other !== target) shut(other);
  });
  typed = "";
  // On a slow machine a form is here before this is told, and somebody writes in it.
  if (target.querySelector(".menu-body").contains(document.activeElement)) return;
  target.querySelector("summary").focus(); // what is typed before the choices came in is meant for them
  setTimeout(() => focusFirst(target), 0);
}, true);
// What came in for a menu takes the place of what had the focus.
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  const menu = target?.matches?.(".menu-body") && target.closest(OPEN);
  if (menu) focusFirst(menu);
});

function close(menu) {
  shut(menu);
  menu.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  const open = document.querySelector(OPEN);
  if (event.key === "Escape" && open) {
    close(open);
    event.stopPropagation();
    return;
  }
  const menu = event.target.closest?.(OPEN);
  if (!menu) return;
  const listbox = createListbox(() => [...menu.querySelectorAll(".option")], byFocus);
  if (listbox.chosen() && listbox.steer(event)) event.preventDefault();
});

// Letters look for a choice by its words, and reach no other key of the page: a name has an E too.
// The menu's own key closes it, unless a choice begins so.
function words(option) {
  return (option.querySelector("b") ?? option).textContent.trim().toLowerCase();
}

function lookFor(menu) {
  const options = [...menu.querySelectorAll(".option:not([hidden])")];
  return options.find((option) => words(option).startsWith(typed)) ??
    options.find((option) => words(option).includes(` ${typed}`));
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(OPEN);
  if (!menu || hasModifier(event) || isTyping(event.target) || !/^[\p{L}\p{N}]$/u.test(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  clearTimeout(forget);
  forget = setTimeout(() => { typed = ""; }, TOGETHER);
  const isFirst = !typed;
  typed += event.key.toLowerCase();
  const found = lookFor(menu);
  if (found) found.focus();
  else if (isFirst && menu.querySelector(".option") && menu.querySelector("summary").dataset.key === letter(event)) {
    close(menu);
  }
}, true);

// A menu with a field on top: what does not fit the letters is left out.
document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-narrow]")) return;
  const letters = target.value.trim().toLowerCase();
  target.closest("form").querySelectorAll(CHOICE).forEach((choice) => {
    choice.hidden = !choice.textContent.toLowerCase().includes(letters);
  });
});
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key !== "Enter" || !target.matches?.("[data-narrow]")) return;
  const first = [...target.closest("form").querySelectorAll(CHOICE)].find((choice) => !choice.hidden);
  if (first || !target.value.trim()) event.preventDefault();
  if (!first || !target.value.trim()) return;
  target.value = "";
  first.click();
  target.dispatchEvent(new Event("input", { bubbles: true }));
});
