// The composer: counts as the platform counts, keeps what was written, names what is answered. It never sends by itself.
const form = () => document.getElementById("composer");
const field = () => document.getElementById("reply");
const chosen = () => form()?.querySelector('[name="tab"]:checked');

// X counts letters of most European scripts once and everything else twice; an address is always 23.
// The ranges are those of twitter-text, configuration 3.
const light = (code) => code <= 4351 || (code >= 8192 && code <= 8205) || (code >= 8208 && code <= 8223) || (code >= 8242 && code <= 8247);
// Only the endings people meet: an unknown one is counted in full, as the server does with what is no address at all.
const address = /\b(?:https?:\/\/)?(?:[a-z0-9-]+\.)+(?:nl|com|net|org|eu|be|de|fr|at|ch|io|info|nu|app|shop|store|online|co|uk|me|tv|biz|dev|amsterdam)\b(?::\d+)?(?:\/[^\s]*)?/gi;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const picture = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
function weighted(text) {
  let total = 0;
  const rest = text.normalize("NFC").replace(address, () => { total += 23; return ""; });
  for (const { segment } of graphemes.segment(rest)) {
    if (picture.test(segment)) total += 2;
    else for (const letter of segment) total += light(letter.codePointAt(0)) ? 1 : 2;
  }
  return total;
}
const measures = { weighted, bytes: (text) => new TextEncoder().encode(text).length, characters: (text) => [...text].length };

function count() {
  const tab = chosen();
  const shown = document.getElementById("counter");
  if (!tab || !shown) return;
  field().placeholder = tab.value === "note" ? field().dataset.noteWords : field().dataset.answerWords;
  const limit = Number(tab.dataset.limit);
  if (!limit) { shown.hidden = true; tell(shown, "", 0); return; }
  const text = field().value.trim();
  const { signature, glue } = tab.dataset;
  // The server puts the signature under it once, whether or not somebody typed it.
  const bare = signature?.startsWith("^") ? text.replace(/\s*\^\s?[A-Za-z]{1,4}$/, "") : text;
  const whole = signature && !bare.endsWith(signature) ? `${bare}${glue}${signature}` : bare;
  const left = limit - (measures[tab.dataset.count] ?? measures.characters)(whole);
  const level = left < 0 ? "over" : left <= limit * 0.2 ? "near" : "";
  shown.hidden = !text;
  shown.querySelector("span").textContent = level ? words(shown, level, left) : "";
  shown.querySelector(".ring circle + circle").setAttribute("stroke-dasharray", `${Math.min(100, Math.round(100 - (left / limit) * 100))} 100`);
  tell(shown, level, left);
  const split = form().querySelector("[data-split]");
  if (split) split.hidden = !(left < 0 && "splits" in tab.dataset);
  shown.classList.toggle("near", level === "near");
  shown.classList.toggle("over", level === "over");
}

// Who listens hears it once when it grows tight and once when it is too long, not at every key.
const words = (shown, level, left) => (level === "over" ? shown.dataset.over : shown.dataset.left).replace("{n}", Math.abs(left));
function tell(shown, level, left) {
  const told = document.getElementById("counter-told");
  if (told.dataset.level === level) return;
  told.dataset.level = level;
  told.textContent = level ? words(shown, level, left) : "";
}

// A panel opens above the words and takes the room there is up to the edge of the window. In a window too low for that
// it comes down over them as far as it must: a list of no height is no use.
const LEAST = 140;
function fit() {
  document.querySelectorAll("#composer details[open] > .canned-panel").forEach((panel) => {
    const box = panel.offsetParent;
    if (!box) return; // an answer's panel, while a note is written
    const room = Math.floor(box.getBoundingClientRect().top - 12);
    panel.style.setProperty("--room", `${Math.max(room, LEAST)}px`);
    panel.style.setProperty("--short", `${Math.max(LEAST - room, 0)}px`);
  });
}
document.addEventListener("toggle", fit, true);
document.addEventListener("htmx:afterSettle", fit); // hints that come in meanwhile lift the field
window.addEventListener("resize", fit);

// What was being written survives a click on another row, and a reload; it leaves with the answer.
const key = () => `draft:${field()?.dataset.draft}`;
function keep() {
  if (field().value.trim()) sessionStorage.setItem(key(), JSON.stringify({ text: field().value, tab: chosen()?.value }));
  else sessionStorage.removeItem(key());
}
function restore() {
  if (!field()) return;
  // What is kept here never reached the server, so it is newer than the draft that came with the page.
  const kept = !("unsent" in field().dataset) && sessionStorage.getItem(key());
  if (kept) {
    const { text, tab } = JSON.parse(kept);
    field().value = text;
    const radio = form().querySelector(`[name="tab"][value="${CSS.escape(tab ?? "")}"]:not(:disabled)`);
    if (radio) radio.checked = true;
  }
  count();
  mark();
  if (field().value.trim()) htmx.trigger(field(), "check");
}

document.addEventListener("input", (event) => {
  if (event.target === field()) { keep(); count(); }
  if (event.target.name === "attached") attached(event.target);
});
document.addEventListener("change", (event) => { if (event.target.name === "tab") { count(); keep(); } });

// What was said of a picture stays with it: the previews are made anew for each file more, and when an answer is held.
const told = new Map();
const known = (file) => `${file.name}/${file.size}/${file.lastModified}`;
document.addEventListener("input", ({ target }) => { if (target.name === "alt" && target.dataset.of) told.set(target.dataset.of, target.value); });

function attached(input) {
  const shown = form().querySelector(".attached");
  const number = input.files.length;
  shown.textContent = number ? (number === 1 ? shown.dataset.one : shown.dataset.many.replace("{n}", number)) : "";
  const list = form().querySelector(".previews");
  list.replaceChildren(...[...input.files].map((file) => {
    const line = list.nextElementSibling.content.firstElementChild.cloneNode(true);
    const [picture, name, alt] = [line.querySelector("img"), line.querySelector("span"), line.querySelector("input")];
    name.textContent = file.name;
    alt.dataset.of = known(file);
    alt.value = told.get(known(file)) ?? "";
    if (file.type.startsWith("image/")) {
      const reader = new FileReader();
      reader.addEventListener("load", () => { picture.src = reader.result; });
      // A HEIC can be sent and described, though few browsers show it.
      picture.addEventListener("error", () => picture.remove());
      reader.readAsDataURL(file);
    } else { picture.remove(); alt.type = "hidden"; }
    return line;
  }));
}

// Words from right to left keep to themselves inside a line of ours.
const bare = (text) => `\u2068${text}\u2069`;

// Answer this one: the composer names it. Where it can be answered from here, the link is not followed.
function aim(link) {
  const line = form().querySelector(".answers-text");
  const { reply, replySide, replyName, replyAt, replyText, replyKind } = link.dataset;
  const said = replyText ? `“${bare(replyText)}”` : bare(replyKind);
  const apart = replySide === "private" && Boolean(form().querySelector('[name="tab"][value="public"]'));
  form().elements.reply_to.value = reply;
  form().toggleAttribute("data-private-words", apart);
  if (line) line.textContent = (apart ? line.dataset.privateWords : line.dataset.words).replace("{name}", bare(replyName)).replace("{at}", replyAt).replace("{text}", said);
  mark();
}
function answer(link) {
  const { replySide } = link.dataset;
  const there = form().querySelector(`[name="tab"][value="${replySide}"]:not(:disabled)`);
  if (link.closest(".apart") && !there) return false;
  // What was said apart is answered there; a post may be answered either way.
  if (there && (link.closest(".apart, .held-back"))) { there.checked = true; there.dispatchEvent(new Event("change", { bubbles: true })); }
  form().dataset.aimed = "";
  aim(link);
  field().focus();
  return true;
}
// The card that is being answered says so.
function mark() {
  const answered = document.getElementById(`message-${form()?.elements.reply_to.value}`);
  const rows = [...document.querySelectorAll("#messages > .apart")];
  rows.forEach((row) => row.classList.remove("apart-open"));
  if (!answered?.classList.contains("apart")) return;
  let row = answered;
  while (row && !row.classList.contains("apart-first")) row = row.previousElementSibling;
  for (; row?.classList.contains("apart"); row = row.classList.contains("apart-last") ? null : row.nextElementSibling) row.classList.add("apart-open");
}
// Whoever chose nothing answers the newest message of this conversation.
function follow() {
  if ("aimed" in form().dataset) { mark(); return; }
  const newest = [...document.querySelectorAll("#messages > li:not(.apart) > .msg-in [data-reply]")].at(-1);
  if (newest && newest.dataset.reply !== form().elements.reply_to.value) aim(newest); else mark();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-reply]");
  if (link && form() && answer(link)) event.preventDefault();
  const read = event.target.closest('[data-act="read-newer"]');
  if (read) {
    seen();
    document.getElementById("scroll")?.scrollTo({ top: 0 });
    field().focus();
  }
});

// Something came in. With an empty composer it has simply been seen; with words in it the writer is told first.
const seen = () => {
  const newest = document.getElementById("thread-live")?.dataset.newest;
  if (newest && form()) form().elements.seen.value = Math.max(Number(newest), Number(form().elements.seen.value));
  form()?.querySelector("[data-newer]")?.setAttribute("hidden", "");
  if (form()) follow();
};
document.addEventListener("thread:merged", (event) => {
  if (!form()) return;
  const newer = Number(event.detail.target.dataset.newest) > Number(form().elements.seen.value);
  mark();
  if (!newer || form().classList.contains("htmx-request")) return;
  if (!field().value.trim()) seen();
  else form().querySelector("[data-newer]")?.removeAttribute("hidden");
});

// The draft reached the server: the copy here has done its work. While it does not, the page says so.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt !== field()) return;
  const told = document.querySelector("#guard .saved");
  if (event.detail.successful) {
    if (event.detail.requestConfig.parameters.text === field().value) sessionStorage.removeItem(key());
  } else if (told) told.textContent = form().dataset.unsaved;
});
window.addEventListener("pagehide", () => {
  if (!field()?.value.trim() || !sessionStorage.getItem(key())) return;
  const draft = new FormData(form());
  draft.delete("attached");
  draft.set("leave", "1");
  navigator.sendBeacon(field().getAttribute("hx-post"), draft);
});

// What did not leave keeps its files: a browser gives a new file field nothing of the old one.
let files;
document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt === form()) { form().dataset.sent = "1"; files = form().elements.attached?.files; } });
document.addEventListener("htmx:afterRequest", (event) => {
  const elt = event.detail.elt;
  if (elt.id !== "composer" || !event.detail.successful) return;
  // Sent: the new composer is empty. Refused: the server gave the words back, and they are kept again.
  if (!field() || !field().value || form()?.dataset.code !== elt.dataset.code) sessionStorage.removeItem(`draft:${elt.dataset.code}`);
  count();
});
document.addEventListener("htmx:afterSwap", (event) => {
  // Sent in time for no draft to be kept: the copy here must not come back. The form is gone by now, and hears nothing.
  const sent = event.detail.requestConfig?.elt;
  if (sent?.id === "composer" && !(form()?.dataset.code === sent.dataset.code && field()?.value)) sessionStorage.removeItem(`draft:${sent.dataset.code}`);
  if (event.detail.target?.id === "conversation") restore();
  if (event.detail.requestConfig?.elt?.id === "composer" || event.detail.target?.id === "thread") { if (field()?.value) keep(); count(); settle(); }
  if (event.detail.target?.id === "thread" && files?.length && field()?.value && form().elements.attached) { form().elements.attached.files = files; attached(form().elements.attached); files = undefined; }
});
// What was sent leaves the keys to the page: Ctrl Z takes it back, R writes on. A note, or what came back, is written on.
function settle() {
  const sent = field() && !field().value && chosen()?.value !== "note";
  (sent ? document.getElementById("scroll") : field())?.focus();
}
document.addEventListener("DOMContentLoaded", restore);
