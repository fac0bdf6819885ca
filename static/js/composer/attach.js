// Files dropped on the composer, and pictures pasted into it, go where chosen ones go: into the form's file field.
import { say } from "../lib/toast.js";
import { field, form, isNote } from "./elements.js";

const box = () => form()?.querySelector(".composer-box");
const files = () => form()?.elements.attached;
const isOpen = () => Boolean(files()) && !isNote();
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

// As a browser reads `accept`: an ending, a whole kind, or one type.
function fits(file, kind) {
  if (kind === "*/*") return true;
  if (kind.startsWith(".")) return file.name.toLowerCase().endsWith(kind);
  return kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind;
}

function isAllowed(file) {
  const kinds = files().accept.split(",").map((kind) => kind.trim()).filter(Boolean);
  return !kinds.length || kinds.some((kind) => fits(file, kind));
}

function add(more) {
  if (!isOpen()) {
    say(box().dataset.dropNone, "error");
    return;
  }
  const wrong = more.find((file) => !isAllowed(file));
  if (wrong) say(box().dataset.dropKind.replace("{name}", wrong.name), "error");
  const all = new DataTransfer();
  for (const file of [...files().files, ...more.filter(isAllowed)]) all.items.add(file);
  if (all.files.length === files().files.length) return;
  files().files = all.files;
  files().dispatchEvent(new Event("input", { bubbles: true }));
}

// A file that misses the box must not take the page away with everything written on it.
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event) || !form()) return;
  event.preventDefault();
  const mayDrop = form().contains(event.target) && isOpen();
  event.dataTransfer.dropEffect = mayDrop ? "copy" : "none";
  box().classList.toggle("is-drop", mayDrop);
});
document.addEventListener("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget || !form()?.contains(relatedTarget)) box()?.classList.remove("is-drop");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event) || !form()) return;
  event.preventDefault();
  box().classList.remove("is-drop");
  if (form().contains(event.target)) add([...event.dataTransfer.files]);
});

document.addEventListener("paste", (event) => {
  if (event.target !== field()) return;
  const pasted = [...(event.clipboardData?.files ?? [])];
  // Text from an office program brings a picture of itself along. Then the words are meant.
  if (!pasted.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  add(pasted);
});
