// The emoji picker: asked for at the first opening, searched here, put in at the cursor.
import { nearestOnNextLine } from "../lib/grid.js";
import { insertText } from "../lib/insert_text.js";
import { bySelection, createListbox } from "../lib/listbox.js";
import { fetchHtml } from "../lib/server.js";
import { keep, kept } from "../lib/store.js";
import { fold } from "../lib/text.js";
import { say } from "../lib/toast.js";
import { field } from "./elements.js";

const RECENT = 16;
const OPTION = "#emoji-list [role=option]";
const box = () => document.querySelector("#composer [data-emoji-box]");
const search = () => document.getElementById("emoji-search");
const list = () => document.getElementById("emoji-list");
const options = () => [...document.querySelectorAll(OPTION)];
const signs = createListbox(options, bySelection(search));
const visited = new WeakSet();
let page;
// Enter was pressed while the list was still on its way.
let isEntered = false;

// The tone goes behind the first sign, and takes the place of the mark that asks for a coloured one.
function toned(option, tone) {
  const { plain } = option.dataset;
  if (!tone || !("tones" in option.dataset)) return plain;
  const [first, ...rest] = plain;
  return first + tone + rest.filter((sign) => sign !== "\ufe0f").join("");
}

function dress() {
  const tone = kept("emoji:tone", "");
  options().forEach((option, number) => {
    option.dataset.plain ??= option.textContent;
    option.id = `emoji-${number}`;
    option.textContent = toned(option, tone);
  });
  box().querySelectorAll("[data-tone]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.tone === tone));
  });
}

// What was used last stands first.
function showRecent() {
  list().querySelector(".emoji-recent")?.remove();
  const find = (sign) => list().querySelector(`[data-plain="${CSS.escape(sign)}"]`);
  const used = kept("emoji:recent", []).map(find).filter(Boolean);
  if (!used.length) return;
  const group = list().querySelector("[role=group]").cloneNode(true);
  group.classList.add("emoji-recent");
  group.setAttribute("aria-label", list().dataset.recent);
  group.querySelector(".menu-h").textContent = list().dataset.recent;
  group.querySelector(".emoji-row").replaceChildren(...used.map((option) => option.cloneNode(true)));
  list().prepend(group);
}

async function fill() {
  page ??= fetchHtml(box().dataset.emojiBox);
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
  isEntered = false;
  search().value = "";
  search().focus();
  await fill();
  if (!list()?.childElementCount) return;
  showRecent();
  dress();
  narrow();
  list().scrollTop = 0;
  if (isEntered && box().open) enter();
}

function close() {
  if (!box()?.open) return;
  box().open = false;
  field().focus();
}

function narrow() {
  const wanted = fold(search().value).split(/\s+/).filter(Boolean);
  options().forEach((option) => {
    option.hidden = !wanted.every((word) => ` ${option.dataset.words}`.includes(` ${word}`));
  });
  list().querySelectorAll("[role=group]").forEach((group) => {
    const isRepeated = wanted.length > 0 && group.classList.contains("emoji-recent");
    group.hidden = isRepeated || !group.querySelector("[role=option]:not([hidden])");
  });
  const found = signs.shown();
  const none = box().querySelector(".emoji-none");
  none.textContent = found.length ? "" : none.dataset.words.replace("{q}", search().value.trim());
  signs.choose(wanted.length ? found[0] : undefined);
}

// Left and right go from sign to sign, up and down from line to line.
function move(key) {
  const by = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  const now = signs.chosen();
  if (key === "ArrowLeft" || key === "ArrowRight" || !now) {
    signs.move(by);
    return;
  }
  const near = nearestOnNextLine(signs.shown(), now, by);
  if (near) signs.choose(near);
}

function insert(option) {
  const area = field(), sign = option.dataset.plain;
  // A field nobody has been in yet has its cursor at the front. People write at the end.
  const end = area.value.length;
  const [from, to] = visited.has(area) ? [area.selectionStart, area.selectionEnd] : [end, end];
  const used = kept("emoji:recent", []).filter((one) => one !== sign);
  keep("emoji:recent", [sign, ...used].slice(0, RECENT));
  const drawn = toned(option, kept("emoji:tone", ""));
  close();
  insertText(area, drawn, from, to);
}

function enter() {
  isEntered = !list().childElementCount;
  if (signs.chosen()) insert(signs.chosen());
}

function chooseTone(tone) {
  keep("emoji:tone", tone);
  dress();
  search().focus();
}

const isOpener = (event) => event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyJ";

function steer(event) {
  if (isOpener(event) && event.target.closest?.("#composer")) {
    if (box()?.open) close();
    else open();
    return true;
  }
  if (!box()?.open || !box().contains(event.target)) return false;
  if (event.key === "Escape") close();
  else if (event.target !== search()) return false;
  else if (event.key.startsWith("Arrow")) move(event.key);
  else if (event.key !== "Enter") return false;
  else enter();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!steer(event)) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("focusin", ({ target }) => { if (target.id === "reply") visited.add(target); });
document.addEventListener("click", ({ target }) => {
  const option = target.closest?.(OPTION);
  const tone = target.closest?.("#composer [data-tone]");
  if (option) insert(option);
  else if (tone) chooseTone(tone.dataset.tone);
  else if (box()?.open && !target.closest?.("[data-emoji-box]")) box().open = false;
});
document.addEventListener("input", ({ target }) => {
  if (target !== search()) return;
  isEntered = false;
  if (list().childElementCount) narrow();
});
document.addEventListener("toggle", ({ target }) => {
  if (target === box() && box()?.open && document.activeElement !== search()) open();
}, true);
