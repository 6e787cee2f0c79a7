// Made by `npm run build` from modules with the SHA-256 f6ba200601cd39eaf78cf1aeebfd886864b9faefd6543e2307cff287512117ad

// components/viewer/elements.js
function element(tag, className = "", parent = null, attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
}

// components/viewer/text.js
var MINUS = "−";
function percent(share2) {
  if (share2 > 0 && share2 < 5e-4) return "< 0.1 %";
  if (share2 >= 0.9995 && share2 < 1) return "> 99.9 %";
  return `${(share2 * 100).toFixed(1)} %`;
}
function wholePercent(share2) {
  return `${withMinus(String(Math.round(share2 * 100)))} %`;
}
var THREE_FIGURES = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
var RAISED = new Map([..."-0123456789"].map((digit, n) => [digit, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[n]]));
function withMinus(text) {
  return text.replaceAll("-", MINUS);
}

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

// components/viewer/controls.js
function slider(parent, name, tip, onInput) {
  const node = element("label", "control slider", parent, { title: tip });
  element("span", "name", node).textContent = name;
  const input = element("input", "", node, {
    type: "range",
    min: "0",
    max: "1",
    step: "0.01",
    "aria-label": name
  });
  const output = element("output", "", node);
  input.oninput = () => onInput(Number(input.value));
  const show = (value) => {
    if (Number(input.value) !== value) input.value = String(value);
    output.textContent = wholePercent(value);
  };
  return { node, input, show };
}
function toggle(parent, text, tip, onChange) {
  const node = element("button", "toggle", parent, { type: "button", title: tip });
  node.textContent = text;
  const on = () => node.getAttribute("aria-pressed") === "true";
  node.onclick = () => onChange(!on());
  return { node, show: (pressed) => node.setAttribute("aria-pressed", String(pressed)) };
}

// components/learn/draggable.js
var STEP = 0.01;
var FAR = 5;
var GROW = 1.1;
var Draggable = class {
  // move(x, y): by so many CSS pixels. size(factor): by so much. begin(): remember where it is, which
  // is what both count from.
  constructor(parent, label, act) {
    this.act = act;
    this.parent = parent;
    this.node = element("div", "mark", parent, {
      role: "slider",
      tabindex: "0",
      "aria-label": label,
      "aria-valuemin": "0",
      "aria-valuemax": "100"
    });
    this.grip = element("div", "grip", this.node, { "aria-hidden": "true" });
    this.node.onpointerdown = (event) => this.press(event);
    this.node.onpointermove = (event) => this.drag(event);
    this.node.onpointerup = this.node.onpointercancel = () => this.release();
    this.node.onkeydown = (event) => this.key(event);
  }
  get held() {
    return Boolean(this.from);
  }
  press(event) {
    if (event.button !== 0 || this.from) return;
    event.preventDefault();
    this.node.focus({ preventScroll: true });
    this.node.setPointerCapture(event.pointerId);
    const { left, width } = this.node.getBoundingClientRect();
    const resizing = event.target === this.grip;
    this.from = { x: event.clientX, y: event.clientY, left, width, resizing, id: event.pointerId };
    this.node.classList.add("held");
    this.act.begin();
  }
  drag(event) {
    const { from } = this;
    if (!from || event.pointerId !== from.id) return;
    const x = event.clientX - from.x, y = event.clientY - from.y;
    if (from.resizing) this.act.size((from.width + x) / from.width);
    else this.act.move(x, y);
  }
  release() {
    this.from = null;
    this.node.classList.remove("held");
  }
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1]
    }[event.key];
    const factor = { "+": GROW, "=": GROW, "-": 1 / GROW }[event.key];
    if (!way && !factor && event.key !== "Home") return;
    event.preventDefault();
    this.act.begin();
    if (way) {
      const step = STEP * (event.shiftKey ? FAR : 1) * this.parent.clientWidth;
      this.act.move(way[0] * step, way[1] * step);
    } else if (factor) this.act.size(factor);
    else this.act.home();
  }
  // Lie here, in CSS pixels of the picture; said in words to those who do not see it.
  place({ left, top, right, bottom }, share2, words) {
    Object.assign(this.node.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`
    });
    this.node.setAttribute("aria-valuenow", String(Math.round(share2 * 100)));
    this.node.setAttribute("aria-valuetext", words);
  }
};

// components/learn/laid.js
function filter(first, count, start, end, cells) {
  const step = cells / (end - start), reach = Math.max(1, step);
  return Array.from({ length: count }, (_, i) => {
    const centre = (first + i + 0.5 - start) * step;
    const from = Math.floor(centre - reach + 0.5), to = Math.floor(centre + reach + 0.5);
    const weights = [];
    let sum = 0;
    for (let j = from; j < to; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach);
      weights.push(weight);
      sum += weight;
    }
    const skip = Math.max(0, -from);
    const inside = weights.slice(skip, Math.max(skip, cells - from));
    return { from: from + skip, weights: inside.map((weight) => weight / sum) };
  });
}
function inkOf(mask, box, width, height) {
  const x0 = Math.max(0, Math.floor(box.left)), x1 = Math.min(width, Math.ceil(box.right));
  const y0 = Math.max(0, Math.floor(box.top)), y1 = Math.min(height, Math.ceil(box.bottom));
  if (x0 >= x1 || y0 >= y1) return null;
  const across = filter(x0, x1 - x0, box.left, box.right, mask.width);
  const down = filter(y0, y1 - y0, box.top, box.bottom, mask.height);
  const columns = x1 - x0;
  const wide = new Float32Array(mask.height * columns);
  for (let row = 0; row < mask.height; row++) {
    for (let i = 0; i < columns; i++) {
      const { from, weights } = across[i], at = row * mask.width + from;
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * mask.values[at + k];
      wide[row * columns + i] = sum;
    }
  }
  const values = new Float32Array((y1 - y0) * columns);
  for (let j = 0; j < y1 - y0; j++) {
    const { from, weights } = down[j];
    for (let k = 0; k < weights.length; k++) {
      const at = (from + k) * columns, weight = weights[k];
      for (let i = 0; i < columns; i++) values[j * columns + i] += weight * wide[at + i];
    }
  }
  return { left: x0, top: y0, width: columns, height: y1 - y0, values };
}
function lay(pixels, width, ink, opacity) {
  if (!ink) return;
  for (let j = 0; j < ink.height; j++) {
    for (let i = 0; i < ink.width; i++) {
      const share2 = ink.values[j * ink.width + i] / 255 * opacity;
      const at = ((ink.top + j) * width + ink.left + i) * 4;
      for (let c = at; c < at + 3; c++) pixels[c] += Math.round((255 - pixels[c]) * share2);
    }
  }
}
function turned({ width, height, values }) {
  return { width, height, values: values.toReversed() };
}
async function maskOf(file) {
  const bitmap = await createImageBitmap(new Blob([file], { type: "image/png" }));
  const { width, height } = bitmap;
  const pen = new OffscreenCanvas(width, height).getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  return { width, height, values: Uint8Array.from({ length: width * height }, (_, n) => data[4 * n]) };
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

// components/learn/standings.js
var TENS = ["1 in 1", "1 in 10", "1 in 100", "1 in 1,000", "1 in 10,000", "1 in 100,000"];
var MILLIONS = ["1 in a million", "1 in 10 million", "1 in 100 million", "1 in a billion"];
var LABELS = [...TENS, ...MILLIONS];
var Standings = class {
  constructor(parent) {
    this.root = element("div", "standings", parent);
    this.waiting = element("p", "quiet", this.root);
    this.waiting.textContent = "Looking at the other photos…";
    this.chart = element("div", "chart", this.root);
    this.chart.hidden = true;
    this.reading = element("p", "reading", this.root, { "aria-live": "polite" });
  }
  show(rows, label, classes) {
    this.waiting.hidden = rows.length > 0;
    this.chart.hidden = !rows.length;
    if (!rows.length) return;
    const powers = rows.flatMap(({ before, now }) => [before, now].map(powerOf));
    const low = Math.floor(Math.min(...powers)), high = Math.min(0, Math.ceil(Math.max(...powers)));
    const ranks = Math.ceil(Math.log10(classes));
    this.axes = {
      odds: { place: (one) => (powerOf(one) - low) / (high - low), ticks: oddsTicks(low, high) },
      rank: { place: (one) => 1 - Math.log10(one.rank) / ranks, ticks: rankTicks(ranks) }
    };
    const at = this.focused;
    this.label = label;
    this.rows = rows;
    this.chart.replaceChildren();
    this.head(label);
    const list = element("ul", "", this.chart);
    this.lines = rows.map((row, n) => this.line(row, n, list));
    this.axis();
    this.read(this.pointed ?? rows.findIndex(({ chosen }) => chosen));
    if (at >= 0) this.lines[at]?.focus({ preventScroll: true });
  }
  get focused() {
    return this.lines?.indexOf(this.root.getRootNode().activeElement) ?? -1;
  }
  head(label) {
    const head = element("div", "line head", this.chart);
    element("span", "name", head);
    element("span", "", head).textContent = `Probability of ${label}`;
    element("span", "", head).textContent = "Its rank among all classes";
    element("span", "times", head);
  }
  line(row, n, list) {
    const made = element("li", "line", list, { tabindex: "0", "aria-label": this.words(row) });
    made.classList.toggle("chosen", row.chosen);
    element("span", "name", made).textContent = row.title;
    for (const axis of Object.values(this.axes)) this.track(row, axis, made);
    element("span", "times", made).textContent = `× ${row.times}`;
    made.onpointerenter = made.onfocus = () => {
      this.pointed = n;
      this.read(n);
    };
    made.onpointerleave = made.onblur = () => {
      this.pointed = void 0;
      this.read(this.rows.findIndex(({ chosen }) => chosen));
    };
    return made;
  }
  track(row, { place, ticks }, parent) {
    const track = element("span", "track", parent, { "aria-hidden": "true" });
    for (const { at } of ticks) element("i", "rule", track).style.left = share(at);
    const [from, to] = [place(row.before), place(row.now)];
    const way = element("i", "way", track);
    way.style.left = share(Math.min(from, to));
    way.style.width = share(Math.abs(to - from));
    element("i", "dot before", track).style.left = share(from);
    element("i", "dot now", track).style.left = share(to);
  }
  axis() {
    const foot = element("div", "line foot", this.chart, { "aria-hidden": "true" });
    element("span", "name", foot);
    for (const { ticks } of Object.values(this.axes)) {
      const track = element("span", "track", foot);
      for (const { at, label } of ticks) {
        if (!label) continue;
        const tick = element("span", "tick", track);
        tick.style.left = share(at);
        tick.textContent = label;
        tick.classList.toggle("first", at === 0);
        tick.classList.toggle("last", at === 1);
      }
    }
    element("span", "times", foot);
  }
  read(n) {
    this.lines.forEach((line, i) => line.classList.toggle("read", i === n));
    this.reading.textContent = n >= 0 ? this.words(this.rows[n]) : "";
  }
  words({ title, before, now, times }) {
    return `${title}: ${this.label} ${before.odds} and ${before.ordinal} without the text, ${now.odds} and ${now.ordinal} with it: ${times} times as probable.`;
  }
};
function powerOf({ probability }) {
  return Math.log10(Math.max(probability, Number.MIN_VALUE));
}
function share(at) {
  return `${at * 100}%`;
}
function oddsTicks(low, high) {
  const count = high - low, every = count > 3 ? 2 : 1;
  return Array.from({ length: count + 1 }, (_, n) => {
    const power = low + n;
    const named = (high - power) % every === 0;
    return { at: n / count, label: named ? power === 0 ? "certain" : LABELS[-power] ?? `10^${power}` : "" };
  });
}
function rankTicks(powers) {
  return Array.from({ length: powers + 1 }, (_, n) => {
    const rank = 10 ** (powers - n);
    return { at: n / powers, label: rank === 1 ? "first" : rank.toLocaleString("en") };
  });
}

// components/viewer/area.js
function wholePhoto([width, height]) {
  return { x: 0, y: 0, width, height };
}
function windowBox([left, top, right, bottom], area, width, height) {
  return {
    x: (left - area.x) / area.width * width,
    y: (top - area.y) / area.height * height,
    width: (right - left) / area.width * width,
    height: (bottom - top) / area.height * height
  };
}

// components/viewer/sign.js
var KEEP = {
  for: (value) => value > 0 ? value : 0,
  against: (value) => value < 0 ? -value : 0,
  both: (value) => value,
  abs: Math.abs
};
function peakOf(values, sign) {
  const keep = KEEP[sign];
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(keep(value)));
  return peak;
}

// components/viewer/heat.js
function axisWeights(count, start, step, windowStart, windowEnd, cells) {
  const low = new Int32Array(count), share2 = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const u = (start + (i + 0.5) * step - windowStart) / (windowEnd - windowStart);
    if (u < 0 || u >= 1) {
      low[i] = -1;
      continue;
    }
    const position = Math.min(Math.max(u * cells - 0.5, 0), cells - 1);
    low[i] = Math.min(Math.floor(position), Math.max(cells - 2, 0));
    share2[i] = position - low[i];
  }
  return { low, share: share2 };
}
function heatOf(values, scale, sign) {
  const keep = KEEP[sign];
  const heat = new Float32Array(values.length);
  if (!(scale > 0)) return heat;
  for (let i = 0; i < values.length; i++) heat[i] = Math.max(Math.min(keep(values[i]) / scale, 1), -1);
  return heat;
}
function upsample(map, area, width, height, sign, scale) {
  const heat = heatOf(map.values, scale, sign);
  const [h, w] = map.shape, [left, top, right, bottom] = map.window;
  const across = axisWeights(width, area.x, area.width / width, left, right, w);
  const down = axisWeights(height, area.y, area.height / height, top, bottom, h);
  const wide = new Float32Array(h * width);
  for (let r = 0; r < h; r++) {
    for (let i = 0; i < width; i++) {
      const c = across.low[i];
      if (c < 0) continue;
      const a = heat[r * w + c], b = heat[r * w + Math.min(c + 1, w - 1)];
      wide[r * width + i] = a + Math.fround(Math.fround(b - a) * across.share[i]);
    }
  }
  const out = new Float32Array(width * height);
  for (let j = 0; j < height; j++) {
    const r = down.low[j];
    if (r < 0) continue;
    const upper = r * width, lower = Math.min(r + 1, h - 1) * width, f = down.share[j];
    for (let i = 0; i < width; i++) {
      const a = wide[upper + i];
      out[j * width + i] = a + Math.fround(Math.fround(wide[lower + i] - a) * f);
    }
  }
  return out;
}

// components/viewer/look.js
var DEFAULT_LOOK = {
  cm: "inferno",
  op: 0.6,
  th: 0,
  view: "overlay",
  scale: "each",
  sign: "for",
  cross: "off"
};

// components/viewer/pixels.js
function drawing(look, colormaps, scaleOf, split = 0) {
  const { lut } = colormaps.find(({ name }) => name === look.cm);
  return { look, lut, scaleOf, split, table: mixingTable(lut, look.op, look.sign) };
}
function composite(out, { photo, heat, window: window2, area, width, height }, context) {
  const { look, lut, table } = context;
  if (look.view === "heatmap") {
    const box = windowBox(window2, area, width, height);
    const inside = {
      x0: Math.round(box.x),
      x1: Math.round(box.x + box.width),
      y0: Math.round(box.y),
      y1: Math.round(box.y + box.height)
    };
    mixHeatmap(out, heat, lut, look.th, inside, width, look.sign);
  } else if (look.view === "contour") {
    out.set(photo);
  } else {
    const from = look.view === "swipe" ? Math.round(context.split * width) : 0;
    mixOverlay(out, photo, heat, table, look.th, width, from, look.sign);
  }
}
function levelOf(value, sign) {
  const unit = sign === "both" ? Math.fround(value + 1) * 0.5 : value;
  return Math.fround(Math.fround(unit * 255) + 0.5) | 0;
}
function strengthOf(level, sign) {
  return sign === "both" ? Math.abs(2 * level / 255 - 1) : level / 255;
}
function mixingTable(lut, alpha, sign) {
  const color = new Float32Array(256 * 3), stays = new Float32Array(256);
  for (let i = 0; i < 256; i++) {
    const a = alpha * Math.min(1, 2 * strengthOf(i, sign));
    stays[i] = 1 - a;
    for (let c = 0; c < 3; c++) color[i * 3 + c] = lut[i * 3 + c] * a;
  }
  return { color, stays };
}
function mixOverlay(out, photo, heat, table, threshold, width, from, sign) {
  const { color, stays } = table;
  const smallest = Math.max(Math.fround(threshold), Number.MIN_VALUE);
  for (let i = 0, p = 0; i < heat.length; i++, p += 4) {
    const v = heat[i];
    if (Math.abs(v) < smallest || i % width < from) {
      out[p] = photo[p];
      out[p + 1] = photo[p + 1];
      out[p + 2] = photo[p + 2];
    } else {
      const level = levelOf(v, sign), keep = stays[level], c = level * 3;
      out[p] = photo[p] * keep + color[c];
      out[p + 1] = photo[p + 1] * keep + color[c + 1];
      out[p + 2] = photo[p + 2] * keep + color[c + 2];
    }
    out[p + 3] = 255;
  }
}
function mixHeatmap(out, heat, lut, threshold, inside, width, sign) {
  const smallest = Math.fround(threshold);
  for (let i = 0, p = 0; i < heat.length; i++, p += 4) {
    const v = heat[i];
    const c = levelOf(Math.abs(v) < smallest ? 0 : v, sign) * 3;
    out[p] = lut[c];
    out[p + 1] = lut[c + 1];
    out[p + 2] = lut[c + 2];
    const x = i % width, y = i / width | 0;
    out[p + 3] = x >= inside.x0 && x < inside.x1 && y >= inside.y0 && y < inside.y1 ? 255 : 0;
  }
}

// components/learn/watermarked.js
var SHARPEST = 2;
var Watermarked = class {
  constructor(stage, maps) {
    this.stage = stage;
    this.photo = element("canvas", "", stage, { role: "img", "aria-label": "The photo" });
    this.crop = element("div", "crop", stage);
    this.maps = ["Carton", "Other"].map((name) => {
      const root = element("figure", "", maps);
      const caption = element("figcaption", "", root);
      return {
        name,
        label: element("span", "label", caption),
        odds: element("span", "odds", caption),
        canvas: element("canvas", "", root, { role: "img" }),
        note: element("p", "note", root)
      };
    });
  }
  // What is drawn: a decoded photo of `size`, the mask, and maps over `window` of the photo.
  show({ size, window: window2, colormaps }, arrays, bitmap, mask) {
    Object.assign(this, { size, window: window2, arrays, bitmap, mask });
    this.upsideDown = turned(mask);
    this.context = drawing(DEFAULT_LOOK, colormaps, null);
  }
  // Give the photo and each map so many CSS pixels.
  fit(photo, map) {
    fitted(this.photo, photo, this.bitmap);
    for (const { canvas } of this.maps) fitted(canvas, map, this.bitmap);
  }
  // Draw all with the mark {left, top, height, opacity, turned}, or as it was without.
  draw(mark, without) {
    this.mark = without ? null : mark;
    put(this.photo, this.pixels(this.photo));
    for (const { name, canvas } of this.maps) {
      const { shape, values } = this.arrays[`${without ? "before" : "now"}${name}`];
      this.paint(canvas, { shape, values, window: this.window });
    }
    const scale = this.scale;
    const [left, top, right, bottom] = this.window.map((edge) => edge * scale);
    Object.assign(this.crop.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`
    });
    this.crop.hidden = left < 1 && top < 1;
  }
  // CSS pixels to one of the photo.
  get scale() {
    return this.stage.clientWidth / this.size[0];
  }
  // The width of the text, as a share of the view's.
  wide(height) {
    const [left, top, right, bottom] = this.window;
    return height * (bottom - top) * this.mask.width / this.mask.height / (right - left);
  }
  // A mark's edges, in photo pixels times `scale`.
  box(mark, scale) {
    const [left, top, right, bottom] = this.window;
    const x = (left + mark.left * (right - left)) * scale;
    const y = (top + mark.top * (bottom - top)) * scale;
    const wide = this.wide(mark.height) * (right - left) * scale;
    return { left: x, top: y, right: x + wide, bottom: y + mark.height * (bottom - top) * scale };
  }
  // The photo as it is drawn on a canvas, with the mark on it.
  pixels({ plain, width, height }) {
    const pixels = new Uint8ClampedArray(plain.data);
    if (!this.mark) return pixels;
    const mask = this.mark.turned ? this.upsideDown : this.mask;
    const box = this.box(this.mark, width / this.size[0]);
    lay(pixels, width, inkOf(mask, box, width, height), this.mark.opacity);
    return pixels;
  }
  paint(canvas, map) {
    const { width, height } = canvas, area = wholePhoto(this.size);
    const heat = upsample(map, area, width, height, "for", peakOf(map.values, "for"));
    const out = new Uint8ClampedArray(width * height * 4);
    const photo = this.pixels(canvas);
    composite(out, { photo, heat, window: map.window, area, width, height }, this.context);
    put(canvas, out);
  }
};
function fitted(canvas, [width, height], bitmap) {
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const sharp = Math.min(window.devicePixelRatio || 1, SHARPEST);
  const w = Math.round(width * sharp), h = Math.round(height * sharp);
  if (canvas.width === w && canvas.height === h && canvas.of === bitmap) return;
  Object.assign(canvas, { width: w, height: h, of: bitmap });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, w, h);
  canvas.plain = pen.getImageData(0, 0, w, h);
}
function put(canvas, pixels) {
  const { width, height } = canvas;
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
}

// components/learn/watermark.js
var PATIENCE = 4e3;
var SETTLED = 700;
var NARROW = 600;
var GAP = 24;
var TALLEST = 560;
var LEAST = 120;
var [SMALLEST, LARGEST] = [0.04, 0.5];
var files = /* @__PURE__ */ new Map();
var WatermarkFigure = class {
  constructor(places, ask) {
    this.place = places.watermark;
    this.ask = ask;
    this.serial = this.pending = 0;
    this.without = false;
    this.root = element("div", "watermark", this.place);
    this.build(element("div", "photo", this.root), element("div", "maps", this.root));
    this.figures = element("dl", "figures", this.root);
    this.said = element("p", "said", this.root);
    this.spoken = element("p", "spoken", this.root, { role: "status" });
    this.offer = element("button", "offer", this.place, { type: "button" });
    this.offer.onclick = () => ask("imagenet", true);
    this.standings = new Standings(places["watermark-chart"]);
    this.watch = new IntersectionObserver((seen) => {
      this.near = seen.at(-1).isIntersecting;
      this.compare();
    }, { rootMargin: "400px" });
    this.watch.observe(places["watermark-chart"]);
  }
  build(photo, maps) {
    this.stage = element("div", "stage", photo);
    this.pictures = new Watermarked(this.stage, maps);
    this.draggable = new Draggable(this.stage, "The text on the photo", {
      begin: () => {
        this.start = { ...this.mark };
      },
      move: (x, y) => this.moveBy(x, y),
      size: (factor) => this.sizeTo(this.start.height * factor),
      home: () => this.change(this.data.published)
    });
    const row = element("div", "controls", photo);
    this.size = slider(row, "Size", "How high the text is", (height) => this.sizeTo(height));
    Object.assign(this.size.input, { min: SMALLEST, max: LARGEST });
    this.opacity = slider(row, "Opacity", "How white the text is", (opacity) => this.change({ opacity }));
    this.flip = toggle(row, "Upside down", "Nobody can read it then", (turned2) => this.change({ turned: turned2 }));
    this.hide = toggle(row, "Without it", "The photo as it was", (on) => this.leaveOut(on));
    this.home = toggle(row, "As published", "Where the text was in the paper", () => {
      this.change(this.data.published);
    });
    this.home.node.removeAttribute("aria-pressed");
  }
  show(data, arrays) {
    this.root.hidden = this.standings.root.hidden = Boolean(data.offer);
    this.offer.hidden = !data.offer;
    this.offer.textContent = `Take ${data.offer}`;
    this.data = data.offer ? null : data;
    if (data.offer) return;
    const answered = this.pending === data.serial;
    if (answered) this.rest();
    this.serial = Math.max(this.serial, data.serial);
    if (!this.mark || !this.pending && !answered) this.mark = data.mark;
    this.standings.show(data.chart, data.now[0].label, data.classes);
    this.compare();
    this.take(data, arrays);
    if (answered && !same(this.mark, data.mark)) this.send();
  }
  // Decode what came. What did not come and is not here any more is asked for: the page's script may
  // have begun anew since it was sent.
  async take(data, arrays) {
    if (arrays.photo) files.set(data.photo, createImageBitmap(new Blob([arrays.photo])));
    if (arrays.mask) files.set("mask", maskOf(arrays.mask));
    if (!files.has(data.photo) || !files.has("mask")) {
      this.ask("all", true);
      return;
    }
    const [bitmap, mask] = await Promise.all([files.get(data.photo), files.get("mask")]);
    if (this.data !== data) return;
    this.pictures.show(data, arrays, bitmap, mask);
    this.write();
    this.resize();
  }
  // The mark is somewhere else: draw it there, and ask what the network makes of it.
  change(fields) {
    this.mark = { ...this.mark, ...fields };
    this.leaveOut(false);
    if (!this.pending) this.send();
  }
  leaveOut(without) {
    if (without !== this.without) {
      this.without = without;
      this.write();
    }
    this.draw();
  }
  // Half of the text stays within what the network sees, so that it can be found again.
  moveBy(x, y) {
    const { pictures, start, data } = this, { scale } = pictures;
    const [left, top, right, bottom] = data.window;
    const wide = pictures.wide(start.height), high = start.height;
    this.change({
      left: within(start.left + x / scale / (right - left), -wide / 2, 1 - wide / 2),
      top: within(start.top + y / scale / (bottom - top), -high / 2, 1 - high / 2)
    });
  }
  sizeTo(height) {
    this.change({ height: within(height, SMALLEST, LARGEST) });
  }
  send() {
    this.pending = ++this.serial;
    clearTimeout(this.lost);
    this.lost = setTimeout(() => this.send(), PATIENCE);
    this.ask("mark", { ...this.mark, serial: this.serial, held: this.data.photo });
  }
  rest() {
    this.pending = 0;
    clearTimeout(this.lost);
  }
  // The other photos are looked at when they are about to be seen.
  compare() {
    if (!this.near || !this.data || this.data.chart.length || this.compared === this.data.model) return;
    this.compared = this.data.model;
    this.ask("chart", this.data.photo);
  }
  resize() {
    const { data, place, pictures } = this, room = place.clientWidth;
    if (!data || !pictures.bitmap || !room) return;
    const narrow = room < NARROW, ratio = data.size[0] / data.size[1];
    this.root.classList.toggle("narrow", narrow);
    const given = parseFloat(getComputedStyle(place).getPropertyValue("--stage"));
    const besides = this.root.offsetHeight - this.stage.offsetHeight;
    const most = given ? Math.max(LEAST, given - besides) : Math.min(TALLEST, 0.66 * window.innerHeight);
    const high = Math.floor(Math.min(most, (narrow ? room : (room - GAP) / 1.5) / ratio));
    const wide = Math.round(high * ratio), small = narrow ? (room - GAP) / 2 : wide / 2;
    pictures.fit([wide, high], [Math.round(small), Math.round(small / ratio)]);
    this.stage.parentElement.style.width = `${wide}px`;
    this.draw();
  }
  // At most once a frame.
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = void 0;
      if (this.data && this.pictures.bitmap) this.paint();
    });
  }
  paint() {
    const { mark, pictures, without } = this;
    pictures.draw(mark, without);
    const [left, top, height] = [mark.left, mark.top, mark.height].map(wholePercent);
    const words = `${left} from the left and ${top} from the top of what the network sees, ${height} high`;
    this.draggable.place(pictures.box(mark, pictures.scale), mark.left, words);
    this.draggable.node.hidden = without;
    this.size.show(mark.height);
    this.opacity.show(mark.opacity);
    this.flip.show(mark.turned);
    this.hide.show(without);
  }
  write() {
    const { data, without } = this, found = without ? data.before : data.now;
    this.pictures.maps.forEach(({ label, odds, note, canvas }, n) => {
      const { label: name, odds: share2, empty, onMarkSaid } = found[n];
      label.textContent = name;
      odds.textContent = share2;
      note.textContent = empty;
      const about = without ? "" : `; ${onMarkSaid} of it lies on the text`;
      canvas.setAttribute("aria-label", `${data.method} of ${name}${about}`);
    });
    const now = found[0], then = data.before[0];
    this.figures.replaceChildren();
    this.figure(`Probability of ${now.label}`, now.odds, then.odds);
    this.figure("Times as probable", without ? "1" : data.times, "1");
    this.figure(`Rank of ${data.classes.toLocaleString("en")} classes`, now.ordinal, then.ordinal);
    this.figure("Of its map, on the text", now.onMarkSaid, then.onMarkSaid);
    write(this.said, without ? "This is the photo as it was." : data.said.join(" "));
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.spoken.textContent = this.said.textContent;
    }, SETTLED);
  }
  figure(name, value, before) {
    const made = element("div", "", this.figures);
    element("dt", "", made).textContent = name;
    element("dd", "", made).textContent = value;
    element("dd", "before", made).textContent = `${before} without`;
  }
  remove() {
    this.watch.disconnect();
    clearTimeout(this.lost);
    clearTimeout(this.settling);
    cancelAnimationFrame(this.frame);
  }
};
function within(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
function same(one, other) {
  return Object.keys(one).every((name) => one[name] === other[name]);
}

// components/learn/figures.js
var FIGURES = {
  making: MakingFigure,
  watermark: WatermarkFigure
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
