// The guidelines open in front of the answer. From then on they are not new.
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target?.id !== "guidelines") return;
  target.showModal();
  document.querySelector(".has-new")?.classList.remove("has-new");
});
