// Where the composer stands now. A swap may replace it at any time, so nobody keeps these.
export const form = () => document.getElementById("composer");
export const field = () => document.getElementById("reply");
export const chosenTab = () => form()?.querySelector("[name=tab]:checked");
export const isNote = () => chosenTab()?.value === "note";

export function chooseTab(radio) {
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

// The server looks at what stands there, and keeps it.
export const check = () => field()?.value.trim() && htmx.trigger(field(), "check");
