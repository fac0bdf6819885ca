// What the assistant made. The button that asked was off meanwhile: the focus goes on to what one does next.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.elt.closest?.(".helps")) return;
  setTimeout(() => {
    if (document.activeElement !== document.body) return;
    (document.querySelector("#help-offer button") ?? detail.elt).focus();
  });
});
