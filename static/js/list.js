// The list beside the thread: which row is open, waits that go on counting, menus that close.
const app = () => document.querySelector(".app-inbox");

function mark() {
  const open = document.querySelector("#conversation [data-code]")?.dataset.code;
  document.querySelectorAll(".row-link[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
  if (open) document.querySelector(`#row-${open} .row-link`)?.setAttribute("aria-current", "true");
  if (app()) app().dataset.pane = open ? "thread" : "list";
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "conversation") return;
  mark();
  document.title = [document.querySelector("#who")?.textContent.trim(), "Webcare"].filter(Boolean).join(" · ");
  document.dispatchEvent(new CustomEvent("conversation:opened"));
});
document.addEventListener("htmx:historyRestore", mark);

// A row tells how long its customer waits; the page keeps that true between two visits to the server.
const unit = (name) => document.body.dataset[name];
function words(minutes) {
  if (minutes < 60) return `${minutes} ${unit("min")}`;
  if (minutes < 1440) return minutes % 60 ? `${Math.floor(minutes / 60)} ${unit("h")} ${String(minutes % 60).padStart(2, "0")}` : `${minutes / 60} ${unit("h")}`;
  return `${Math.floor(minutes / 1440)} ${unit("d")}`;
}
function tick() {
  const now = Date.now();
  document.querySelectorAll(".wait[data-since]").forEach((wait) => {
    const seconds = (now - Date.parse(wait.dataset.since)) / 1000;
    const share = seconds / Number(wait.dataset.target);
    const state = share >= 1 ? "over" : share >= 0.8 ? "soon" : "ok";
    wait.querySelector("time").textContent = words(Math.max(0, Math.floor(seconds / 60)));
    const late = state !== "over" ? [] : [share >= 4 ? "late-4" : share >= 2 ? "late-2" : "late-1"];
    wait.classList.remove("wait-ok", "wait-soon", "wait-over", "late-1", "late-2", "late-4");
    wait.classList.add(`wait-${state}`, ...late);
    wait.querySelector(".wait-times").textContent = share >= 2 ? `${Math.floor(share)}×` : "";
    wait.querySelector("use").setAttribute("href", `#w-${state}`);
    const row = wait.closest(".row");
    if (!row) return;
    [...row.classList].filter((name) => /^(g\d+|due-\w+|late-\d)$/.test(name)).forEach((name) => row.classList.remove(name));
    row.classList.add(`due-${state}`, `g${Math.min(10, Math.floor(share * 10))}`, ...late);
  });
  document.querySelectorAll(".window[data-closes]").forEach((element) => {
    const left = (Date.parse(element.dataset.closes) - now) / 60000;
    element.classList.toggle("window-near", left < 240);
    if (left > 0) element.querySelector(".window-text").textContent = element.dataset.words.replace("{left}", words(Math.floor(left)));
    else element.classList.add("window-shut");
  });
}
setInterval(tick, 15000);

document.addEventListener("click", (event) => {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
  event.stopPropagation();
});
// One menu open at a time; its first choice takes the focus.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details[data-menu]") || !menu.open) return;
  document.querySelectorAll("details[data-menu][open]").forEach((other) => { if (other !== menu) other.open = false; });
  setTimeout(() => first(menu)?.focus(), 0);
}, true);
// What came in for a menu takes the place of what had the focus.
document.addEventListener("htmx:afterSwap", (event) => {
  const menu = event.detail.target?.matches?.(".menu-body") && event.detail.target.closest("details[data-menu][open]");
  if (menu) first(menu)?.focus();
});
const first = (menu) => menu.querySelector("[data-narrow]") ?? menu.querySelector(".option") ?? menu.querySelector(".menu-body :is(select, input:not([type=hidden]), a, button)");
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const options = [...(event.target.closest?.("details[data-menu][open]")?.querySelectorAll(".option") ?? [])];
  const at = options.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  options[(at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length].focus();
});
