// Another account answers: what it puts under the text changes with it, and so does the count. The draft keeps the choice.
document.addEventListener("change", (event) => {
  if (event.target.id !== "sender") return;
  const { signature, glue } = event.target.selectedOptions[0].dataset;
  const form = event.target.form;
  const tab = form.querySelector('[name="tab"][value="public"]');
  Object.assign(tab.dataset, { signature, glue });
  const shown = form.querySelector(".signed.if-public");
  if (shown) shown.textContent = signature;
  tab.dispatchEvent(new Event("change", { bubbles: true })); // the composer counts again
  const text = document.getElementById("reply");
  if (text.value.trim()) htmx.trigger(text, "check");
});
