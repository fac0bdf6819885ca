// Every page: short messages, the loading bar, and errors that would otherwise vanish.
(() => {
  const toasts = () => document.getElementById("toasts");

  function say(text, kind = "info") {
    const line = document.createElement("p");
    line.className = `toast toast-${kind}`;
    line.textContent = text;
    toasts().append(line);
    const status = document.getElementById("say");
    if (status) status.textContent = text;
    leave(line);
  }

  function leave(line) {
    if (line.classList.contains("toast-error")) return;
    setTimeout(() => line.remove(), 6000);
  }

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
  document.addEventListener("htmx:afterRequest", () => {
    clearTimeout(slow);
    document.documentElement.classList.remove("is-loading");
  });

  const words = () => document.body.dataset;
  document.addEventListener("htmx:sendError", (event) => quiet(event) || say(words().noAnswer, "error"));
  document.addEventListener("htmx:responseError", (event) => {
    if (quiet(event)) return;
    const status = event.detail.xhr.status;
    if (status === 401 || status === 403) say(words().notAllowed, "error");
    else if (status === 404) say(words().gone, "error");
    else say(words().broken, "error");
  });

  window.webcare = { ...window.webcare, say };
})();
