// Elements, made without markup in a string: a site may forbid that.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: ["M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998"
    + "a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719"],
  down: ["m6 9 6 6 6-6"],
  up: ["m5 12 7-7 7 7", "M12 19V5"],
  clip: ["m16 6-8.414 8.586a2 2 0 0 0 2.829 2.829l8.414-8.586a4 4 0 1 0-5.657-5.657l-8.379 8.551"
    + "a6 6 0 1 0 8.485 8.485l8.379-8.551"],
  cross: ["M18 6 6 18", "m6 6 12 12"],
};

function make(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...inside.filter((part) => part != null && part !== ""));
  return made;
}

function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  for (const line of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    drawing.append(path);
  }
  return drawing;
}

// Words with their web addresses as links.
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/).map((part, place) => (
    place % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part
  ));
}
