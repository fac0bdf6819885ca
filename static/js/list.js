// The list beside the thread: which row is open, and the title of the window.
const app = () => document.querySelector(".app-inbox");

function markOpenRow() {
  const open = document.querySelector("#conversation [data-code]")?.dataset.code;
  document.querySelectorAll(".row-link[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
  if (open) document.querySelector(`#row-${open} .row-link`)?.setAttribute("aria-current", "true");
  if (app()) app().dataset.pane = open ? "thread" : "list";
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "conversation") return;
  markOpenRow();
  document.title = [document.querySelector("#who")?.textContent.trim(), "Webcare"].filter(Boolean).join(" · ");
  document.dispatchEvent(new CustomEvent("conversation:opened"));
});
document.addEventListener("htmx:historyRestore", markOpenRow);
