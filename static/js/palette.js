// The palette: one field for people, conversations, places and acts. The server finds; here is only the moving about.
const dialog = () => document.getElementById("palette");
const options = () => [...(dialog()?.querySelectorAll(".option") ?? [])];
const field = () => dialog().querySelector("input[type=search]");

document.addEventListener("opened", (event) => {
  if (event.target !== dialog()) return;
  dialog().querySelector("[name=on]").value = document.querySelector("#conversation [data-code]")?.dataset.code ?? "";
  field().select();
  htmx.trigger(field(), "open");
}, true);

document.addEventListener("keydown", (event) => {
  if (!dialog()?.open || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const all = options();
  const at = all.indexOf(document.activeElement);
  if (event.key === "Enter") {
    if (document.activeElement === field() && all.length) { event.preventDefault(); all[0].click(); }
    return;
  }
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) field().focus(); else all[Math.min(next, all.length - 1)]?.focus();
});

document.addEventListener("click", (event) => { if (event.target === dialog()) dialog().close(); });
// At once: by the time the answer is here, newer letters may have taken the form away.
document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.matches?.("[data-palette-act]")) dialog()?.close(); });
