// Keeps our static files for the next page, and shows push messages. No page is kept, and nothing a customer said.
const CACHE = "webcare-static";
// Named after their contents: /static/bundles/htmx+app.0123456789abcdef.js, /static/icons/any-192.0123456789ab.png
const HASHED = /^(.*\/static\/.+)\.([0-9a-f]{12,16})\.(\w+)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method !== "GET" || !url.startsWith(`${self.location.origin}/static/`) || !HASHED.test(url)) return;
  event.respondWith(keptOrFetched(event));
});

async function keptOrFetched(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(event.request);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok && answer.headers.get("Cache-Control")?.includes("immutable")) {
    event.waitUntil(keep(cache, event.request, answer.clone()));
  }
  return answer;
}

// A new version takes the place of the old one.
async function keep(cache, request, answer) {
  const [, name, , kind] = HASHED.exec(request.url);
  for (const old of await cache.keys()) {
    const [, oldName, , oldKind] = HASHED.exec(old.url);
    if (oldName === name && oldKind === kind) await cache.delete(old);
  }
  await cache.put(request, answer);
}

self.addEventListener("push", (event) => {
  const { title, body, tag, url, icon, lang } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon, lang, data: url }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data, self.location.origin).href));
});

// The window that shows it already; else one of its own, so that nothing written is left.
async function open(address) {
  const windows = await self.clients.matchAll({ type: "window" });
  const same = windows.find((one) => one.url.split("#")[0] === address.split("#")[0]);
  if (same) await same.focus();
  else await self.clients.openWindow(address);
}

// A browser may renew its subscription by itself.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.oldSubscription)));

async function renew(old) {
  if (!old) return;
  const made = await self.registration.pushManager.subscribe(old.options);
  const { endpoint, keys } = made.toJSON();
  const { token } = await (await fetch("/inbox/session/", { headers: { "HX-Request": "true" } })).json();
  const body = new URLSearchParams({ endpoint, ...keys });
  await fetch("/inbox/notifications/push/", { method: "POST", headers: { "X-CSRFToken": token }, body });
}
