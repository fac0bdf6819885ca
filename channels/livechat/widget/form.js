// Where nobody is there: a question to leave behind.
function laterForm(words, send) {
  const field = (label, control) => make("label", { class: "field" }, make("span", {}, label), control);
  const text = make("textarea", { name: "text", required: true, maxlength: 4000, rows: 3 });
  const email = make("input", { name: "email", type: "email", autocomplete: "email", maxlength: 254 });
  const name = make("input", { name: "name", autocomplete: "name", maxlength: 120 });
  return make("form", {
    class: "later",
    onsubmit(event) {
      event.preventDefault();
      if (text.value.trim()) send({ text: text.value.trim(), email: email.value.trim(), name: name.value.trim() });
    },
  },
  make("p", {}, words.later), field(words.question, text), field(words.email, email), field(words.name, name),
  make("button", { class: "main", type: "submit" }, words.send), make("p", { class: "dim" }, words.details));
}
