// Canned replies: "/" opens the list, the arrows choose, Enter puts it in the answer and selects what must still be written.
(() => {
  const box = () => document.querySelector("#composer [data-canned-box]");
  const search = () => document.getElementById("canned-search");
  const options = () => [...document.querySelectorAll("#composer .canned-option")];
  const field = () => document.getElementById("reply");

  function open() {
    box().open = true;
    search().value = "";
    htmx.trigger(search(), "look");
    search().focus();
  }
  function close() {
    if (!box()?.open) return;
    box().open = false;
    field().focus();
  }

  function choose(by) {
    const all = options();
    if (!all.length) return;
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const next = all[(at + by + all.length) % all.length];
    all.forEach((one) => one.setAttribute("aria-selected", String(one === next)));
    search().setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  function insert(option) {
    const area = field(), form = area.form, text = option.dataset.text;
    const start = area.selectionStart;
    area.setRangeText(text, start, area.selectionEnd, "end");
    if (option.dataset.canned) form.elements.canned.value = option.dataset.canned;
    const picture = form.querySelector("[data-canned-picture]");
    if (picture) { picture.hidden = !("picture" in option.dataset); picture.querySelector("input").disabled = picture.hidden; }
    close();
    area.focus();
    // The first spot that must be edited, else the first variable we had no value for.
    const spot = /\[\[.*?\]\]|\{[a-z_]+\}/s.exec(area.value.slice(start));
    if (spot) area.setSelectionRange(start + spot.index, start + spot.index + spot[0].length);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("keydown", (event) => {
    if (event.target === field() && event.key === "/" && box() && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const before = field().value.slice(0, field().selectionStart);
      if (!before || /\s$/.test(before)) { event.preventDefault(); open(); }
      return;
    }
    if (event.target !== search()) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
    else if (event.key === "Enter") {
      event.preventDefault();
      const chosen = options().find((one) => one.getAttribute("aria-selected") === "true") ?? options()[0];
      if (chosen) insert(chosen);
    } else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
    else if (event.key === "Backspace" && !search().value) { event.preventDefault(); close(); }
  }, true);

  document.addEventListener("click", (event) => {
    const option = event.target.closest("#composer .canned-option");
    if (option) { event.preventDefault(); insert(option); return; }
    if (box()?.open && !event.target.closest("[data-canned-box]")) box().open = false;
  });
  document.addEventListener("toggle", (event) => { if (event.target === box() && box().open && document.activeElement !== search()) open(); }, true);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "canned-list" && search()?.value) choose(1);
    if (event.detail.target?.id === "guidelines") { event.detail.target.showModal(); document.querySelector(".has-new")?.classList.remove("has-new"); }
  });
})();
