// Who is where: the page says every ten seconds which conversation is open and whether somebody types in it,
// and shows which colleagues are at the conversations on the screen. Names come from the server, never over the stream.
import { insertText } from "./lib/insert_text.js";

const EVERY = 10000;
const TYPING = 5000; // after the last key
const thread = () => document.getElementById("thread");
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
let typed = 0, told = null, wasTyping = false, timer, asked;

async function tell(address, values) {
  try {
    const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams(values) });
    if (answer.ok && thread()?.dataset.presenceUrl === address) put(document.getElementById("looking"), await answer.text());
  } catch { /* live.js says when there is no connection */ }
}

// Sent by the browser itself, also when the page is already gone.
function leave() {
  if (told) navigator.sendBeacon(told, new URLSearchParams({ leave: "1", csrfmiddlewaretoken: token() }));
  told = null;
}

function put(place, html) {
  // Announced by screen readers, so it changes only when there is something to say.
  if (place && place.innerHTML.trim() !== html.trim()) place.innerHTML = html;
}

function here() {
  const address = thread()?.dataset.presenceUrl ?? null;
  if (told !== address) leave();
  if (!address || document.hidden) return;
  told = address;
  wasTyping = Date.now() - typed < TYPING;
  tell(address, { typing: wasTyping ? "1" : "0" });
}

async function ask(codes) {
  const shown = codes.filter((code) => document.getElementById(`row-${code}`) || thread()?.dataset.code === code);
  const address = document.querySelector(".app-inbox")?.dataset.looking;
  if (!shown.length || !address) return;
  try {
    const answer = await fetch(`${address}?codes=${shown.slice(0, 100).join(",")}`);
    if (!answer.ok || answer.redirected) return;
    const news = new DOMParser().parseFromString(await answer.text(), "text/html");
    news.querySelectorAll("#presence > [data-code]").forEach((one) => {
      put(document.querySelector(`#row-${one.dataset.code} .row-looking`), one.querySelector(".for-row").innerHTML);
      if (thread()?.dataset.code === one.dataset.code) put(document.getElementById("looking"), one.querySelector(".for-head").innerHTML);
    });
  } catch { /* the next change asks again */ }
}

const waiting = new Set();
document.addEventListener("presence:changed", (event) => {
  event.detail.forEach((code) => waiting.add(code));
  clearTimeout(asked);
  asked = setTimeout(() => { ask([...waiting]); waiting.clear(); }, 250);
});
// Who closed their lid said nothing: what is shown is asked again before it goes stale.
setInterval(() => {
  const shown = [...document.querySelectorAll(".row-looking .looker")].map((looker) => looker.closest(".row").dataset.code);
  if (shown.length && !document.hidden) ask([...new Set(shown)]);
}, 2 * EVERY);

document.addEventListener("input", (event) => {
  if (event.target.id !== "reply") return;
  typed = Date.now();
  if (!wasTyping) here();
});
const restart = () => { clearInterval(timer); here(); timer = setInterval(here, EVERY); };
document.addEventListener("DOMContentLoaded", restart);
document.addEventListener("conversation:opened", () => { typed = 0; restart(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else restart(); });
window.addEventListener("pagehide", () => { clearInterval(timer); leave(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) restart(); });

// The house rule goes into the composer at a click; what stands there stays.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-insert]");
  const field = document.getElementById("reply");
  if (!link || !field) return;
  event.preventDefault();
  const end = field.value.trimEnd().length;
  insertText(field, `${end ? "\n\n" : ""}${link.dataset.insert}`, end, field.value.length);
});
