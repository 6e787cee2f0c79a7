// Made by `npm run build` from modules with the SHA-256 d15e233cee70175fcaeef3990fb93438d8f529b070577a5a54e37562e6aca215

// components/viewer/elements.js
var SVG = "http://www.w3.org/2000/svg";
var ICONS = {
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  fit: "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5",
  close: "M6 6l12 12M18 6L6 18",
  present: "M4 4h16v11H4zM12 15v5M8 20h8",
  before: "M14.5 5l-7 7 7 7",
  after: "M9.5 5l7 7-7 7",
  save: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  report: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  help: "M9 9a3 3 0 1 1 4.4 2.7c-1 .5-1.4 1.1-1.4 2.3M12 17.5v.5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  shared: "M5 20V10M12 20V4M19 20v-6",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.3 15.3L20 20",
  notes: "M5 4h14v16H5zM8.5 9h7M8.5 13h7M8.5 17h4",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17"
};
function element(tag, className = "", parent = null, attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
}
function nameButton(button, label) {
  button.setAttribute("aria-label", label);
  button.title = label;
}
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
function iconButton(name, label, parent, onClick) {
  const button = element("button", "icon", parent, { type: "button" });
  nameButton(button, label);
  button.append(icon(name));
  button.onclick = onClick;
  return button;
}

// components/viewer/text.js
function percent(share) {
  if (share > 0 && share < 5e-4) return "< 0.1 %";
  if (share >= 0.9995 && share < 1) return "> 99.9 %";
  return `${(share * 100).toFixed(1)} %`;
}
var THREE_FIGURES = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
var RAISED = new Map([..."-0123456789"].map((digit, n) => [digit, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[n]]));

// components/learn/making.js
var MakingFigure = class {
  constructor(places) {
    this.photo = element("img", "making-photo", places.photo);
    this.caption = element("p", "", places.photo);
  }
  show(data, arrays) {
    const { label, probability, size } = data;
    const [width, height] = size;
    URL.revokeObjectURL(this.photo.src);
    this.photo.src = URL.createObjectURL(new Blob([arrays.photo], { type: "image/jpeg" }));
    this.photo.width = width;
    this.photo.height = height;
    this.photo.alt = "The photo";
    this.caption.textContent = `${label}, ${percent(probability)}`;
  }
  resize() {
  }
  remove() {
    URL.revokeObjectURL(this.photo.src);
  }
};

// components/learn/figures.js
var FIGURES = {
  making: MakingFigure
};

// components/viewer/clipboard.js
async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  const field3 = element("textarea", "", document.body, { "aria-hidden": "true" });
  field3.value = text;
  field3.select();
  const copied = document.execCommand("copy");
  field3.remove();
  return copied;
}

// components/learn/story.js
var Story = class {
  constructor() {
    this.contents = [];
    this.choices = null;
    this.lists = null;
    this.chapters = /* @__PURE__ */ new Map();
    this.lecture = null;
    this.read = "";
    this.send = null;
    this.listeners = /* @__PURE__ */ new Set();
  }
  // Call `act` with the name of what changed: "choices", "chapters" or "waiting". Returns what ends
  // that.
  follow(act) {
    this.listeners.add(act);
    return () => this.listeners.delete(act);
  }
  changed(what) {
    for (const act of [...this.listeners]) act(what);
  }
  // All steps that are here, in the order of the page.
  get steps() {
    return this.contents.flatMap(({ id }) => this.chapters.get(id)?.steps ?? []);
  }
  step(id) {
    return this.steps.find((step) => step.id === id);
  }
  // Whether the contents have a step of that name, here already or still to come.
  knows(id) {
    return this.contents.some(({ steps }) => steps.some(([known]) => known === id));
  }
  // The story will be about something else: say so until the answers arrive.
  await() {
    for (const chapter of this.chapters.values()) chapter.wait();
  }
  // The page has been drawn to its end.
  settled() {
    for (const chapter of this.chapters.values()) chapter.arrived();
  }
};
var story = window.gradcamLearn ??= new Story();

// components/learn/address.js
var HANDS = ["wheel", "touchstart", "keydown", "pointerdown"];
var held = null;
var at = "";
function follow() {
  at = asked() || story.read;
  held = at || null;
  let told = false;
  const pin = () => {
    if (!story.knows(at)) return;
    if (held && !told) {
      told = true;
      story.send?.("first", held);
    }
    keep();
    if (held) place(held);
  };
  const unfollow = story.follow(pin);
  const grown = new ResizeObserver(() => {
    if (held) place(held);
  });
  grown.observe(document.body);
  const free = () => {
    held = null;
  };
  const moved = () => {
    at = asked();
    if (at && story.step(at)) place(at);
  };
  for (const hand of HANDS) window.addEventListener(hand, free, { passive: true, capture: true });
  window.addEventListener("hashchange", moved);
  return () => {
    unfollow();
    grown.disconnect();
    for (const hand of HANDS) window.removeEventListener(hand, free, { capture: true });
    window.removeEventListener("hashchange", moved);
  };
}
function goTo(id) {
  const { pathname, search: search2 } = window.location;
  at = id;
  window.history.pushState(window.history.state, "", `${pathname}${search2}#${id}`);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  place(id, calm ? "instant" : "smooth");
}
function note(id) {
  at = id;
  keep();
}
function linkTo(id) {
  const { origin, pathname, search: search2 } = window.location;
  return `${origin}${pathname}${search2}#${id}`;
}
function asked() {
  return decodeURIComponent(window.location.hash.slice(1));
}
function keep() {
  if (!at || asked() === at) return;
  const { pathname, search: search2 } = window.location;
  window.history.replaceState(window.history.state, "", `${pathname}${search2}#${at}`);
}
function place(id, behavior = "instant") {
  story.step(id)?.root.scrollIntoView({ block: "start", behavior });
}

// components/viewer/roving.js
var STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
function onlyStop(items, chosen2) {
  const stop = items.includes(chosen2) ? chosen2 : items[0];
  for (const item of items) item.tabIndex = item === stop ? 0 : -1;
}
function rove(node, items) {
  node.addEventListener("focusin", (event) => {
    const found = items().find((item) => item === event.target);
    if (found) onlyStop(items(), found);
  });
  node.addEventListener("keydown", (event) => {
    const all = items(), now = all.indexOf(event.target);
    const ends = { Home: 0, End: all.length - 1 };
    const vertical = event.key === "ArrowUp" || event.key === "ArrowDown";
    if (now < 0 || vertical && event.target.matches("select, input")) return;
    const next = ends[event.key] ?? (now + (STEPS[event.key] ?? NaN) + all.length) % all.length;
    if (Number.isNaN(next)) return;
    event.preventDefault();
    event.stopPropagation();
    all[next].focus();
  });
}

// components/chooser/rank.js
var SYNONYM = 0.5;
var READY = 0.4;
var WHOLE = 1;
var START = 2;
var WORD = 3;
var WORD_START = 3.2;
var INSIDE = 4;
var DEFINITION = 6;
var TYPO = 7;
var LETTERS_LEFT_OUT = 8;
var NEVER = Infinity;
function prepared(option) {
  return {
    option,
    id: folded(option.id),
    names: [option.title, ...option.words].map(field),
    definition: words(option.definition),
    ready: option.ready ? READY : 0
  };
}
function search(options2, text) {
  const asked2 = field(text);
  if (!asked2.whole) return options2.map(({ option }) => option);
  const exact = folded(text).trim();
  const close = scored(options2, (one) => one.id === exact ? 0 : fit(one, asked2));
  const found = close.length ? close : scored(options2, (one) => looseFit(one, asked2));
  return found.map(([, option]) => option);
}
function scored(options2, score) {
  return options2.map((one) => [score(one) - one.ready, one.option]).filter(([points]) => points < NEVER).sort(([a], [b]) => a - b);
}
function fit(one, asked2) {
  const whole = best(one.names, ({ whole: whole2 }) => {
    if (whole2 === asked2.whole) return WHOLE;
    return whole2.startsWith(asked2.whole) ? START + longer(whole2, asked2.whole) : NEVER;
  });
  const each = asked2.words.map(
    (word) => Math.min(best(one.names, (name) => wordFit(word, name)), definitionFit(word, one.definition))
  );
  return Math.min(whole, Math.max(...each));
}
function wordFit(word, { words: words2, whole }) {
  if (words2.includes(word)) return WORD + longer(whole, word);
  if (words2.some((other) => other.startsWith(word))) return WORD_START + longer(whole, word);
  return word.length > 1 && whole.includes(word) ? INSIDE + longer(whole, word) : NEVER;
}
function definitionFit(word, definition) {
  const at2 = definition.findIndex((other) => other === word || other === `${word}s`);
  return at2 < 0 ? NEVER : DEFINITION + Math.min(at2, 90) / 100;
}
function looseFit(one, asked2) {
  const whole = best(one.names, ({ whole: whole2 }) => differsLittle(asked2.whole, whole2) ? TYPO : NEVER);
  const each = asked2.words.map(
    (word) => best(one.names, (name) => Math.min(wordFit(word, name), looseWordFit(word, name)))
  );
  return Math.min(whole, Math.max(...each));
}
function looseWordFit(word, { words: words2 }) {
  if (words2.some((other) => differsLittle(word, other))) return TYPO;
  if (words2.some((other) => startDiffersLittle(word, other))) return TYPO + 0.3;
  return words2.some((other) => leavesOut(word, other)) ? LETTERS_LEFT_OUT : NEVER;
}
function best(names, score) {
  return names.reduce((least, name, at2) => Math.min(least, score(name) + (at2 && SYNONYM)), NEVER);
}
function longer(whole, part) {
  return Math.min(whole.length - part.length, 90) / 1e3;
}
function field(text) {
  const found = words(text);
  return { words: found, whole: found.join("") };
}
function words(text) {
  return folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}
function folded(text) {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}
function differsLittle(word, other) {
  if (word.length < 4) return false;
  const most = word.length < 9 ? 1 : 2;
  return Math.abs(word.length - other.length) <= most && distance(word, other) <= most;
}
function startDiffersLittle(word, other) {
  const { length } = word;
  if (length < 4 || other.length <= length) return false;
  return [length - 1, length, length + 1].some((end) => distance(word, other.slice(0, end)) < 2);
}
function leavesOut(word, other) {
  if (word.length < 3 || word[0] !== other[0]) return false;
  let at2 = 0;
  for (const letter of other) at2 += letter === word[at2];
  return at2 === word.length;
}
function distance(a, b) {
  let before = [];
  let row2 = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(next[j - 1] + 1, row2[j] + 1, row2[j - 1] + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    before = row2;
    row2 = next;
  }
  return row2[b.length];
}

// components/learn/choices.js
var NAMES = { photo: "Photo", class: "Class", layer: "Layer", method: "Method", model: "Model" };
var MOST = 60;
var GAP = 6;
var Choices = class {
  constructor(parent, choose) {
    this.choose = choose;
    this.root = element("div", "choices", parent, { role: "group", "aria-label": "What this is about" });
    this.menu = element("div", "menu", parent, { popover: "auto", role: "dialog" });
    this.menu.onbeforetoggle = ({ newState }) => {
      this.opener?.setAttribute("aria-expanded", String(newState === "open"));
    };
    this.buttons = /* @__PURE__ */ new Map();
    this.unfollow = story.follow((what) => {
      if (what === "choices") this.draw();
    });
  }
  offer(names) {
    if (String(names) === String([...this.buttons.keys()])) return this.draw();
    this.root.replaceChildren();
    this.buttons = new Map(names.map((name) => [name, this.button(name)]));
    return this.draw();
  }
  button(name) {
    const button = element("button", "choice", this.root, {
      type: "button",
      "aria-haspopup": "dialog",
      "aria-expanded": "false"
    });
    element("span", "what", button).textContent = NAMES[name];
    if (name === "photo") element("img", "", button, { alt: "" });
    element("span", "value", button);
    button.onclick = () => this.open(name, button);
    return button;
  }
  draw() {
    if (!story.choices || !story.lists) return;
    for (const [name, button] of this.buttons) {
      const found = chosen(name);
      button.querySelector(".value").textContent = found?.title ?? "";
      if (name === "photo" && found) button.querySelector("img").src = found.picture;
    }
  }
  open(name, button) {
    const same = this.opener === button && this.menu.matches(":popover-open");
    this.menu.hidePopover();
    if (same) return;
    this.opener = button;
    this.menu.setAttribute("aria-label", NAMES[name]);
    this.menu.replaceChildren();
    const pick = (what, value) => {
      this.menu.hidePopover();
      if (value === story.choices[what].chosen) return;
      const { title } = options(what, true).find(({ id }) => id === value);
      button.querySelector(".value").textContent = title;
      this.choose(what, value);
    };
    if (name === "photo") choosePhoto(element("div", "photos", this.menu, { role: "radiogroup" }), pick);
    else chooseLine(this.menu, name, pick);
    this.menu.showPopover();
    this.put(button);
    this.menu.querySelector("input, [aria-checked=true], button")?.focus();
  }
  // Below its button, or above it where there is more room.
  put(button) {
    const { left, top, bottom } = button.getBoundingClientRect();
    const below = window.innerHeight - bottom - 2 * GAP, above = top - 2 * GAP;
    const up = below < 280 && above > below;
    const { style } = this.menu;
    style.left = `${Math.max(12, Math.min(left, window.innerWidth - this.menu.offsetWidth - 12))}px`;
    style.maxHeight = `${Math.min(460, up ? above : below)}px`;
    style.top = up ? "auto" : `${bottom + GAP}px`;
    style.bottom = up ? `${window.innerHeight - top + GAP}px` : "auto";
  }
  remove() {
    this.unfollow();
    this.menu.remove();
  }
};
function choosePhoto(strip, pick) {
  const now = story.choices.photo.chosen;
  const key = JSON.stringify(story.lists.photos.map(([id]) => id));
  if (strip.dataset.photos !== key) {
    strip.dataset.photos = key;
    strip.replaceChildren(...story.lists.photos.map(([id, title, picture]) => {
      const button = element("button", "option", null, { type: "button", role: "radio", title });
      button.dataset.id = id;
      element("img", "", button, { src: picture, alt: title });
      return button;
    }));
    rove(strip, () => [...strip.children]);
  }
  for (const button of strip.children) {
    button.setAttribute("aria-checked", String(button.dataset.id === now));
    button.onclick = () => pick("photo", button.dataset.id);
  }
  onlyStop([...strip.children], strip.querySelector("[aria-checked=true]"));
}
function chooseLine(menu, name, pick) {
  const list = element("div", "", null, { role: "radiogroup", "aria-label": NAMES[name] });
  const all = options(name, true), usual = options(name, false);
  const fill = (lines) => {
    let group = "";
    list.replaceChildren();
    for (const line of lines) {
      if (line.group && line.group !== group) element("p", "group", list).textContent = line.group;
      group = line.group;
      list.append(row(line, name, pick));
    }
    const rows = [...list.querySelectorAll("button")];
    onlyStop(rows, list.querySelector("[aria-checked=true]"));
    if (!lines.length) element("p", "group", list).textContent = "Nothing by that name.";
  };
  if (all.length > usual.length || all.length > 12) field2(menu, name, all, usual, fill, list);
  menu.append(list);
  rove(list, () => [...list.querySelectorAll("button")]);
  fill(usual);
}
function field2(menu, name, all, usual, fill, list) {
  const label = `Search ${all.length.toLocaleString("en")} ${name === "class" ? "classes" : `${name}s`}`;
  const box = element("input", "", menu, { type: "search", placeholder: label, "aria-label": label });
  const known = all.map((line) => prepared({ words: [], definition: "", ...line, id: String(line.id), line }));
  const found = (text) => search(known, text).slice(0, MOST).map(({ line }) => line);
  box.oninput = () => fill(box.value.trim() ? found(box.value) : usual);
  box.onkeydown = (event) => {
    const first = list.querySelector("button");
    if (event.key === "Enter") first?.click();
    else if (event.key === "ArrowDown") first?.focus();
    else return;
    event.preventDefault();
  };
}
function row(line, name, pick) {
  const button = element("button", "option", null, {
    type: "button",
    role: "radio",
    "aria-checked": String(line.id === story.choices[name].chosen)
  });
  element("span", "", button).textContent = line.title;
  if (line.fact) element("span", "fact", button).textContent = line.fact;
  if (line.more) element("span", "more", button).textContent = line.more;
  button.onclick = () => pick(name, line.id);
  return button;
}
function chosen(name) {
  return options(name, true).find(({ id }) => id === story.choices[name].chosen);
}
function options(name, all) {
  const { choices, lists } = story;
  if (name === "photo") return lists.photos.map(([id, title, picture]) => ({ id, title, picture }));
  if (name === "class") return classes(all);
  return choices[name].options.map(([id, title, fact = "", group = "", more = ""]) => ({ id, title, fact, group, more }));
}
function classes(all) {
  const likely = new Map(story.choices.class.options);
  const line = (index) => {
    const [title, words2, definition] = story.lists.classes[index];
    return { id: index, title, words: words2, definition, fact: likely.get(index) ?? "" };
  };
  return (all ? [...story.lists.classes.keys()] : [...likely.keys()]).map(line);
}

// components/learn/prose.js
var MARKUP = /\*([^*]+)\*|\[([^\]]+)\]\((https:\/\/[^\s)]+)\)/g;
function paragraph(text, parent, className = "") {
  const made = element("p", className, parent);
  write(made, text);
  return made;
}
function write(node, text) {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(MARKUP)) {
    const [whole, strong, label, address] = found;
    pieces.push(text.slice(end, found.index));
    pieces.push(strong === void 0 ? link(label, address) : emphasis(strong));
    end = found.index + whole.length;
  }
  node.replaceChildren(...pieces, text.slice(end));
}
function emphasis(text) {
  const made = element("em");
  made.textContent = text;
  return made;
}
function link(label, address) {
  const made = element("a", "", null, { href: address, target: "_blank", rel: "noopener" });
  made.textContent = label;
  return made;
}

// components/learn/lecture.js
var SWIPE = 60;
var OWN_KEYS = "input, select, textarea, [role=slider], [role=radiogroup], [role=listbox], .menu";
var Lecture = class {
  constructor(start) {
    story.lecture = this;
    this.desk();
    this.onFullScreen = () => this.screenChanged();
    this.onKey = (event) => this.key(event);
    this.onResize = () => this.step.fit();
    document.addEventListener("fullscreenchange", this.onFullScreen);
    window.addEventListener("resize", this.onResize);
    window.addEventListener("keydown", this.onKey, { capture: true });
    this.unfollow = story.follow(() => this.update());
    this.turn(story.step(start));
    this.full = Boolean(document.fullscreenElement);
    if (!this.full) document.documentElement.requestFullscreen?.().catch(() => {
    });
  }
  // The line below every step.
  desk() {
    this.foot = element("div", "desk");
    this.notes = element("div", "notes", this.foot, { role: "note", "aria-label": "Notes" });
    this.notes.hidden = true;
    const row2 = element("div", "row", this.foot);
    const left = element("div", "left", row2);
    this.noteButton = element("button", "quietly", left, { type: "button", "aria-pressed": "false" });
    this.noteButton.append(icon("notes"), "Notes (N)");
    this.noteButton.onclick = () => this.toggleNotes();
    this.before = iconButton("before", "Previous step", row2, () => this.walk(-1));
    this.position = element("span", "position", row2, { role: "status" });
    this.after = iconButton("after", "Next step", row2, () => this.walk(1));
    const right = element("div", "right", row2);
    iconButton("close", "End the lecture", right, () => this.leave());
  }
  turn(step) {
    if (!step || step === this.step) return;
    const before = this.step;
    this.step = step;
    before?.leave();
    before && this.unlisten(before);
    step.root.append(this.foot);
    this.update();
    step.enter();
    this.listen(step);
    step.root.focus();
    note(step.id);
  }
  listen({ root }) {
    let from = null;
    root.oncancel = (event) => {
      event.preventDefault();
      this.leave();
    };
    root.onpointerdown = (event) => {
      from = event.pointerType === "mouse" || busy(event) ? null : event;
    };
    root.onpointercancel = () => {
      from = null;
    };
    root.onpointerup = (event) => {
      if (!from) return;
      const x = event.clientX - from.clientX, y = event.clientY - from.clientY;
      from = null;
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) this.walk(x < 0 ? 1 : -1);
    };
  }
  unlisten({ root }) {
    root.oncancel = root.onpointerdown = root.onpointercancel = root.onpointerup = null;
  }
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const path = event.composedPath();
    const own = path.some((node) => node.matches?.(OWN_KEYS));
    const typing = path[0].matches?.("input:not([type=range]), textarea");
    const pages = { PageUp: () => this.walk(-1), PageDown: () => this.walk(1) };
    const { steps } = story;
    const keys = {
      ArrowLeft: () => this.walk(-1),
      ArrowRight: () => this.walk(1),
      Home: () => this.turn(steps[0]),
      End: () => this.turn(steps.at(-1)),
      n: () => this.toggleNotes()
    };
    const act = pages[event.key] ?? (own ? null : keys[event.key] ?? keys[event.key.toLowerCase()]);
    if (!act || typing && !pages[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
  walk(by) {
    const { steps } = story;
    this.turn(steps[steps.indexOf(this.step) + by]);
  }
  // Steps may have arrived, and the sentences may be about something else now.
  update() {
    const { steps } = story, at2 = steps.indexOf(this.step);
    if (at2 < 0) return;
    this.position.textContent = `Step ${at2 + 1} of ${steps.length}`;
    this.before.disabled = at2 === 0;
    this.after.disabled = at2 === steps.length - 1;
    this.notes.replaceChildren();
    const list = element("ul", "", this.notes);
    for (const text of this.step.notes) write(element("li", "", list), text);
    if (!this.step.notes.length) list.replaceWith("This step has no notes.");
    if (this.step.root.open) this.step.fit();
  }
  toggleNotes() {
    this.notes.hidden = !this.notes.hidden;
    this.noteButton.setAttribute("aria-pressed", String(!this.notes.hidden));
    this.step.fit();
  }
  // The page in full screen would cover the step, which was there first. Escape goes to the browser,
  // which only ends full screen.
  screenChanged() {
    const full = Boolean(document.fullscreenElement);
    if (this.full && !full) this.leave();
    else if (full) {
      this.step.root.close();
      this.step.root.showModal();
      this.step.fit();
    }
    this.full = full;
  }
  leave() {
    if (story.lecture !== this) return;
    story.lecture = null;
    this.unfollow();
    document.removeEventListener("fullscreenchange", this.onFullScreen);
    window.removeEventListener("resize", this.onResize);
    window.removeEventListener("keydown", this.onKey, { capture: true });
    this.unlisten(this.step);
    this.step.leave();
    this.foot.remove();
    if (document.fullscreenElement) document.exitFullscreen();
    this.step.root.scrollIntoView({ block: "start", behavior: "instant" });
  }
};
function busy(event) {
  for (const node of event.composedPath()) {
    if (node === event.currentTarget) return false;
    if (node.matches?.(OWN_KEYS)) return true;
    if (node instanceof Element && getComputedStyle(node).touchAction === "none") return true;
  }
  return false;
}

// components/learn/step.js
var SAID = 1800;
var Step = class {
  constructor(id, chapter, choose) {
    this.id = id;
    this.chapter = chapter;
    this.notes = [];
    this.holder = element("div", "holder", chapter.root);
    const heading = `step-${id}`;
    this.root = element("dialog", "step", this.holder, { role: "group", "aria-labelledby": heading });
    this.root.dataset.step = id;
    const top = element("div", "top", this.root);
    this.kicker = element("p", "kicker", top);
    this.heading = element("h3", "", top, { id: heading });
    this.words = element("div", "words", this.root);
    this.prose = element("div", "prose", this.words);
    this.choices = new Choices(this.words, choose);
    this.place = element("div", "place", this.root);
    this.foot = element("div", "foot", this.root);
    this.source = element("span", "source", this.foot);
    this.button("search", "Take this step to Explore", () => this.explore());
    this.copy = this.button("link", "Copy link", () => this.copyLink());
    this.button("present", "Show as lecture", () => new Lecture(id));
  }
  button(name, label, onClick) {
    const made = element("button", "quietly", this.foot, { type: "button" });
    const text = element("span");
    text.textContent = label;
    made.append(icon(name), text);
    made.onclick = onClick;
    return made;
  }
  show({ title, text, notes, choices, source }) {
    this.title = title;
    this.notes = notes;
    this.heading.textContent = title;
    this.kicker.textContent = this.chapter.title;
    if (String(text) !== this.text) {
      this.text = String(text);
      this.prose.replaceChildren();
      for (const one of text) paragraph(one, this.prose);
    }
    write(this.source, linked(source));
    this.choices.offer(choices);
  }
  // Where it begins, in CSS pixels from the top of the window.
  get top() {
    return this.root.getBoundingClientRect().top;
  }
  // What its figure has to fit.
  get room() {
    const { clientWidth, clientHeight } = this.place;
    return this.root.hasAttribute("lecture") ? `${clientWidth}×${clientHeight}` : `${clientWidth}`;
  }
  explore() {
    this.chapter.send("explore", this.id);
  }
  async copyLink() {
    const done = await copyText(linkTo(this.id));
    const text = this.copy.lastChild;
    text.textContent = done ? "Copied" : "Copying is not allowed here";
    clearTimeout(this.said);
    this.said = setTimeout(() => {
      text.textContent = "Copy link";
    }, SAID);
  }
  // Fill the screen.
  enter() {
    this.holder.style.minHeight = `${this.holder.offsetHeight}px`;
    this.root.setAttribute("lecture", "");
    this.root.removeAttribute("role");
    this.root.showModal();
    this.fit();
  }
  leave() {
    this.root.close();
    this.root.removeAttribute("lecture");
    this.root.setAttribute("role", "group");
    this.root.style.removeProperty("--stage");
    this.root.style.removeProperty("--fit");
    this.holder.style.minHeight = "";
  }
  // Make the type smaller until the sentences fit, and tell the figure how high its place is.
  fit() {
    const { root, words: words2 } = this;
    for (let size = 1; size > 0.7; size -= 0.05) {
      root.style.setProperty("--fit", String(size));
      if (words2.scrollHeight <= words2.clientHeight) break;
    }
    root.style.setProperty("--stage", `${this.place.clientHeight}px`);
  }
  remove() {
    if (story.lecture?.step === this) story.lecture.leave();
    clearTimeout(this.said);
    this.choices.remove();
  }
};
function linked(source) {
  return source.replace(/https:\/\/[^\s)]+[^\s).,;]/g, (address) => `[${address.replace("https://", "").replace("www.", "")}](${address})`);
}

// components/learn/chapter.js
var PATIENCE = 1500;
var ChapterPart = class {
  constructor(parentElement, send) {
    this.send = send;
    this.root = element("section", "learn chapter", parentElement);
    this.number = element("p", "number", this.root);
    this.heading = element("h2", "", this.root);
    this.steps = [];
    this.asked = /* @__PURE__ */ new Map();
    this.answered = true;
  }
  show({ header, arrays }) {
    const { id, title, steps, data, colormaps } = header;
    this.id = id;
    this.title = title;
    this.heading.textContent = title;
    if (!this.figure) this.build(steps);
    steps.forEach((step, at2) => this.steps[at2].show(step));
    this.draw(() => this.figure.show({ ...data, colormaps }, arrays));
    this.arrived();
    this.next();
    story.chapters.set(id, this);
    this.number.textContent = `Chapter ${story.contents.findIndex((one) => one.id === id) + 1}`;
    story.changed("chapters");
  }
  build(steps) {
    const choose = (what, value) => {
      story.await();
      this.send("choose", { what, value });
    };
    this.steps = steps.map((step) => new Step(step.id, this, choose));
    const places = Object.fromEntries(this.steps.map((step) => [step.id, step.place]));
    this.figure = new FIGURES[this.id](places, (name, value) => this.ask(name, value));
    this.watch = new ResizeObserver(() => this.resized());
    for (const step of this.steps) this.watch.observe(step.place);
  }
  // A hand that drags asks more often than the server answers: only its newest question is kept.
  ask(name, value) {
    this.asked.set(name, value);
    if (this.answered) this.next();
  }
  next() {
    clearTimeout(this.patience);
    this.answered = !this.asked.size;
    if (this.answered) return;
    const [[name, value]] = this.asked;
    this.asked.delete(name);
    this.patience = setTimeout(() => this.next(), PATIENCE);
    this.send("ask", { name, value });
  }
  // The figure's own height changes with what it draws; only its width, or its place in a lecture,
  // is a reason to draw it again.
  resized() {
    const sizes = this.steps.map(({ room }) => room).join();
    if (sizes === this.sizes) return;
    this.sizes = sizes;
    this.draw(() => this.figure.resize());
  }
  // A figure that fails says so; its sentences and the other chapters stay.
  draw(act) {
    try {
      act();
      this.error?.remove();
    } catch (error) {
      this.error ??= element("p", "failed");
      this.error.textContent = "This figure could not be drawn. Choose another photo or layer, or reload the page.";
      this.heading.after(this.error);
      reportError(error);
    }
  }
  wait() {
    this.root.classList.add("waiting");
  }
  arrived() {
    this.root.classList.remove("waiting");
  }
  remove() {
    clearTimeout(this.patience);
    this.watch?.disconnect();
    this.figure?.remove();
    for (const step of this.steps) step.remove();
    story.chapters.delete(this.id);
    this.root.remove();
    story.changed("chapters");
  }
};

// components/learn/contents.js
var ABOVE = 0.4;
var Contents = class {
  constructor(parent) {
    this.line = element("button", "along", parent, { type: "button", "aria-expanded": "false" });
    this.nav = element("nav", "contents", parent, { "aria-label": "Contents" });
    this.line.onclick = () => this.open(!this.nav.classList.contains("open"));
    this.here = null;
    this.entries = /* @__PURE__ */ new Map();
    this.look = () => {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null;
        this.mark();
      });
    };
    document.addEventListener("scroll", this.look, { capture: true, passive: true });
    window.addEventListener("resize", this.look);
    this.unfollow = story.follow(() => {
      this.build();
      this.look();
    });
  }
  build() {
    const key = JSON.stringify(story.contents);
    if (key === this.built) return;
    this.built = key;
    this.entries.clear();
    this.nav.replaceChildren();
    const list = element("ol", "", this.nav);
    for (const chapter of story.contents) {
      const item = element("li", "", list);
      item.dataset.chapter = chapter.id;
      const [[first]] = chapter.steps;
      this.link(item, first, chapter.title);
      if (chapter.steps.length < 2) continue;
      const inner = element("ol", "", item);
      for (const [id, title] of chapter.steps) {
        this.entries.set(id, this.link(element("li", "", inner), id, title));
      }
    }
  }
  link(parent, id, title) {
    const entry = element("a", "", parent, { href: `#${id}` });
    entry.textContent = title;
    entry.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open(false);
      goTo(id);
    };
    return entry;
  }
  open(yes) {
    this.nav.classList.toggle("open", yes);
    this.line.setAttribute("aria-expanded", String(yes));
  }
  // Find the step that is being read, and mark it.
  mark() {
    const limit = window.innerHeight * ABOVE;
    const read = story.steps.filter((step) => step.top < limit).at(-1);
    this.progress(read);
    if (read === this.here) return;
    this.here = read;
    story.read = read?.id ?? "";
    const chapter = story.contents.find(({ steps }) => steps.some(([id]) => id === read?.id));
    for (const item of this.nav.querySelectorAll("[data-chapter]")) {
      item.classList.toggle("in", item.dataset.chapter === chapter?.id);
    }
    for (const [id, entry] of this.entries) {
      if (id === read?.id) entry.setAttribute("aria-current", "step");
      else entry.removeAttribute("aria-current");
    }
    this.say(chapter, read);
  }
  say(chapter, read) {
    this.line.replaceChildren();
    const number = story.contents.indexOf(chapter) + 1;
    element("span", "here", this.line).textContent = chapter ? `${number} · ${read.title}` : "Contents";
    if (chapter) element("span", "", this.line).textContent = `${number} of ${story.contents.length}`;
    element("i", "", this.line);
  }
  progress(read) {
    const all = story.contents.flatMap(({ steps }) => steps.map(([id]) => id));
    this.line.style.setProperty("--done", String((all.indexOf(read?.id) + 1) / (all.length || 1)));
  }
  remove() {
    this.unfollow();
    document.removeEventListener("scroll", this.look, { capture: true });
    window.removeEventListener("resize", this.look);
    cancelAnimationFrame(this.frame);
  }
};

// components/learn/opening.js
var TITLE = "Where does a network look?";
var LEAD = [
  "A photo goes into a network, and a word comes out. What in the photo spoke for that word? *Grad-CAM* answers with a heatmap, and here you can watch one being made, number by number.",
  "Then the harder questions: what the same map looks like earlier in the network, what it gives away about a network that cheats, and what it does not prove. Choose a photo; everything on this page follows it."
];
var Opening = class {
  constructor(parentElement, send) {
    story.send = send;
    this.root = element("header", "learn opening", parentElement);
    element("h1", "", this.root).textContent = TITLE;
    for (const text of LEAD) paragraph(text, this.root, "lead");
    this.strip = element("div", "photos strip", this.root, { role: "radiogroup", "aria-label": "Photo" });
    const start = element("div", "start", this.root);
    this.go = lectureButton(start);
    this.about = element("span", "about", start);
    this.contents = new Contents(this.root);
    this.unfollow = story.follow(() => this.draw());
    this.leave = follow();
  }
  show({ header }) {
    story.contents = header.contents;
    story.choices = header.choices;
    story.changed("choices");
  }
  draw() {
    const count = story.contents.reduce((sum, { steps }) => sum + steps.length, 0);
    this.about.textContent = `${count} steps, about 20 minutes. No network needed.`;
    this.go.disabled = !story.steps.length;
    if (story.choices && story.lists) choosePhoto(this.strip, (what, value) => {
      story.await();
      story.send("choose", { what, value });
    });
  }
  remove() {
    this.unfollow();
    this.leave();
    this.contents.remove();
    story.lecture?.leave();
    story.send = null;
    this.root.remove();
  }
};
function lectureButton(parent) {
  const button = element("button", "go", parent, { type: "button" });
  button.append(icon("present"), "Start the lecture");
  button.onclick = () => new Lecture(story.steps[0].id);
  return button;
}

// components/learn/closing.js
var TITLE2 = "What to take home";
var TEXT = [
  "A heatmap is a good question about a network. It says which places went into one number, for one class, at one layer, and it says so in squares as coarse as that layer is.",
  "So ask for *the class*, not for the heatmap. Look at the grid before you believe an edge. When a map points at something, *cover it* and see whether the answer changes: that is the experiment, and the map is only the guess. And whoever brings a new method, let them show first that it notices when the network has forgotten everything."
];
var Closing = class {
  constructor(parentElement) {
    this.root = element("footer", "learn closing", parentElement);
    element("h2", "", this.root).textContent = TITLE2;
    for (const text of TEXT) paragraph(text, this.root);
    this.start = element("div", "start", this.root);
    lectureButton(this.start);
  }
  show() {
    story.settled();
  }
  remove() {
    this.root.remove();
  }
};

// components/learn/lists.js
var Lists = class {
  show({ header }) {
    story.lists = header.lists;
    story.changed("choices");
  }
  remove() {
    story.lists = null;
  }
};

// components/viewer/payload.js
function opened(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const aligned = bytes.byteOffset % 4 ? bytes.slice() : bytes;
  const length = new DataView(aligned.buffer, aligned.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(aligned.subarray(4, 4 + length)));
  const start = aligned.byteOffset + 4 + length;
  for (const colormap of header.colormaps) {
    colormap.lut = new Uint8Array(aligned.buffer, start + colormap.lut, 768);
  }
  return { header, buffer: aligned.buffer, start };
}

// components/learn/received.js
function received(data) {
  const { header, buffer, start } = opened(data);
  const arrays = {};
  for (const [name, { at: at2, bytes, shape }] of Object.entries(header.arrays)) {
    if (bytes === void 0) {
      const count = shape.reduce((product, n) => product * n, 1);
      arrays[name] = { shape, values: new Float32Array(buffer, start + at2, count) };
    } else {
      arrays[name] = new Uint8Array(buffer, start + at2, bytes);
    }
  }
  return { header, arrays };
}

// components/learn/learn.js
var PARTS = { opening: Opening, chapter: ChapterPart, closing: Closing, lists: Lists };
var instances = /* @__PURE__ */ new WeakMap();
function learn_default({ parentElement, data, setTriggerValue }) {
  const message = received(data);
  let shown = instances.get(parentElement);
  if (!shown) {
    shown = new PARTS[message.header.part](parentElement, setTriggerValue);
    instances.set(parentElement, shown);
  }
  shown.show(message);
  return () => {
    shown.remove();
    instances.delete(parentElement);
  };
}
export {
  learn_default as default
};
