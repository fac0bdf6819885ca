// Which message is answered: the composer names it, and its card says so.
import { isolate } from "../lib/text.js";
import { chooseTab, field, form } from "./elements.js";

const tabFor = (side) => form().querySelector(`[name="tab"][value="${side}"]`);

function aim(link) {
  const { reply, replySide } = link.dataset;
  const inPrivate = replySide === "private" && Boolean(tabFor("public"));
  form().elements.reply_to.value = reply;
  form().toggleAttribute("data-private-words", inPrivate);
  const line = form().querySelector(".answers-text");
  if (line) line.textContent = describe(link, inPrivate ? line.dataset.privateWords : line.dataset.words);
  markAnswered();
}

function describe(link, words) {
  const { replyName, replyAt, replyText, replyKind } = link.dataset;
  const quoted = replyText ? `“${isolate(replyText)}”` : isolate(replyKind);
  return words.replace("{name}", isolate(replyName)).replace("{at}", replyAt).replace("{text}", quoted);
}

// Where it can be answered from here, the link is not followed.
function answer(link) {
  const tab = tabFor(link.dataset.replySide);
  const there = tab && !tab.disabled ? tab : null;
  if (link.closest(".apart") && !there) return false;
  // What was said apart is answered there. A post may be answered either way.
  if (there && link.closest(".apart, .held-back")) chooseTab(there);
  form().dataset.aimed = "";
  aim(link);
  field().focus();
  return true;
}

// Of what is hidden on its platform not everyone reads the answer.
function markHidden() {
  const link = document.querySelector(`#messages [data-reply="${form()?.elements.reply_to.value}"]`);
  if (link) form().toggleAttribute("data-answers-hidden", "replyHidden" in link.dataset);
}

// A conversation apart has several rows: all of the answered one are open.
export function markAnswered() {
  markHidden();
  document.querySelectorAll("#messages > .apart").forEach((row) => row.classList.remove("apart-open"));
  let row = document.getElementById(`message-${form()?.elements.reply_to.value}`);
  if (!row?.classList.contains("apart")) return;
  while (row && !row.classList.contains("apart-first")) row = row.previousElementSibling;
  while (row?.classList.contains("apart")) {
    row.classList.add("apart-open");
    row = row.classList.contains("apart-last") ? null : row.nextElementSibling;
  }
}

// Whoever chose nothing answers the newest message of this conversation.
function follow() {
  const newest = [...document.querySelectorAll("#messages > li:not(.apart) > .msg-in [data-reply]")].at(-1);
  const isAnswered = !newest || newest.dataset.reply === form().elements.reply_to.value;
  if ("aimed" in form().dataset || isAnswered) markAnswered();
  else aim(newest);
}

function markSeen() {
  if (!form()) return;
  const newest = document.getElementById("thread-live")?.dataset.newest;
  const { seen } = form().elements;
  if (newest) seen.value = Math.max(Number(newest), Number(seen.value));
  form().querySelector("[data-newer]")?.setAttribute("hidden", "");
  follow();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-reply]");
  if (link && form() && answer(link)) event.preventDefault();
  if (!event.target.closest('[data-act="read-newer"]')) return;
  markSeen();
  document.getElementById("scroll")?.scrollTo({ top: 0 });
  field().focus();
});

// Something came in. With an empty composer it has simply been seen. With words in it the writer is told first.
document.addEventListener("thread:merged", ({ detail }) => {
  if (!form()) return;
  const isNewer = Number(detail.target.dataset.newest) > Number(form().elements.seen.value);
  markAnswered();
  if (!isNewer || form().classList.contains("htmx-request")) return;
  if (!field().value.trim()) markSeen();
  else form().querySelector("[data-newer]")?.removeAttribute("hidden");
});
