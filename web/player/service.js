// What the service knows of one article's sound, by HTTP.

const TIMEOUT = 10_000; // ms
const RETRY_AFTER = 5; // s, when the service does not say.

export class Problem {
  constructor(code, wait = 0) {
    this.code = code; // As in the service's documents, and in strings.js; "offline" when there was no answer.
    this.wait = wait; // Seconds after which asking again makes sense; 0 where it does not.
  }
}

export class Service {
  constructor(base, article, voice) {
    this.base = new URL(`articles/${encodeURIComponent(article)}`, base);
    this.voice = voice;
  }

  // "", ".mp3" or ".vtt" of the sound, with parameters; those that are undefined are left out.
  url(name, parameters = {}) {
    const url = new URL(`${this.base}/audio${name}`);
    for (const [key, value] of Object.entries({ voice: this.voice, ...parameters })) {
      if (value != null) url.searchParams.set(key, value);
    }
    return url.href;
  }

  // The manifest. "POST" asks for the sound, "GET" only looks.
  async manifest(method = "GET") {
    const reply = await reach(this.url(""), { method });
    const body = await reply.json().catch(() => ({}));
    const code = body.error?.code ?? body.code ?? (body.state === "withdrawn" ? body.state : "");
    if (reply.ok && !code) return body;
    const passes = body.state === "failed" || reply.status >= 429;
    const wait = passes ? Number(reply.headers.get("Retry-After")) || RETRY_AFTER : 0;
    throw new Problem(code || "other", wait);
  }

  // The cues known so far, [{start, end, text}] with times in seconds; and the rendition, once they are complete.
  async cues(rendition) {
    const reply = await reach(this.url(".vtt", rendition ? { v: rendition } : { partial: "" }));
    if (!reply.ok) throw new Problem("other");
    return { cues: parse(await reply.text()), rendition: (reply.headers.get("ETag") ?? "").replace(/^W\/|"/g, "") };
  }

  async headline() {
    const reply = await reach(this.base.href);
    return reply.ok ? (await reply.json()).title : "";
  }

  // Opens the connection, so that the click need not.
  warm() {
    reach(this.url(".mp3"), { method: "HEAD" }).catch(() => {});
  }
}

const reach = async (url, options) => {
  try {
    return await fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT) });
  } catch {
    throw new Problem("offline", 1);
  }
};

const parse = (vtt) => {
  return vtt.split("\n\n").flatMap((block) => {
    const [, from, to, text] = block.match(/^(\d+\S+) --> (\S+)\n(.+)/m) ?? [];
    if (!from) return [];
    const plain = text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
    return { start: seconds(from), end: seconds(to), text: plain };
  });
};

const seconds = (clock) => clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
