// Picking rows: by the box, by x, and with shift from the last one to here. The toolbar itself is shown by the style sheet.
const boxes = () => [...document.querySelectorAll("#row-list .row-pick input")];
const all = () => document.querySelector('#bulk [name="all"]');
let last; // the conversation picked last: its row may be renewed meanwhile

function count() {
  const here = boxes().filter((box) => box.checked).length;
  const shown = document.querySelector("#bulk output");
  const page = document.querySelector("#bulk .bulk-shown");
  if (page) [page.checked, page.indeterminate] = [here === boxes().length, here > 0 && here < boxes().length];
  // The whole list is picked as long as nothing of it is unpicked.
  if (all() && here < boxes().length) all().checked = false;
  const picked = all()?.checked ? Number(all().dataset.count) : here;
  document.getElementById("row-list")?.classList.toggle("picking", picked > 0);
  if (shown && picked) shown.textContent = picked === 1 ? shown.dataset.one : shown.dataset.many.replace("{n}", picked);
}

function range(to, on) {
  const all = boxes();
  const [first, end] = [all.findIndex((box) => box.value === last), all.indexOf(to)].sort((a, b) => a - b);
  if (first >= 0) all.slice(first, end + 1).forEach((box) => { box.checked = on; });
}

export function pick(toHere) {
  const row = document.activeElement?.closest?.(".row") ?? document.querySelector(".row:has([aria-current])");
  const box = row?.querySelector(".row-pick input");
  if (!box) return false;
  box.checked = toHere || !box.checked;
  if (toHere) range(box, true);
  last = box.value;
  count();
  return true;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".row-pick input");
  if (box) {
    if (event.shiftKey) range(box, box.checked);
    last = box.value;
  }
  const shown = event.target.closest?.('[data-act="pick-all"]');
  if (shown) boxes().forEach((one) => { one.checked = shown.checked; });
  if (event.target === all() && all().checked) boxes().forEach((one) => { one.checked = true; });
  if (event.target.closest?.('[data-act="unpick"]')) boxes().forEach((one) => { one.checked = false; });
  count();
});
// A row that is renewed while it is picked stays picked.
document.addEventListener("row:renewed", (event) => {
  const { was, now } = event.detail;
  const box = now.querySelector(".row-pick input"); // none where the account was removed meanwhile
  if (box && was.querySelector(".row-pick input")?.checked) box.checked = true;
  count();
});
// So do rows that are loaded while the whole list is.
document.addEventListener("htmx:afterSwap", () => {
  if (all()?.checked) boxes().forEach((one) => { one.checked = true; });
  count();
});

// Menus with a field on top: what does not fit the letters is left out.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const letters = event.target.value.trim().toLowerCase();
  event.target.closest("form").querySelectorAll(".option, .pick-line").forEach((option) => { option.hidden = !option.textContent.toLowerCase().includes(letters); });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-narrow]")) return;
  const fits = [...event.target.closest("form").querySelectorAll(":is(.option, .pick-line):not([hidden])")];
  if (!event.target.value.trim()) { event.preventDefault(); return; }
  if (fits.length) { event.preventDefault(); event.target.value = ""; fits[0].click(); event.target.dispatchEvent(new Event("input", { bubbles: true })); }
});
