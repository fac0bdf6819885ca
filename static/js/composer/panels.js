// A panel opens above the words and takes the room there is up to the edge of the window.
// In a window too low for that it comes down over them as far as it must: a list of no height is no use.
const LEAST = 140, MARGIN = 12;

function fit() {
  document.querySelectorAll("#composer details[open] > .canned-panel").forEach((panel) => {
    const box = panel.offsetParent;
    if (!box) return; // an answer's panel, while a note is written
    const room = Math.floor(box.getBoundingClientRect().top - MARGIN);
    panel.style.setProperty("--room", `${Math.max(room, LEAST)}px`);
    panel.style.setProperty("--short", `${Math.max(LEAST - room, 0)}px`);
  });
}

document.addEventListener("toggle", fit, true);
document.addEventListener("htmx:afterSettle", fit); // hints that come in meanwhile lift the field
window.addEventListener("resize", fit);
