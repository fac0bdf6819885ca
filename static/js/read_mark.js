// An opened conversation has been read: colleagues see so.
import { post } from "./lib/server.js";

function markRead() {
  const thread = document.getElementById("thread");
  if (!thread || !("unread" in thread.dataset) || document.hidden) return;
  delete thread.dataset.unread;
  post(thread.dataset.seenUrl);
}

document.addEventListener("conversation:opened", markRead);
document.addEventListener("visibilitychange", markRead);
document.addEventListener("DOMContentLoaded", markRead);
