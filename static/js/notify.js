// What asks for this person: told on the page, and outside it for who wants that.
import { fetchHtml, parseHtml } from "./lib/server.js";
import { repeatCounts } from "./lib/tab_counts.js";
import { say } from "./lib/toast.js";

const page = () => document.body.dataset;
const newestOf = (root) => Number(root.querySelector("#alerts")?.dataset.newest ?? 0);
const me = () => document.getElementById("signed-out")?.dataset.person;
let told = 0, isAsking = false, isAskedAgain = false;

// One question at a time: nothing is told twice, and what came meanwhile is asked for right after.
async function ask() {
  if (!me() || !document.getElementById("alerts")) return;
  isAskedAgain = isAsking;
  if (isAsking) return;
  isAsking = true;
  const html = await fetchHtml(`${page().notifications}?after=${told}`).catch(() => ""); // the next news asks again
  const list = parseHtml(html).getElementById("alert-list");
  if (list) show(list);
  isAsking = false;
  if (isAskedAgain) ask();
}

function show(list) {
  told = Math.max(told, Number(list.dataset.newest));
  showCount(list.dataset.unread);
  const lines = [...list.children];
  lines.reverse().forEach(tell);
  if (lines.length) document.dispatchEvent(new Event("alerts:told"));
}

function showCount(shown) {
  const line = document.getElementById("alerts");
  line.querySelector("data")?.remove();
  if (shown) line.append(Object.assign(document.createElement("data"), { value: parseInt(shown), textContent: shown }));
  repeatCounts();
}

function tell(line) {
  const head = line.querySelector("b").textContent;
  const who = line.querySelector("span").textContent;
  say(who ? `${head}: ${who}` : head);
  if (!document.hidden || page().alerts !== "1" || !mayNotify()) return;
  const icon = document.querySelector('link[rel="icon"]').href;
  const shown = new Notification(head, { body: who, tag: `webcare-${line.dataset.id}`, icon });
  shown.addEventListener("click", () => {
    window.focus();
    location.assign(line.dataset.href);
    shown.close();
  });
}

const mayNotify = () => "Notification" in window && Notification.permission === "granted";

document.addEventListener("live:news", ({ detail }) => { if (newestOf(detail) > told) ask(); });
document.addEventListener("told:changed", ({ detail }) => { if (detail.includes(me())) ask(); });
document.addEventListener("told:missed", ask);
document.addEventListener("DOMContentLoaded", () => { told = newestOf(document); });
