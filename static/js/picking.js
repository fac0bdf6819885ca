// Picking rows: by the box, by x, and with shift from the last one to here. The style sheet shows the toolbar.
const boxes = () => [...document.querySelectorAll("#row-list .row-pick input")];
const wholeList = () => document.querySelector('#bulk [name="all"]');
const set = (some, isPicked) => some.forEach((box) => { box.checked = isPicked; });
let last; // the conversation picked last: its row may be renewed meanwhile

function count() {
  const all = boxes();
  const here = all.filter((box) => box.checked).length;
  const page = document.querySelector("#bulk .bulk-shown");
  if (page) [page.checked, page.indeterminate] = [here === all.length, here > 0 && here < all.length];
  // The whole list is picked as long as nothing of it is unpicked.
  if (wholeList() && here < all.length) wholeList().checked = false;
  const picked = wholeList()?.checked ? Number(wholeList().dataset.count) : here;
  document.getElementById("row-list")?.classList.toggle("picking", picked > 0);
  const shown = document.querySelector("#bulk output");
  if (!shown || !picked) return;
  shown.textContent = picked === 1 ? shown.dataset.one : shown.dataset.many.replace("{n}", picked);
}

function pickRange(to, isPicked) {
  const all = boxes();
  const [first, end] = [all.findIndex((box) => box.value === last), all.indexOf(to)].sort((a, b) => a - b);
  if (first >= 0) set(all.slice(first, end + 1), isPicked);
}

// The row with the focus, or else the open one. False where there is none.
export function pick(toHere) {
  const row = document.activeElement?.closest?.(".row") ?? document.querySelector(".row:has([aria-current])");
  const box = row?.querySelector(".row-pick input");
  if (!box) return false;
  box.checked = toHere || !box.checked;
  if (toHere) pickRange(box, true);
  last = box.value;
  count();
  return true;
}

document.addEventListener("click", ({ target, shiftKey }) => {
  const box = target.closest?.(".row-pick input");
  if (box) {
    if (shiftKey) pickRange(box, box.checked);
    last = box.value;
  }
  const shown = target.closest?.('[data-act="pick-all"]');
  if (shown) set(boxes(), shown.checked);
  if (wholeList()?.checked && target === wholeList()) set(boxes(), true);
  if (target.closest?.('[data-act="unpick"]')) set(boxes(), false);
  count();
});
// A row that is renewed while it is picked stays picked.
document.addEventListener("row:renewed", ({ detail: { was, now } }) => {
  const box = now.querySelector(".row-pick input"); // none where the account was removed meanwhile
  if (box && was.querySelector(".row-pick input")?.checked) box.checked = true;
  count();
});
// So do rows that are loaded while the whole list is.
document.addEventListener("htmx:afterSwap", () => {
  if (wholeList()?.checked) set(boxes(), true);
  count();
});
