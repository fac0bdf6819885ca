// The doors of the chat. Nothing goes by a cookie: a visitor shows a key.
const SILENT = 40000; // the stream is heard from every fifteen seconds
const AGAIN = [1000, 2000, 4000, 8000, 15000];

class Server {
  constructor(base, account) {
    this.base = base;
    this.root = `${base}/chat/${account}/`;
  }

  async ask(path, { key, json, form } = {}) {
    const headers = {};
    if (key) headers.Authorization = `Bearer ${key}`;
    if (json) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.root + path, {
      method: json || form ? "POST" : "GET", headers, body: json ? JSON.stringify(json) : form,
      credentials: "omit", cache: "no-store",
    });
    if (!answer.ok) throw Object.assign(new Error(`chat ${answer.status}`), { status: answer.status });
    return answer.json();
  }

  // Calls `changed` for every change, and once after every (re)connection; `state` with whether there is one.
  listen(key, changed, state) {
    const stop = new AbortController();
    let tries = 0;
    const follow = async () => {
      while (!stop.signal.aborted) {
        const cut = new AbortController();
        stop.signal.addEventListener("abort", () => cut.abort(), { once: true });
        let silent;
        const heard = () => {
          clearTimeout(silent);
          silent = setTimeout(() => cut.abort(), SILENT);
        };
        try {
          heard();
          const answer = await fetch(`${this.root}live/`, {
            headers: { Authorization: `Bearer ${key}` }, credentials: "omit", cache: "no-store", signal: cut.signal,
          });
          if (!answer.ok) throw Object.assign(new Error(), { status: answer.status });
          state(true);
          changed();
          const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
          for (let part = await reader.read(); !part.done; part = await reader.read()) {
            heard();
            tries = 0;
            if (part.value.includes("event: ")) changed();
          }
        } catch (error) {
          if (error.status === 401 || error.status === 403) stop.abort();
        }
        clearTimeout(silent);
        if (stop.signal.aborted) break;
        state(false);
        const pause = AGAIN[Math.min(tries++, AGAIN.length - 1)];
        await new Promise((resolve) => { setTimeout(resolve, pause * (0.75 + Math.random() / 2)); });
      }
    };
    follow();
    return () => stop.abort();
  }
}
