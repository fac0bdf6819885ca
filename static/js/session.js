// A session may end while somebody writes. The page stays as it is, says so, and goes on as soon as they are signed in
// again, in whatever tab: the token that answers carry is asked for anew, and what was refused is sent once more.
const bar = () => document.getElementById("signed-out");
const isWriting = () => [...document.querySelectorAll("textarea")].some((field) => field.value.trim());
let refused; // what was pressed when the session turned out to be over

function ended() {
  if (!bar()) return; // nobody was signed in on this page
  if (!isWriting()) { location.reload(); return; }
  if (bar().hidden) document.getElementById("say").textContent = bar().textContent;
  bar().hidden = false;
}

function take(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
}

async function signedInAgain() {
  try {
    const answer = await fetch(bar().dataset.token, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return false;
    const { token, person } = await answer.json();
    // A colleague signed in here meanwhile: what stands in this page is not theirs to send.
    if (person !== bar().dataset.person) { ended(); return false; }
    take(token);
  } catch { return false; }
  bar().hidden = true;
  return true;
}

async function again(event) {
  const { elt, xhr } = event.detail;
  if (![401, 403].includes(xhr.status)) return;
  const isNew = elt !== refused;
  refused = elt;
  if (!(await signedInAgain())) { if (xhr.status === 401) ended(); return; }
  // Signed in, and yet refused: another token. Once more, and only once.
  if (isNew && elt.matches("form")) htmx.trigger(elt, "submit");
}

document.addEventListener("htmx:responseError", again);
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) refused = undefined; });
document.addEventListener("session:ended", ended);
for (const name of ["visibilitychange", "focus"]) window.addEventListener(name, () => { if (!document.hidden && bar() && !bar().hidden) signedInAgain(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && bar() && !bar().hidden) signedInAgain(); });
