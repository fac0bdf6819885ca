// Asking our own server: the token it wants, and an answer that is none after all.
export const csrfToken = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

export function setCsrfToken(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
}

export const post = (address, body) => fetch(address, {
  method: "POST", headers: { "X-CSRFToken": csrfToken() }, body,
});

// Redirected means signed out: what comes then is the page to sign in on.
export async function fetchHtml(address) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  return answer.text();
}

export const parseHtml = (html) => new DOMParser().parseFromString(html, "text/html");
