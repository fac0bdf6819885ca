// What is attached is shown before it leaves, each picture with room for its description.
import { field, form } from "./elements.js";

// A description stays with its file: the lines are made anew for each file more, and when an answer is held.
const descriptions = new Map();
const keyOf = (file) => `${file.name}/${file.size}/${file.lastModified}`;

function show(input) {
  const number = input.files.length;
  const counted = form().querySelector(".attached");
  const words = number === 1 ? counted.dataset.one : counted.dataset.many.replace("{n}", number);
  counted.textContent = number ? words : "";
  const list = form().querySelector(".previews");
  const blank = list.nextElementSibling.content.firstElementChild;
  list.replaceChildren(...[...input.files].map((file) => fill(blank.cloneNode(true), file)));
}

function fill(line, file) {
  const [picture, alt] = [line.querySelector("img"), line.querySelector("input")];
  line.querySelector("span").textContent = file.name;
  alt.dataset.of = keyOf(file);
  alt.value = descriptions.get(keyOf(file)) ?? "";
  if (!file.type.startsWith("image/")) {
    picture.remove();
    alt.type = "hidden";
    return line;
  }
  const reader = new FileReader();
  reader.addEventListener("load", () => { picture.src = reader.result; });
  // A HEIC can be sent and described, though few browsers show it.
  picture.addEventListener("error", () => picture.remove());
  reader.readAsDataURL(file);
  return line;
}

document.addEventListener("input", ({ target }) => {
  if (target.name === "attached") show(target);
  if (target.name === "alt" && target.dataset.of) descriptions.set(target.dataset.of, target.value);
});

// What did not leave keeps its files: a browser gives a new file field nothing of the old one.
let files;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt === form()) files = form().elements.attached?.files;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const input = form()?.elements.attached;
  if (detail.target?.id !== "thread" || !files?.length || !field()?.value || !input) return;
  input.files = files;
  files = undefined;
  show(input);
});
