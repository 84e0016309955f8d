// What the reader sees and presses. Requests go up as calls of the player; its state comes down through show().

import { ICONS } from "./icons.js";
import looks from "./player.css" with { type: "css" };

export const ARROW = 5; // s that an arrow key moves.
export const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
// The words and the icon of the button that plays, by state.
const LOOKS = {
  idle: ["listen", "play"],
  playing: ["pause", "pause"],
  paused: ["resume", "play"],
  ended: ["again", "again"],
  failed: ["retry", "again"],
};

export class Panel {
  constructor(root, words, player) {
    root.adoptedStyleSheets = [looks];
    root.replaceChildren();
    Object.assign(this, { root, words, player });
    this.hold = add(root, "div", "hold", { lang: words.lang, dir: words.dir });
    // The second half of a double click would stop what the first half started.
    this.toggle = ({ detail }) => detail > 1 || player.toggle();
    this.start = this.#button(add(this.hold, "div", "space"), "button", this.toggle, "");
    draw(this.start, "play");
    this.label = add(this.start, "span");
    this.length = add(this.start, "small", "duration");
    this.dock = add(this.hold, "div", "dock");
  }

  // The rest, when it may be wanted: a page of thirty buttons pays for thirty buttons.
  build() {
    if (this.box) return;
    const { player } = this;
    const { say, seconds, number, dir } = this.words;
    const box = (this.box = add(this.dock, "div", "panel", { role: "group", hidden: "" }));
    this.play = this.#button(box, "play", this.toggle, "");
    this.#button(box, "previous", () => player.sentence(-1));
    const bar = add(box, "div", "bar");
    this.seek = add(bar, "input", "seek", { type: "range", min: 0, "aria-label": say("seek") });
    this.seek.addEventListener("input", () => player.seek(Number(this.seek.value)));
    const times = add(bar, "div", "time", { "aria-hidden": true });
    [this.at, this.title, this.all] = ["at", "title", "all"].map((name) => add(times, "bdi", name));
    this.note = add(bar, "div", "note", { role: "status" });
    this.#button(box, "next", () => player.sentence(1));
    this.#button(box, "back", () => player.skip(-10), say("back", seconds(10)));
    this.#button(box, "forward", () => player.skip(30), say("forward", seconds(30)));
    this.speed = add(box, "select", "speed", { "aria-label": say("speed") });
    for (const value of SPEEDS) add(this.speed, "option", "", { value }).textContent = `×${number(value)}`;
    this.speed.addEventListener("change", () => (player.rate = Number(this.speed.value)));
    this.along = this.#button(box, "along", () => (player.along = !player.along));
    const more = this.#button(box, "more", () => {});
    this.#button(box, "close", () => player.close());

    const dialog = { popover: "", role: "dialog", tabindex: -1, "aria-label": say("more") };
    const sheet = (this.sheet = add(this.hold, "div", "sheet", dialog));
    more.popoverTargetElement = sheet;
    let before;
    sheet.addEventListener("beforetoggle", ({ newState }) => {
      const { activeElement } = this.root;
      if (newState === "open") before = activeElement;
      else if (sheet.contains(activeElement)) before?.focus({ preventScroll: true });
    });
    sheet.addEventListener("toggle", ({ newState }) => {
      const all = [...sheet.querySelectorAll("a, input, button"), sheet];
      if (newState === "open") all.find((each) => each.checkVisibility()).focus();
    });
    const choice = (name, attributes, act) => {
      const label = add(sheet, "label", "item");
      const made = add(label, "input", name, attributes);
      label.append(say(name));
      made.addEventListener("input", () => act(made));
      return made;
    };
    this.download = add(sheet, "a", "download item", { download: "" });
    choice("volume", { type: "range", max: 1, step: 0.05, value: 1 }, ({ value }) => (player.volume = value));
    this.onwards = choice("onwards", { type: "checkbox" }, ({ checked }) => (player.onwards = checked));
    this.skip = this.#button(sheet, "skip item", () => (sheet.hidePopover?.(), player.next()), say("skip"));
    this.skip.textContent = say("skip");
    this.hint = add(sheet, "p");
    this.hint.textContent = say("hint");
    const [back, forth] = dir === "rtl" ? "→←" : "←→";
    const step = seconds(ARROW);
    add(sheet, "p").textContent = `${back} ${say("back", step)} ${forth} ${say("forward", step)}`;
  }

  #button(parent, name, act, label = this.words.say(name)) {
    const made = add(parent, "button", name, { title: label, "aria-label": label });
    if (ICONS[name]) draw(made, name);
    made.addEventListener("click", act);
    return made;
  }

  show(track, title, note) {
    const { player } = this;
    const { say, clock, minutes, megabytes } = this.words;
    const { state, time, duration, estimate, rendition } = track;
    const isOpen = player.hasAttribute("open");
    if (isOpen) this.build();
    const [words, icon] = LOOKS[state] ?? ["preparing", "wait"];
    const label = say(words);
    set(this.label, label);
    set(this.length, state === "idle" && duration ? minutes(duration) : "");
    for (const button of [this.start, this.play].filter(Boolean)) {
      redraw(button.firstChild, icon);
      button.ariaLabel = title ? `${label}: ${title}` : label;
    }
    if (!this.box) return;
    this.box.hidden = !isOpen;
    this.box.ariaLabel = title || say("listen");
    set(this.note, note);
    if (note && this.seek.matches(":focus")) this.play.focus();
    this.seek.max = Math.ceil(estimate);
    this.seek.value = time;
    this.seek.ariaValueText = duration ? say("of", clock(time), clock(duration)) : clock(time);
    this.seek.style.setProperty("--heard", `${(time / estimate) * 100}%`);
    this.seek.style.setProperty("--made", `${(track.reach / estimate) * 100}%`);
    set(this.at, clock(time));
    set(this.title, title);
    set(this.all, duration ? clock(duration) : "");
    this.speed.value = track.rate;
    this.along.hidden = this.hint.hidden = !player.canFollow;
    this.along.ariaPressed = player.along;
    this.download.hidden = !rendition;
    this.download.href = track.service.url(".mp3", { v: rendition, download: "" });
    const size = navigator.connection?.saveData && track.manifest?.size_bytes;
    set(this.download, size ? `${say("download")} (${megabytes(size)})` : say("download"));
    this.onwards.checked = player.onwards;
    this.onwards.parentNode.hidden = this.skip.hidden = !player.hasNext;
  }
}

// A part can be styled by the site (::part); its names are its classes here.
const add = (parent, tag, names, attributes = {}) => {
  const made = document.createElement(tag);
  if (names) made.className = made.part = names;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return parent.appendChild(made);
};

const draw = (parent, icon) => {
  const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.ariaHidden = true;
  svg.append(path);
  parent.append(svg);
  redraw(svg, icon);
};

const redraw = (svg, icon) => {
  svg.setAttribute("class", icon);
  svg.firstChild.setAttribute("d", ICONS[icon]);
};

// Only what is different is written: screen readers listen to changes.
const set = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};
