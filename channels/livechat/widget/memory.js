// What this browser keeps: nothing before the visitor writes, then until the tab closes, and longer where they want it.
class Memory {
  constructor(account) {
    this.name = `webcare-chat:${account}`;
    this.lasting = this.#read("localStorage") !== null;
  }

  read() {
    return this.#read("localStorage") ?? this.#read("sessionStorage");
  }

  keep(state) {
    this.#write(this.lasting ? "localStorage" : "sessionStorage", state);
  }

  last() {
    this.lasting = true;
    this.#write("sessionStorage", null);
  }

  forget() {
    this.lasting = false;
    this.#write("localStorage", null);
    this.#write("sessionStorage", null);
  }

  #read(where) {
    try {
      return JSON.parse(window[where].getItem(this.name));
    } catch {
      return null; // a browser may forbid it
    }
  }

  #write(where, state) {
    try {
      if (state === null) window[where].removeItem(this.name);
      else window[where].setItem(this.name, JSON.stringify(state));
    } catch { /* then it lives as long as this page */ }
  }
}
