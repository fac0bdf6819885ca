// Puts a newer version of the thread in place of the one on screen without touching what is the same:
// a film goes on playing, an unfolded conversation stays open, the reader's place stays where it was.

const OLDER = "older-messages";
const isMessage = (child) => child.id.startsWith("message-");

// Older pages that were loaded stand before everything the server sent: the first message both know is where it begins.
function placeBefore(now, first, known) {
  if (!first) return now.querySelector(":scope > #older-messages");
  let place = known.get(first.id).previousElementSibling;
  while (place && !isMessage(place) && place.id !== OLDER) place = place.previousElementSibling;
  return place;
}

function mergeList(now, next) {
  const known = new Map([...now.children].filter((child) => child.id).map((child) => [child.id, child]));
  const first = [...next.children].find((child) => isMessage(child) && known.has(child.id));
  let place = placeBefore(now, first, known);
  for (const wanted of [...next.children].filter((child) => child.id !== OLDER)) {
    const here = known.get(wanted.id);
    known.delete(wanted.id);
    const after = place ? place.nextElementSibling : now.firstElementChild;
    // A day's mark stays where it is: it may stand further up, with older messages of that day.
    if (here?.classList.contains("day")) {
      if (after === here) place = here;
    } else {
      const item = mergeItem(here, wanted);
      place = putAfter(now, place, item);
      if (item !== here) htmx.process(item);
    }
  }
  removeGone(now, first, known);
}

// Each answer writes a form's token anew, and any of them is taken: that alone is no news.
function isSame(here, wanted) {
  const token = here.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) wanted.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
  return here.isEqualNode(wanted);
}

function mergeItem(here, wanted) {
  if (!here && isMessage(wanted)) wanted.classList.add("just-in");
  if (!here) return wanted;
  // What somebody unfolded stays unfolded when more is done.
  if (here.querySelector(":scope > details[open]")) wanted.querySelector(":scope > details")?.setAttribute("open", "");
  // An answer that was decided about no longer asks anybody: words for it have gone where they went.
  const isDecided = here.querySelector(".msg-approval") && !wanted.querySelector(".msg-approval");
  if (isSame(here, wanted)) return here;
  if (isBusy(here) && !isDecided) {
    // Told that something came in, the approver has it in front of them by now.
    const [seen, newSeen] = [here, wanted].map((item) => item.querySelector("[name=seen]"));
    if (seen && newSeen && here.contains(answered)) seen.value = newSeen.value;
    return here;
  }
  const words = held(here); // whoever is about to press something in it stays there
  here.replaceWith(wanted);
  hold(wanted, words);
  return wanted;
}

function putAfter(list, place, item) {
  const after = place ? place.nextElementSibling : list.firstElementChild;
  if (after !== item) list.insertBefore(item, after);
  return item;
}

// What the newest page no longer holds is gone. What stands before that page was loaded on purpose and stays.
function removeGone(list, first, known) {
  const all = [...list.children];
  const begin = first ? all.findIndex((child) => child.id === first.id) : 0;
  const gone = all.slice(begin).filter((child) => child.id !== OLDER && known.has(child.id));
  gone.forEach((child) => child.remove());
}

// A form that was sent is done with. One that is open, or holds words, is not taken from under anybody's hands.
// Nor is one that waits for an answer of its own, which would find no place.
const isBusy = (node) => [...node.querySelectorAll("audio, video")].some((media) => !media.paused)
  || isAsking(node)
  || Boolean(node.querySelector(":popover-open:not([data-used]), .msg-approval details[open]"))
  || [...node.querySelectorAll("textarea")].some((field) => !field.closest(".review[data-used]")
    && (field.value !== field.defaultValue || field === document.activeElement));

// On a phone what is pressed at a message stands on a sheet: it has done its work.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  detail.elt.closest(".msg-rest:popover-open")?.hidePopover();
});

// Why it is not closed yet is asked by an answer to a key.
// News knows nothing of that question: it stays until answered.
const asked = (strips) => strips.querySelector("[data-strip='not-yet']:not([data-used])");
const CHOICES = "button, a, summary, input[type=checkbox], .translation-text";
const choices = (part) => [...part.querySelectorAll(CHOICES)];
// By what is written on it, what had the focus is known again in what takes its place.
// For a choice in a menu, its menu is.
const says = (one) => one.dataset.key ?? one.ariaLabel ?? (one.closest("label") ?? one).textContent.trim();
function held(now) {
  const focused = now.contains(document.activeElement) ? document.activeElement : null;
  return focused && says(focused.closest("details.menu")?.querySelector("summary") ?? focused);
}
// Never by its place: a neighbour may close the conversation.
function hold(next, words) {
  if (words === null) return;
  const same = choices(next).find((one) => words && says(one) === words && one.checkVisibility());
  (same ?? document.getElementById("scroll"))?.focus();
}

// An answer that is being written to a question stays, with the writer in it. Return its field in that case.
function keepWords(now, next) {
  const [field] = now.querySelectorAll("[data-strip]:not([data-used]) textarea");
  const same = field && next.querySelector(`#${field.id}`);
  if (!same) return null;
  same.value = field.value;
  return field === document.activeElement ? same : null;
}

function mergeStrips(now, next, target) {
  if (!now || !next) return;
  const question = asked(now);
  const pressed = asked(next); // also the second time: the key answers again
  if (question && !pressed && target.dataset.status !== "closed") next.append(question.cloneNode(true));
  if (isSame(now, next)) return;
  const [words, fold, newFold] = [held(now), ...[now, next].map((strips) => strips.querySelector(".strip-fold input"))];
  if (fold && newFold) newFold.checked = fold.checked;
  const writing = keepWords(now, next);
  now.replaceWith(next);
  htmx.process(next);
  if (writing) return writing.focus();
  if (pressed) choices(pressed)[0]?.focus();
  else hold(next, words);
}

let answered; // what asked for the answer that is being put in
const isAsking = (part) => [...part.querySelectorAll(".htmx-request")].some((one) => one !== answered);
document.addEventListener("htmx:beforeSwap", ({ detail }) => { answered = detail.requestConfig.elt; });

// News that was asked for before an act was answered knows nothing of that act: it is asked for once more. What is
// done to the person beside it changes the conversation too.
const isNews = ({ requestConfig: { elt, verb } }) => elt.id === "thread-live" && verb === "get";
let askedAt = 0, changedAt = 0;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (isNews(detail)) askedAt = performance.now();
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap) return;
  if (isNews(detail) && changedAt > askedAt) {
    detail.shouldSwap = false;
    htmx.trigger(detail.requestConfig.elt, "refresh");
  } else if (!isNews(detail) && detail.target.closest("#thread-live, #contact-body")) changedAt = performance.now();
});

// What was new when the page was opened stays marked, whatever is sent from it.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.target?.id !== "thread-live" || detail.path.includes("unread=")) return;
  const unread = new URL(detail.target.getAttribute("hx-get"), location.href).searchParams.get("unread");
  if (unread) detail.path += `${detail.path.includes("?") ? "&" : "?"}unread=${encodeURIComponent(unread)}`;
});

function mergeThread(target, fresh) {
  for (const name of ["newest", "status", "story"]) target.dataset[name] = fresh.dataset[name];
  const head = target.querySelector("#thread-head");
  const newHead = fresh.querySelector("#thread-head");
  // htmx looks from the form that asked for where its answer goes: it stays until it was answered.
  if (head && newHead && !isAsking(head) && !head.querySelector("details[open]") && !isSame(head, newHead)) {
    const words = held(head);
    head.replaceWith(newHead);
    htmx.process(newHead);
    hold(newHead, words);
  }
  mergeStrips(target.querySelector("#thread-strips"), fresh.querySelector("#thread-strips"), target);
  const list = target.querySelector("#messages");
  const scroll = target.querySelector("#scroll");
  const atEnd = Math.abs(scroll.scrollTop) < 40; // column-reverse: 0 is the newest message
  mergeList(list, fresh.querySelector("#messages"));
  if (atEnd) scroll.scrollTop = 0;
  document.dispatchEvent(new CustomEvent("thread:merged", { detail: { target } }));
}

// Older messages bring their own mark of the day; the one below it is then one too many.
document.addEventListener("htmx:afterSettle", () => {
  const marks = new Set();
  document.querySelectorAll("#messages > .day:not(.day-new)").forEach((mark) => {
    if (marks.has(mark.id)) mark.remove();
    marks.add(mark.id);
  });
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const used = detail.requestConfig.verb === "get" ? null : detail.elt.closest("details.menu, [data-strip], .review");
  if (used && !used.contains(detail.target)) used.dataset.used = ""; // what fills a part of it leaves it open
});
// What was not taken is still being written.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) detail.elt.closest(".review[data-used]")?.removeAttribute("data-used");
});

// A pane that is replaced takes its news with it: what was asked for the old one has no place to go.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const live = document.getElementById("thread-live");
  const isPane = ["thread", "conversation"].includes(detail.target.id);
  if (live && detail.shouldSwap && isPane) htmx.trigger(live, "htmx:abort");
});

// A menu that was used is closed before its head is compared. One that is being read stays open at news.
function closeUsedMenus(target) {
  const used = [...target.querySelectorAll("details.menu[data-used]")].filter((menu) => !isAsking(menu));
  used.forEach((menu) => {
    menu.open = false;
    delete menu.dataset.used;
  });
}

htmx.defineExtension("merge", {
  isInlineSwap: (style) => style === "merge",
  handleSwap(style, target, fragment) {
    if (style !== "merge") return false;
    const fresh = fragment.querySelector?.("#thread-live") ?? fragment;
    if (!fresh.querySelector?.("#messages")) return false;
    // Not by htmx's own way: whatever asked may have left the page by now, and it would look from there.
    const beside = fragment.querySelector?.("#contact-now");
    if (beside) document.getElementById("contact-now")?.replaceWith(beside);
    closeUsedMenus(target);
    const done = [...target.querySelectorAll(".review[data-used]")];
    done.forEach((form) => form.hidePopover());
    mergeThread(target, fresh);
    done.forEach((form) => form.removeAttribute("data-used"));
    return true; // what is new was processed. The whole would forget what is asked, and what waits to be asked
  },
});
