// Made by `npm run build` from modules with the SHA-256 b51cec1f6f1dcc617e2cf24b90dab76065064cbf8af4c3663961b3b35a0e6dca

// components/viewer/elements.js
function element(tag, className = "", parent = null, attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
}

// components/chooser/lists.js
var packed = /* @__PURE__ */ new Map();
var lists = /* @__PURE__ */ new Map();
var waiting = /* @__PURE__ */ new Map();
function keep(name, text) {
  if (packed.get(name) === text) return;
  packed.set(name, text);
  lists.delete(name);
  for (const tell of waiting.get(name) ?? []) tell();
}
function listen(name, tell) {
  if (!waiting.has(name)) waiting.set(name, /* @__PURE__ */ new Set());
  waiting.get(name).add(tell);
  return () => waiting.get(name).delete(tell);
}
function list(name) {
  if (!lists.has(name)) lists.set(name, read(packed.get(name)));
  return lists.get(name);
}
function read(text) {
  if (!text) return { columns: [], options: [] };
  const { columns, groups, rows } = JSON.parse(text);
  return { columns, options: rows.map((row) => option(row, groups)) };
}
function option([id, title, group, facts, words2, definition], groups) {
  const [heading, filter] = groups[group];
  const tip = [title, words2.length && definition ? words2.join(", ") : "", definition];
  return { id, title, heading, filter, facts, words: words2, definition, tip: tip.filter(Boolean).join("\n") };
}
function arranged({ options }, extra, ready) {
  const all = [...extra, ...options];
  if (!ready.heading) return all;
  const marked = all.map((one) => ({ ...one, ready: ready.ids.includes(one.id) }));
  const first = marked.filter((one) => one.ready);
  const others = marked.filter((one) => !one.ready);
  return [...first.map((one) => ({ ...one, heading: ready.heading })), ...others];
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
function prepared(option2) {
  return {
    option: option2,
    id: folded(option2.id),
    names: [option2.title, ...option2.words].map(field),
    definition: words(option2.definition),
    ready: option2.ready ? READY : 0
  };
}
function search(options, text) {
  const asked = field(text);
  if (!asked.whole) return options.map(({ option: option2 }) => option2);
  const exact = folded(text).trim();
  const close = scored(options, (one) => one.id === exact ? 0 : fit(one, asked));
  const found = close.length ? close : scored(options, (one) => looseFit(one, asked));
  return found.map(([, option2]) => option2);
}
function scored(options, score) {
  return options.map((one) => [score(one) - one.ready, one.option]).filter(([points]) => points < NEVER).sort(([a], [b]) => a - b);
}
function fit(one, asked) {
  const whole = best(one.names, ({ whole: whole2 }) => {
    if (whole2 === asked.whole) return WHOLE;
    return whole2.startsWith(asked.whole) ? START + longer(whole2, asked.whole) : NEVER;
  });
  const each = asked.words.map(
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
  const at = definition.findIndex((other) => other === word || other === `${word}s`);
  return at < 0 ? NEVER : DEFINITION + Math.min(at, 90) / 100;
}
function looseFit(one, asked) {
  const whole = best(one.names, ({ whole: whole2 }) => differsLittle(asked.whole, whole2) ? TYPO : NEVER);
  const each = asked.words.map(
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
  return names.reduce((least, name, at) => Math.min(least, score(name) + (at && SYNONYM)), NEVER);
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
  let at = 0;
  for (const letter of other) at += letter === word[at];
  return at === word.length;
}
function distance(a, b) {
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}

// components/chooser/rows.js
var OPTION = 34;
var HEADING = 30;
var AROUND = 6;
var Rows = class {
  // pick(option) is called for a click; base makes ids unique on the page.
  constructor(box, base, pick) {
    this.box = box;
    this.base = base;
    this.pick = pick;
    this.tall = element("div", "tall", box);
    this.drawn = /* @__PURE__ */ new Map();
    box.addEventListener("scroll", () => this.draw());
    box.addEventListener("pointerdown", (event) => event.preventDefault());
  }
  // Shows the options, under headings unless they are results of a search.
  show(options, { headings, chosen }) {
    this.chosen = chosen;
    this.headings = headings;
    this.rows = [];
    this.options = options;
    let top = 0;
    let last = null;
    options.forEach((option2, number) => {
      if (headings && option2.heading && option2.heading !== last) {
        this.rows.push({ top, height: HEADING, heading: option2.heading });
        top += HEADING;
        last = option2.heading;
      }
      this.rows.push({ top, height: OPTION, option: option2, number });
      top += OPTION;
    });
    this.tall.style.height = `${top}px`;
    this.tall.replaceChildren();
    this.drawn.clear();
    this.box.scrollTop = 0;
    this.activate(-1);
  }
  // Marks option `number` as the one that Enter takes; -1 for none.
  activate(number) {
    this.active = number;
    const row = this.rows.find((one) => one.number === number);
    if (row) this.bringIntoView(row);
    this.draw();
    for (const [at, made] of this.drawn) {
      made.classList.toggle("active", this.rows[at].option !== void 0 && this.rows[at] === row);
    }
  }
  get activeOption() {
    return this.options[this.active];
  }
  get activeId() {
    return this.active < 0 ? "" : this.idOf(this.active);
  }
  idOf(number) {
    return `${this.base}-${number}`;
  }
  bringIntoView({ top, height }) {
    const { box } = this;
    const above = top - HEADING;
    if (above < box.scrollTop) box.scrollTop = above;
    else if (top + height > box.scrollTop + box.clientHeight) {
      box.scrollTop = top + height - box.clientHeight;
    }
  }
  draw() {
    const { scrollTop, clientHeight } = this.box;
    const first = scrollTop - AROUND * OPTION;
    const last = scrollTop + (clientHeight || 400) + AROUND * OPTION;
    this.rows.forEach((row, at) => {
      const inSight = row.top + row.height >= first && row.top <= last;
      const made = this.drawn.get(at);
      if (inSight && !made) this.add(row, at);
      else if (!inSight && made) {
        made.remove();
        this.drawn.delete(at);
      }
    });
  }
  add(row, at) {
    const made = row.option ? this.option(row) : this.heading(row);
    made.style.top = `${row.top}px`;
    made.style.height = `${row.height}px`;
    made.classList.toggle("active", row.number === this.active && row.option !== void 0);
    this.drawn.set(at, made);
    this.tall.append(made);
  }
  heading({ heading }) {
    const made = element("div", "heading", null, { "aria-hidden": "true" });
    made.textContent = heading;
    return made;
  }
  option({ option: option2, number }) {
    const chosen = this.chosen.includes(option2.id);
    const made = element("div", "option", null, {
      id: this.idOf(number),
      role: "option",
      "aria-selected": String(chosen),
      "aria-setsize": String(this.options.length),
      "aria-posinset": String(number + 1)
    });
    made.title = option2.tip || option2.title;
    element("span", "mark", made, { "aria-hidden": "true" }).textContent = chosen ? "●" : "";
    const title = element("span", "title", made);
    title.textContent = option2.title;
    if (!this.headings && option2.filter) element("span", "of", title).textContent = option2.filter;
    for (const fact of option2.facts) element("span", "fact", made).textContent = fact;
    if (option2.ready !== void 0) {
      const ready = element("span", "ready", made);
      ready.textContent = option2.ready ? "✓" : "";
      if (option2.ready) ready.title = "On this machine";
    }
    made.onclick = () => this.pick(option2);
    return made;
  }
};

// components/chooser/tip.js
var WIDTH = 300;
var Tip = class {
  constructor(line) {
    this.button = element("button", "help", line, { type: "button" });
    this.button.textContent = "?";
    this.bubble = element("div", "bubble", line, { popover: "manual", role: "tooltip" });
    const { button } = this;
    button.onpointerenter = button.onfocus = button.onclick = () => this.open();
    button.onpointerleave = button.onblur = () => this.close();
    button.onkeydown = ({ key }) => ["Escape", "Tab"].includes(key) && this.close();
  }
  show(text, label) {
    this.button.hidden = !text;
    this.button.setAttribute("aria-label", `About ${label}: ${text}`);
    this.bubble.textContent = text;
  }
  open() {
    const at = this.button.getBoundingClientRect();
    const { style } = this.bubble;
    style.maxWidth = `${WIDTH}px`;
    style.left = `${Math.max(4, Math.min(at.right + 8, window.innerWidth - WIDTH - 8))}px`;
    style.top = `${at.bottom + 4}px`;
    if (!this.bubble.matches(":popover-open")) this.bubble.showPopover();
  }
  close() {
    if (this.bubble.matches(":popover-open")) this.bubble.hidePopover();
  }
};

// components/chooser/chooser.js
var GAP = 4;
var WIDEST = 460;
var TALLEST = 440;
var instances = /* @__PURE__ */ new WeakMap();
var count = 0;
function chooser_default({ data, parentElement, setTriggerValue }) {
  if (data.options !== void 0) {
    keep(data.name, data.options);
    return void 0;
  }
  if (!instances.has(parentElement)) {
    const choose = (ids) => setTriggerValue("chosen", ids);
    instances.set(parentElement, new Chooser(parentElement, choose));
  }
  const chooser = instances.get(parentElement);
  chooser.show(data);
  return () => {
    chooser.remove();
    instances.delete(parentElement);
  };
}
var Chooser = class {
  constructor(parent, choose) {
    this.choose = choose;
    this.base = `chooser-${++count}`;
    this.root = element("div", "chooser", parent);
    const line = element("div", "line", this.root);
    this.label = element("label", "label", line, { for: this.base });
    this.tip = new Tip(line);
    this.tags = element("div", "tags", this.root, { role: "list" });
    const field2 = element("div", "field", this.root);
    this.field = field2;
    this.input = element("input", "", field2, {
      id: this.base,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${this.base}-list`
    });
    this.clear = element("button", "clear", field2, { type: "button" });
    this.clear.textContent = "×";
    element("span", "arrow", field2, { "aria-hidden": "true" });
    this.popup = element("div", "popup", this.root, { popover: "manual" });
    this.filters = element("div", "filters", this.popup, { role: "group", "aria-label": "Show" });
    this.columns = element("div", "columns", this.popup, { "aria-hidden": "true" });
    this.box = element("div", "box", this.popup, { id: `${this.base}-list`, role: "listbox" });
    this.empty = element("div", "empty", this.popup, { role: "status" });
    this.rows = new Rows(this.box, this.base, (picked) => this.pick(picked));
    this.wire();
  }
  wire() {
    const { input, root } = this;
    input.onclick = () => this.open();
    input.oninput = () => {
      if (!this.isOpen) this.open(input.value);
      this.fill();
    };
    input.onkeydown = (event) => this.key(event);
    this.field.onpointerdown = (event) => {
      if (event.target === input || event.target === this.clear) return;
      event.preventDefault();
      if (this.isOpen) this.close();
      else {
        input.focus();
        this.open();
      }
    };
    this.clear.onclick = () => {
      this.settle([]);
      input.focus();
    };
    root.addEventListener("focusout", (event) => {
      if (!root.contains(event.relatedTarget)) this.close();
    });
    this.place = () => this.position();
    this.outside = (event) => {
      if (!event.composedPath().includes(root)) this.close();
    };
  }
  show(data) {
    this.data = data;
    this.chosen = data.chosen;
    this.root.classList.remove("busy");
    this.label.textContent = data.label;
    this.tip.show(data.help, data.label);
    this.input.disabled = data.disabled;
    this.box.setAttribute("aria-label", data.label);
    this.box.setAttribute("aria-multiselectable", String(data.most > 1));
    if (this.listening !== data.name) {
      this.stop?.();
      this.listening = data.name;
      this.stop = listen(data.name, () => this.renew());
    }
    this.renew();
  }
  renew() {
    this.all = null;
    this.searchable = null;
    this.drawChosen();
    if (this.isOpen) this.fill();
  }
  remove() {
    this.close();
    this.stop?.();
    this.root.remove();
  }
  get options() {
    const { name, extra, groups, ready } = this.data;
    this.all ??= arranged(list(name), extra.map((row) => option(row, groups)), ready);
    return this.all;
  }
  // The options that fit the text. Only the first letter pays for taking 1,500 names apart.
  find(text, options = this.options) {
    if (!text.trim()) return options;
    this.searchable ??= new Map(this.options.map((one) => [one, prepared(one)]));
    return search(options.map((one) => this.searchable.get(one)), text);
  }
  get several() {
    return this.data.most > 1;
  }
  get isOpen() {
    return this.input.getAttribute("aria-expanded") === "true";
  }
  titleOf(id) {
    const at = this.data.chosen.indexOf(id);
    return at >= 0 ? this.data.titles[at] : this.options.find((one) => one.id === id)?.title ?? id;
  }
  drawChosen() {
    const { chosen, data, input } = this;
    const titles = chosen.map((id) => this.titleOf(id));
    this.tags.hidden = !this.several || !chosen.length;
    if (this.several) this.tags.replaceChildren(...chosen.map((id, at) => this.tag(id, titles[at])));
    const one = this.several ? "" : titles[0] ?? "";
    if (!this.isOpen) input.value = one;
    input.placeholder = one || data.placeholder;
    input.title = one;
    this.clear.hidden = this.several || !data.optional || !chosen.length;
    this.clear.setAttribute("aria-label", `Clear ${data.label}`);
    this.clear.title = "Clear";
  }
  tag(id, title) {
    const tag = element("div", "tag", null, { role: "listitem" });
    const text = element("span", "", tag);
    text.textContent = title;
    text.title = title;
    const button = element("button", "", tag, { type: "button", "aria-label": `Remove ${title}` });
    button.textContent = "×";
    button.title = `Remove ${title}`;
    button.onclick = () => this.settle(this.chosen.filter((other) => other !== id));
    return tag;
  }
  open(text = "") {
    if (this.isOpen || this.data.disabled) return;
    this.input.setAttribute("aria-expanded", "true");
    this.input.value = text;
    this.filter = "";
    this.popup.showPopover();
    this.fill();
    this.position();
    window.addEventListener("resize", this.place);
    window.addEventListener("scroll", this.place, { capture: true, passive: true });
    document.addEventListener("pointerdown", this.outside, true);
  }
  close() {
    if (!this.isOpen) return;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.popup.hidePopover();
    window.removeEventListener("resize", this.place);
    window.removeEventListener("scroll", this.place, { capture: true });
    document.removeEventListener("pointerdown", this.outside, true);
    this.drawChosen();
  }
  fill() {
    const text = this.input.value;
    const { columns } = list(this.data.name);
    this.drawFilters();
    const found = this.find(text, this.options.filter((one) => this.inFilter(one)));
    const typed = this.data.typed && text.trim() && !this.find(text).length;
    this.columns.replaceChildren(...columns.map((name) => this.column(name)));
    this.columns.hidden = !columns.length || !found.length;
    this.rows.show(found, { headings: !text.trim(), chosen: this.chosen });
    this.empty.hidden = found.length > 0;
    const where = this.filter && ` under “${this.filter}”`;
    this.empty.textContent = typed ? this.data.typed : `Nothing fits “${text.trim()}”${where}.`;
    const at = text.trim() ? 0 : found.findIndex(({ id }) => id === this.chosen[0]);
    this.activate(found.length ? Math.max(at, 0) : -1);
    this.box.hidden = !found.length;
  }
  column(name) {
    const made = element("span", "fact");
    made.textContent = name;
    return made;
  }
  inFilter(option2) {
    if (!this.filter) return true;
    return this.filter === this.data.ready.filter ? option2.ready : option2.filter === this.filter;
  }
  drawFilters() {
    const names = new Set(this.options.map(({ filter }) => filter).filter(Boolean));
    this.filters.hidden = names.size < 2;
    if (names.size < 2) return;
    const ready = this.data.ready.filter;
    const some = this.options.some(({ ready: ready2 }) => ready2);
    const all = ["", ...ready && some ? [ready] : [], ...names];
    this.filters.replaceChildren(...all.map((name) => this.filterButton(name)));
  }
  filterButton(name) {
    const pressed = String(this.filter === name);
    const button = element("button", "", null, { type: "button", "aria-pressed": pressed });
    button.textContent = name || "All";
    button.onpointerdown = (event) => event.preventDefault();
    button.onclick = () => {
      this.filter = name;
      this.fill();
      this.input.focus();
    };
    return button;
  }
  activate(number) {
    this.rows.activate(number);
    if (number < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", this.rows.activeId);
  }
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 9, PageUp: -9 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.isOpen) this.step(step);
      else this.open();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!this.isOpen) this.open();
      else if (this.rows.activeOption) this.pick(this.rows.activeOption);
      else if (this.data.typed && this.input.value.trim()) this.send([this.input.value.trim()]);
    } else if (event.key === "Escape" && this.isOpen) {
      event.stopPropagation();
      this.close();
      this.input.select();
    } else if (event.key === "Tab") {
      if (!event.shiftKey && this.isOpen && !this.filters.hidden) return;
      this.close();
    } else if (event.key === "Backspace" && this.several && !this.input.value) {
      if (this.chosen.length) this.settle(this.chosen.slice(0, -1));
    }
  }
  step(by) {
    const last = this.rows.options.length - 1;
    if (last < 0) return;
    const to = this.rows.active + by;
    const over = Math.abs(by) === 1 ? (to + last + 1) % (last + 1) : Math.min(Math.max(to, 0), last);
    this.activate(over);
  }
  pick({ id }) {
    if (!this.several) {
      const same = this.chosen[0] === id;
      if (!same) this.settle([id]);
      this.close();
      this.input.focus();
      return;
    }
    const without = this.chosen.filter((other) => other !== id);
    const added = without.length === this.chosen.length;
    this.settle(added ? [...without, id].slice(-this.data.most) : without);
    this.input.value = "";
    this.close();
    this.input.focus();
  }
  // Shows the choice at once, and tells the server.
  settle(ids) {
    this.chosen = ids;
    this.drawChosen();
    this.send(ids);
  }
  send(ids) {
    this.root.classList.add("busy");
    this.close();
    this.choose(ids);
  }
  position() {
    const field2 = this.field.getBoundingClientRect();
    const { innerWidth, innerHeight } = window;
    const width = Math.min(Math.max(field2.width, WIDEST), innerWidth - 2 * GAP);
    const below = innerHeight - field2.bottom - 2 * GAP;
    const above = field2.top - 2 * GAP;
    const up = below < 220 && above > below;
    const { style } = this.popup;
    style.width = `${width}px`;
    style.left = `${Math.max(GAP, Math.min(field2.left, innerWidth - width - GAP))}px`;
    style.maxHeight = `${Math.min(TALLEST, up ? above : below)}px`;
    style.top = up ? "auto" : `${field2.bottom + GAP}px`;
    style.bottom = up ? `${innerHeight - field2.top + GAP}px` : "auto";
    this.rows.draw();
  }
};
export {
  chooser_default as default
};
