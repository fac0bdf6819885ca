// The doors of the chat. Nothing goes by a cookie: a visitor shows a key.
const SILENT = 40000; // the stream is heard from every fifteen seconds
const LONGEST = 300000;
const OVER = [401, 403, 404]; // asking again helps nobody

// How long to wait before one tries again: double each time, and never all at the same moment.
function pauseAfter(tries, first) {
  return Math.min(first * 2 ** tries, LONGEST) * (0.5 + Math.random() / 2);
}

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

  // Calls `changed` for every change, and once after every (re)connection; `state` with whether there is one, and else
  // with the status of the refusal, 0 where nobody answered.
  listen(key, changed, state) {
    const stop = new AbortController();
    let tries = 0;
    const follow = async () => {
      while (!stop.signal.aborted) {
        const cut = new AbortController();
        stop.signal.addEventListener("abort", () => cut.abort(), { once: true });
        let silent, refused = 0;
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
          refused = error.status ?? 0;
        }
        clearTimeout(silent);
        if (stop.signal.aborted) break;
        state(false, refused);
        if (OVER.includes(refused)) break;
        await new Promise((resolve) => { setTimeout(resolve, pauseAfter(tries++, 1000)); });
      }
    };
    follow();
    return () => stop.abort();
  }
}
