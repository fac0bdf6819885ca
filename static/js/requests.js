// Every request of htmx: a bar while it takes long, and errors that would otherwise vanish.
import { say, unsay } from "./lib/toast.js";

const SLOW = 200; // from here on people notice
const words = () => document.body.dataset;
// Drafts are kept while somebody types: no bar for that, and no message each time. The composer tells.
const isDraft = (event) => event.detail.elt?.id === "reply";
let slow;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isDraft(event)) return;
  clearTimeout(slow);
  slow = setTimeout(() => document.documentElement.classList.add("is-loading"), SLOW);
});
document.addEventListener("htmx:afterRequest", (event) => {
  // As soon as the server answers again, that it did not is no longer true.
  if (event.detail.xhr?.status) unsay(words().noAnswer);
  clearTimeout(slow);
  document.documentElement.classList.remove("is-loading");
});

document.addEventListener("htmx:sendError", (event) => isDraft(event) || say(words().noAnswer, "error"));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (isDraft(event) || status === 401) return; // session.js says that nobody is signed in
  if (status === 403) say(words().notAllowed, "error");
  else if (status === 404) say(words().gone, "error");
  else if (status === 413) say(words().tooLarge, "error");
  else say(words().broken, "error");
});
