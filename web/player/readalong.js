// Marks what is spoken in the page's own text; its DOM stays as it is.
const OURS = "istami-player,button,input,select,textarea,";
const ACTIVE = OURS + "a,label,summary,[contenteditable],[role=button]";
const SKIP = OURS + "br,script,style,noscript,template,aside,figure,figcaption,nav,[hidden],[aria-hidden=true]";
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
sheet.replaceSync("::highlight(istami) { background: var(--istami-highlight, #f5b40059) }");

// A text's letters, folded, and where each stands.
const folded = {};
const read = (text) => {
  let letters = "";
  const from = [];
  for (let i = 0; i < text.length; i++) {
    const fold = (folded[text[i]] ??= text[i].normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]|ـ/gu, ""));
    letters += fold;
    for (const _ of fold) from.push(i);
  }
  return [letters, from];
};

// Each cue's Ranges in an element, or null where that is not sure.
export const place = (cues, root) => {
  let raw = "";
  const nodes = [];
  const walk = (node) => {
    if (node.nodeType === 3) {
      nodes.push([node, raw.length]);
      raw += node.data;
    } else if (node.nodeType === 1) {
      const display = node.matches(SKIP) ? "none" : getComputedStyle(node).display;
      const edge = /^(inl|con)/.test(display) ? "" : node.localName === "p" ? "\0" : "\0\0";
      raw += edge;
      if (display !== "none") node.childNodes.forEach(walk);
      raw += edge;
    }
  };
  walk(root);
  const [page, from] = read(raw);
  const before = (p) => raw.slice(from[p - 1] + 1 || 0, from[p]);
  // -1 within a word, 0 space, 1 punctuation, then blocks
  const border = (p) => {
    const gap = before(p).replace(/[\p{M}\p{Cf}ـ]/gu, "");
    return gap ? gap.split("\0").length - !/\S/.test(gap) : -1;
  };

  // Anchors: the longest runs that are unique.
  let said = "";
  const once = new Map();
  const heads = [];
  const spans = cues.map(({ text }) => {
    const [letters, from] = read(text);
    from.forEach((i, c) => i - from[c - 1] < 2 || heads.push(said.length + c));
    return [said.length, (said += letters).length];
  });
  for (const c of heads) {
    const key = said.slice(c, c + 12);
    if (key[11]) once.set(key, once.has(key) ? [c, -1] : [c]);
  }
  from.forEach((i, p) => i - from[p - 1] < 2 || once.get(page.slice(p, p + 12))?.push(p));
  const runs = [];
  let n = 0;
  for (const [c, p, more] of once.values()) {
    if (c < n || !(p >= 0) || more) continue;
    for (n = c; said[n] && said[n] === page[p + n - c]; ) n++;
    runs.push([c, p, n - c]);
  }
  const chain = [];
  for (const run of runs.sort((a, b) => b[2] - a[2]).slice(0, 5000)) {
    if (chain.every(([c, p]) => c < run[0] === p < run[1])) chain.push(run);
  }
  const at = Array(said.length + 1); // The page's letter for each one said.
  for (const [c, p] of [...chain, [-1, -1], [said.length, page.length]]) at[c] = p;

  // Letters follow an anchor, or lead to one.
  for (let a = -1, b = 0; b <= said.length; b++) {
    if (!(b in at)) continue;
    const p = at[a] - a;
    const q = at[b] - b;
    let x = a + 1;
    let y = b;
    while (x < b && said[x] === page[p + x]) x++;
    while (y > a + 1 && said[y - 1] === page[q + y - 1]) y--;
    // Could they do both, borders tell what is foreign.
    for (let best = -9, c = y, end = x; p < q && c <= end; c++) {
      const score = border(p + c) + border(q + c);
      if (score > best) [best, x] = [score, c];
      if (score === best) y = c;
    }
    while (++a < b) at[a] = a < x ? p + a : a < y ? NaN : q + a;
  }

  n = 0;
  const point = (offset, isStart) => {
    while (nodes[n + 1]?.[1] < offset + isStart) n++;
    while (nodes[n][1] > offset) n--;
    return [nodes[n][0], offset - nodes[n][1]];
  };
  const isCut = (p, q) => p + 1 !== q || before(q).includes("\0");
  return spans.map(([c, end]) => {
    const spots = at.slice(c, end);
    const first = spots[0];
    const last = spots.at(-1) + 1;
    const few = end - c < 25; // Perhaps of another sentence.
    if (spots.some((p, i) => !(p > spots[i - 1] || !i)) || !(last - first <= end - c + (few ? 0 : 500))) return null;
    const isWrong = (p, q, r) => p >= q || (border(r) < few && p + 1 !== q);
    if (isWrong(at[c - 1], first, first) || isWrong(last - 1, at[end], last)) return null;
    const ends = spots.filter((p, i) => isCut(p, spots[i + 1]));
    return spots
      .filter((p, i) => isCut(spots[i - 1], p))
      .map((p, i) => {
        const range = new Range();
        const [opening] = before(p).match(/((?<=[\s\0])["'”’]|[\p{Ps}\p{Pi}])*$/u);
        const [closing] = before(ends[i] + 1).match(/^[^\s\0\p{Ps}\p{Pi}]*( [.!?؟…»،؛:]+)?/u);
        range.setStart(...point(from[p] - opening.length, 1));
        range.setEnd(...point(from[ends[i]] + 1 + closing.length, 0));
        return range;
      });
  });
};

export class ReadAlong {
  static able(selector) {
    try {
      return CSS.highlights && document.querySelector(selector);
    } catch {
      return null;
    }
  }

  constructor(selector, onPick) {
    this.selector = selector;
    this.cues = this.found = [];
    this.follow();
    this.end = new AbortController();
    const on = (type, hear) => document.addEventListener(type, hear, { passive: true, signal: this.end.signal });
    const leave = () => (this.follows = false);
    on("wheel", leave);
    on("touchmove", leave);
    on("scroll", () => {
      const { y } = this;
      this.y = this.marked?.[0]?.getBoundingClientRect().top;
      // Text that has kept its place: only something above it has grown.
      if (!this.moves && !(Math.abs(this.y - y) < 2)) leave();
    });
    on("scrollend", () => (this.moves = false));
    on("click", (event) => {
      const { target, clientX: x, clientY: y } = event;
      const isOther = event.button || event.ctrlKey || event.metaKey || event.defaultPrevented;
      if (isOther || target.closest(ACTIVE) || !getSelection().isCollapsed) return;
      this.match(this.cues);
      const isHit = (box) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
      const hit = this.found.findIndex((ranges) =>
        ranges?.some((range) => range.intersectsNode(target) && [...range.getClientRects()].some(isHit)),
      );
      if (hit >= 0) onPick(this.cues[hit]);
    });
  }

  match(cues) {
    const root = ReadAlong.able(this.selector);
    // Ranges lose their text with their nodes.
    const key = () => [root?.textContent, this.found].join();
    if (this.cues === cues && this.key === key()) return;
    this.cues = cues;
    this.found = root ? place(cues, root) : [];
    this.key = key();
  }

  show(cue) {
    this.match(this.cues);
    const ranges = this.found[this.cues.indexOf(cue)];
    if (this.isNews ? !ranges && !this.marked : ranges === this.marked) return; // Another player's mark is not ours.
    this.isNews = false;
    this.marked = ranges;
    CSS.highlights?.set("istami", new Highlight(...(ranges ?? [])));
    if (!ranges) return;
    const { top, bottom } = ranges[0].getBoundingClientRect();
    this.y = top;
    if (!this.follows || !getSelection().isCollapsed) return;
    if (top > innerHeight * 0.15 && bottom < innerHeight * 0.7) return;
    this.moves = true;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    scrollTo({ top: scrollY + top - innerHeight * 0.25, behavior });
  }

  follow() {
    this.follows = this.isNews = true;
  }

  stop() {
    this.end.abort();
    this.selector = "";
    this.show();
  }
}
