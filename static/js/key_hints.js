// Who reaches for the mouse three times for the same thing is told its key, once. Below the list, where it covers nothing.
const KEPT = "key-hints"; // key → how often by mouse; TOLD once it was said
const TIMES = 3, TOLD = -1;
const read = () => { try { return JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { return {}; } };
const keep = (all) => { try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch { /* private window: nothing is kept */ } };

// What was clicked, as the table of keys calls it.
function does(target) {
  const pressed = target.closest("[data-key]");
  if (pressed) return pressed.dataset.key === "/" ? "search" : `press:${pressed.dataset.key}`;
  const tab = target.closest("#composer .tab")?.querySelector("[data-tab]");
  if (tab) return `tab:${tab.dataset.tab}`;
  if (target.closest("#row-list .row-link")) return "next";
  return "";
}

function tell(line) {
  const place = document.getElementById("key-hint");
  if (!place) return;
  const words = place.querySelector(".key-hint-words");
  const keys = [...line.querySelectorAll("kbd")].flatMap((key) => [key.cloneNode(true), " "]);
  const [before, after] = place.dataset.words.replace("{what}", line.querySelector("dt").textContent).split("{keys}");
  words.replaceChildren(before, ...keys.slice(0, -1), after ?? "");
  place.hidden = false;
  document.getElementById("say").textContent = words.textContent;
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-act='hide-key-hint']")) { document.getElementById("key-hint").hidden = true; return; }
  // A key that presses a button is a click too, without a pointer; and a finger has no keys.
  if (!event.isTrusted || !event.detail || event.pointerType === "touch" || event.pointerType === "pen") return;
  const what = does(event.target);
  const line = what && document.querySelector(`#keys [data-does="${CSS.escape(what)}"]`);
  const all = read();
  if (!line || all[what] === TOLD) return;
  all[what] = (all[what] ?? 0) + 1;
  if (all[what] >= TIMES) { all[what] = TOLD; tell(line); }
  keep(all);
}, true);
