// One article's sound as the reader hears it: asked for, played while it is still being made, found again after a
// lost connection. No elements in here; `changed` is called whenever there is something new to show.

import { recall, remember } from "./memory.js";
import { Problem } from "./service.js";

const FRAME = 0.024; // s of an MP3 frame, where the service can cut.
const PATIENCE = 2000; // ms of silence after which we look whether the service can be reached.
const DROUGHT = 12_000; // ms without a byte after which we ask for them anew, though the service answers.
const LONGEST_WAIT = 60; // s for which a busy service is waited for.
const MOST_TRIES = 5;

// The one media element of the page: two articles can never sound at once, and on phones, where a script may play
// only what a finger has started, the next article can go on with it.
export const media = new Audio();
media.preload = "none";
let holder = null;
for (const name of ["playing", "pause", "waiting", "ended", "error", "timeupdate", "durationchange", "progress"]) {
  media.addEventListener(name, () => media.src && holder?.[`on${name}`]?.());
}

export class Track {
  state = "idle"; // Then preparing, playing, paused, ended, failed or offline.
  problem = null;
  manifest = null;
  rendition = ""; // Known once the sound is complete.
  cues = [];
  rate = 1;
  #at = null; // Where it stands while another track has the media element.
  #offset = 0; // The article's second at which the media element's clock begins.
  #isFile = false; // Whether it plays the finished file, in which any place can be gone to.
  #saved = 0; // The second that was remembered last.
  #lost = 0; // Where the connection broke last.
  #tries = 0;
  #reason = null; // Of the last try that failed.
  #run = 0; // Each press begins a new run; what an old one still waits for no longer counts.
  #timer = 0;
  #fed = 0; // When bytes came last.

  constructor(service, changed) {
    this.service = service;
    this.changed = changed;
  }

  get #holds() {
    return holder === this;
  }

  // Whether it sounds, or is about to.
  get #isOn() {
    return ["playing", "preparing"].includes(this.state);
  }

  get time() {
    return this.#holds ? this.#offset + media.currentTime : (this.#at ?? 0);
  }

  // Seconds in all; 0 while nobody knows.
  get duration() {
    const { rendition, duration_seconds: whole } = this.manifest ?? {};
    if (whole && (rendition === this.rendition || !this.#holds)) return whole;
    return this.#holds && Number.isFinite(media.duration) ? this.#offset + media.duration : 0;
  }

  // Seconds that can be heard so far.
  get reach() {
    const { buffered } = media;
    const here = this.#holds && buffered.length ? this.#offset + buffered.end(buffered.length - 1) : 0;
    return this.duration || Math.max(here, this.manifest?.progress.seconds_done ?? 0);
  }

  // Seconds that it may have in the end, for the seek bar.
  get estimate() {
    const { segments_done: done, segments_total: all } = this.manifest?.progress ?? {};
    return this.duration || Math.max(this.reach, done ? (this.reach * all) / done : 60);
  }

  // The number of the cue that is heard; -1 before the first.
  get cue() {
    return this.cues.findLastIndex((cue) => cue.start <= this.time + 0.05);
  }

  // Looks how far the sound is; asks for nothing.
  async look() {
    this.manifest ??= await this.service.manifest().catch(() => null);
    this.rendition ||= this.manifest?.rendition ?? "";
    this.changed();
  }

  play() {
    const run = ++this.#run;
    this.#tries = 0;
    this.#reason = null;
    if (this.#holds && media.src && this.state === "paused") this.#sound();
    else this.#load(this.state === "ended" ? 0 : (this.#at ?? this.#recall()));
    this.#follow(run);
  }

  pause() {
    // What has not sounded yet is called off: nobody wants to be surprised by it later.
    if (this.state === "playing") media.pause();
    else if (["preparing", "offline"].includes(this.state)) this.stop();
  }

  // Lets go of the media element.
  stop() {
    const isOver = this.state === "ended";
    this.#run += 1;
    this.#let();
    if (isOver) this.#at = 0;
    if (this.#holds) holder = null;
    this.problem = null;
    this.#become(this.#at ? "paused" : "idle");
  }

  seek(time) {
    const there = Math.max(0, Math.min(time, this.reach));
    const { buffered } = media;
    const local = there - this.#offset;
    // What comes without an end in sight can be sought where it is buffered; once it has ended, only in the file.
    const isHere = (_, i) => media.duration === Infinity && buffered.start(i) <= local && local <= buffered.end(i);
    if (this.state === "ended") this.state = "paused";
    if (this.#holds && (this.#isFile || Array.from(buffered, isHere).some(Boolean))) media.currentTime = local;
    else if (media.src && this.#isOn) this.#load(there);
    else {
      this.#let();
      this.#at = this.#offset = there;
    }
    this.changed();
  }

  save() {
    const { rendition, time: at } = this;
    this.#saved = at;
    if (this.state === "ended") remember(this.service.base, null);
    else if (at) remember(this.service.base, { rendition, at, when: Date.now() });
  }

  // -- What the media element tells

  onplaying() {
    this.#become("playing");
  }

  onpause() {
    if (!media.ended && !media.error) this.#become("paused");
  }

  onwaiting() {
    if (media.paused) return;
    this.#fed = Date.now();
    this.#become("preparing");
    this.#watch(navigator.onLine ? PATIENCE : 0);
  }

  ontimeupdate() {
    if (this.time > this.#lost + 1) this.#tries = 0;
    if (Math.abs(this.time - this.#saved) > 5) this.save();
    this.changed();
  }

  onprogress() {
    this.#fed = Date.now();
    this.changed();
  }

  ondurationchange() {
    // The rendition we remembered is gone: what comes in its place is still being made.
    if (this.#isFile && media.duration === Infinity) {
      this.rendition = "";
      this.#load(0);
    }
    this.changed();
  }

  async onended() {
    const run = this.#run;
    if (!this.rendition) this.manifest = await this.service.manifest().catch(() => this.manifest);
    if (run !== this.#run || !media.ended) return;
    // On some ways a connection that breaks looks like an end.
    if (this.manifest?.state === "rendering" || this.time < this.duration - 1) return this.#recover();
    this.#become("ended");
  }

  onerror() {
    this.#recover();
  }

  // -- How it gets there

  #recall() {
    const saved = recall(this.service.base);
    if (!(saved?.at > 0) || (this.rendition && saved.rendition && saved.rendition !== this.rendition)) return 0;
    this.rendition ||= saved.rendition;
    return saved.at;
  }

  #load(at) {
    if (!this.#holds) holder?.stop();
    holder = this;
    this.#isFile = Boolean(this.rendition);
    this.#offset = this.#isFile ? 0 : Math.floor(at / FRAME) * FRAME;
    media.src = this.service.url(".mp3", { v: this.rendition || null, from: this.#offset || null });
    media.currentTime = at - this.#offset;
    media.defaultPlaybackRate = this.rate;
    this.#fed = Date.now();
    this.#sound();
  }

  #sound() {
    this.problem = null;
    media.playbackRate = this.rate;
    // Errors come as events. This one does not: the browser wants the reader to press first.
    media.play().catch((error) => error.name === "NotAllowedError" && this.stop());
    this.#become("preparing");
  }

  // Unloads the media element, keeping the place.
  #let() {
    this.#at = this.time;
    if (!this.#holds) return;
    this.#offset = this.#at;
    media.removeAttribute("src");
    media.load();
  }

  // Asks for the sound, then for the cues until they are complete.
  async #follow(run) {
    try {
      if (this.rendition && this.cues.length) return;
      this.manifest = await this.service.manifest("POST");
    } catch (problem) {
      // What passes says nothing of sound that may be there already: the media element will tell.
      if (problem.wait) await moment(problem.wait);
      else if (run === this.#run) this.#recover(problem);
    }
    for (let wait = 1; run === this.#run; wait = Math.min(wait * 1.5, 10)) {
      if (this.problem) {
        await moment(wait); // #recover is at it, at the service's own pace.
        continue;
      }
      const { rendition } = this.manifest ?? {};
      if (this.rendition && rendition && rendition !== this.rendition) {
        this.rendition = rendition; // The sound that we remembered has been replaced.
        this.#load(0);
      }
      const found = await this.service.cues(this.rendition).catch(() => null);
      if (run !== this.#run) return;
      if (found) [this.cues, this.rendition] = [found.cues, found.rendition];
      const isKnown = this.rendition && this.manifest?.rendition === this.rendition;
      if (!isKnown) this.manifest = await this.service.manifest().catch(() => this.manifest);
      this.changed();
      if (this.rendition) return;
      await moment(wait);
    }
  }

  #watch(wait) {
    this.#timer = setTimeout(() => this.#doubt(), wait);
  }

  // There is silence where there should be sound.
  async #doubt() {
    const isOver = () => media.paused || this.state !== "preparing";
    if (isOver()) return;
    const manifest = await this.service.manifest().catch(() => null);
    if (isOver()) return;
    const isDry = Date.now() - this.#fed > DROUGHT * (1 + this.#tries);
    if (!manifest || (isDry && manifest.progress.seconds_done > this.time + 1)) this.#recover();
    else this.#watch(PATIENCE);
  }

  // Finds out why there is no sound, and goes on where it stopped.
  async #recover(problem) {
    if (!media.src) return; // At it already.
    const run = this.#run;
    if (!this.#isOn) return this.stop();
    this.#let();
    this.#lost = this.#at;
    this.#become("preparing");
    for (let wait = 1; run === this.#run; wait = Math.min(wait * 2, 15)) {
      try {
        if (problem) throw problem;
        // The first time we only look: asking would make the service forget why it failed.
        this.manifest = await this.service.manifest(wait > 1 ? "POST" : "GET");
        if (run !== this.#run) return;
        if (++this.#tries > MOST_TRIES) throw this.#reason ?? new Problem("interrupted");
        return this.#load(this.#at);
      } catch (caught) {
        if (run !== this.#run) return;
        problem = null;
        if (caught.code === "audio_not_requested") continue;
        this.problem = caught;
        const isOffline = caught.code === "offline";
        if (!isOffline) this.#reason = caught;
        const isWorthIt = isOffline || (caught.wait && caught.wait <= LONGEST_WAIT && ++this.#tries <= MOST_TRIES);
        if (!isWorthIt) return this.#fail();
        this.#become(isOffline ? "offline" : "preparing");
        await moment(isOffline ? wait : caught.wait);
      }
    }
  }

  #fail() {
    this.#run += 1;
    holder = null; // What it says of the failure stays when another article is played.
    this.#become("failed");
  }

  #become(state) {
    clearTimeout(this.#timer);
    this.state = state;
    if (!this.#isOn) this.save();
    this.changed();
  }
}

// Until the time is over, or the network is back.
const moment = (length) => {
  return new Promise((resolve) => {
    setTimeout(resolve, length * 1000);
    addEventListener("online", resolve, { once: true });
  });
};
