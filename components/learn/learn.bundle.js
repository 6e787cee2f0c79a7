// Made by `npm run build` from modules with the SHA-256 06bcff45d92909aedd20bcafa76175937869c3172ef314e0fbb8396a16c497a9

// components/viewer/elements.js
function element(tag, className = "", parent = null, attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
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

// components/learn/story.js
var Story = class {
  constructor() {
    this.contents = [];
    this.choices = null;
    this.chapters = /* @__PURE__ */ new Map();
    this.opening = null;
    this.lecture = null;
    this.listeners = /* @__PURE__ */ new Set();
  }
  // Call `act` whenever choices or chapters change; returns what ends that.
  follow(act) {
    this.listeners.add(act);
    return () => this.listeners.delete(act);
  }
  changed() {
    for (const act of this.listeners) act();
  }
  // All steps that are here, in the order of the page.
  steps() {
    return this.contents.flatMap(({ id }) => this.chapters.get(id)?.steps ?? []);
  }
  step(id) {
    return this.steps().find((step) => step.id === id);
  }
};
var story = window.gradcamLearn ??= new Story();

// components/learn/choices.js
var Choices = class {
  constructor(parent, choose) {
    this.choose = choose;
    this.root = element("div", "choices", parent);
    this.offered = [];
    this.leave = story.follow(() => this.draw());
  }
  offer(names) {
    this.offered = names;
    this.draw();
  }
  draw() {
    const { choices } = story;
    if (!choices) return;
    this.root.replaceChildren();
    for (const name of this.offered) {
      const label = element("label", "", this.root);
      label.textContent = `${name} `;
      const select = element("select", "", label);
      const { chosen, options, labels } = choices[name];
      for (const [id, title] of options) {
        const option = element("option", "", select, { value: id });
        option.textContent = labels ? `${labels[id]} ${title}` : title || id;
      }
      select.value = chosen;
      select.onchange = () => this.choose(name, labels ? Number(select.value) : select.value);
    }
  }
  remove() {
    this.leave();
  }
};

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

// components/learn/step.js
var Step = class {
  constructor(id, parent, choose) {
    this.id = id;
    this.root = element("section", "step", parent, { "data-step": id });
    this.heading = element("h3", "", this.root);
    this.prose = element("div", "prose", this.root);
    this.choices = new Choices(this.root, choose);
    this.place = element("div", "place", this.root);
  }
  show({ title, text, notes, choices }) {
    this.heading.textContent = title;
    this.notes = notes;
    this.prose.replaceChildren();
    for (const one of text) paragraph(one, this.prose);
    this.choices.offer(choices);
  }
  remove() {
    this.choices.remove();
  }
};

// components/learn/chapter.js
var ChapterPart = class {
  constructor(parentElement, send) {
    this.send = send;
    this.root = element("section", "learn chapter", parentElement);
    this.heading = element("h2", "", this.root);
    this.steps = [];
  }
  show({ header, arrays }) {
    const { id, title, steps, data, colormaps } = header;
    this.id = id;
    this.heading.textContent = title;
    if (!this.figure) this.build(steps);
    steps.forEach((step, at) => this.steps[at].show(step));
    this.figure.show({ ...data, colormaps }, arrays);
    story.chapters.set(id, this);
    story.changed();
  }
  build(steps) {
    const choose = (what, value) => this.send("choose", { what, value });
    this.steps = steps.map((step) => new Step(step.id, this.root, choose));
    const places = Object.fromEntries(this.steps.map((step) => [step.id, step.place]));
    const ask = (name, value) => this.send("ask", { name, value });
    this.figure = new FIGURES[this.id](places, ask);
    this.watch = new ResizeObserver(() => this.figure.resize());
    for (const step of this.steps) this.watch.observe(step.place);
  }
  remove() {
    this.watch?.disconnect();
    this.figure?.remove();
    for (const step of this.steps) step.remove();
    story.chapters.delete(this.id);
    this.root.remove();
    story.changed();
  }
};

// components/learn/closing.js
var LAST = "A heatmap is a good question about a network, and never the whole answer.";
var Closing = class {
  constructor(parentElement) {
    this.root = element("footer", "learn closing", parentElement);
    paragraph(LAST, this.root);
  }
  show() {
  }
  remove() {
    this.root.remove();
  }
};

// components/learn/opening.js
var LEAD = "A heatmap says where in a photo a network found evidence for its answer. This page builds one before your eyes, out of the network's own numbers, and then shows where it misleads.";
var Opening = class {
  constructor(parentElement, send) {
    this.send = send;
    this.root = element("header", "learn opening", parentElement);
    element("h1", "", this.root).textContent = "Where does a network look?";
    paragraph(LEAD, this.root, "lead");
    this.contents = element("nav", "contents", this.root, { "aria-label": "Contents" });
    story.opening = this;
  }
  show({ header }) {
    story.contents = header.contents;
    story.choices = header.choices;
    this.contents.replaceChildren();
    for (const { title, steps } of header.contents) {
      element("p", "", this.contents).textContent = title;
      for (const [id, name] of steps) {
        const entry = element("a", "", this.contents, { href: `#${id}` });
        entry.textContent = name;
      }
    }
    story.changed();
  }
  remove() {
    story.opening = null;
    this.root.remove();
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
  for (const [name, { at, bytes, shape }] of Object.entries(header.arrays)) {
    if (bytes === void 0) {
      const count = shape.reduce((product, n) => product * n, 1);
      arrays[name] = { shape, values: new Float32Array(buffer, start + at, count) };
    } else {
      arrays[name] = new Uint8Array(buffer, start + at, bytes);
    }
  }
  return { header, arrays };
}

// components/learn/learn.js
var PARTS = { opening: Opening, chapter: ChapterPart, closing: Closing };
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
