// Who is where: the page says every few seconds which conversation is open and whether somebody types in it,
// and shows which colleagues are at the conversations on the screen.
// Names come from the server, never over the stream.
import { csrfToken, fetchHtml, parseHtml, post } from "./lib/server.js";

const TYPING = 5000; // after the last key
const TOGETHER = 250; // changes within this time are asked for at once
const thread = () => document.getElementById("thread");
// What the server knows: how often it wants to hear of us, and about how many rows it answers.
const numbers = () => document.querySelector(".app-inbox")?.dataset;
const every = () => Number(numbers().presenceEvery);
let typedAt = 0, told = null, wasTyping = "0", timer;

// What is typed now: nothing, an answer, or a note, of which no customer hears.
function typing() {
  if (Date.now() - typedAt >= TYPING) return "0";
  return document.querySelector("#composer [data-tab]:checked")?.dataset.tab === "note" ? "note" : "1";
}

// Announced by screen readers, so it changes only when there is something to say.
function put(place, html) {
  if (place && place.innerHTML.trim() !== html.trim()) place.innerHTML = html;
}

async function tell(address, values) {
  try {
    const answer = await post(address, new URLSearchParams(values));
    const isStillOpen = thread()?.dataset.presenceUrl === address;
    if (answer.ok && isStillOpen) put(document.getElementById("looking"), await answer.text());
  } catch { /* live.js says when there is no connection */ }
}

// Sent by the browser itself, also when the page is already gone.
function tellLeaving() {
  if (told) navigator.sendBeacon(told, new URLSearchParams({ leave: "1", csrfmiddlewaretoken: csrfToken() }));
  told = null;
}

function tellHere() {
  const address = thread()?.dataset.presenceUrl ?? null;
  if (told !== address) tellLeaving();
  if (!address || document.hidden) return;
  told = address;
  wasTyping = typing();
  tell(address, { typing: wasTyping });
}

function restart() {
  if (!numbers()) return;
  clearInterval(timer);
  tellHere();
  timer = setInterval(tellHere, every());
}

const isShown = (code) => document.getElementById(`row-${code}`) || thread()?.dataset.code === code;

async function ask(codes) {
  const shown = codes.filter(isShown).slice(0, Number(numbers()?.lookingMost));
  if (!shown.length) return;
  const html = await fetchHtml(`${numbers().looking}?codes=${shown.join(",")}`).catch(() => ""); // it is asked again
  parseHtml(html).querySelectorAll("#presence > [data-code]").forEach((one) => {
    const { code } = one.dataset;
    put(document.querySelector(`#row-${code} .row-looking`), one.querySelector(".for-row").innerHTML);
    if (thread()?.dataset.code !== code) return;
    put(document.getElementById("looking"), one.querySelector(".for-head").innerHTML);
  });
}

const waiting = new Set();
let asking;
document.addEventListener("presence:changed", ({ detail }) => {
  detail.forEach((code) => waiting.add(code));
  clearTimeout(asking);
  asking = setTimeout(() => {
    ask([...waiting]);
    waiting.clear();
  }, TOGETHER);
});
// Who closed their lid said nothing: what is shown is asked again before it goes stale.
function askAgain() {
  const rows = [...document.querySelectorAll(".row-looking .looker")].map((looker) => looker.closest(".row"));
  if (rows.length && !document.hidden) ask([...new Set(rows.map((row) => row.dataset.code))]);
}
if (numbers()) setInterval(askAgain, 2 * every());

document.addEventListener("input", ({ target }) => {
  if (target.id !== "reply") return;
  typedAt = Date.now();
  if (wasTyping !== typing()) tellHere();
});
document.addEventListener("DOMContentLoaded", restart);
document.addEventListener("conversation:opened", () => {
  typedAt = 0;
  restart();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) tellLeaving();
  else restart();
});
window.addEventListener("pagehide", () => {
  clearInterval(timer);
  tellLeaving();
});
window.addEventListener("pageshow", (event) => { if (event.persisted) restart(); });
