// Who reaches for the mouse three times for the same thing is told its key, once.
// It stands below the list, where it covers nothing.
import { keep, kept } from "./lib/store.js";
import { announce } from "./lib/toast.js";

const KEPT = "key-hints"; // key → how often by mouse, TOLD once it was said
const TIMES = 3, TOLD = -1;

// What was clicked, as the table of keys calls it.
function meaning(target) {
  const { key } = target.closest("[data-key]")?.dataset ?? {};
  if (key) return key === "/" ? "search" : `press:${key}`;
  const tab = target.closest("#composer .tab")?.querySelector("[data-tab]");
  if (tab) return `tab:${tab.dataset.tab}`;
  return target.closest("#row-list .row-link") ? "next" : "";
}

function tell(line) {
  const place = document.getElementById("key-hint");
  if (!place) return;
  const words = place.querySelector(".key-hint-words");
  const keys = [...line.querySelectorAll("kbd")].flatMap((key) => [key.cloneNode(true), " "]);
  const sentence = place.dataset.words.replace("{what}", line.querySelector("dt").textContent);
  const [before, after] = sentence.split("{keys}");
  words.replaceChildren(before, ...keys.slice(0, -1), after ?? "");
  place.hidden = false;
  announce(words.textContent);
}

// A key that presses a button is a click too, without a pointer. And a finger has no keys.
const isByMouse = (event) => event.isTrusted && event.detail && !["touch", "pen"].includes(event.pointerType);

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-act='hide-key-hint']")) {
    document.getElementById("key-hint").hidden = true;
    return;
  }
  const what = isByMouse(event) && meaning(event.target);
  const line = what && document.querySelector(`#keys [data-does="${CSS.escape(what)}"]`);
  const all = kept(KEPT, {});
  if (!line || all[what] === TOLD) return;
  all[what] = (all[what] ?? 0) + 1;
  if (all[what] >= TIMES) {
    all[what] = TOLD;
    tell(line);
  }
  keep(KEPT, all);
}, true);
