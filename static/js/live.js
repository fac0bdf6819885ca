// Live: the connection carries ids only; what is shown is asked from the same partials the page was made of.
// Without it the same question is asked every few seconds.
import { say } from "./lib/toast.js";

const app = () => document.querySelector(".app-inbox");
const POLL = 5000;
let source, poller, retry, busy = false, again = false, fresh = new Set(), title = "";

function state(name) {
  const live = document.getElementById("live");
  if (live) {
    live.querySelector(".dot").className = `dot ${{ live: "", poll: "dot-warn", off: "dot-bad" }[name]}`;
    live.querySelector(".live-word").textContent = live.dataset[name];
  }
  document.getElementById("offline")?.toggleAttribute("hidden", name !== "off");
}

function connect() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource("/live/");
  source.addEventListener("open", () => { state("live"); stopPolling(); catchUp(); });
  source.addEventListener("change", catchUp);
  source.addEventListener("catchup", catchUp);
  source.addEventListener("signedout", () => document.dispatchEvent(new CustomEvent("session:ended")));
  source.addEventListener("presence", (event) => document.dispatchEvent(new CustomEvent("presence:changed", { detail: JSON.parse(event.data).ids })));
  source.addEventListener("error", () => {
    startPolling();
    // The browser tries again by itself unless the server refused; then we do.
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, 15000);
  });
}
const startPolling = () => { poller ??= setInterval(catchUp, POLL); };
const stopPolling = () => { clearInterval(poller); poller = undefined; };

async function catchUp() {
  if (!app() || document.hidden && poller) return;
  if (busy) { again = true; return; }
  busy = true;
  try {
    const address = new URL(app().dataset.updates, location.href);
    address.searchParams.set("since", app().dataset.since);
    address.searchParams.set("undo", document.querySelector("#undo .undo")?.dataset.state ?? "");
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (answer.redirected && answer.url.includes("/account/")) { document.dispatchEvent(new CustomEvent("session:ended")); return; }
    if (!answer.ok) throw new Error(answer.status);
    if (poller) state("poll");
    if (answer.status === 204) app().dataset.since = answer.headers.get("X-Token") ?? app().dataset.since;
    else show(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("updates"));
  } catch {
    state("off");
    startPolling();
  } finally {
    busy = false;
    if (again) { again = false; catchUp(); }
  }
}

function show(news) {
  app().dataset.since = news.dataset.token;
  const counts = document.getElementById("nav-counts");
  const current = counts?.querySelector("[aria-current]")?.getAttribute("href");
  if (counts && !counts.contains(document.activeElement)) {
    counts.innerHTML = news.querySelector(".nav-counts").innerHTML;
    if (current) counts.querySelector(`a[href="${CSS.escape(current)}"]`)?.setAttribute("aria-current", "page");
  }
  document.dispatchEvent(new CustomEvent("live:news", { detail: news }));
  const total = document.getElementById("list-count");
  if (total && news.dataset.total) (total.querySelector("em") ?? total.firstChild).textContent = news.dataset.total;
  if ("many" in news.dataset) { fresh.add("many"); pill(); }
  news.querySelectorAll(".here > .row").forEach((row) => { if (!put(row, false) && Date.parse(row.dataset.in) > listed()) fresh.add(row.id); });
  news.querySelectorAll(".left > .row").forEach((row) => { put(row, true); fresh.delete(row.id); });
  // More changed than can be named: list and messages are asked for anew. The composer is neither.
  const all = "all" in news.dataset;
  if (all || fresh.size && !document.querySelector("#row-list > .row")) reload();
  pill();
  const story = document.getElementById("thread-live")?.dataset.story.split(" ") ?? [];
  if (story.length && (all || news.dataset.codes.split(" ").some((code) => story.includes(code)))) htmx.trigger("#thread-live", "refresh");
}

// When the list was made, by the server's clock; less what storing a message may have taken at that moment.
const listed = () => Date.parse(document.getElementById("list")?.dataset.made) - 10000;

// A row that is on screen is renewed where it stands; one that left the list stays, dimmed, until the list is asked for again.
function put(row, left) {
  const here = document.getElementById(row.id);
  if (!here) return false;
  const link = here.querySelector(".row-link");
  const focused = here.contains(document.activeElement) && (document.activeElement.matches(".row-pick input") ? ".row-pick input" : ".row-link");
  const fresh = document.importNode(row, true);
  if (link.hasAttribute("aria-current")) fresh.querySelector(".row-link").setAttribute("aria-current", "true");
  fresh.classList.toggle("has-left", left);
  fresh.classList.toggle("row-new", here.classList.contains("row-new"));
  here.replaceWith(fresh);
  document.dispatchEvent(new CustomEvent("row:renewed", { detail: { was: here, now: fresh } }));
  htmx.process(fresh);
  if (focused) (fresh.querySelector(focused) ?? fresh.querySelector(".row-link")).focus();
  return true;
}

function pill() {
  const shown = document.getElementById("pill");
  if (!shown) return;
  shown.hidden = !fresh.size;
  shown.querySelector("span").textContent = fresh.size === 1 ? shown.dataset.one : shown.dataset.many.replace("{n}", fresh.has("many") ? "60+" : fresh.size);
  title = title || document.title;
  document.title = fresh.size ? `(${fresh.size}) ${document.title.replace(/^\(\d+\) /, "")}` : document.title.replace(/^\(\d+\) /, "");
}

function reload(then) {
  fresh.clear();
  const address = document.getElementById("pill").getAttribute("data-list");
  htmx.ajax("GET", address, { target: "#list", swap: "outerHTML" }).then(() => {
    // What was told once more while the list was on its way stands in it now.
    fresh.forEach((id) => { if (document.getElementById(id)) fresh.delete(id); });
    pill();
    document.dispatchEvent(new CustomEvent("list:reloaded"));
    then?.();
  });
}

// Where a new row stands is the list's order to say, mostly not on top: it is brought into view and marked for a moment.
function bring(ids) {
  const rows = [...document.querySelectorAll("#row-list > .row")].filter((row) => ids.has(row.id));
  if (!rows.length) {
    if (document.getElementById("more")) say(document.getElementById("pill").dataset.further);
    document.querySelector("#row-list .row-link")?.focus();
    return;
  }
  rows.forEach((row) => row.classList.add("row-new"));
  const shown = rows.map((row) => row.id); // they may be renewed meanwhile
  setTimeout(() => shown.forEach((id) => document.getElementById(id)?.classList.remove("row-new")), 4000);
  rows[0].scrollIntoView({ block: "center" });
  rows[0].querySelector(".row-link").focus({ preventScroll: true });
}

// An opened conversation has been read: colleagues see so.
function seen() {
  const thread = document.getElementById("thread");
  if (!thread || !("unread" in thread.dataset) || document.hidden) return;
  delete thread.dataset.unread;
  fetch(thread.dataset.seenUrl, { method: "POST", headers: { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] } });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#pill")) { event.preventDefault(); const wanted = new Set(fresh); reload(() => bring(wanted)); }
  if (event.target.closest('[data-act="reconnect"]')) { connect(); catchUp(); }
});
document.addEventListener("conversationChanged", catchUp);
document.addEventListener("conversation:opened", seen);
document.addEventListener("visibilitychange", () => { if (!document.hidden) { catchUp(); seen(); } });
window.addEventListener("online", connect);
window.addEventListener("offline", () => state("off"));
document.addEventListener("DOMContentLoaded", () => { if (app()) { connect(); seen(); } });
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => { if (event.persisted) { connect(); catchUp(); } });
