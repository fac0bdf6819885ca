// The talk itself: what was said, what waits to leave, and how it stands. The same client id is never sent as two.
const TYPES = 4000; // after the last key somebody no longer types
const TRY_AGAIN = 3000;
const LARGEST = 10 * 1024 * 1024;
const STILL_OPEN = 30 * 60_000; // who goes on to the next page within this time finds the chat as they left it

// Whom the site names, without looking whether it is right: that is the server's.
function named(identity) {
  try {
    return String(JSON.parse(atob(identity.split(".")[0].replaceAll("-", "+").replaceAll("_", "/"))).id ?? "");
  } catch {
    return "";
  }
}

class Talk {
  constructor(server, memory, { identity, language, changed }) {
    Object.assign(this, { server, memory, identity, language, changed });
    this.who = named(identity ?? "");
    this.items = new Map();
    this.waiting = [];
    this.standing = {};
    this.key = null;
    this.trouble = ""; // or offline, busy, gone: the chat is not for this page any more
    this.tries = this.asked = 0;
    this.readTo = "";
    this.isOpen = false;
    let kept = memory.read();
    // The next person at this browser does not read what the former said, nor go on as they.
    if (kept && (kept.who ?? "") !== this.who) kept = memory.forget();
    if (kept?.key || kept?.waiting?.length) {
      this.key = kept.key;
      this.waiting = kept.waiting ?? [];
      this.readTo = kept.readTo ?? "";
      this.isOpen = Date.now() - (kept.openAt ?? 0) < STILL_OPEN;
      this.follow();
      this.flush();
    }
  }

  get began() {
    return Boolean(this.key || this.waiting.length);
  }

  // What is shown, oldest first.
  get said() {
    const known = [...this.items.values()].sort((one, other) => (one.at < other.at ? -1 : 1));
    const stands = this.trouble === "offline" ? "waiting" : "sending";
    return [...known, ...this.waiting.map((one) => ({ ...one, state: one.failed || stands }))];
  }

  get unread() {
    return [...this.items.values()].filter((one) => one.ours && !one.gone && one.at > this.readTo);
  }

  write(what) {
    this.waiting.push({ id: crypto.randomUUID(), at: new Date().toISOString(), ...what });
    this.stopTyping();
    this.keep();
    this.changed();
    this.again();
  }

  // Somebody does something, or there is a connection again: no more waiting.
  again() {
    clearTimeout(this.pause);
    this.pause = null;
    if (this.trouble) this.follow();
    this.flush();
  }

  attach(file) {
    if (file.size > LARGEST) return false;
    this.write({ file, text: "" });
    return true;
  }

  retry(id) {
    for (const one of this.waiting) if (one.id === id) one.failed = "";
    this.again();
  }

  // One after the other, so that they come in as they were written.
  async flush() {
    if (this.isFlushing) return;
    this.isFlushing = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) await this.#send(next);
    } finally {
      this.isFlushing = false;
    }
  }

  #next() {
    return this.pause ? null : this.waiting.find((one) => !one.failed);
  }

  async #send(one) {
    try {
      await this.#begin();
      const page = { page: location.href, title: document.title, referrer: document.referrer };
      const { id, text, choice, name, email, file } = one;
      let told;
      if (file) {
        const form = new FormData();
        for (const [key, value] of Object.entries({ id, text: text ?? "", ...page })) form.append(key, value);
        form.append("file", file);
        told = await this.server.ask("attach/", { key: this.key, form });
      } else told = await this.server.ask("send/", { key: this.key, json: { id, text, choice, name, email, ...page } });
      this.take([told]);
      this.trouble = "";
      this.tries = 0;
    } catch ({ status = 0 }) {
      if (status === 401) this.drop(); // forgotten there: it begins anew
      else if (this.#isFor(status)) {
        this.pause = setTimeout(() => {
          this.pause = null;
          this.flush();
        }, pauseAfter(this.tries++, TRY_AGAIN));
      } else one.failed = status === 413 ? "large" : "failed";
    }
    this.keep();
    this.changed();
  }

  // Notes why something was refused, 0 where nobody answered. Returns whether to try again.
  #isFor(status) {
    const tries = !status || status === 429 || status >= 500;
    if (tries) this.trouble = status ? "busy" : "offline";
    else if (OVER.includes(status)) {
      this.trouble = "gone";
      this.stop?.();
      for (const one of this.waiting) one.failed ||= "failed";
    }
    return tries;
  }

  async #begin() {
    if (this.key) return;
    const json = { language: this.language };
    let begun;
    try {
      begun = await this.server.ask("begin/", { json: { ...json, identity: this.identity } });
    } catch (error) {
      if (error.status !== 403 || !this.identity) throw error;
      console.warn("Webcare chat: the identity of this visitor is not right, or too old. They go on nameless.");
      begun = await this.server.ask("begin/", { json });
    }
    this.key = begun.key;
    this.keep();
    this.follow();
  }

  follow() {
    if (!this.key) return;
    this.stop?.();
    this.stop = this.server.listen(this.key, () => this.catchUp(), (online, status) => {
      if (online) {
        this.trouble = "";
        this.tell();
        this.again();
      } else if (status !== 401) this.#isFor(status);
      this.changed();
    });
  }

  // Asks what changed. What comes in while it asks is asked for next.
  async catchUp() {
    if (this.isAsking) {
      this.asksAgain = true;
      return;
    }
    this.isAsking = true;
    try {
      do {
        this.asksAgain = false;
        const after = this.cursor ? `?after=${encodeURIComponent(this.cursor)}` : "";
        const { messages, cursor, ...standing } = await this.server.ask(`messages/${after}`, { key: this.key });
        this.cursor = cursor;
        this.standing = standing;
        this.take(messages);
        this.asked = 0;
        this.changed();
      } while (this.asksAgain);
    } catch ({ status = 0 }) {
      if (status === 401) this.forget();
      else if (this.#isFor(status)) {
        clearTimeout(this.asking);
        this.asking = setTimeout(() => this.key && this.catchUp(), pauseAfter(this.asked++, TRY_AGAIN));
      }
      this.changed();
    } finally {
      this.isAsking = false;
    }
  }

  take(messages) {
    for (const one of messages) {
      this.items.set(one.id, one);
      this.waiting = this.waiting.filter((waits) => waits.id !== one.client);
    }
  }

  // Up to where it was read, where that is news.
  markRead() {
    const last = this.unread.pop();
    if (!last) return;
    this.readTo = last.at;
    this.keep();
    this.tell({ read: last.id });
  }

  typed() {
    if (!this.key) return;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.stopTyping(), TYPES);
    if (Date.now() - (this.typedAt ?? 0) < TYPES - 1000) return;
    this.typedAt = Date.now();
    this.tell({ typing: true });
  }

  stopTyping() {
    if (!this.typedAt) return;
    clearTimeout(this.typing);
    this.typedAt = 0;
    this.tell({ typing: false });
  }

  tell(what = {}) {
    if (!this.key) return;
    const json = { page: location.href, title: document.title, ...what };
    this.server.ask("note/", { key: this.key, json }).catch(() => {}); // it is told again, or does not matter
  }

  // A file cannot be kept: it is sent now or chosen again.
  keep() {
    const waiting = this.waiting.filter((one) => !one.file);
    const openAt = this.isOpen ? Date.now() : 0;
    this.memory.keep({ who: this.who, key: this.key, readTo: this.readTo, waiting, openAt });
  }

  leave(isOpen) {
    this.isOpen = isOpen;
    if (this.began) this.keep();
  }

  keepLonger() {
    this.memory.last();
    this.keep();
    this.changed();
  }

  drop() {
    this.stop?.();
    this.key = null;
    this.cursor = "";
    this.items.clear();
    this.standing = {};
  }

  forget() {
    this.drop();
    this.waiting = [];
    this.readTo = "";
    this.memory.forget();
    this.changed();
  }
}
