// The lead's live page. News is put in where it belongs and nothing moves: a line stays where it stands,
// a case that left the list is dimmed, and one that came is added at the end where there is room.
const EVERY = 60000; // time alone makes customers late
const page = () => document.querySelector(".app-cockpit");
const rowList = () => document.getElementById("row-list");

function showPart(part) {
  const here = document.getElementById(part.dataset.of);
  if (!here || here.innerHTML.trim() === part.innerHTML.trim()) return;
  const scrolled = here.querySelector(".people-in")?.scrollTop;
  if (!here.contains(document.activeElement)) here.replaceChildren(...part.childNodes);
  else if (!renewAround(document.activeElement, here, part)) return;
  if (scrolled) here.querySelector(".people-in")?.scrollTo(0, scrolled);
  htmx.process(here);
}

const keyOf = (one) => one.value || one.getAttribute("href") || one.className;
const depthIn = (whole, one) => (one === whole ? 0 : 1 + depthIn(whole, one.parentElement));

// Whoever stands at a button or a link stays there, and all around it is as it is now: a press is not lost. Return
// whether that could be done: not where the news has no such button.
function renewAround(focused, here, news) {
  const same = [...news.querySelectorAll(focused.localName)].find((one) => keyOf(one) === keyOf(focused));
  if (!same || depthIn(here, focused) !== depthIn(news, same)) return false;
  if (focused.innerHTML !== same.innerHTML) focused.replaceChildren(...same.childNodes);
  for (let [old, now] = [focused, same]; old !== here; [old, now] = [old.parentElement, now.parentElement]) {
    [...now.attributes].forEach(({ name, value }) => old.setAttribute(name, value));
    [...old.attributes].forEach(({ name }) => now.hasAttribute(name) || old.removeAttribute(name));
    const around = [...now.parentElement.childNodes], place = around.indexOf(now);
    [...old.parentElement.childNodes].forEach((one) => one === old || one.remove());
    old.before(...around.slice(0, place));
    old.after(...around.slice(place + 1));
  }
  return true;
}

// Its cells are replaced one by one: whoever is at one of them stays there.
function showLine(line) {
  const here = document.getElementById(line.id);
  if (!here) return false;
  here.className = line.className;
  [...line.cells].forEach((cell, n) => {
    const old = here.cells[n];
    if (!old || old.isEqualNode(cell)) return;
    if (!old.contains(document.activeElement)) old.replaceWith(cell.cloneNode(true));
    else renewAround(document.activeElement, old, cell.cloneNode(true));
  });
  return true;
}

function showLoad(table) {
  for (const body of [...table.tBodies]) {
    const here = document.getElementById(body.id);
    if (!here) document.getElementById("load").append(document.importNode(body, true));
    else [...body.rows].forEach((line) => showLine(line) || here.append(document.importNode(line, true)));
  }
  const known = new Set([...table.querySelectorAll("tr[id]")].map((line) => line.id));
  document.querySelectorAll("#load tr[id]").forEach((line) => line.classList.toggle("has-left", !known.has(line.id)));
}

function renewCase(here, row) {
  if (here.isEqualNode(row) || here.contains(document.activeElement)) return;
  const renewed = document.importNode(row, true);
  here.replaceWith(renewed);
  document.dispatchEvent(new CustomEvent("row:renewed", { detail: { was: here, now: renewed } }));
  htmx.process(renewed);
}

function showCases(news) {
  const list = rowList();
  const now = new Map([...news.querySelectorAll(".cases-now > .row")].map((row) => [row.id, row]));
  for (const here of [...list.children]) {
    const row = now.get(here.id);
    here.classList.toggle("has-left", !row);
    if (row) renewCase(here, row);
    else here.querySelectorAll("input").forEach((box) => { box.checked = false; });
    now.delete(here.id);
  }
  for (const row of now.values()) list.append(document.importNode(row, true));
  if (!now.size) return;
  list.hidden = false;
  document.querySelector(".cases-none")?.remove();
}

document.addEventListener("live:news", ({ detail: news }) => {
  if (!page()) return;
  news.querySelectorAll("[data-of]").forEach(showPart);
  const table = news.querySelector("#load");
  if (table) showLoad(table);
  if (rowList()) showCases(news);
});
// By drag: the row that is dragged, with all that are picked, to the colleague it is dropped on.
const isDragged = (event) => event.dataTransfer?.types.includes("text/x-case");
document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.(".case");
  if (!row || !page()) return;
  const box = row.querySelector(".row-pick input");
  if (!box.checked) box.click();
  event.dataTransfer.setData("text/x-case", row.dataset.code);
  event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  if (!page() || !isDragged(event)) return;
  const over = event.target.closest?.(".mate");
  document.querySelectorAll(".mate.is-over").forEach((mate) => mate.classList.toggle("is-over", mate === over));
  over?.classList.add("is-over");
  if (over) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const mate = event.target.closest?.(".mate");
  if (!page() || !mate || !isDragged(event)) return;
  event.preventDefault();
  mate.querySelector(".give").click();
});
document.addEventListener("dragend", () => {
  document.querySelectorAll(".mate.is-over").forEach((mate) => mate.classList.remove("is-over"));
});
setInterval(() => {
  if (page() && !document.hidden) document.dispatchEvent(new CustomEvent("conversationChanged"));
}, EVERY);
