// What asks for this person: told on the page, and outside it for who wants that.
// The browser is asked for permission only when somebody ticks the box. There is no sound unless they chose one.
import { fetchHtml, parseHtml } from "./lib/server.js";
import { say } from "./lib/toast.js";

const page = () => document.body.dataset;
const newestOf = (root) => Number(root.querySelector("#alerts")?.dataset.newest ?? 0);
let told = 0;

async function tellSince(after) {
  const html = await fetchHtml(`${page().notifications}?after=${after}`).catch(() => ""); // the next news asks again
  const lines = [...parseHtml(html).querySelectorAll("#alert-list > li")];
  lines.reverse().forEach(tell);
  if (lines.length && page().alertSound === "1") beep();
}

function tell(line) {
  const head = line.querySelector("b").textContent;
  const who = line.querySelector("span").textContent;
  say(`${head}: ${who}`);
  if (!document.hidden || page().alerts !== "1" || !mayNotify()) return;
  const icon = document.querySelector('link[rel="icon"]').href;
  const shown = new Notification(head, { body: who, tag: `webcare-${line.dataset.id}`, icon });
  shown.addEventListener("click", () => {
    window.focus();
    location.assign(line.dataset.href);
    shown.close();
  });
}

const mayNotify = () => "Notification" in window && Notification.permission === "granted";

const PITCH = 660, LOUD = 0.08, SILENT = 0.0001, LENGTH = 0.35;

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const end = audio.currentTime + LENGTH;
  volume.gain.setValueAtTime(LOUD, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(SILENT, end);
  tone.frequency.value = PITCH;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(end);
  tone.addEventListener("ended", () => audio.close());
}

document.addEventListener("live:news", ({ detail }) => {
  const newest = newestOf(detail);
  if (newest <= told) return;
  tellSince(told);
  told = newest;
});
document.addEventListener("DOMContentLoaded", () => { told = newestOf(document); });

document.addEventListener("change", async ({ target }) => {
  if (!target.matches('input[name="browser_alerts"]') || !target.checked || !("Notification" in window)) return;
  if ((await Notification.requestPermission()) === "granted") return;
  target.checked = false;
  say(page().alertsRefused, "error");
});
