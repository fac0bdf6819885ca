// Lets this browser tell its person outside the page: subscribes with its push service, and sends us the address.
const section = document.getElementById("browsers");
const form = document.getElementById("push-form");
const isHere = "here" in section.dataset; // this browser stands in the list
const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function show(name) {
  section.querySelectorAll("[data-when]").forEach((part) => { part.hidden = part.dataset.when !== name; });
}

// A subscription that the server does not know tells nothing.
async function start() {
  if (!canPush) return show("unable");
  const worker = await navigator.serviceWorker.register(section.dataset.worker);
  const known = await worker.pushManager.getSubscription();
  if (!known || !isHere) {
    await known?.unsubscribe();
    show(Notification.permission === "denied" ? "denied" : "able");
  }
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return show("denied");
  const worker = await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.key });
  const { endpoint, keys } = made.toJSON();
  Object.entries({ endpoint, ...keys }).forEach(([name, value]) => { form.elements[name].value = value; });
  form.submit();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  subscribe().catch(() => show("failed"));
});
start().catch(() => show("unable"));
