// Copy buttons: shown only where copying works; the text itself can always be selected by hand.
(() => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.querySelector("span");
    const words = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      label.textContent = button.dataset.done;
      document.getElementById("say").textContent = button.dataset.done;
      setTimeout(() => { label.textContent = words; }, 2000);
    });
  }
})();
