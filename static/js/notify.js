// What asks for this person: told on the page, and outside it for who wants that. The browser is asked for permission
// only when somebody ticks the box, and there is no sound unless they chose one.
import { say } from "./lib/toast.js";

const wants = (name) => document.body.dataset[name] === "1";
const newest = (root) => Number(root.querySelector("#alerts")?.dataset.newest ?? 0);
let told = 0;

async function fetchNews(after) {
  const answer = await fetch(`/inbox/notifications/?after=${after}`);
  if (!answer.ok || answer.redirected) return;
  const lines = [...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("#alert-list > li")];
  lines.reverse().forEach(tell);
  if (lines.length && wants("alertSound")) beep();
}

function tell(line) {
  const head = line.querySelector("b").textContent;
  const who = line.querySelector("span").textContent;
  say(`${head}: ${who}`);
  if (!wants("alerts") || !("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return;
  const shown = new Notification(head, { body: who, tag: `webcare-${line.dataset.id}`, icon: "/static/icon.svg" });
  shown.addEventListener("click", () => { window.focus(); location.assign(line.dataset.href); shown.close(); });
}

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
  tone.frequency.value = 660;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.35);
  tone.addEventListener("ended", () => audio.close());
}

document.addEventListener("live:news", (event) => {
  const now = newest(event.detail);
  if (now > told) { fetchNews(told); told = now; }
});
document.addEventListener("DOMContentLoaded", () => { told = newest(document); });

document.addEventListener("change", async (event) => {
  const box = event.target;
  if (!box.matches('input[name="browser_alerts"]') || !box.checked || !("Notification" in window)) return;
  if ((await Notification.requestPermission()) !== "granted") {
    box.checked = false;
    say(document.body.dataset.alertsRefused, "error");
  }
});
