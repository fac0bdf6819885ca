// The order of rules: by Alt with an arrow, and by dragging a rule's number. Both press the buttons that are there.
const ruleOf = (target) => target.closest?.(".rule");
const rules = () => [...document.querySelectorAll("#rules > .rule")];
let dragged = null;
let moved = null;

function send(rule, before) {
  const form = rule.querySelector(".rule-move");
  moved = rule.dataset.code;
  form.elements.before.value = before;
  form.requestSubmit();
}

function mark(over, below) {
  for (const rule of rules()) {
    rule.classList.toggle("drop-before", rule === over && !below);
    rule.classList.toggle("drop-after", rule === over && below);
  }
}

function grip() {
  document.querySelectorAll("#rules .rule-no").forEach((number) => { number.draggable = true; });
}

document.addEventListener("keydown", (event) => {
  const rule = event.altKey && !event.ctrlKey && !event.metaKey && ruleOf(event.target);
  const to = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!rule || !to) return;
  event.preventDefault();
  moved = rule.dataset.code;
  const button = rule.querySelector(`[name="to"][value="${to}"]`);
  if (button.ariaDisabled !== "true") rule.querySelector(".rule-move").requestSubmit(button);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".rule-move button");
  if (button?.ariaDisabled === "true") event.preventDefault();
  else if (button) moved = ruleOf(button).dataset.code;
});
document.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.(".rule-no")) return;
  dragged = ruleOf(event.target);
  event.dataTransfer.setData("text/x-rule", dragged.dataset.code);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 12, 12);
});
document.addEventListener("dragover", (event) => {
  const over = dragged && ruleOf(event.target);
  if (!over) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  mark(over, event.clientY > box.top + box.height / 2);
});
document.addEventListener("dragend", () => { mark(null); dragged = null; });
document.addEventListener("drop", (event) => {
  const over = dragged && ruleOf(event.target);
  if (!over) return;
  event.preventDefault();
  const next = over.classList.contains("drop-after") ? over.nextElementSibling : over;
  if (next !== dragged) send(dragged, next?.dataset.code ?? "end");
});
document.addEventListener("htmx:afterSettle", () => {
  grip();
  const rule = rules().find((one) => one.dataset.code === moved);
  if (rule) document.getElementById("rule-placed").textContent = rule.dataset.place;
  moved = null;
});
grip();
