// The thread opens at its end. Where a customer's message is taller than the pane, it opens at that one's beginning.
const ROOM = 8;

function showBeginning() {
  const scroll = document.getElementById("scroll");
  const last = [...document.querySelectorAll("#messages .msg")].at(-1);
  if (!scroll || !last?.matches(".msg-in") || last.offsetHeight < scroll.clientHeight) return;
  scroll.scrollTop += last.getBoundingClientRect().top - scroll.getBoundingClientRect().top - ROOM;
}

document.addEventListener("conversation:opened", showBeginning);
document.addEventListener("DOMContentLoaded", showBeginning);
