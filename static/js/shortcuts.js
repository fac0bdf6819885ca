// Every action has a key. The keys do nothing while somebody types, and none of them needs two hands but the ones that send.
(() => {
  const typing = (element) => element.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const press = (selector) => { const found = document.querySelector(selector); found?.click(); return Boolean(found); };

  function step(by) {
    const links = [...document.querySelectorAll("#row-list .row-link")];
    if (!links.length) return false;
    const at = links.findIndex((link) => link === document.activeElement || link.hasAttribute("aria-current"));
    const focused = links.indexOf(document.activeElement);
    const next = links[Math.max(0, Math.min(links.length - 1, (focused >= 0 ? focused : at) + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function tab(name) {
    const radio = document.querySelector(`#composer [data-tab="${name}"]:not(:disabled)`);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    document.getElementById("reply").focus();
    return true;
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    r: () => tab("public") || tab("private"),
    p: () => tab("private"),
    n: () => tab("note"),
    e: () => press('#thread-head [data-key="e"]'),
    m: () => press('#thread-head [data-key="m"]'),
    a: () => press('#thread-head [data-key="a"]'),
    z: () => press('#thread-head [data-key="z"]'),
    i: () => press(".only-drawer"),
    "?": () => { document.getElementById("keys")?.showModal(); return true; },
  };

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && target.closest?.("#composer")) {
      event.preventDefault();
      document.querySelector(event.shiftKey ? "[data-send-close]" : "[data-send]")?.click();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !(typing(target) && target.value)) {
      if (press("[data-undo]")) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && typing(target)) { target.blur(); document.getElementById("scroll")?.focus(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(target) || document.querySelector("dialog[open]")) return;
    if (keys[event.key]?.()) event.preventDefault();
  });
})();
