// Copy buttons: shown only where copying works. The text itself can always be selected by hand.
const SHOWN = 2000;

function offer(button) {
  const label = button.querySelector("span");
  const words = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    label.textContent = button.dataset.done;
    document.getElementById("say").textContent = button.dataset.done;
    setTimeout(() => { label.textContent = words; }, SHOWN);
  });
}

if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(offer);
