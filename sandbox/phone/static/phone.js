// Forms post without leaving the page, and the page shows what changed, whoever changed it.
// Everything also works without this file.
(() => {
  const person = document.body.dataset.person ?? "";

  const busy = (part) =>
    part.contains(document.activeElement) && document.activeElement.matches("textarea, input") ||
    part.querySelector("details[open]") !== null;

  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // Lists are matched by their children's ids, parts by their own: a half-written answer stays where it is.
  const show = (fresh) => {
    for (const list of fresh.querySelectorAll("[data-list]")) {
      const here = document.getElementById(list.id);
      if (here === null) continue;
      const wanted = new Set([...list.children].map((child) => child.id));
      for (const child of [...here.children]) {
        if (!child.id || !wanted.has(child.id)) child.remove();
      }
      [...list.children].forEach((child, index) => {
        const old = child.id ? document.getElementById(child.id) : null;
        if (old !== null && old.parentElement === here) {
          if (here.children[index] !== old) here.insertBefore(old, here.children[index] ?? null);
          return;
        }
        const added = document.importNode(child, true);
        added.classList.add("fresh");
        here.insertBefore(added, here.children[index] ?? null);
      });
    }
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const here = document.getElementById(part.id);
      if (here !== null && here.innerHTML !== part.innerHTML && !busy(here)) here.innerHTML = part.innerHTML;
    }
  };

  let asking = false;
  let again = false;
  const refresh = async () => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(location.href.split("melding=")[0].replace(/[?&]$/, ""), { headers: { Accept: "text/html" } });
      if (answer.ok) show(parse(await answer.text()));
    } catch {
      // The sandbox is away; the stream below comes back by itself and asks again.
    } finally {
      asking = false;
    }
    if (again) {
      again = false;
      refresh();
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-live]")) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const field = form.querySelector("textarea");
    if (form.matches(".composer")) form.reset();   // at once: the next words may come before the answer does
    picked(form);
    for (const open of [...form.querySelectorAll("details[open]"), form.closest("details[open]")]) {
      if (open !== null) open.open = false;
    }
    let refused = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const fresh = parse(await answer.text());
      refused = !answer.ok || Boolean(fresh.getElementById("notice")?.textContent.trim());
      show(fresh);
    } finally {
      if (refused && field !== null && !field.value) field.value = body.get("text");
      delete form.dataset.sending;
    }
  });

  // In a chat Enter sends, as on a phone; Shift and Enter makes a line.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!event.target.matches(".foot textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  const picked = (form) => {
    const sample = form.querySelector('input[name="sample"]:checked, select[name="sample"]');
    const file = form.querySelector('input[name="picture"]');
    const chosen = Boolean(sample?.value || file?.files.length);
    form.querySelector(".attach")?.classList.toggle("has", chosen);
  };
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form === null || form === undefined || !form.matches(".composer")) return;
    picked(form);
    if (event.target.matches('[name="sample"], [type="file"]')) form.querySelector(".attach").open = false;
  });

  document.addEventListener("click", (event) => {
    const name = event.target.closest("[data-insert]");
    if (name !== null) {
      const text = document.querySelector(".new textarea");
      text.value = name.dataset.insert + text.value;
      text.focus();
    }
    for (const open of document.querySelectorAll(".own[open], .attach[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  // Only a page that is looked at holds a connection: browsers allow six per address.
  let stream = null;
  const follow = () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (stream === null) {
      stream = new EventSource(`/phone/events?person=${encodeURIComponent(person)}`);
      stream.addEventListener("changed", refresh);
    }
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) stream = null;
    follow();
  });
  setInterval(() => document.hidden || refresh(), 30000);
})();
