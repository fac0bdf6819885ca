// The chat on the page: a button, and the window it opens.
class WebcareChat extends HTMLElement {
  #rows = new Map();

  async begin({ server, account, identity, language }) {
    this.words = WORDS[language];
    this.language = language;
    this.about = await server.ask("");
    this.talk = new Talk(server, new Memory(account), { identity, language, changed: () => this.#show() });
    this.base = server.base;
    this.#build();
    // On a phone it would cover the page somebody goes to.
    if (this.talk.isOpen && matchMedia("(min-width: 768px)").matches) this.#open(true);
    else this.#show();
    this.#greetLater();
  }

  #build() {
    const { words } = this;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    const { colour } = this.about;
    sheet.replaceSync(STYLE.replaceAll("#000001", colour).replaceAll("#000002", onColour(colour)));
    root.adoptedStyleSheets = [sheet];
    this.lang = this.language;
    const toggle = () => this.#toggle();
    this.button = make("button", { type: "button", class: "open", "aria-expanded": "false", onclick: toggle });
    this.teaser = make("div", { class: "teaser", role: "status", hidden: true });
    this.state = make("p", { class: "state" });
    this.list = make("ol", {});
    this.talking = make("div", { class: "talk", tabindex: "0", role: "log", "aria-label": words.talk }, this.list);
    this.line = make("p", { class: "line", role: "status", hidden: true });
    this.text = make("textarea", {
      id: "text", rows: 1, oninput: () => this.talk.typed(), onkeydown: (event) => this.#key(event),
    });
    this.counter = counter(this.text, words);
    this.picked = make("input", {
      type: "file", class: "sr", tabindex: "-1", "aria-hidden": "true", accept: "image/*,application/pdf,text/plain",
      onchange: () => this.#attach(),
    });
    const submit = (event) => {
      event.preventDefault();
      this.#send();
    };
    this.writing = make("form", { class: "write", onsubmit: submit },
      make("label", { class: "sr", for: "text" }, words.message), this.text, this.picked,
      button(words.file, "clip", { onclick: () => this.picked.click() }),
      button(words.send, "up", { type: "submit", class: "main" }), ...this.counter.parts);
    this.later = laterForm(this.about.mails ? { ...words, later: words.laterMail } : words, (what) => {
      this.talk.write(what);
      this.text.focus();
    });
    this.foot = make("p", { class: "foot" });
    const label = words.chat(this.about.name);
    this.window = make("section", { class: "window", role: "dialog", "aria-label": label, hidden: true },
      make("div", { class: "head" },
        make("span", { class: "avatar", "aria-hidden": "true" }, this.about.name.slice(0, 1)),
        make("div", {}, make("h2", {}, this.about.name), this.state),
        button(words.close, "down", { onclick: toggle })),
      this.talking, this.later, this.line, this.writing, this.foot);
    this.window.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#toggle();
    });
    root.append(this.teaser, this.button, this.window);
    document.addEventListener("visibilitychange", () => this.#show());
    window.addEventListener("online", () => this.talk.again());
  }

  get #standing() {
    return this.talk.standing.state ? this.talk.standing : this.about;
  }

  #open(isOpen) {
    this.window.hidden = !isOpen;
    this.button.hidden = isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
    this.teaser.hidden = true;
    this.talk.leave(isOpen);
    this.#show();
  }

  #toggle() {
    const opens = this.window.hidden;
    this.#open(opens);
    if (opens) (this.later.hidden ? this.text : this.later.querySelector("textarea")).focus();
    else this.button.focus();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.text.value.trim();
    if (!text || !this.text.reportValidity()) return;
    this.text.value = "";
    this.counter.count();
    this.talk.write({ text });
  }

  #attach() {
    const [file] = this.picked.files;
    this.picked.value = "";
    if (file && !this.talk.attach(file)) this.#say(this.words.large);
  }

  #say(text, strong = "") {
    this.line.replaceChildren(...(strong ? [make("b", {}, strong), " "] : []), text);
    this.line.hidden = !text;
  }

  // Shows everything as it stands. What stands already is left alone, so that it is read out once.
  #show() {
    if (!this.window) return;
    const { words, talk } = this;
    const { state } = this.#standing;
    const isOpen = !this.window.hidden;
    if (isOpen && !document.hidden) talk.markRead();
    this.#showButton(state);
    if (!isOpen) return;
    const isLater = state !== "here" && !talk.began;
    this.later.hidden = !isLater;
    const { trouble } = talk;
    this.talking.hidden = isLater;
    this.writing.hidden = isLater || trouble === "gone";
    this.state.dataset.state = trouble ? "offline" : state;
    put(this.state, trouble ? words[trouble] : this.#stateWords());
    this.#showTalk();
    this.text.placeholder = talk.standing.over ? words.again : talk.began ? words.more : words.write;
    if (trouble === "gone") this.#say(words.reload, words.goneNow);
    else if (trouble) this.#say(words.trying, trouble === "busy" ? words.crowded : words.lost);
    else this.#say(state !== "here" && talk.began ? words.laterTalk : "");
    this.#showFoot();
  }

  #stateWords() {
    const { words } = this;
    const { state, opens, wait } = this.#standing;
    if (state === "here") return wait ? `${words.here} · ${words.wait(wait)}` : words.here;
    if (state === "away" || !opens) return words[state];
    return `${words.closed} · ${words.opens(this.#moment(opens))}`;
  }

  #showButton(state) {
    const { words, talk } = this;
    const { unread } = talk;
    const last = unread.at(-1);
    const asks = state === "here" ? words.ask : words.leave;
    const goesOn = talk.began && !talk.standing.over;
    const title = last ? words.answered(this.about.name) : goesOn ? words.goOn : asks;
    const below = last ? `“${last.text.slice(0, 60)}”` : this.#stateWords();
    const key = `${title} ${below} ${unread.length}`;
    if (this.button.dataset.shown === key) return;
    this.button.dataset.shown = key;
    const spoken = make("span", { class: "sr" }, ` ${words.unread}`);
    const count = make("data", { value: unread.length }, unread.length, spoken);
    this.button.replaceChildren(icon("chat"), make("span", {}, title, make("small", {}, below)), last ? count : "");
  }

  #showTalk() {
    const { words, talk, about } = this;
    const wanted = [];
    let day = "";
    const greeting = about.greeting[this.language];
    if (greeting) wanted.push(this.#row("greeting", () => bubble("us", about.name, [greeting])));
    const own = talk.said.filter((one) => !one.ours);
    for (const one of talk.said) {
      const its = this.#day(one.at);
      if (its !== day) wanted.push(this.#row(`day ${its}`, () => make("li", { class: "day" }, its)));
      day = its;
      const row = this.#row(one.id, () => this.#message(one), one.gone ? "gone" : one.state ?? "");
      const status = row.querySelector(".status");
      if (status) put(status, one === own.at(-1) || one.state ? this.#status(one) : "");
      wanted.push(row);
    }
    if (talk.standing.over) wanted.push(this.#row("over", () => make("li", { class: "day" }, words.over)));
    if (talk.standing.typing) {
      wanted.push(this.#row("typing", () => make("li", { class: "us" }, make("small", {}, words.typing(about.name)),
        make("p", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")))));
    }
    wanted.forEach((row, place) => {
      if (this.list.children[place] !== row) this.list.insertBefore(row, this.list.children[place] ?? null);
    });
    while (this.list.children.length > wanted.length) this.list.lastChild.remove();
  }

  // The row of a message: made once, and again only where it became another.
  #row(id, made, version = "") {
    const known = this.#rows.get(id);
    if (known?.version === version) return known.row;
    const row = made();
    this.#rows.set(id, { row, version });
    return row;
  }

  #message(one) {
    const { words } = this;
    if (one.gone) return bubble(one.ours ? "us" : "you", "", [words.takenBack], "dim");
    const by = one.ours ? `${this.about.name}, ${this.#time(one.at)}` : "";
    const row = bubble(one.ours ? "us" : "you", by, one.text ? linked(one.text) : []);
    if (one.file) row.append(this.#file(one.file));
    if (one.choices) row.append(this.#choices(one.choices));
    if (one.ours) return row;
    row.append(make("small", { class: "status" }));
    if (one.failed) row.append(make("button", link(() => this.talk.retry(one.id)), words.retry));
    return row;
  }

  #file({ url, name, picture }) {
    if (!url) return make("p", {}, name);
    const anchor = make("a", { href: this.base + url, target: "_blank", rel: "noopener noreferrer" }, name);
    if (!picture) return make("p", {}, anchor);
    const asName = () => image.replaceWith(name); // the site may forbid it, or the link be too old
    const image = make("img", { src: this.base + url, alt: name, loading: "lazy", onerror: asName });
    anchor.replaceChildren(image);
    return anchor;
  }

  #choices(choices) {
    const chosen = this.talk.said.find((one) => choices.some(([key]) => key === one.choice));
    if (chosen) return make("small", {}, this.words.thanks);
    const group = make("div", { class: "choices", role: "group" });
    for (const [choice, title] of choices) {
      group.append(make("button", { type: "button", onclick: () => {
        this.talk.write({ choice, text: title });
        group.replaceWith(make("small", {}, this.words.thanks));
        this.text.focus();
      } }, title));
    }
    return group;
  }

  #status(one) {
    const { words, talk } = this;
    if (one.state) return words[one.state];
    return talk.standing.read && talk.standing.read >= one.at ? words.read : words.delivered;
  }

  #showFoot() {
    const { words, talk } = this;
    const state = !talk.began ? "nothing" : talk.memory.lasting ? "kept" : "tab";
    if (this.foot.dataset.state === state) return;
    this.foot.dataset.state = state;
    const act = { tab: ["keep", () => talk.keepLonger()], kept: ["forget", () => talk.forget()] }[state];
    if (!act) {
      this.foot.replaceChildren(words[state]);
      return;
    }
    const [word, then] = act;
    this.foot.replaceChildren(words[state], " ", make("button", link(() => {
      then();
      this.text.focus();
    }), words[word]));
  }

  // A greeting is shown once a page, where nobody wrote yet and somebody is there to answer.
  #greetLater() {
    const { greet, greeting } = this.about;
    const words = greeting[this.language];
    if (!greet.after || !words || !location.href.includes(greet.on) || this.talk.began) return;
    setTimeout(() => {
      if (!this.window.hidden || this.talk.began || this.#standing.state !== "here") return;
      const close = () => {
        this.teaser.hidden = true;
        this.button.focus();
      };
      this.teaser.replaceChildren(
        make("button", { type: "button", class: "words", onclick: () => this.#toggle() }, words),
        button(this.words.notNow, "cross", { onclick: close }),
      );
      this.teaser.hidden = false;
    }, greet.after * 1000);
  }

  #time(at) {
    return new Date(at).toLocaleTimeString(this.language, { hour: "2-digit", minute: "2-digit" });
  }

  #day(at) {
    const date = new Date(at);
    if (date.toDateString() === new Date().toDateString()) return this.words.today;
    return date.toLocaleDateString(this.language, { weekday: "long", day: "numeric", month: "long" });
  }

  #moment(at) {
    const isToday = new Date(at).toDateString() === new Date().toDateString();
    const day = isToday ? "" : `${new Date(at).toLocaleDateString(this.language, { weekday: "long" })} `;
    return day + this.#time(at);
  }
}

function bubble(side, by, words, more = "") {
  const said = words.length ? make("p", {}, ...words) : "";
  return make("li", { class: `${side} ${more}` }, by && make("small", {}, by), said);
}

function button(label, drawing, attributes) {
  return make("button", { type: "button", "aria-label": label, title: label, ...attributes }, icon(drawing));
}

function link(onclick) {
  return { class: "link", type: "button", onclick };
}

function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

// White or black, whichever reads better on a colour.
function onColour(colour) {
  const [red, green, blue] = [1, 3, 5].map((place) => {
    const part = parseInt(colour.slice(place, place + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

const script = document.currentScript;
if (script?.dataset.account && !customElements.get("webcare-chat")) {
  customElements.define("webcare-chat", WebcareChat);
  const { account, identity, lang } = script.dataset;
  const asked = (lang || document.documentElement.lang || navigator.language).slice(0, 2).toLowerCase();
  const server = new Server(new URL(script.src).origin, account);
  const options = { account, identity, language: asked === "nl" ? "nl" : "en", server };
  const start = () => {
    const chat = document.createElement("webcare-chat");
    chat.begin(options).then(() => document.body.append(chat), (error) => console.warn("Webcare chat:", error.message));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
