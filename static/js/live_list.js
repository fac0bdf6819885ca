// News for the list: a row on screen is renewed where it stands, and a pill offers what is new.
import { say } from "./lib/toast.js";

const MARKED = 4000; // for so long a new row is marked
const STORING = 10000; // what storing a message may have taken when the list was made
const fresh = new Set(); // rows that are not on screen yet
let more = ""; // more than so many changed, and have no names

const pill = () => document.getElementById("pill");
const rowList = () => document.querySelector("#row-list > .row");
const isRow = (id) => Boolean(document.getElementById(id));
// When the list was made, by the server's clock.
const madeAt = () => Date.parse(document.getElementById("list")?.dataset.made) - STORING;

export function showList(news) {
  const total = document.getElementById("list-count");
  if (total && news.dataset.total) (total.querySelector("em") ?? total.firstChild).textContent = news.dataset.total;
  if ("many" in news.dataset) more = news.dataset.many;
  news.querySelectorAll(".here > .row").forEach((row) => {
    if (!renew(row, false) && Date.parse(row.dataset.in) > madeAt()) fresh.add(row.id);
  });
  news.querySelectorAll(".left > .row").forEach((row) => {
    renew(row, true);
    fresh.delete(row.id);
  });
  // More changed than can be named: list and messages are asked for anew. The composer is neither.
  if ("all" in news.dataset || ((fresh.size || more) && !rowList())) reload();
  showPill();
}

// One that left the list stays, dimmed, until the list is asked for again.
function renew(row, hasLeft) {
  const here = document.getElementById(row.id);
  if (!here) return false;
  const focused = here.contains(document.activeElement) && focusOf(document.activeElement);
  const renewed = document.importNode(row, true);
  const isOpen = here.querySelector(".row-link").hasAttribute("aria-current");
  if (isOpen) renewed.querySelector(".row-link").setAttribute("aria-current", "true");
  renewed.classList.toggle("has-left", hasLeft);
  renewed.classList.toggle("row-new", here.classList.contains("row-new"));
  here.replaceWith(renewed);
  document.dispatchEvent(new CustomEvent("row:renewed", { detail: { was: here, now: renewed } }));
  htmx.process(renewed);
  if (focused) (renewed.querySelector(focused) ?? renewed.querySelector(".row-link")).focus();
  return true;
}

const focusOf = (element) => (element.matches(".row-pick input") ? ".row-pick input" : ".row-link");

function showPill() {
  const number = more ? `${more}+` : fresh.size;
  if (!pill()) return;
  pill().hidden = !number;
  const { one, many } = pill().dataset;
  pill().querySelector("span").textContent = number === 1 ? one : many.replace("{n}", number);
  const title = document.title.replace(/^\(\d+\+?\) /, "");
  document.title = number ? `(${number}) ${title}` : title;
}

function reload(then) {
  fresh.clear();
  more = "";
  htmx.ajax("GET", pill().dataset.list, { target: "#list", swap: "outerHTML" }).then(() => {
    // What was told once more while the list was on its way stands in it now.
    [...fresh].filter(isRow).forEach((id) => fresh.delete(id));
    showPill();
    document.dispatchEvent(new CustomEvent("list:reloaded"));
    then?.();
  });
}

// Where a new row stands is the list's order to say, mostly not on top.
// It is brought into view and marked for a moment.
function bring(ids) {
  const rows = [...document.querySelectorAll("#row-list > .row")].filter((row) => ids.has(row.id));
  if (!rows.length) {
    if (document.getElementById("more")) say(pill().dataset.further);
    document.querySelector("#row-list .row-link")?.focus();
    return;
  }
  rows.forEach((row) => row.classList.add("row-new"));
  const shown = rows.map((row) => row.id); // they may be renewed meanwhile
  setTimeout(() => shown.forEach((id) => document.getElementById(id)?.classList.remove("row-new")), MARKED);
  rows[0].scrollIntoView({ block: "center" });
  rows[0].querySelector(".row-link").focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#pill")) return;
  event.preventDefault();
  const wanted = new Set(fresh);
  reload(() => bring(wanted));
});
