const MOST_TYPED = 4000; // characters, as the server counts them
const NEAR_END = 300; // so many before the end they are counted

// What stands below a field: how much still fits. Too much is kept to be shortened; nothing is ever cut off.
function counter(text, words) {
  const shown = make("small", { id: `${text.id}-left`, class: "left", hidden: true });
  const spoken = make("span", { class: "sr", role: "status" });
  text.setAttribute("aria-describedby", shown.id);
  const count = () => {
    const left = MOST_TYPED - [...text.value.trim()].length;
    const told = left < 0 ? words.tooLong(-left) : left <= NEAR_END ? words.left(left) : "";
    put(shown, told);
    shown.hidden = !told;
    text.setAttribute("aria-invalid", String(left < 0));
    text.setCustomValidity(left < 0 ? told : "");
    // At every hundredth it is said, not at every key.
    const step = told && Math.floor(left / 100);
    if (spoken.dataset.step !== String(step)) put(spoken, told);
    spoken.dataset.step = step;
  };
  text.addEventListener("input", count);
  return { parts: [shown, spoken], count };
}

// Where nobody is there: a question to leave behind.
function laterForm(words, send) {
  const field = (label, control) => make("label", { class: "field" }, make("span", {}, label), control);
  const text = make("textarea", { id: "question", name: "text", required: true, rows: 3 });
  const left = counter(text, words);
  const email = make("input", { name: "email", type: "email", autocomplete: "email", maxlength: 254 });
  const name = make("input", { name: "name", autocomplete: "name", maxlength: 120 });
  return make("form", {
    class: "later",
    onsubmit(event) {
      event.preventDefault();
      if (!text.value.trim()) return;
      send({ text: text.value.trim(), email: email.value.trim(), name: name.value.trim() });
      event.target.reset(); // it comes back once the talk is forgotten, and then for somebody else
      left.count();
    },
  },
  make("p", {}, words.later), field(words.question, text), ...left.parts,
  field(words.email, email), field(words.name, name),
  make("button", { class: "main", type: "submit" }, words.send), make("p", { class: "dim" }, words.details));
}
