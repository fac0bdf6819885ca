// Short messages. What is said twice stands there once, and everything leaves. An error takes longer to read.
const LONG = 12000, SHORT = 6000;
const leaving = new WeakMap();
const toasts = () => document.getElementById("toasts");

export function say(text, kind = "info") {
  const told = [...toasts().children].find((line) => line.textContent === text);
  const line = told ?? document.createElement("p");
  line.className = `toast toast-${kind}`;
  if (!told) {
    line.textContent = text;
    toasts().append(line);
  }
  announce(text);
  leave(line);
}

// For screen readers alone.
export function announce(text) {
  const status = document.getElementById("say");
  if (status) status.textContent = text;
}

export function unsay(text) {
  [...toasts().children].filter((line) => line.textContent === text).forEach((line) => line.remove());
}

function leave(line) {
  clearTimeout(leaving.get(line));
  leaving.set(line, setTimeout(() => line.remove(), line.classList.contains("toast-error") ? LONG : SHORT));
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".toast").forEach(leave));
document.addEventListener("click", (event) => event.target.closest(".toast")?.remove());
// A server's HX-Trigger header may name this event.
document.addEventListener("say", (event) => say(event.detail.value ?? event.detail.text, event.detail.kind));
