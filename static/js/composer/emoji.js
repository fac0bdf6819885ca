// The emoji picker: asked for at the first opening, searched here, put in at the cursor. What was used last stands first.
import { insertText } from "../lib/insert_text.js";
import { say } from "../lib/toast.js";

const box = () => document.querySelector("#composer [data-emoji-box]");
const search = () => document.getElementById("emoji-search");
const list = () => document.getElementById("emoji-list");
const field = () => document.getElementById("reply");
const shown = () => [...list().querySelectorAll("[role=option]:not([hidden])")];
const chosen = () => list().querySelector("[aria-selected=true]");
const RECENT = 16;
let page, written = new WeakSet();

const kept = (name, other) => { try { return JSON.parse(localStorage.getItem(name)) ?? other; } catch { return other; } };
const keep = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private window: nothing is kept */ } };

// The tone goes behind the first sign, and takes the place of the mark that asks for a coloured one.
function toned(option) {
  const tone = kept("emoji:tone", "");
  const [first, ...rest] = [...option.dataset.plain];
  return tone && "tones" in option.dataset ? first + tone + rest.filter((sign) => sign !== "\ufe0f").join("") : option.dataset.plain;
}

function dress() {
  const tone = kept("emoji:tone", "");
  list().querySelectorAll("[role=option]").forEach((option, number) => {
    option.dataset.plain ??= option.textContent;
    option.id = `emoji-${number}`;
    option.textContent = toned(option);
  });
  box().querySelectorAll("[data-tone]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tone === tone)));
}

function recent() {
  list().querySelector(".emoji-recent")?.remove();
  const used = kept("emoji:recent", []).map((text) => list().querySelector(`[data-plain="${CSS.escape(text)}"]`)).filter(Boolean);
  if (!used.length) return;
  const group = list().querySelector("[role=group]").cloneNode(true);
  group.classList.add("emoji-recent");
  group.setAttribute("aria-label", list().dataset.recent);
  group.querySelector(".menu-h").textContent = list().dataset.recent;
  group.querySelector(".emoji-row").replaceChildren(...used.map((option) => option.cloneNode(true)));
  list().prepend(group);
}

async function fill() {
  page ??= fetch(box().dataset.emojiBox).then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error(answer.status))));
  try {
    const html = await page;
    if (!list() || list().childElementCount) return;
    list().innerHTML = html;
    dress();
  } catch {
    page = undefined;
    say(document.body.dataset.noAnswer, "error");
  }
}

async function open() {
  if (!box()) return;
  box().open = true;
  search().value = "";
  search().focus();
  await fill();
  if (!list()?.childElementCount) return;
  recent();
  dress();
  narrow();
  list().scrollTop = 0;
}

function close(back = true) {
  if (!box()?.open) return;
  box().open = false;
  if (back) field().focus();
}

const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "");
function narrow() {
  const wanted = plain(search().value).split(/\s+/).filter(Boolean);
  list().querySelectorAll("[role=option]").forEach((option) => { option.hidden = !wanted.every((word) => ` ${option.dataset.words}`.includes(` ${word}`)); });
  list().querySelectorAll("[role=group]").forEach((group) => {
    group.hidden = !group.querySelector("[role=option]:not([hidden])") || (wanted.length > 0 && group.classList.contains("emoji-recent"));
  });
  const found = shown().filter((option) => !option.closest("[hidden]"));
  box().querySelector(".emoji-none").textContent = found.length ? "" : box().querySelector(".emoji-none").dataset.words.replace("{q}", search().value.trim());
  mark(wanted.length ? found[0] : undefined);
}

function mark(option) {
  list().querySelectorAll("[aria-selected=true]").forEach((one) => one.setAttribute("aria-selected", "false"));
  option?.setAttribute("aria-selected", "true");
  if (option) search().setAttribute("aria-activedescendant", option.id); else search().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function move(key) {
  const all = shown().filter((option) => !option.closest("[hidden]"));
  const now = chosen();
  if (!all.length) return;
  if (!now) { mark(all[key === "ArrowUp" || key === "ArrowLeft" ? all.length - 1 : 0]); return; }
  const at = all.indexOf(now);
  if (key === "ArrowLeft" || key === "ArrowRight") { mark(all[(at + (key === "ArrowRight" ? 1 : all.length - 1)) % all.length]); return; }
  // The one straight below or above: the nearest line that way, and in it the nearest place.
  const spot = (one) => one.getBoundingClientRect();
  const here = spot(now), way = key === "ArrowDown" ? 1 : -1;
  const beyond = all.map((one) => [one, spot(one)]).filter(([, there]) => (there.top - here.top) * way > 4);
  const line = Math.min(...beyond.map(([, there]) => (there.top - here.top) * way));
  const near = beyond.filter(([, there]) => (there.top - here.top) * way - line < 4).sort(([, a], [, b]) => Math.abs(a.left - here.left) - Math.abs(b.left - here.left));
  if (near.length) mark(near[0][0]);
}

function insert(option) {
  const area = field();
  // A field nobody has been in yet has its cursor at the front; people write at the end.
  const [start, end] = written.has(area) ? [area.selectionStart, area.selectionEnd] : [area.value.length, area.value.length];
  const drawn = toned(option);
  keep("emoji:recent", [option.dataset.plain, ...kept("emoji:recent", []).filter((one) => one !== option.dataset.plain)].slice(0, RECENT));
  close();
  insertText(area, drawn, start, end);
}

document.addEventListener("focusin", (event) => { if (event.target.id === "reply") written.add(event.target); });
document.addEventListener("keydown", (event) => {
  if (event.altKey && event.code === "KeyJ" && !event.ctrlKey && !event.metaKey && event.target.closest?.("#composer")) {
    event.preventDefault();
    if (box()?.open) close(); else open();
    return;
  }
  if (!box()?.open || !box().contains(event.target)) return;
  if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); return; }
  if (event.target !== search()) return;
  if (event.key.startsWith("Arrow")) { event.preventDefault(); move(event.key); }
  else if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); if (chosen()) insert(chosen()); }
}, true);

document.addEventListener("click", (event) => {
  const option = event.target.closest?.("#emoji-list [role=option]");
  const tone = event.target.closest?.("#composer [data-tone]");
  if (option) insert(option);
  else if (tone) { keep("emoji:tone", tone.dataset.tone); dress(); search().focus(); }
  else if (box()?.open && !event.target.closest?.("[data-emoji-box]")) close(false);
});
document.addEventListener("input", (event) => { if (event.target === search() && list().childElementCount) narrow(); });
document.addEventListener("toggle", (event) => { if (event.target === box() && box()?.open && document.activeElement !== search()) open(); }, true);
