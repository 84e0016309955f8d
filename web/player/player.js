// The listen button: <istami-player article="ID">. One element, no build step, no dependency.
// It never says "playing" before the media element does; the link inside still works without this script.

const TEXT = {
  listen: "استمع للمقال",
  preparing: "يُحضَّر الصوت…",
  pause: "إيقاف مؤقت",
  resume: "متابعة الاستماع",
  again: "استمع من جديد",
  article_not_found: "هذا المقال غير موجود.",
  nothing_to_read: "لا يوجد في هذا المقال نص يُقرأ.",
  withdrawn: "سُحب هذا التسجيل.",
  offline: "تعذّر الاتصال. حاول مرة أخرى.",
  other: "تعذّر تحضير الصوت الآن. حاول بعد قليل.",
};

const here = new URL(".", import.meta.url);

class IstamiPlayer extends HTMLElement {
  connectedCallback() {
    if (this.button) return;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "istami-button";
    this.status = document.createElement("span");
    this.status.className = "istami-status";
    this.status.setAttribute("role", "status");
    this.audio = document.createElement("audio");
    this.audio.preload = "none";
    this.replaceChildren(this.button, this.status, this.audio);
    this.show("idle");
    this.button.addEventListener("click", () => this.toggle());
    this.audio.addEventListener("playing", () => this.show("playing"));
    this.audio.addEventListener("waiting", () => this.show("preparing"));
    this.audio.addEventListener("pause", () => this.audio.ended || this.show("paused"));
    this.audio.addEventListener("ended", () => this.show("ended"));
    this.audio.addEventListener("error", () => this.audio.getAttribute("src") && this.explain());
  }

  disconnectedCallback() {
    this.audio?.pause();
  }

  get url() {
    const id = encodeURIComponent(this.getAttribute("article") ?? "");
    return new URL(`articles/${id}/audio`, this.getAttribute("base") ?? here);
  }

  toggle() {
    if (this.state === "playing") return this.audio.pause();
    if (this.state === "preparing") return undefined;
    if (!this.audio.getAttribute("src")) this.audio.src = `${this.url}.mp3`;
    this.show("preparing");
    for (const other of document.querySelectorAll("istami-player")) if (other !== this) other.audio?.pause();
    return this.audio.play().catch((error) => error.name === "AbortError" || this.audio.error || this.show("idle"));
  }

  // Asks the service why there is no sound.
  async explain() {
    this.audio.removeAttribute("src");
    let code = "offline";
    try {
      const reply = await fetch(this.url, { method: "POST" });
      const body = await reply.json();
      code = body.code ?? body.error?.code ?? "other";
    } catch {
      // The network is gone: that is the reason.
    }
    this.show("failed", TEXT[code] ?? TEXT.other);
  }

  show(state, message = "") {
    this.state = state;
    this.dataset.state = state;
    const label = { playing: TEXT.pause, preparing: TEXT.preparing, paused: TEXT.resume, ended: TEXT.again }[state];
    this.button.textContent = label ?? TEXT.listen;
    this.button.setAttribute("aria-busy", String(state === "preparing"));
    this.status.textContent = message;
  }
}

customElements.define("istami-player", IstamiPlayer);
