// Every page: short messages, the loading bar, and errors that would otherwise vanish.
(() => {
  const toasts = () => document.getElementById("toasts");

  // What is said twice stands there once, and everything leaves; an error takes longer to read.
  const LONG = { error: 12000 }, SHORT = 6000;
  const leaving = new WeakMap();

  function say(text, kind = "info") {
    const told = [...toasts().children].find((line) => line.textContent === text);
    const line = told ?? document.createElement("p");
    line.className = `toast toast-${kind}`;
    if (!told) {
      line.textContent = text;
      toasts().append(line);
    }
    const status = document.getElementById("say");
    if (status) status.textContent = text;
    leave(line);
  }

  function leave(line) {
    clearTimeout(leaving.get(line));
    leaving.set(line, setTimeout(() => line.remove(), line.classList.contains("toast-error") ? LONG.error : SHORT));
  }

  // As soon as the server answers again, that it did not is no longer true.
  const unsay = (text) => [...toasts().children].filter((line) => line.textContent === text).forEach((line) => line.remove());

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".toast").forEach(leave));
  document.addEventListener("click", (event) => event.target.closest(".toast")?.remove());
  document.addEventListener("say", (event) => say(event.detail.value ?? event.detail.text, event.detail.kind));

  // A bar for anything that takes longer than people notice.
  let slow;
  // Drafts are kept while somebody types: no bar for that, and no message each time; the composer tells.
  const quiet = (event) => event.detail.elt?.id === "reply";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (quiet(event)) return;
    clearTimeout(slow);
    slow = setTimeout(() => document.documentElement.classList.add("is-loading"), 200);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr?.status) unsay(words().noAnswer);
    clearTimeout(slow);
    document.documentElement.classList.remove("is-loading");
  });

  const words = () => document.body.dataset;
  document.addEventListener("htmx:sendError", (event) => quiet(event) || say(words().noAnswer, "error"));
  document.addEventListener("htmx:responseError", (event) => {
    if (quiet(event)) return;
    const status = event.detail.xhr.status;
    if (status === 401) return; // session.js says it
    if (status === 403) say(words().notAllowed, "error");
    else if (status === 404) say(words().gone, "error");
    else say(words().broken, "error");
  });

  // What a key means in whatever alphabet it writes: Я stands where Z stands.
  function letter(event) {
    const key = event.key.toLowerCase();
    if (key.length > 1 || /[\x20-\x7e]/.test(key)) return key;
    return /^(?:Key|Digit)([A-Z0-9])$/.exec(event.code)?.[1].toLowerCase() ?? key;
  }

  // Words that come from us can be undone in the field like typed ones.
  function put(area, text, from, to) {
    area.focus();
    area.setSelectionRange(from, to);
    if (document.execCommand("insertText", false, text)) return;
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  window.webcare = { ...window.webcare, say, letter, put };
})();
