// Writing a planned post: how much room each account leaves, and a copy of the words until they are saved.
// The copy is of this tab, as a composer's is.
import { lengthOf } from "./lib/text_length.js";

const NEAR = 0.2; // of the limit: from here on it shows
const form = () => document.querySelector(".post-form");
const nameOf = (copy) => `post:${copy}`;
const fields = () => [...form().querySelectorAll("textarea, [type=text], [type=url], [type=datetime-local], select")];
const boxes = () => [...form().querySelectorAll("[name=accounts]")];

// ── room ──

// As it leaves: its own text or the post's, and the link below it.
function wordsOf(place) {
  const { text, link } = form().elements;
  const own = place.querySelector("textarea").value.trim();
  let address = link.value.trim();
  if (address && !/^[a-z][a-z0-9+.-]*:/i.test(address)) address = `https://${address}`;
  return [own || text.value.trim(), address].filter(Boolean).join("\n\n");
}

function show(place) {
  const counter = place.querySelector(".counter");
  const { limit, count } = counter.dataset;
  const left = limit - lengthOf(wordsOf(place), count, Number(form().dataset.linkLength));
  const level = left < 0 ? "over" : left <= limit * NEAR ? "near" : "";
  const { left: leftWords, over } = counter.closest("ul").dataset;
  counter.textContent = (left < 0 ? over : leftWords).replace("{n}", Math.abs(left));
  counter.classList.toggle("near", level === "near");
  counter.classList.toggle("over", level === "over");
  if (counter.dataset.level === level) return;
  counter.dataset.level = level;
  if (level && place.querySelector("[name=accounts]").checked) tell(place, counter);
}

// Who listens hears it once when it grows tight and once when it is too long.
function tell(place, counter) {
  const name = place.querySelector("label").textContent.replace(/\s+/g, " ").trim();
  document.getElementById("post-room").textContent = `${name}: ${counter.textContent}`;
}

const showAll = () => document.querySelectorAll(".post-place").forEach(show);

// A next picture is asked for once this one is chosen.
function showSlots() {
  let isWanted = true;
  for (const slot of document.querySelectorAll(".post-slot")) {
    slot.hidden = !isWanted;
    isWanted &&= Boolean(slot.querySelector("[type=file]").files.length || slot.querySelector(".wrong"));
  }
}

// A page that comes back has no pictures any more: what one lacks is asked for before it leaves.
function askForWords(event) {
  for (const slot of event.target.querySelectorAll(".post-slot")) {
    const [file, alt] = [slot.querySelector("[type=file]"), slot.querySelector("[type=text]")];
    if (!file.files.length || alt.value.trim()) continue;
    event.preventDefault();
    alt.value = ""; // blanks would do for the browser
    alt.required = true;
    alt.reportValidity();
    return;
  }
}

// ── copy ──

function keepCopy() {
  const values = Object.fromEntries(fields().map(({ name, value }) => [name, value]));
  const accounts = boxes().filter(({ checked }) => checked).map(({ value }) => value);
  const { code, version } = form().elements;
  const copy = { code: code?.value, version: version?.value, values, accounts, begun: location.search };
  try {
    sessionStorage.setItem(nameOf(form().dataset.copy), JSON.stringify(copy));
  } catch { /* no room, or not allowed */ }
}

function copyOf(name) {
  try {
    return JSON.parse(sessionStorage.getItem(nameOf(name)) ?? "null");
  } catch { return null; /* not allowed */ }
}

function drop(name) {
  try {
    sessionStorage.removeItem(nameOf(name));
  } catch { /* not allowed */ }
}

// What the server answered is newer than the copy; a copy of an older version would undo what a colleague wrote.
// Begun anew on a day of the calendar, it is for that day.
function restore() {
  const copy = copyOf(form().dataset.copy);
  const { code, version } = form().elements;
  if (!copy || "answered" in form().dataset || copy.version !== version?.value) return;
  if (code) code.value = copy.code;
  if (new URLSearchParams(location.search).has("on") && copy.begun !== location.search) delete copy.values.clock;
  for (const field of fields()) if (field.name in copy.values) field.value = copy.values[field.name];
  for (const box of boxes()) box.checked = copy.accounts.includes(box.value);
  for (const own of document.querySelectorAll(".post-own")) own.open ||= Boolean(own.querySelector("textarea").value);
}

// Saved, or given up: its page is open.
function forget(saved) {
  drop(saved);
  if (copyOf("new")?.code === saved) drop("new");
}

document.addEventListener("input", ({ target }) => {
  if (!form()?.contains(target) || target.type === "file") return;
  keepCopy();
  showAll();
});
document.addEventListener("change", ({ target }) => {
  if (target.type === "file" && target.closest(".post-slot")) showSlots();
});
document.addEventListener("submit", (event) => {
  if (event.target === form()) askForWords(event);
}, true); // before it counts as sent
document.addEventListener("click", ({ target }) => {
  if (target.closest(".post-form [data-cancel]")) drop(form().dataset.copy);
});
document.addEventListener("DOMContentLoaded", () => {
  const saved = document.querySelector("[data-post]");
  if (saved) forget(saved.dataset.post);
  if (!form()) return;
  restore();
  showAll();
  showSlots();
});
