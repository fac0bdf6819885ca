// How much room is left, counted as the platform counts.
import { fillRing } from "../lib/ring.js";
import { lengthOf } from "../lib/text_length.js";
import { chosenTab, field, form } from "./elements.js";

const NEAR = 0.2; // of the limit: from here on the number shows

export function count() {
  const tab = chosenTab();
  const counter = document.getElementById("counter");
  if (!tab || !counter) return;
  field().placeholder = tab.value === "note" ? field().dataset.noteWords : field().dataset.answerWords;
  const limit = Number(tab.dataset.limit);
  if (limit) show(counter, tab, limit);
  else {
    counter.hidden = true;
    announceLevel(counter, "", 0);
  }
}

function show(counter, tab, limit) {
  const text = field().value.trim();
  const left = limit - lengthOf(signed(text, tab), tab.dataset.count, Number(form().dataset.linkLength));
  const level = left < 0 ? "over" : left <= limit * NEAR ? "near" : "";
  counter.hidden = !text;
  counter.querySelector("span").textContent = words(counter, level, left);
  counter.classList.toggle("near", level === "near");
  counter.classList.toggle("over", level === "over");
  fillRing(counter, 100 - (left / limit) * 100);
  announceLevel(counter, level, left);
  const split = form().querySelector("[data-split]");
  if (split) split.hidden = !(left < 0 && "splits" in tab.dataset);
}

// The server puts the signature under it once, whether or not somebody typed it.
function signed(text, tab) {
  const { signature, glue } = tab.dataset;
  const bare = signature?.startsWith("^") ? text.replace(/\s*\^\s?[A-Za-z]{1,4}$/, "") : text;
  return signature && !bare.endsWith(signature) ? `${bare}${glue}${signature}` : bare;
}

function words(counter, level, left) {
  if (!level) return "";
  return (level === "over" ? counter.dataset.over : counter.dataset.left).replace("{n}", Math.abs(left));
}

// Who listens hears it once when it grows tight and once when it is too long, not at every key.
function announceLevel(counter, level, left) {
  const place = document.getElementById("counter-told");
  if (place.dataset.level === level) return;
  place.dataset.level = level;
  place.textContent = words(counter, level, left);
}

document.addEventListener("input", ({ target }) => { if (target === field()) count(); });
document.addEventListener("change", ({ target }) => { if (target.name === "tab") count(); });
