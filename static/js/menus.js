// Menus: one open at a time, its first choice takes the focus, and the arrows go from choice to choice.
import { byFocus, createListbox } from "./lib/listbox.js";

const OPEN = "details[data-menu][open]";
const CHOICE = ".option, .pick-line";
const FIRST = ["[data-narrow]", ".option", ".menu-body :is(select, input:not([type=hidden]), a, button)"];

function focusFirst(menu) {
  const first = FIRST.map((selector) => menu.querySelector(selector)).find(Boolean);
  first?.focus();
}

document.addEventListener("click", (event) => {
  document.querySelectorAll(OPEN).forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("details[data-menu]") || !target.open) return;
  document.querySelectorAll(OPEN).forEach((other) => {
    if (other !== target) other.open = false;
  });
  setTimeout(() => focusFirst(target), 0);
}, true);
// What came in for a menu takes the place of what had the focus.
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  const menu = target?.matches?.(".menu-body") && target.closest(OPEN);
  if (menu) focusFirst(menu);
});

function close(menu) {
  menu.open = false;
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
  const choices = createListbox(() => [...menu.querySelectorAll(".option")], byFocus);
  if (choices.chosen() && choices.steer(event)) event.preventDefault();
});

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
