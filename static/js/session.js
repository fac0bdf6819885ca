// A session may end while somebody writes. The page stays as it is, says so, and goes on as soon as they are signed in
// again, in whatever tab: the token that answers carry is asked for anew, and what was refused is sent once more.
import { setCsrfToken } from "./lib/server.js";
import { announce } from "./lib/toast.js";

// Only a page of somebody signed in has this bar.
const bar = () => document.getElementById("signed-out");
const isWriting = () => [...document.querySelectorAll("textarea")].some((field) => field.value.trim());
let refused; // what was pressed when the session turned out to be over

function showEnded() {
  if (!isWriting()) {
    location.reload();
    return;
  }
  if (bar().hidden) announce(bar().textContent);
  bar().hidden = false;
}

async function isSignedInAgain() {
  try {
    const answer = await fetch(bar().dataset.token, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return false;
    const { token, person } = await answer.json();
    // A colleague signed in here meanwhile: what stands in this page is not theirs to send.
    if (person !== bar().dataset.person) {
      showEnded();
      return false;
    }
    setCsrfToken(token);
  } catch {
    return false;
  }
  bar().hidden = true;
  return true;
}

async function sendAgain({ detail: { elt, xhr } }) {
  if (!bar() || ![401, 403].includes(xhr.status)) return;
  const isNew = elt !== refused;
  refused = elt;
  if (!(await isSignedInAgain())) {
    if (xhr.status === 401) showEnded();
    return;
  }
  // Signed in, and yet refused: another token. Once more, and only once.
  if (isNew && elt.matches("form")) htmx.trigger(elt, "submit");
}

function lookAgain() {
  if (!document.hidden && bar() && !bar().hidden) isSignedInAgain();
}

document.addEventListener("htmx:responseError", sendAgain);
document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.successful) refused = undefined; });
document.addEventListener("session:ended", () => { if (bar()) showEnded(); });
document.addEventListener("visibilitychange", lookAgain);
window.addEventListener("focus", lookAgain);
