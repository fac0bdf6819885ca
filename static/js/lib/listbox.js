// A list whose options are chosen by the arrows. How a choice shows is told by one of the two ways below.

// The cursor stays in a field, which names the chosen option to screen readers.
export const bySelection = (field) => ({
  chosen: (all) => all.find((option) => option.getAttribute("aria-selected") === "true"),
  choose(all, option) {
    all.filter((one) => one.getAttribute("aria-selected") === "true").forEach((one) => {
      one.setAttribute("aria-selected", "false");
    });
    field()?.removeAttribute("aria-activedescendant");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    field().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  },
});

// The focus itself goes from option to option.
export const byFocus = {
  chosen: (all) => all.find((option) => option === document.activeElement),
  choose: (_all, option) => option?.focus(),
};

const BY = { ArrowDown: 1, ArrowUp: -1 };

// `before` is the field above the list, if the way up ends there. Without one the choice goes round the ends.
export function createListbox(options, way, before) {
  const shown = () => options().filter((option) => !option.hidden && !option.closest("[role=group][hidden]"));
  const chosen = () => way.chosen(shown());
  const choose = (option) => way.choose(options(), option);

  function move(by) {
    const all = shown();
    const at = all.indexOf(chosen());
    if (!before) choose(all[at < 0 && by < 0 ? all.length - 1 : (at + by + all.length) % all.length]);
    else if (at + by < 0) before().focus();
    else choose(all[Math.min(at + by, all.length - 1)]);
  }

  // True where the key was an arrow up or down.
  function steer(event) {
    const by = BY[event.key];
    if (by) move(by);
    return Boolean(by);
  }

  return { shown, chosen, choose, move, steer };
}
