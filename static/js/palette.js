// The palette: one field for people, conversations, places and acts.
// The server finds. Here is only the moving about.
import { byFocus, createListbox } from "./lib/listbox.js";

const dialog = () => document.getElementById("palette");
const field = () => dialog().querySelector("input[type=search]");
const found = createListbox(() => [...dialog().querySelectorAll(".option")], byFocus, field);

document.addEventListener("opened", ({ target }) => {
  if (target !== dialog()) return;
  const open = document.querySelector("#conversation [data-code]");
  dialog().querySelector("[name=on]").value = open?.dataset.code ?? "";
  field().select();
  htmx.trigger(field(), "open");
}, true);

document.addEventListener("keydown", (event) => {
  if (!dialog()?.open) return;
  if (found.steer(event)) event.preventDefault();
  else if (event.key === "Enter" && document.activeElement === field() && found.shown().length) {
    event.preventDefault();
    found.shown()[0].click();
  }
});

document.addEventListener("click", ({ target }) => { if (target === dialog()) dialog().close(); });
// At once: by the time the answer is here, newer letters may have taken the form away.
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches?.("[data-palette-act]")) dialog()?.close();
});
