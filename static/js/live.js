// Live: the connection carries ids only. What is shown is asked from the same partials the page was made of.
// Without it the same question is asked every few seconds.
import { showList } from "./live_list.js";
import { parseHtml } from "./lib/server.js";
import { repeatCounts } from "./lib/tab_counts.js";

const POLL = 5000, RETRY = 15000;
const DOTS = { live: "", poll: "dot-warn", off: "dot-bad" };
const app = () => document.querySelector(".app-inbox");
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
let source, poller, retry, later, isBusy = false, isAskedAgain = false;

function showState(name) {
  const live = document.getElementById("live");
  if (live) {
    live.querySelector(".dot").className = `dot ${DOTS[name]}`;
    live.querySelector(".live-word").textContent = live.dataset[name];
  }
  document.getElementById("offline")?.toggleAttribute("hidden", name !== "off");
}

function connect() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(app().dataset.live);
  source.addEventListener("open", () => {
    showState("live");
    stopPolling();
    catchUpAll();
  });
  source.addEventListener("change", hear);
  source.addEventListener("catchup", catchUpAll);
  source.addEventListener("told", ({ data }) => tell("told:changed", JSON.parse(data).ids));
  source.addEventListener("signedout", () => tell("session:ended"));
  source.addEventListener("presence", ({ data }) => tell("presence:changed", JSON.parse(data).ids));
  source.addEventListener("error", () => {
    startPolling();
    // The browser tries again by itself unless the server refused. Then we do.
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY);
  });
}

function startPolling() {
  poller ??= setInterval(catchUpAll, POLL);
}

function stopPolling() {
  clearInterval(poller);
  poller = undefined;
}

// What one was told oneself is no change of a conversation: it is asked for apart (notify.js).
function catchUpAll() {
  catchUp();
  if (!document.hidden || !poller) tell("told:missed");
}

// A page that is dear to make asks in its own pace, however much happens.
function hear() {
  later ||= setTimeout(() => {
    later = 0;
    catchUp();
  }, app()?.dataset.pace);
}

// One question at a time: what changes meanwhile is asked for right after.
async function catchUp() {
  if (!app() || (document.hidden && poller)) return;
  if (isBusy) {
    isAskedAgain = true;
    return;
  }
  isBusy = true;
  try {
    await ask();
  } catch {
    showState("off");
    startPolling();
  }
  isBusy = false;
  if (!isAskedAgain) return;
  isAskedAgain = false;
  catchUp();
}

async function ask() {
  const address = new URL(app().dataset.updates, location.href);
  address.searchParams.set("since", app().dataset.since);
  address.searchParams.set("undo", document.querySelector("#undo .undo")?.dataset.state ?? "");
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
  if (answer.redirected && answer.url.includes("/account/")) {
    tell("session:ended");
    return;
  }
  if (!answer.ok) throw new Error(answer.status);
  if (poller) showState("poll");
  if (answer.status === 204) app().dataset.since = answer.headers.get("X-Token") ?? app().dataset.since;
  else show(parseHtml(await answer.text()).getElementById("updates"));
}

function show(news) {
  app().dataset.since = news.dataset.token;
  showCounts(news);
  tell("live:news", news);
  showList(news);
  const story = document.getElementById("thread-live")?.dataset.story.split(" ") ?? [];
  const { codes, people } = news.dataset;
  const isTouched = "all" in news.dataset || `${codes} ${people}`.split(" ").some((code) => story.includes(code));
  if (story.length && isTouched) htmx.trigger("#thread-live", "refresh");
}

function showCounts(news) {
  const counts = document.getElementById("nav-counts");
  if (!counts || counts.contains(document.activeElement)) return;
  const current = counts.querySelector("[aria-current]")?.getAttribute("href");
  counts.innerHTML = news.querySelector(".nav-counts").innerHTML;
  repeatCounts();
  if (!current) return;
  counts.querySelector(`a[href="${CSS.escape(current)}"]`)?.setAttribute("aria-current", "page");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest('[data-act="reconnect"]')) return;
  connect();
  catchUp();
});
document.addEventListener("conversationChanged", catchUp);
document.addEventListener("visibilitychange", () => { if (!document.hidden) catchUp(); });
document.addEventListener("DOMContentLoaded", () => { if (app()) connect(); });
window.addEventListener("online", () => { if (app()) connect(); });
window.addEventListener("offline", () => { if (app()) showState("off"); });
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => {
  if (!event.persisted || !app()) return;
  connect();
  catchUp();
});
