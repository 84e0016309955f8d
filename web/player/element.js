// The listen button: <istami-player article="ID">. docs/player.md says what it takes, tells and looks like.
// What stands inside the element is for readers without scripts.

import { strings } from "./strings.js";
import { ARROW, Panel, SPEEDS } from "./panel.js";
import { ReadAlong } from "./readalong.js";
import { recall, remember } from "./memory.js";
import { announce, report } from "./lockscreen.js";
import { Service } from "./service.js";
import { media, Track } from "./track.js";

const HOME = new URL("./", import.meta.url);

class IstamiPlayer extends HTMLElement {
  static observedAttributes = ["article", "base", "voice", "headline", "lang", "digits", "highlight", "playlist"];
  #panel;
  #reading;
  #track;
  #queue = []; // Articles of the playlist still to come.
  #title = "";
  #sounds = false; // As far as the page has been told.
  #heard = null; // The cue that is marked.
  #tenth = 0;
  #isAway = false;
  #save = () => this.#track.save();
  #watcher = new IntersectionObserver((entries) => {
    this.#isAway = !entries.at(-1).isIntersecting;
    this.#dock();
  });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).addEventListener("keydown", (event) => this.#press(event));
    const warm = () => {
      if (this.#panel.box) return;
      this.#track.service.warm();
      this.#panel.build();
    };
    this.addEventListener("pointerenter", warm);
    this.addEventListener("focusin", warm);
  }

  connectedCallback() {
    for (const name of ["open", "docked"]) this.removeAttribute(name); // It may be a copy of one that was open.
    this.#build();
    this.#watcher.observe(this);
    addEventListener("pagehide", this.#save);
  }

  disconnectedCallback() {
    this.#shut();
    this.#reading.stop();
    this.#watcher.disconnect();
    removeEventListener("pagehide", this.#save);
  }

  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || !this.#track || before === now) return;
    this.#shut();
    this.#build();
  }

  #build() {
    const get = (name) => this.getAttribute(name) ?? "";
    this.words = strings(get("lang"), get("digits"));
    this.#panel = new Panel(this.shadowRoot, this.words, this);
    this.#queue = get("playlist").split(/\s+/).filter(Boolean).map(decoded);
    this.#reading?.stop();
    this.#reading = new ReadAlong(get("highlight"), (cue) => this.#hear(cue));
    this.#take(get("article"), get("headline"));
    if (this.hasAttribute("eager")) this.#track.look();
  }

  #take(article, title) {
    const base = new URL(this.getAttribute("base") ?? HOME, document.baseURI);
    const service = new Service(base, article, this.getAttribute("voice"));
    const track = new Track(service, () => track === this.#track && this.#changed());
    [this.#track, this.article, this.#title, this.#tenth] = [track, article, title, 0];
    this.#changed();
  }

  // -- What the reader may ask for, and a script of the page as well

  toggle() {
    if (["playing", "preparing", "offline"].includes(this.state)) this.pause();
    else this.play();
  }

  play() {
    this.toggleAttribute("open", true);
    const rate = recall("rate");
    this.#track.rate = SPEEDS.includes(rate) ? rate : 1;
    this.#track.play(); // First of all: what is shown can wait for it, not the other way round.
    this.#reading.follow();
    this.#dock();
    announce(this, this.#title || document.title);
  }

  pause() {
    this.#track.pause();
  }

  seek(time) {
    this.#reading.follow();
    this.#track.seek(time);
  }

  skip(seconds) {
    this.seek(this.currentTime + seconds);
  }

  // Forth to the next sentence; back to the beginning of this one, and from there to the one before.
  sentence(step) {
    const { cues, cue, time } = this.#track;
    const isBegun = cue >= 0 && time - cues[cue].start > 1.5;
    const goal = cues[Math.max(0, cue + (step < 0 && isBegun ? 0 : step))];
    if (goal) this.seek(goal.start);
  }

  close() {
    const hadFocus = this.shadowRoot.activeElement; // Not :focus-within, which is lost in the top layer.
    this.#shut();
    if (!this.#isOwn) this.#build(); // The button is the page's article's again.
    if (hadFocus) this.#panel.start.focus({ preventScroll: true });
  }

  #shut() {
    this.#track.stop();
    this.#reading.show(null);
    this.toggleAttribute("open", false);
    this.#dock();
    this.#panel.sheet?.hidePopover?.();
    this.#show();
  }

  // On to the next article: of the playlist, else of the page.
  async next() {
    const article = this.#queue.shift();
    if (!article) {
      const other = this.#neighbour;
      this.close();
      return other?.play();
    }
    this.#track.stop();
    this.#take(article, "");
    this.play();
    const title = await this.#track.service.headline().catch(() => "");
    if (this.article !== article) return;
    this.#title = title;
    announce(this, title);
    this.#show();
  }

  get hasNext() {
    return this.#queue.length > 0 || Boolean(this.#neighbour);
  }
  get #neighbour() {
    const all = [...document.querySelectorAll("istami-player")];
    const isOther = (other) => other.article !== this.article && other.checkVisibility();
    return all.slice(all.indexOf(this) + 1).find(isOther);
  }

  get state() {
    return this.#track.state;
  }
  get currentTime() {
    return this.#track.time;
  }
  get duration() {
    return this.#track.duration;
  }

  get rate() {
    return this.#track.rate;
  }
  set rate(rate) {
    this.#track.rate = media.playbackRate = rate;
    remember("rate", rate);
    this.#show();
  }

  set volume(volume) {
    media.volume = volume;
  }

  // Whether the next article begins by itself.
  get onwards() {
    return recall("onwards") ?? false;
  }
  set onwards(is) {
    remember("onwards", is);
  }

  // Whether the text is marked as it is read.
  get along() {
    return recall("along") ?? true;
  }
  set along(is) {
    remember("along", is);
    this.#reading.follow();
    this.#show();
  }
  get canFollow() {
    return this.#isOwn && Boolean(ReadAlong.able(this.getAttribute("highlight")));
  }

  // Whether it is the page's own article, not one of the playlist.
  get #isOwn() {
    return this.article === (this.getAttribute("article") ?? "");
  }

  // -- What happens

  #changed() {
    const { state, time, duration, problem } = this.#track;
    const before = this.dataset.state;
    this.dataset.state = state;
    this.#show();
    const sounds = state === "playing" || (this.#sounds && ["preparing", "offline"].includes(state));
    if (sounds !== this.#sounds && (sounds || state !== "ended")) this.#tell(sounds ? "play" : "pause");
    this.#sounds = sounds;
    if (state !== before && state === "failed") this.#tell("error", { code: problem.code });
    if (state !== before && state === "ended") this.#tell("ended");
    // In a queue that plays by itself, an article that is gone stops nothing.
    const isOver = state === "ended" || (state === "failed" && !problem.wait && !this.#isOwn);
    if (state !== before && isOver && this.onwards && this.hasNext) this.next();
    const tenth = duration ? Math.floor((time / duration) * 10) : 0;
    if (state === "playing" && tenth > this.#tenth) {
      this.#tenth = tenth;
      this.#tell("progress", { percent: tenth * 10 });
    }
  }

  #show() {
    const track = this.#track;
    this.#panel.show(track, this.#title, this.#note());
    if (!this.hasAttribute("open")) return;
    report(track);
    if (!this.canFollow) return;
    const { cues, cue, state } = track;
    const heard = this.along && ["playing", "paused"].includes(state) ? cues[cue] : null;
    if (heard === this.#heard) return;
    this.#heard = heard;
    this.#reading.match(cues);
    this.#reading.show(heard);
  }

  #note() {
    const { state, problem } = this.#track;
    const { say, seconds, minutes } = this.words;
    if (!problem) return state === "preparing" ? say(state) : "";
    const wait = problem.wait && (problem.wait > 90 ? minutes(problem.wait) : seconds(Math.max(3, problem.wait)));
    const words = [say(problem.code)];
    if (wait && state !== "offline") words.push(say(state === "failed" ? "later" : "retrying", wait));
    return words.join(" ");
  }

  #tell(name, more) {
    const { article, currentTime, duration } = this;
    const detail = { article, currentTime, duration, ...more };
    this.dispatchEvent(new CustomEvent(`istami-${name}`, { bubbles: true, composed: true, detail }));
  }

  #hear(cue) {
    if (!this.along || !this.hasAttribute("open")) return;
    this.seek(cue.start);
    if (this.state !== "playing") this.play();
  }

  // The bar at the bottom of the screen is in the top layer: nothing of the site can cover or move it.
  #dock() {
    const { dock, start, play } = this.#panel;
    const sticky = this.getAttribute("sticky");
    const isWanted = sticky === "always" || (this.#isAway && sticky !== null && sticky !== "off");
    const isOpen = this.hasAttribute("open");
    const isDocked = isOpen && isWanted;
    if (isDocked !== this.hasAttribute("docked")) {
      this.toggleAttribute("docked", isDocked);
      dock.popover = isDocked ? "manual" : null;
      if (isDocked) dock.showPopover?.();
    }
    const { activeElement } = this.shadowRoot;
    if (isOpen && !isDocked && activeElement === start) play.focus({ preventScroll: true }); // The button goes away.
  }

  #press(event) {
    const { key, target } = event;
    const isTaken = target.matches("select, .sheet *") || (key === " " && target.matches("button"));
    if (isTaken || event.ctrlKey || event.metaKey || event.altKey || !this.hasAttribute("open")) return;
    const forth = this.words.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const arrow = () => this.skip(key === forth ? ARROW : -ARROW);
    const help = () => this.#panel.sheet.showPopover();
    const act = {
      " ": () => this.toggle(),
      "?": help,
      "؟": help,
      ArrowLeft: arrow,
      ArrowRight: arrow,
      Home: () => this.seek(0),
      End: () => this.seek(this.#track.reach),
    }[key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

const decoded = (id) => {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
};

if (!customElements.get("istami-player")) customElements.define("istami-player", IstamiPlayer);
