// Files dropped on the composer, and pictures pasted into it, go where chosen ones go: into the form's file field.
import { say } from "../lib/toast.js";

const form = () => document.getElementById("composer");
const box = () => form()?.querySelector(".composer-box");
const field = () => form()?.elements.attached;
const open = () => field() && form().querySelector("[name=tab]:checked")?.value !== "note";
const carries = (event) => event.dataTransfer?.types.includes("Files");

function allowed(file) {
  const kinds = field().accept.split(",").map((kind) => kind.trim()).filter(Boolean);
  return !kinds.length || kinds.some((kind) =>
    kind === "*/*" || (kind.startsWith(".") ? file.name.toLowerCase().endsWith(kind) : kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind));
}

function add(files) {
  if (!open()) { say(box().dataset.dropNone, "error"); return; }
  const wrong = files.find((file) => !allowed(file));
  if (wrong) say(box().dataset.dropKind.replace("{name}", wrong.name), "error");
  const all = new DataTransfer();
  for (const file of [...field().files, ...files.filter(allowed)]) all.items.add(file);
  if (all.files.length === field().files.length) return;
  field().files = all.files;
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

// A file that misses the box must not take the page away with everything written on it.
document.addEventListener("dragover", (event) => {
  if (!carries(event) || !form()) return;
  event.preventDefault();
  const over = form().contains(event.target);
  event.dataTransfer.dropEffect = over && open() ? "copy" : "none";
  box().classList.toggle("is-drop", over && Boolean(open()));
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget || !form()?.contains(event.relatedTarget)) box()?.classList.remove("is-drop"); });
document.addEventListener("drop", (event) => {
  if (!carries(event) || !form()) return;
  event.preventDefault();
  box().classList.remove("is-drop");
  if (form().contains(event.target)) add([...event.dataTransfer.files]);
});

document.addEventListener("paste", (event) => {
  if (event.target?.id !== "reply") return;
  const files = [...(event.clipboardData?.files ?? [])];
  // Text from an office program brings a picture of itself along; then the words are meant.
  if (!files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  add(files);
});
