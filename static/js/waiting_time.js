// A row tells how long its customer waits. The page keeps that true between two visits to the server.
const EVERY = 15000;
// What the server knows: from which share of the target a wait is soon over, and in which steps it is late.
const numbers = () => document.querySelector(".app-inbox")?.dataset;
const unit = (name) => document.body.dataset[name];

function words(minutes) {
  const hours = Math.floor(minutes / 60), rest = minutes % 60;
  if (minutes < 60) return `${minutes} ${unit("min")}`;
  if (hours >= 24) return `${Math.floor(hours / 24)} ${unit("d")}`;
  return rest ? `${hours} ${unit("h")} ${String(rest).padStart(2, "0")}` : `${hours} ${unit("h")}`;
}

// How many times the target is over, in the steps that have a colour. Below one there is none.
function lateness(share) {
  const step = numbers().lateSteps.split(" ").map(Number).filter((times) => share >= times).at(-1);
  return step ? [`late-${step}`] : [];
}

function showWait(wait, now) {
  const seconds = (now - Date.parse(wait.dataset.since)) / 1000;
  const share = seconds / Number(wait.dataset.target);
  const state = share >= 1 ? "over" : share >= Number(numbers().soon) ? "soon" : "ok";
  wait.querySelector("time").textContent = words(Math.max(0, Math.floor(seconds / 60)));
  wait.querySelector(".wait-times").textContent = share >= 2 ? `${Math.floor(share)}×` : "";
  wait.querySelector("use").setAttribute("href", `#w-${state}`);
  setClasses(wait, /^(wait-(ok|soon|over)|late-\d)$/, [`wait-${state}`, ...lateness(share)]);
  const row = wait.closest(".row");
  if (!row) return;
  const steps = Number(numbers().gaugeSteps);
  const gauge = `g${Math.min(steps, Math.floor(share * steps))}`;
  setClasses(row, /^(g\d+|due-\w+|late-\d)$/, [`due-${state}`, gauge, ...lateness(share)]);
}

function setClasses(element, pattern, names) {
  element.classList.remove(...[...element.classList].filter((name) => pattern.test(name)));
  element.classList.add(...names);
}

function showWindow(element, now) {
  const minutes = (Date.parse(element.dataset.closes) - now) / 60000;
  // Only where a customer waits does the page carry how near is near.
  element.classList.toggle("window-near", minutes > 0 && minutes <= Number(element.dataset.near));
  element.classList.toggle("window-shut", minutes <= 0);
  if (minutes <= 0) return;
  const left = words(Math.floor(minutes));
  element.querySelector(".window-text").textContent = element.dataset.words.replace("{left}", left);
}

function tick() {
  if (!numbers()) return;
  const now = Date.now();
  document.querySelectorAll(".wait[data-since]").forEach((wait) => showWait(wait, now));
  document.querySelectorAll(".window[data-closes]").forEach((element) => showWindow(element, now));
}
setInterval(tick, EVERY);
