// The listen button: <istami-player article="ID">. One element, no build step, no dependency.
// What stands inside the element is for readers without scripts. The state is on the element, in data-state:
// idle, preparing, playing, paused, ended or failed; it never says "playing" before the media element does.

const LABEL = {
  idle: "استمع للمقال",
  preparing: "يُحضَّر الصوت…",
  playing: "إيقاف مؤقت",
  paused: "متابعة الاستماع",
  ended: "استمع من جديد",
  failed: "حاول مرة أخرى",
};

// Reasons by problem code (docs/http-api.md): asking again is useless, may help at once, or helps after a while.
const FINAL = {
  article_not_found: "هذا المقال غير موجود.",
  nothing_to_read: "لا يوجد في هذا المقال نص يُقرأ.",
  withdrawn: "سُحب تسجيل هذا المقال.",
};
const AT_ONCE = {
  interrupted: "انقطع الصوت.",
  offline: "تعذّر الاتصال. تحقّق من الشبكة.",
};
const LATER = {
  busy: "الطلبات كثيرة الآن.",
  rate_limited: "الطلبات كثيرة الآن.",
  other: "تعذّر تحضير الصوت الآن.",
};

// Drawn in a box of 24 by 24. The triangle points to the right in Arabic too, as on every player.
const PLAY = "M7 4.5v15L19.5 12z";
const AGAIN = "M12 5V1.5L6.5 7l5.5 5.5V8a5.5 5.5 0 1 1-5.5 5.5h-3A8.5 8.5 0 1 0 12 5z";
const ICON = {
  idle: PLAY,
  preparing: "M12 3a9 9 0 1 0 9 9h-3a6 6 0 1 1-6-6z",
  playing: "M6 4.5h4v15H6zM14 4.5h4v15h-4z",
  paused: PLAY,
  ended: AGAIN,
  failed: AGAIN,
};

const style = new CSSStyleSheet();
style.replaceSync(`
  :host { display: block; }
  :host([hidden]) { display: none; }
  div { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; }
  button {
    display: inline-flex; align-items: center; justify-content: center; gap: .5em;
    box-sizing: border-box; min-block-size: 44px; min-inline-size: 10.5em; margin: 0; padding: .25em 1.25em;
    border: 1px solid transparent; border-radius: 999px;
    background: var(--istami-accent, #0b5d52); color: var(--istami-on-accent, #fff);
    font: inherit; line-height: 1.5; cursor: pointer; touch-action: manipulation;
  }
  button:hover { filter: brightness(1.1); }
  button:focus-visible { outline: 3px solid; outline-color: var(--istami-focus, Highlight); outline-offset: 2px; }
  svg { flex: none; inline-size: 1.35em; block-size: 1.35em; fill: currentColor; }
  [part~="time"]:empty { display: none; }
  [part~="time"] { font-variant-numeric: tabular-nums; }
  .unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  @media (prefers-reduced-motion: no-preference) {
    :host([data-state="preparing"]) svg { animation: turn 1s linear infinite; }
    @keyframes turn { to { transform: rotate(1turn); } }
  }
`);

let current = null; // One player at a time.

class IstamiPlayer extends HTMLElement {
  static observedAttributes = ["article", "headline"];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    this.box = append(root, "div", { lang: "ar", dir: "rtl" });
    this.button = append(this.box, "button", { type: "button", part: "button", "aria-describedby": "note" });
    const icon = append(this.button, "svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    this.icon = append(icon, "path", {});
    this.label = append(this.button, "span", {});
    this.time = append(this.box, "span", { part: "time", dir: "ltr" });
    this.note = append(this.box, "span", { part: "note", id: "note", role: "status" });
    this.audio = append(this.box, "audio", { preload: "none" });
    this.at = 0; // Where to go on after a failure, in seconds.

    const { audio } = this;
    // The second half of a double click would stop what the first half started.
    this.button.addEventListener("click", (event) => event.detail > 1 || this.toggle());
    audio.addEventListener("playing", () => this.show("playing"));
    audio.addEventListener("waiting", () => audio.paused || this.show("preparing"));
    // It also pauses at the end and after an error; those have states of their own.
    audio.addEventListener("pause", () => audio.ended || audio.error || this.show(this.rest));
    audio.addEventListener("ended", () => this.show("ended"));
    audio.addEventListener("error", () => this.explain());
    audio.addEventListener("timeupdate", () => this.tell());
    audio.addEventListener("loadedmetadata", () => {
      if (this.at && Number.isFinite(audio.duration)) audio.currentTime = this.at;
      this.at = 0;
    });
  }

  connectedCallback() {
    if (!this.state) this.show("idle");
  }

  disconnectedCallback() {
    this.hush();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.state || before === now) return;
    if (name === "headline") return this.name();
    this.unload();
    this.at = 0;
    this.show("idle");
  }

  get url() {
    return new URL(`articles/${encodeURIComponent(this.getAttribute("article") ?? "")}/audio`, import.meta.url);
  }

  toggle() {
    if (this.state === "playing" || this.state === "preparing") return this.hush();
    if (current !== this) current?.hush();
    current = this;
    const { audio } = this;
    // A sound that has ended is loaded anew: it may have been made meanwhile, and then has its duration.
    if (!audio.getAttribute("src") || audio.ended) audio.src = `${this.url}.mp3`;
    this.show("preparing");
    audio.play().catch((error) => error.name === "NotAllowedError" && this.show("idle"));
  }

  // Stops sounding, or preparing to.
  hush() {
    const { audio } = this;
    if (audio.currentTime && !audio.error) return audio.pause();
    if (this.state !== "preparing") return;
    this.unload();
    this.show(this.rest);
  }

  // The state when it is silent and nothing is wrong.
  get rest() {
    return this.audio.currentTime || this.at ? "paused" : "idle";
  }

  unload() {
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  // Asks the service why there is no sound: a media element does not say.
  async explain() {
    const heard = this.audio.currentTime;
    this.at = heard || this.at;
    this.audio.removeAttribute("src");
    this.show("preparing");
    const { code, wait } = await reason(this.url, heard);
    if (this.state !== "preparing" || this.audio.getAttribute("src")) return; // The reader has gone on.
    const message = FINAL[code] ?? AT_ONCE[code] ?? `${LATER[code] ?? LATER.other} حاول بعد ${seconds(wait)}.`;
    this.show("failed", message, code in FINAL ? "idle" : "failed");
  }

  // Shows a state; the button itself may keep the look of another.
  show(state, message = "", look = state) {
    if (state === this.state && !message) return;
    this.state = this.dataset.state = state;
    this.label.textContent = LABEL[look];
    this.icon.setAttribute("d", ICON[look]);
    this.note.textContent = state === "preparing" ? LABEL.preparing : message;
    this.note.className = state === "preparing" ? "unseen" : ""; // The button says it already.
    this.name();
    this.tell();
  }

  // With a headline, the button's accessible name says which article it reads.
  name() {
    const headline = this.getAttribute("headline");
    if (headline) this.button.setAttribute("aria-label", `${this.label.textContent}: ${headline}`);
    else this.button.removeAttribute("aria-label");
  }

  tell() {
    const { currentTime, duration } = this.audio;
    const isOpen = currentTime > 0 && this.state !== "failed" && this.state !== "idle";
    const whole = Number.isFinite(duration) ? ` / ${clock(duration)}` : "";
    this.time.textContent = isOpen ? clock(currentTime) + whole : "";
  }
}

function append(parent, name, attributes) {
  const isDrawing = name === "svg" || name === "path";
  const made = isDrawing ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return parent.appendChild(made);
}

// The problem's code, and how many seconds to wait if the service says so.
async function reason(url, heard) {
  try {
    // Looking comes first. Only what was never asked for is asked for: the answer is the reason.
    for (const method of ["GET", "POST"]) {
      const reply = await fetch(url, { method, signal: AbortSignal.timeout(10_000) });
      const body = await reply.json().catch(() => ({}));
      const code = body.error?.code ?? body.code ?? (body.state === "withdrawn" ? "withdrawn" : "");
      if (code === "audio_not_requested") continue;
      const wait = reply.status === 429 || reply.status === 503 ? Number(reply.headers.get("Retry-After")) : 0;
      if (code || !reply.ok) return { code, wait };
      if (heard) return { code: "interrupted" };
      return { code: body.state === "ready" ? "other" : "busy" };
    }
  } catch {
    return { code: "offline" };
  }
  return { code: "other" };
}

function clock(time) {
  const whole = Math.floor(time);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// «5 ثوان», «30 ثانية»; from 3 on, where the number does not decline the word. «قليل» when not known.
function seconds(count) {
  if (!count) return "قليل";
  const format = { style: "unit", unit: "second", unitDisplay: "long" };
  return new Intl.NumberFormat("ar-MA", format).format(Math.max(3, Math.round(count)));
}

if (!customElements.get("istami-player")) customElements.define("istami-player", IstamiPlayer);
