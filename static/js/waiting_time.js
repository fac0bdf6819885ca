// A row tells how long its customer may still wait, or is late. The page keeps that true between two visits.
const EVERY = 15000;
// What the server knows: from which share of the target a wait is near, in which steps it is late.
const numbers = () => document.querySelector(".app-inbox")?.dataset;
const unit = (name) => document.body.dataset[name];

function words(minutes) {
  const hours = Math.floor(minutes / 60), rest = minutes % 60;
  if (minutes < 60) return `${minutes} ${unit("min")}`;
  if (hours >= 24) return `${Math.floor(hours / 24)} ${unit("d")}`;
  return rest ? `${hours} ${unit("h")} ${String(rest).padStart(2, "0")}` : `${hours} ${unit("h")}`;
}

// Which of the target's moments have passed: due itself, and twice and four times the target.
function lateness(wait, now) {
  const [, ...later] = wait.dataset.marks.split(" ").filter(Boolean).map(Date.parse);
  const steps = numbers().lateSteps.split(" ");
  return steps.filter((_, n) => now >= (n ? later[n - 1] : Date.parse(wait.dataset.due))).at(-1);
}

// How much of the target is used up. Closed hours between count for nothing: the server said when it is near.
function shareOf(since, soon, due, now) {
  const near = Number(numbers().soon);
  if (now >= due) return 1;
  return now >= soon ? near + (1 - near) * ((now - soon) / (due - soon)) : near * ((now - since) / (soon - since));
}

function timeLeft(due, now) {
  const time = words(Math.floor(Math.abs(due - now) / 60000));
  return (now >= due ? numbers().timeLate : numbers().timeLeft).replace("{time}", time);
}

function showWait(wait, now) {
  const [since, due] = [Date.parse(wait.dataset.since), Date.parse(wait.dataset.due)];
  if (!wait.dataset.due) {
    wait.querySelector("time").textContent = words(Math.max(0, Math.floor((now - since) / 60000)));
    return;
  }
  const soon = Date.parse(wait.dataset.marks.split(" ")[0]);
  const state = now >= due ? "over" : now >= soon ? "soon" : "ok";
  const step = lateness(wait, now), late = step ? [`late-${step}`] : [];
  wait.querySelector("time").textContent = timeLeft(due, now);
  wait.querySelector(".wait-times").textContent = step > 1 ? `${step}×` : "";
  wait.querySelector("use").setAttribute("href", `#w-${state}`);
  const said = { ok: numbers().waitOk, soon: numbers().waitSoon, over: numbers().waitOver }[state];
  wait.title = said[0].toUpperCase() + said.slice(1);
  wait.querySelector(".sr").textContent = `, ${said}`;
  setClasses(wait, /^(wait-(ok|soon|over)|late-\d)$/, [`wait-${state}`, ...late]);
  const row = wait.closest(".row");
  if (!row) return;
  const steps = Number(numbers().gaugeSteps);
  const gauge = `g${Math.min(steps, Math.floor(Math.max(0, shareOf(since, soon, due, now)) * steps))}`;
  setClasses(row, /^(g\d+|due-\w+|late-\d)$/, [`due-${state}`, gauge, ...late]);
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
