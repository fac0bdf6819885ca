// The browser is asked for permission only when somebody ticks the box.
const box = document.querySelector('input[name="browser_alerts"]');
const { refused } = document.querySelector("[data-refused]").dataset;

box.addEventListener("change", async () => {
  if (!box.checked || !("Notification" in window) || (await Notification.requestPermission()) === "granted") return;
  box.checked = false;
  document.dispatchEvent(new CustomEvent("say", { detail: { text: refused, kind: "error" } }));
});
