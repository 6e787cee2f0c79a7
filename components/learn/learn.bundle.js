// Made by `npm run build` from modules with the SHA-256 b51cec1f6f1dcc617e2cf24b90dab76065064cbf8af4c3663961b3b35a0e6dca

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
var MINUS = "−";
function percent(share3) {
  if (share3 > 0 && share3 < 5e-4) return "< 0.1 %";
  if (share3 >= 0.9995 && share3 < 1) return "> 99.9 %";
  return `${(share3 * 100).toFixed(1)} %`;
}
function roughPercent(share3) {
  if (share3 > 0 && share3 < 0.01) return "< 1 %";
  if (share3 > 0.99 && share3 < 1) return "> 99 %";
  return wholePercent(share3);
}
function wholePercent(share3) {
  return `${withMinus(String(Math.round(share3 * 100)))} %`;
}
var THREE_FIGURES = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
var RAISED = new Map([..."-0123456789"].map((digit, n) => [digit, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[n]]));
function figures(value) {
  if (value === 0 || !Number.isFinite(value)) return withMinus(String(value + 0));
  const [digits, power] = value.toExponential(2).split("e").map(Number);
  if (power >= -4 && power < 7) return withMinus(THREE_FIGURES.format(value));
  const raised = [...String(power)].map((digit) => RAISED.get(digit)).join("");
  return `${withMinus(String(digits))} × 10${raised}`;
}
function withMinus(text2) {
  return text2.replaceAll("-", MINUS);
}

// components/learn/cheat_measured.js
var NAMES = [["honest", "honest"], ["cheat", "cheats"]];
var Measured = class {
  constructor(parent) {
    this.root = element("table", "cheat-measured", parent);
  }
  show(rows) {
    this.root.replaceChildren();
    element("caption", "spoken", this.root).textContent = "Both networks, measured";
    const head = element("tr", "", element("thead", "spoken", this.root));
    for (const text2 of ["Shown", "Network", "Share", "Count"]) {
      element("th", "", head, { scope: "col" }).textContent = text2;
    }
    for (const row3 of rows) this.group(row3);
  }
  group(row3) {
    const group = element("tbody", "", this.root);
    NAMES.forEach(([name, word], n) => {
      const line3 = element("tr", `of-${name}`, group);
      if (!n) {
        const title = element("th", "title", line3, { scope: "rowgroup", rowspan: "2" });
        element("span", "", title).textContent = row3.title;
        element("small", "", title).textContent = row3.what;
      }
      const { share: share3, said } = row3[name];
      element("th", "name", line3, { scope: "row" }).textContent = word;
      const bar = element("i", "", element("span", "track", element("td", "bar", line3)));
      bar.style.width = `${share3 * 100}%`;
      element("td", "figure", line3).textContent = roughPercent(share3);
      element("td", "count", line3).textContent = said;
    });
  }
};

// components/learn/laid.js
function filter(first, count2, start, end, cells) {
  const step = cells / (end - start), reach = Math.max(1, step);
  return Array.from({ length: count2 }, (_, i) => {
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
  for (let row3 = 0; row3 < mask.height; row3++) {
    for (let i = 0; i < columns; i++) {
      const { from, weights } = across[i], at2 = row3 * mask.width + from;
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * mask.values[at2 + k];
      wide[row3 * columns + i] = sum;
    }
  }
  const values = new Float32Array((y1 - y0) * columns);
  for (let j = 0; j < y1 - y0; j++) {
    const { from, weights } = down[j];
    for (let k = 0; k < weights.length; k++) {
      const at2 = (from + k) * columns, weight = weights[k];
      for (let i = 0; i < columns; i++) values[j * columns + i] += weight * wide[at2 + i];
    }
  }
  return { left: x0, top: y0, width: columns, height: y1 - y0, values };
}
function lay(pixels2, width, ink, opacity) {
  if (!ink) return;
  for (let j = 0; j < ink.height; j++) {
    for (let i = 0; i < ink.width; i++) {
      const share3 = ink.values[j * ink.width + i] / 255 * opacity;
      const at2 = ((ink.top + j) * width + ink.left + i) * 4;
      for (let c = at2; c < at2 + 3; c++) pixels2[c] += Math.round((255 - pixels2[c]) * share3);
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
function paragraph(text2, parent, className = "") {
  const made = element("p", className, parent);
  write(made, text2);
  return made;
}
function write(node2, text2) {
  const pieces = [];
  let end = 0;
  for (const found of text2.matchAll(MARKUP)) {
    const [whole, strong, label, address] = found;
    pieces.push(text2.slice(end, found.index));
    pieces.push(strong === void 0 ? link(label, address) : emphasis(strong));
    end = found.index + whole.length;
  }
  node2.replaceChildren(...pieces, text2.slice(end));
}
function emphasis(text2) {
  const made = element("em");
  made.textContent = text2;
  return made;
}
function link(label, address) {
  const made = element("a", "", null, { href: address, target: "_blank", rel: "noopener" });
  made.textContent = label;
  return made;
}

// components/viewer/sign.js
var SIGNS = ["for", "against", "both", "abs"];
var KEEP = {
  for: (value) => value > 0 ? value : 0,
  against: (value) => value < 0 ? -value : 0,
  both: (value) => value,
  abs: Math.abs
};
function peakOf(values, sign) {
  const keep2 = KEEP[sign];
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(keep2(value)));
  return peak;
}

// components/viewer/heat.js
function axisWeights(count2, start, step, windowStart, windowEnd, cells) {
  const low = new Int32Array(count2), share3 = new Float32Array(count2);
  for (let i = 0; i < count2; i++) {
    const u = (start + (i + 0.5) * step - windowStart) / (windowEnd - windowStart);
    if (u < 0 || u >= 1) {
      low[i] = -1;
      continue;
    }
    const position = Math.min(Math.max(u * cells - 0.5, 0), cells - 1);
    low[i] = Math.min(Math.floor(position), Math.max(cells - 2, 0));
    share3[i] = position - low[i];
  }
  return { low, share: share3 };
}
function heatOf(values, scale, sign) {
  const keep2 = KEEP[sign];
  const heat = new Float32Array(values.length);
  if (!(scale > 0)) return heat;
  for (let i = 0; i < values.length; i++) heat[i] = Math.max(Math.min(keep2(values[i]) / scale, 1), -1);
  return heat;
}
function upsample(map2, area, width, height, sign, scale) {
  const heat = heatOf(map2.values, scale, sign);
  const [h, w2] = map2.shape, [left, top, right, bottom] = map2.window;
  const across = axisWeights(width, area.x, area.width / width, left, right, w2);
  const down = axisWeights(height, area.y, area.height / height, top, bottom, h);
  const wide = new Float32Array(h * width);
  for (let r = 0; r < h; r++) {
    for (let i = 0; i < width; i++) {
      const c = across.low[i];
      if (c < 0) continue;
      const a = heat[r * w2 + c], b = heat[r * w2 + Math.min(c + 1, w2 - 1)];
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
function valueAt(map2, x, y) {
  const [h, w2] = map2.shape, [left, top, right, bottom] = map2.window;
  const across = axisWeights(1, x - 0.5, 1, left, right, w2);
  const down = axisWeights(1, y - 0.5, 1, top, bottom, h);
  const c = across.low[0], r = down.low[0];
  if (c < 0 || r < 0) return null;
  const c2 = Math.min(c + 1, w2 - 1), r2 = Math.min(r + 1, h - 1);
  const fx = across.share[0], fy = down.share[0], v = map2.values;
  const upper = v[r * w2 + c] * (1 - fx) + v[r * w2 + c2] * fx;
  const lower = v[r2 * w2 + c] * (1 - fx) + v[r2 * w2 + c2] * fx;
  return upper * (1 - fy) + lower * fy;
}

// components/viewer/look.js
var VIEWS = ["overlay", "heatmap", "swipe", "contour"];
var SCALES = ["each", "shared"];
var CROSSHAIRS = ["off", "on"];
var DEFAULT_LOOK = {
  cm: "inferno",
  op: 0.6,
  th: 0,
  view: "overlay",
  scale: "each",
  sign: "for",
  cross: "off"
};
var OLD_NAMES = { sign: "ev" };
function readLook(fragment, colormaps) {
  const asked2 = new URLSearchParams(fragment.replace(/^#/, ""));
  const share3 = (name) => {
    const number2 = Number(asked2.get(name));
    const fits = asked2.get(name) && number2 >= 0 && number2 <= 1;
    return fits ? number2 : DEFAULT_LOOK[name];
  };
  const oneOf = (name, choices) => {
    const value = asked2.get(name) ?? asked2.get(OLD_NAMES[name]);
    return choices.includes(value) ? value : DEFAULT_LOOK[name];
  };
  return {
    cm: oneOf("cm", colormaps),
    op: share3("op"),
    th: share3("th"),
    view: oneOf("view", VIEWS),
    scale: oneOf("scale", SCALES),
    sign: oneOf("sign", SIGNS),
    cross: oneOf("cross", CROSSHAIRS)
  };
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
function covers(box, width, height) {
  return box.x <= 0.5 && box.y <= 0.5 && box.x + box.width >= width - 0.5 && box.y + box.height >= height - 0.5;
}

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
function mixingTable(lut, alpha2, sign) {
  const color = new Float32Array(256 * 3), stays = new Float32Array(256);
  for (let i = 0; i < 256; i++) {
    const a = alpha2 * Math.min(1, 2 * strengthOf(i, sign));
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
      const level = levelOf(v, sign), keep2 = stays[level], c = level * 3;
      out[p] = photo[p] * keep2 + color[c];
      out[p + 1] = photo[p + 1] * keep2 + color[c + 1];
      out[p + 2] = photo[p + 2] * keep2 + color[c + 2];
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
      "aria-valuemax": "100",
      title: "Drag it. Arrow keys move it, + and − make it larger and smaller."
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
  place({ left, top, right, bottom }, share3, words2) {
    Object.assign(this.node.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`
    });
    this.node.setAttribute("aria-valuenow", String(Math.round(share3 * 100)));
    this.node.setAttribute("aria-valuetext", words2);
  }
};

// components/learn/signed_photo.js
var SHARPEST = 720;
var [SMALLEST, LARGEST] = [0.1, 0.45];
var SignedPhoto = class {
  // change: called with the {left, top, height} that a hand gives the signature, shares of the side;
  // home: to put it back.
  constructor(parent, title, change, home) {
    this.title = title;
    this.change = change;
    this.root = element("div", "stage", parent);
    this.canvas = element("canvas", "", this.root, { role: "img" });
    this.draggable = new Draggable(this.root, `Signature, ${title}`, {
      begin: () => {
        this.start = this.shown.mark;
      },
      move: (x, y) => this.put({ left: this.start.left + x / this.side, top: this.start.top + y / this.side }),
      size: (factor) => this.put({ height: this.start.height * factor }),
      home
    });
  }
  // shown: the decoded photo and its `size`, the `window` of it that the network sees, the ink, the
  // mark {left, top, height, opacity}, whether it is `signed`, and the map with the scale to draw it on.
  show(shown) {
    this.shown = shown;
    const { signed: signed2, mark } = shown;
    const seen2 = signed2 ? "the photo, signed" : "the photo";
    this.canvas.setAttribute("aria-label", `${this.title}: ${seen2}, and its heat`);
    this.draggable.node.hidden = !signed2;
    this.place(mark);
    this.draw();
  }
  resize(side) {
    if (side === this.side) return;
    this.side = side;
    this.root.style.width = this.root.style.height = `${side}px`;
    this.place(this.shown.mark);
    this.draw();
  }
  place(mark) {
    if (!this.side) return;
    const { left, top, right, bottom } = this.box(mark, this.side);
    const across = wholePercent(mark.left), down = wholePercent(mark.top);
    const words2 = `${across} from the left and ${down} from the top, ${wholePercent(mark.height)} high`;
    this.draggable.place({ left, top, right, bottom }, mark.left, words2);
  }
  box({ left, top, height }, side) {
    const wide = height * this.aspect;
    return { left: left * side, top: top * side, right: (left + wide) * side, bottom: (top + height) * side };
  }
  get aspect() {
    return this.shown.ink.width / this.shown.ink.height;
  }
  // At most once a frame.
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = void 0;
      if (this.side) this.paint();
    });
  }
  paint() {
    const { window: seen2, mark, signed: signed2, ink, map: map2, scale, colormaps } = this.shown;
    const side = Math.min(SHARPEST, Math.round(this.side * devicePixelRatio));
    const picture = this.photo(side);
    if (signed2) lay(picture.data, side, inkOf(ink, this.box(mark, side), side, side), mark.opacity);
    const [left, top, right, bottom] = seen2;
    const area = { x: left, y: top, width: right - left, height: bottom - top };
    const heat = upsample({ ...map2, window: seen2 }, area, side, side, "for", scale);
    const { table } = drawing(DEFAULT_LOOK, colormaps);
    mixOverlay(picture.data, picture.data, heat, table, 0, side, 0, "for");
    this.canvas.getContext("2d").putImageData(picture, 0, 0);
  }
  // What the network sees, a copy of its pixels; scaled once for each photo and size.
  photo(side) {
    const { bitmap, size: size2, window: [left, top, right, bottom] } = this.shown;
    if (this.plain?.width !== side || this.plain.of !== bitmap) {
      this.canvas.width = this.canvas.height = side;
      const pen = this.canvas.getContext("2d", { willReadFrequently: true });
      const across = bitmap.width / size2[0], down = bitmap.height / size2[1];
      pen.imageSmoothingQuality = "high";
      pen.drawImage(
        bitmap,
        left * across,
        top * down,
        (right - left) * across,
        (bottom - top) * down,
        0,
        0,
        side,
        side
      );
      this.plain = pen.getImageData(0, 0, side, side);
      this.plain.of = bitmap;
    }
    return new ImageData(new Uint8ClampedArray(this.plain.data), side, side);
  }
  // The signature stays whole.
  put(fields) {
    const { left, top, height } = { ...this.start, ...fields };
    const high = clamp(height, SMALLEST, Math.min(LARGEST, 1 / this.aspect));
    this.change({
      left: clamp(left, 0, 1 - high * this.aspect),
      top: clamp(top, 0, 1 - high),
      height: high
    });
  }
  remove() {
    cancelAnimationFrame(this.frame);
  }
};
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

// components/learn/cheat.js
var SMALLEST2 = 120;
var files = /* @__PURE__ */ new Map();
var CheatFigure = class {
  constructor(places, ask) {
    this.ask = ask;
    this.signed = true;
    this.serial = 0;
    this.place = places.cheat;
    this.root = element("div", "cheat", this.place);
    this.controls();
    this.row = element("div", "cheat-pair", this.root);
    this.sides = [];
    this.measured = new Measured(places["cheat-test"]);
  }
  controls() {
    const row3 = element("div", "cheat-controls", this.root);
    this.toggle = element("button", "cheat-switch", row3, { type: "button", role: "switch" });
    element("i", "", this.toggle);
    element("span", "", this.toggle).textContent = "Signed";
    this.toggle.onclick = () => this.sign(!this.signed);
    this.back = element("button", "cheat-back", row3, { type: "button" });
    this.back.textContent = "Put it back";
    this.back.onclick = () => this.move(this.data.usual);
    this.key = element("p", "cheat-key", row3);
  }
  async show(data, arrays) {
    this.data = data;
    if (arrays.jpeg) {
      files.clear();
      files.set(data.photo, createImageBitmap(new Blob([arrays.jpeg], { type: "image/jpeg" })));
      files.set("ink", maskOf(arrays.ink));
    }
    if (!files.has(data.photo)) return this.send(data.place);
    const [bitmap, ink] = await Promise.all([files.get(data.photo), files.get("ink")]);
    if (this.data !== data) return void 0;
    if (!this.sides.length) this.build(data);
    if (data.serial >= this.serial) {
      this.serial = data.serial;
      this.at = data.place;
    }
    const peaks = data.networks.flatMap(({ signed: signed2, unsigned }) => [signed2.peak, unsigned.peak]);
    this.drawn = { bitmap, ink, arrays, scale: Math.max(...peaks) };
    this.measured.show(data.tested);
    return this.draw();
  }
  build({ networks }) {
    this.sides = networks.map(({ title }) => {
      const root = element("div", "cheat-side", this.row);
      element("h4", "", root).textContent = title;
      const home = () => this.move(this.data.usual);
      const photo = new SignedPhoto(root, title, (at2) => this.move(at2), home);
      const words2 = element("div", "cheat-words", root);
      const list = element("ol", "cheat-bars", words2, { "aria-label": `${title} says` });
      const said = element("p", "cheat-said", words2);
      return { root, photo, list, said, bars: [] };
    });
  }
  sign(signed2) {
    this.signed = signed2;
    if (this.drawn) this.draw();
  }
  // Put the signature somewhere: it moves at once, the answer follows.
  move({ left, top, height }) {
    this.at = { left, top, height };
    this.signed = true;
    this.draw();
    this.send(this.at);
  }
  send({ left, top, height }) {
    this.serial += 1;
    const held2 = files.has(this.data.photo) ? this.data.photo : "";
    this.ask("place", { left, top, height, serial: this.serial, held: held2 });
  }
  draw() {
    const { data, signed: signed2, drawn } = this;
    this.toggle.setAttribute("aria-checked", String(signed2));
    this.back.hidden = !signed2 || same(this.at, data.usual);
    this.key.textContent = `Heat: what speaks for ${data.label}. One scale for both.`;
    const state2 = signed2 ? "signed" : "unsigned";
    const { size: size2, window: window2, opacity, colormaps } = data;
    this.sides.forEach((side, n) => {
      const network = data.networks[n], found = network[state2];
      this.list(side, found.bars);
      write(side.said, found.said);
      const map2 = drawn.arrays[`${network.name}-${state2}`], mark = { ...this.at, opacity };
      side.photo.show({ ...drawn, size: size2, window: window2, colormaps, map: map2, mark, signed: signed2 });
    });
    this.resize();
  }
  list(side, bars) {
    while (side.bars.length < bars.length) {
      const item = element("li", "", side.list);
      side.bars.push({
        item,
        label: element("span", "label", item),
        share: element("span", "share", item),
        bar: element("i", "", element("span", "track", item))
      });
    }
    bars.forEach(({ label, share: share3, own }, n) => {
      const row3 = side.bars[n];
      row3.item.classList.toggle("own", own);
      row3.label.textContent = label;
      row3.share.textContent = percent(share3);
      row3.bar.style.width = `${share3 * 100}%`;
    });
  }
  // A photo is as wide as its column, and in a lecture no higher than leaves room for the words.
  resize() {
    if (!this.place.clientWidth || !this.sides.length) return;
    let most = this.sides[0].root.clientWidth;
    if (this.place.closest("[lecture]")) {
      const words2 = Math.max(...this.sides.map(({ root, photo }) => root.offsetHeight - photo.root.offsetHeight));
      const above = this.row.getBoundingClientRect().top - this.root.getBoundingClientRect().top;
      most = Math.min(most, this.place.clientHeight - above - words2);
    }
    for (const { photo } of this.sides) photo.resize(Math.max(SMALLEST2, Math.floor(most)));
  }
  remove() {
    for (const { photo } of this.sides) photo.remove();
    this.root.remove();
  }
};
function same(one, other) {
  return ["left", "top", "height"].every((name) => one[name] === other[name]);
}

// components/viewer/roving.js
var STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
function onlyStop(items, chosen2) {
  const stop = items.includes(chosen2) ? chosen2 : items[0];
  for (const item of items) item.tabIndex = item === stop ? 0 : -1;
}
function rove(node2, items) {
  node2.addEventListener("focusin", (event) => {
    const found = items().find((item) => item === event.target);
    if (found) onlyStop(items(), found);
  });
  node2.addEventListener("keydown", (event) => {
    const all = items(), now2 = all.indexOf(event.target);
    const ends = { Home: 0, End: all.length - 1 };
    const vertical = event.key === "ArrowUp" || event.key === "ArrowDown";
    if (now2 < 0 || vertical && event.target.matches("select, input")) return;
    const next = ends[event.key] ?? (now2 + (STEPS[event.key] ?? NaN) + all.length) % all.length;
    if (Number.isNaN(next)) return;
    event.preventDefault();
    event.stopPropagation();
    all[next].focus();
  });
}

// components/viewer/marks.js
var FRAME = "rgba(255, 255, 255, 0.9)";
var FAINT_FRAME = "rgba(255, 255, 255, 0.55)";
var DIMMED = "rgba(10, 12, 16, 0.5)";
function drawCrop(pen, window2, area) {
  const { width, height } = pen.canvas;
  const box = windowBox(window2, area, width, height);
  if (covers(box, width, height)) return;
  pen.fillStyle = DIMMED;
  pen.beginPath();
  pen.rect(0, 0, width, height);
  pen.rect(box.x, box.y, box.width, box.height);
  pen.fill("evenodd");
  strokeBox(pen, box, FRAME);
}
function drawFrame(pen, window2, area) {
  const { width, height } = pen.canvas;
  const box = windowBox(window2, area, width, height);
  if (!covers(box, width, height)) strokeBox(pen, box, FAINT_FRAME);
}
function strokeBox(pen, box, style) {
  pen.lineWidth = Math.max(1, Math.round(pen.canvas.width / 400));
  pen.strokeStyle = style;
  pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
}

// components/viewer/page.js
var page = window.gradcamPage ??= { look: null, suited: "", viewers: /* @__PURE__ */ new Set() };
function join(viewer) {
  page.viewers.add(viewer);
}
function part(viewer) {
  page.viewers.delete(viewer);
}
function currentLook() {
  return page.look;
}
function startLook(colormaps) {
  page.look ??= readLook(window.location.hash, colormaps.map(({ name }) => name));
}

// components/viewer/photo.js
var KEPT = 24;
var decoded = /* @__PURE__ */ new Map();
async function decodePhoto(row3) {
  if (!decoded.has(row3.id)) {
    const blob = new Blob([row3.jpeg], { type: "image/jpeg" });
    decoded.set(row3.id, await createImageBitmap(blob));
    if (decoded.size > KEPT) decoded.delete(decoded.keys().next().value);
  }
  return decoded.get(row3.id);
}
function photoPixels(row3, area, width, height) {
  const key = `${width}×${height}@${area.x},${area.y},${area.width},${area.height}`;
  if (row3.pixelsKey !== key || row3.pixelsOf !== row3.bitmap) {
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.imageSmoothingQuality = "high";
    const { bitmap } = row3;
    const sx = bitmap.width / row3.size[0], sy = bitmap.height / row3.size[1];
    pen.drawImage(
      bitmap,
      area.x * sx,
      area.y * sy,
      area.width * sx,
      area.height * sy,
      0,
      0,
      width,
      height
    );
    row3.pixels = pen.getImageData(0, 0, width, height);
    row3.pixelsKey = key;
    row3.pixelsOf = bitmap;
  }
  return row3.pixels;
}

// components/learn/overlay.js
async function openPhoto(photo) {
  return { ...photo, bitmap: await decodePhoto(photo) };
}
function fit(canvas, [w2, h], width, height) {
  const scale = Math.min(width / w2, height / h);
  const density = Math.min(window.devicePixelRatio || 1, 2);
  canvas.style.width = `${Math.round(w2 * scale)}px`;
  canvas.style.height = `${Math.round(h * scale)}px`;
  canvas.width = Math.max(1, Math.round(w2 * scale * density));
  canvas.height = Math.max(1, Math.round(h * scale * density));
}
function drawPhoto(canvas, photo) {
  const pen = canvas.getContext("2d");
  pen.putImageData(pixels(canvas, photo, wholePhoto(photo.size)), 0, 0);
  drawCrop(pen, photo.window, wholePhoto(photo.size));
}
function seen({ window: [left, top, right, bottom] }) {
  return { x: left, y: top, width: right - left, height: bottom - top };
}
function seenSize(photo) {
  const { width, height } = seen(photo);
  return [width, height];
}
function drawMap(canvas, photo, map2, { colormaps, scale, view = "overlay", area }) {
  startLook(colormaps);
  const look = { ...lookForEvidence(), view };
  area ??= wholePhoto(photo.size);
  const { width, height } = canvas;
  const placed2 = { ...map2, window: photo.window };
  const heat = upsample(placed2, area, width, height, look.sign, scale);
  const picture = new ImageData(width, height);
  const behind = pixels(canvas, photo, area).data;
  const { window: window2 } = photo;
  composite(
    picture.data,
    { photo: behind, heat, window: window2, area, width, height },
    drawing(look, colormaps, () => scale)
  );
  const pen = canvas.getContext("2d");
  pen.putImageData(picture, 0, 0);
  if (view === "overlay") drawFrame(pen, window2, area);
}
function drawMasked(canvas, photo, map2, rest) {
  const { width, height } = canvas, area = seen(photo);
  const { values, shape } = map2;
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const shifted = values.map((value) => value - low);
  const placed2 = { values: shifted, shape, window: photo.window };
  const mask = upsample(placed2, area, width, height, "for", high - low);
  const picture = new ImageData(width, height), source = pixels(canvas, photo, area).data;
  for (let i = 0, p = 0; i < mask.length; i++, p += 4) {
    for (let c = 0; c < 3; c++) {
      const back = rest[c] * 255;
      picture.data[p + c] = back + (source[p + c] - back) * mask[i];
    }
    picture.data[p + 3] = 255;
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
function lookForEvidence() {
  const look = currentLook();
  return look.sign === "for" ? { ...look, th: 0 } : { ...DEFAULT_LOOK, op: look.op };
}
function pixels(canvas, photo, area) {
  const { width, height } = canvas;
  canvas.kept = canvas.kept?.bitmap === photo.bitmap ? canvas.kept : { ...photo };
  return photoPixels(canvas.kept, area, width, height);
}

// components/viewer/covering.js
var BLUR = 1 / 20;
var GREY = "rgb(128, 128, 128)";
function drawCovered(canvas, row3, { cells, grid, fill }) {
  const pen = canvas.getContext("2d");
  drawPhoto2(pen, row3);
  if (!cells.includes(1)) return;
  const mask = masked(row3, cells, grid, canvas);
  const cover = mask.getContext("2d");
  cover.globalCompositeOperation = "source-in";
  if (fill === "grey") {
    cover.fillStyle = GREY;
    cover.fillRect(0, 0, mask.width, mask.height);
  } else {
    cover.drawImage(blurred(row3, canvas), 0, 0);
  }
  pen.drawImage(mask, 0, 0);
}
function drawPhoto2(pen, { original, area, size: size2 }) {
  const sx = original.width / size2[0], sy = original.height / size2[1];
  pen.drawImage(
    original,
    area.x * sx,
    area.y * sy,
    area.width * sx,
    area.height * sy,
    0,
    0,
    pen.canvas.width,
    pen.canvas.height
  );
}
function masked({ area, size: size2 }, cells, grid, { width, height }) {
  const [columns, rows] = grid;
  const small = element("canvas", "", null, { width: columns, height: rows });
  const bits = new ImageData(columns, rows);
  cells.forEach((cell, i) => {
    bits.data[i * 4 + 3] = cell * 255;
  });
  small.getContext("2d").putImageData(bits, 0, 0);
  const mask = element("canvas", "", null, { width, height });
  const pen = mask.getContext("2d");
  const box = [
    -area.x / area.width * width,
    -area.y / area.height * height,
    size2[0] / area.width * width,
    size2[1] / area.height * height
  ];
  pen.globalCompositeOperation = "lighter";
  pen.drawImage(small, ...box);
  pen.drawImage(small, ...box);
  pen.globalCompositeOperation = "source-over";
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, ...box);
  return mask;
}
function blurred(row3, { width, height }) {
  const { area, size: size2 } = row3;
  const key = `${width}×${height}@${area.x},${area.y},${area.width}`;
  if (row3.blurredKey === key) return row3.blurred;
  const deviation = Math.max(...size2) * BLUR * (width / area.width);
  const plain = element("canvas", "", null, { width, height });
  drawPhoto2(plain.getContext("2d"), row3);
  const soft = element("canvas", "", null, { width, height });
  const pen = soft.getContext("2d");
  if ("filter" in pen) pen.filter = `blur(${deviation}px)`;
  const source = "filter" in pen ? plain : shrunk(plain, deviation);
  for (let i = 0; i < 4; i++) pen.drawImage(source, 0, 0, width, height);
  row3.blurred = soft;
  row3.blurredKey = key;
  return soft;
}
function shrunk(canvas, deviation) {
  const width = Math.max(2, Math.round(canvas.width / (2 * deviation)));
  const height = Math.max(2, Math.round(canvas.height / (2 * deviation)));
  const small = element("canvas", "", null, { width, height });
  const pen = small.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(canvas, 0, 0, width, height);
  return small;
}

// components/learn/fields.js
var HALO = "rgba(0, 0, 0, 0.6)";
var LINE = "#fff";
var DIM = "rgba(8, 10, 14, 0.42)";
var GRID = "rgba(255, 255, 255, 0.22)";
var SMALLEST3 = 9;
function drawField(canvas, row3, { cell, field: field3, ellipse, grid, window: window2, plain }) {
  const pen = canvas.getContext("2d");
  const unit = Math.max(1, canvas.width / 500);
  const place2 = placed(canvas, row3.size);
  if (grid && !plain) drawGrid(pen, place2(window2), grid);
  if (field3) {
    const box = within(place2(field3), canvas);
    if (!plain) shade(pen, box);
    outline(pen, (path) => path.rect(...box), unit * 1.5);
    const [x, y, width, height] = place2(ellipse);
    if (!plain && Math.min(width, height) > 6 * unit) {
      const oval = (path) => path.ellipse(x + width / 2, y + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
      pen.save();
      pen.beginPath();
      pen.rect(...box);
      pen.clip();
      outline(pen, oval, unit * 1.25, [5 * unit, 4 * unit]);
      pen.restore();
    }
  }
  if (!plain) outline(pen, (path) => path.rect(...place2(cell)), unit);
}
function drawInset(canvas, row3, box, ellipse, across) {
  const [left, top, right, bottom] = box;
  const density = Math.min(window.devicePixelRatio || 1, 2);
  const scale = across * density / Math.max(right - left, bottom - top);
  canvas.width = Math.max(1, Math.round((right - left) * scale));
  canvas.height = Math.max(1, Math.round((bottom - top) * scale));
  const pen = canvas.getContext("2d");
  const sx = row3.bitmap.width / row3.size[0], sy = row3.bitmap.height / row3.size[1];
  pen.imageSmoothingEnabled = scale < 4;
  pen.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
  const inside = [
    Math.max(left, 0),
    Math.max(top, 0),
    Math.min(right, row3.size[0]),
    Math.min(bottom, row3.size[1])
  ];
  const wide = inside[2] - inside[0], high = inside[3] - inside[1];
  if (wide > 0 && high > 0) {
    pen.drawImage(row3.bitmap, inside[0] * sx, inside[1] * sy, wide * sx, high * sy, inside[0], inside[1], wide, high);
  }
  pen.setTransform(1, 0, 0, 1, 0, 0);
  const [x, y] = [(ellipse[0] - left) * scale, (ellipse[1] - top) * scale];
  const [rx, ry] = [(ellipse[2] - ellipse[0]) * scale / 2, (ellipse[3] - ellipse[1]) * scale / 2];
  outline(pen, (path) => path.ellipse(x + rx, y + ry, rx, ry, 0, 0, 2 * Math.PI), density, [5 * density, 4 * density]);
}
function placed(canvas, [width, height]) {
  const across = canvas.width / width, down = canvas.height / height;
  return ([left, top, right, bottom]) => [left * across, top * down, (right - left) * across, (bottom - top) * down];
}
function within([x, y, width, height], canvas) {
  const left = Math.max(x, 1), top = Math.max(y, 1);
  const right = Math.min(x + width, canvas.width - 1), bottom = Math.min(y + height, canvas.height - 1);
  return [left, top, Math.max(right - left, 1), Math.max(bottom - top, 1)];
}
function drawGrid(pen, [x, y, width, height], [rows, columns]) {
  if (Math.min(width / columns, height / rows) < SMALLEST3) return;
  pen.strokeStyle = GRID;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let n = 1; n < columns; n++) line(pen, x + n / columns * width, y, 0, height);
  for (let n = 1; n < rows; n++) line(pen, x, y + n / rows * height, width, 0);
  pen.stroke();
}
function line(pen, x, y, across, down) {
  pen.moveTo(x, y);
  pen.lineTo(x + across, y + down);
}
function shade(pen, box) {
  pen.fillStyle = DIM;
  pen.beginPath();
  pen.rect(0, 0, pen.canvas.width, pen.canvas.height);
  pen.rect(...box);
  pen.fill("evenodd");
}
function outline(pen, trace, thickness, dashes = []) {
  pen.setLineDash(dashes);
  for (const [style, width] of [[HALO, thickness * 2.4], [LINE, thickness]]) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.beginPath();
    trace(pen);
    pen.stroke();
  }
  pen.setLineDash([]);
}

// components/learn/numbers.js
var SMALLEST4 = 11;
function drawNumbers(canvas, { size: size2, window: [left, top, right, bottom] }, map2) {
  const pen = canvas.getContext("2d"), { width, height } = canvas;
  const style = getComputedStyle(canvas);
  const density = width / canvas.clientWidth || 1;
  const [rows, columns] = map2.shape;
  const across = (right - left) / size2[0] * width / columns;
  const down = (bottom - top) / size2[1] * height / rows;
  const from = [left / size2[0] * width, top / size2[1] * height];
  const peak = peakOf(map2.values, "abs") && (peakOf(map2.values, "for") || peakOf(map2.values, "abs"));
  const type = Math.min(across * 0.36, down * 0.5, 20 * density);
  const written = type >= SMALLEST4 * density * 0.9;
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = pen.strokeStyle = style.color;
  pen.font = `${type}px ${style.fontFamily}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  map2.values.forEach((value, n) => {
    const share3 = peak ? value / peak : 0;
    const x = from[0] + n % columns * across, y = from[1] + Math.floor(n / columns) * down;
    pen.globalAlpha = 0.22 * Math.min(Math.max(share3, 0), 1) + (written ? 0 : 0.02);
    pen.fillRect(x, y, across, down);
    pen.globalAlpha = 1;
    if (written) pen.fillText(inWhole(share3), x + across / 2, y + down / 2);
  });
  pen.globalAlpha = 0.25;
  pen.lineWidth = density;
  pen.strokeRect(...from, across * columns, down * rows);
  pen.globalAlpha = 1;
}
function inWhole(share3) {
  const whole = Math.round(share3 * 100);
  return whole < 0 ? `${MINUS}${-whole}` : String(whole + 0);
}

// components/learn/plate.js
var FINE = 360;
var Plate = class {
  constructor(parent, about) {
    this.about = about;
    const root = element("figure", "plate", parent);
    this.canvas = element("canvas", "", root, { role: "img", "aria-label": `${about.title}: ${about.detail}` });
    const caption = element("figcaption", "", root);
    element("strong", "", caption).textContent = about.title;
    element("span", "", caption).textContent = about.detail;
    if (about.bar === null) return;
    const track = element("span", "track", caption);
    element("i", "", track).style.width = `${about.bar * 100}%`;
  }
  // scale: the raw value drawn as 1, or null for the map's own peak. cells: draw them unsmoothed.
  draw({ photos, arrays, colormaps }, { width, height, scale, cells }) {
    const { about, canvas } = this, photo = photos[about.photo];
    fit(canvas, photo.size, width, height);
    if (about.numbers) return drawNumbers(canvas, photo, arrays[about.map]);
    if (about.cover) return this.drawCover(photo, arrays[about.cover]);
    const map2 = arrays[about.map];
    const top = scale ?? peakOf(map2.values, "for");
    drawMap(canvas, photo, cells ? repeated(map2) : map2, { colormaps, scale: top });
    if (cells) this.drawCells(photo, map2.shape);
  }
  drawCover(photo, { shape: [rows, columns], values }) {
    this.row ??= { original: photo.bitmap, size: photo.size, area: wholePhoto(photo.size) };
    drawCovered(this.canvas, this.row, { cells: values, grid: [columns, rows], fill: "blur" });
    drawCrop(this.canvas.getContext("2d"), photo.window, this.row.area);
  }
  drawCells({ size: size2, window: [left, top, right, bottom] }, shape) {
    const { width, height } = this.canvas, across = width / size2[0], down = height / size2[1];
    const box = [left * across, top * down, (right - left) * across, (bottom - top) * down];
    drawGrid(this.canvas.getContext("2d"), box, shape);
  }
};
function repeated({ values, shape: [h, w2] }) {
  const times = Math.max(1, Math.ceil(FINE / Math.max(h, w2)));
  const many = new Float32Array(values.length * times * times);
  for (let y = 0; y < h * times; y++) {
    for (let x = 0; x < w2 * times; x++) {
      many[y * w2 * times + x] = values[Math.floor(y / times) * w2 + Math.floor(x / times)];
    }
  }
  return { values: many, shape: [h * times, w2 * times] };
}

// components/learn/claims.js
var SWITCHES = {
  "claim-resolution": ["How the map is drawn", ["As usually drawn", "As the layer has it"]],
  "claim-scale": ["Scale", ["Each on its own scale", "One scale for both"]]
};
var ClaimsFigure = class {
  constructor(places) {
    this.claims = Object.entries(places).map(([id2, place2]) => new Claim(id2, place2));
  }
  async show(data, arrays) {
    const names = Object.keys(data.photos);
    const opened2 = await Promise.all(names.map((name) => openPhoto({ ...data.photos[name], jpeg: arrays[`photo_${name}`] })));
    const photos = Object.fromEntries(names.map((name, n) => [name, opened2[n]]));
    for (const claim of this.claims) {
      claim.show(data.plates[claim.id], { photos, arrays, colormaps: data.colormaps });
    }
  }
  resize() {
    for (const claim of this.claims) claim.draw();
  }
  remove() {
  }
};
var Claim = class {
  constructor(id2, place2) {
    this.id = id2;
    this.place = place2;
    this.root = element("div", "claim", place2);
    this.other = false;
    if (SWITCHES[id2]) this.buildSwitch(...SWITCHES[id2]);
    this.row = element("div", "plates", this.root);
    this.plates = [];
  }
  buildSwitch(name, sides) {
    const group = element("div", "sides", this.root, { role: "radiogroup", "aria-label": name });
    this.sides = sides.map((text2, n) => {
      const button = element("button", "", group, { type: "button", role: "radio" });
      button.textContent = text2;
      button.onclick = () => this.turn(n === 1);
      return button;
    });
    rove(group, () => this.sides);
    this.mark();
  }
  turn(other) {
    this.other = other;
    this.mark();
    this.draw();
  }
  mark() {
    this.sides.forEach((button, n) => {
      button.setAttribute("aria-checked", String(this.other === (n === 1)));
    });
    onlyStop(this.sides, this.sides[Number(this.other)]);
  }
  show(plates, context) {
    this.context = context;
    this.row.replaceChildren();
    this.plates = plates.map((plate) => new Plate(this.row, plate));
    const bars = plates.some(({ bar }) => bar !== null);
    this.row.classList.toggle("barred", bars);
    this.draw();
  }
  draw() {
    if (!this.plates.length) return;
    const { arrays } = this.context;
    const maps = this.plates.map(({ about }) => arrays[about.map]).filter(Boolean);
    const shared = this.id === "claim-scale" && this.other;
    const scale = shared ? Math.max(...maps.map(({ values }) => peakOf(values, "for"))) : null;
    const cells = this.id === "claim-resolution" && this.other;
    const room2 = this.room();
    for (const plate of this.plates) plate.draw(this.context, { ...room2, scale, cells });
  }
  // How large a picture may be: side by side, within the height of a screen.
  room() {
    const style = getComputedStyle(this.root), count2 = this.plates.length;
    const stage = this.root.closest("[lecture]") ? parseFloat(style.getPropertyValue("--stage")) : 0;
    const narrow = this.place.clientWidth < 560;
    const columns = narrow ? Math.min(count2, this.id === "claim-resolution" ? 1 : 2) : count2;
    this.row.style.setProperty("--plates", String(columns));
    const width = (this.place.clientWidth - (columns - 1) * 24) / columns;
    const rows = Math.ceil(count2 / columns);
    const spare = 110 + (this.sides ? 56 : 0);
    const height = stage ? Math.max((stage - spare) / rows, 120) : 460;
    return { width: Math.max(width, 80), height };
  }
};

// components/viewer/morph.js
var ON_A_STOP = 0.3;
function between(position, count2) {
  const held2 = Math.min(Math.max(position, 0), count2 - 1);
  const low = Math.min(Math.floor(held2), Math.max(count2 - 2, 0));
  return { low, high: Math.min(low + 1, count2 - 1), share: held2 - low };
}
function stopAt(position) {
  const nearest = Math.round(position);
  return Math.abs(position - nearest) <= ON_A_STOP ? nearest : null;
}
function blend(low, high, share3) {
  if (share3 <= 0) return low;
  if (share3 >= 1) return high;
  const mixed = new Float32Array(low.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = low[i] + (high[i] - low[i]) * share3;
  return mixed;
}
function phase(position, count2) {
  const way = count2 > 1 ? position / (count2 - 1) : 1;
  if (way < 1 / 3) return "early";
  return way > 2 / 3 ? "late" : "middle";
}
function meaning(position, cells) {
  const shrinks = cells[0] > cells.at(-1);
  return {
    early: shrinks ? "fine grid, little meaning yet" : "far from the answer",
    middle: shrinks ? "coarser grid, more meaning" : "on the way to the answer",
    late: shrinks ? "coarse grid, whole objects" : "next to the answer"
  }[phase(position, cells.length)];
}

// components/viewer/blended.js
function size(canvas, across, row3) {
  const density = Math.min(window.devicePixelRatio || 1, 2);
  const longest = Math.max(...row3.size);
  canvas.width = Math.max(1, Math.round(across * density * row3.size[0] / longest));
  canvas.height = Math.max(1, Math.round(across * density * row3.size[1] / longest));
}
function draw(canvas, row3, [low, high, share3], context) {
  const { width, height } = canvas;
  const area = wholePhoto(row3.size);
  const photo = photoPixels(row3, area, width, height).data;
  const heat = blend(heatOf2(low), heatOf2(high), share3);
  const picture = new ImageData(width, height);
  composite(picture.data, { photo, heat, window: low.window ?? row3.window, area, width, height }, context);
  canvas.getContext("2d").putImageData(picture, 0, 0);
  function heatOf2(panel) {
    if (!panel.values) return new Float32Array(width * height);
    const { sign } = context.look, scale = context.scaleOf(panel);
    const key = `${width}×${height} ${sign} ${scale}`;
    panel.depths ??= /* @__PURE__ */ new Map();
    if (!panel.depths.has(key)) {
      if (panel.depths.size > 3) panel.depths.clear();
      panel.depths.set(key, upsample(panel, area, width, height, sign, scale));
    }
    return panel.depths.get(key);
  }
}

// components/learn/reach.js
function positionAt([h, w2], [left, top, right, bottom], x, y) {
  const at2 = (share3, cells) => Math.min(Math.max(Math.floor(share3 * cells), 0), cells - 1);
  return [at2((y - top) / (bottom - top), h), at2((x - left) / (right - left), w2)];
}
function pointOf([h, w2], [left, top, right, bottom], [row3, column]) {
  return [
    left + (column + 0.5) / w2 * (right - left),
    top + (row3 + 0.5) / h * (bottom - top)
  ];
}
function cellBox([h, w2], [left, top, right, bottom], [row3, column]) {
  const across = (right - left) / w2, down = (bottom - top) / h;
  return [
    left + column * across,
    top + row3 * down,
    left + (column + 1) * across,
    top + (row3 + 1) * down
  ];
}
function fieldBox({ rows, columns }, [row3, column]) {
  return [part2(columns, 0, column), part2(rows, 0, row3), part2(columns, 1, column), part2(rows, 1, row3)];
}
function ellipseBox({ rows, columns }, [row3, column]) {
  const x = part2(columns, 2, column), y = part2(rows, 2, row3);
  const across = part2(columns, 3, column), down = part2(rows, 3, row3);
  return [x - across, y - down, x + across, y + down];
}
function part2({ shape, values }, line3, place2) {
  return values[line3 * shape[1] + place2];
}
function onPhoto(box, [height, width], [left, top, right, bottom]) {
  const across = (right - left) / width, down = (bottom - top) / height;
  return [
    left + box[0] * across,
    top + box[1] * down,
    left + box[2] * across,
    top + box[3] * down
  ];
}
function shareOf([left, top, right, bottom], [width, height]) {
  const across = Math.max(0, Math.min(right, width) - Math.max(left, 0));
  const down = Math.max(0, Math.min(bottom, height) - Math.max(top, 0));
  return across * down / (width * height);
}
function between2(one, other, share3) {
  return one.map((value, n) => value + (other[n] - value) * share3);
}

// components/learn/words.js
function share(value) {
  return value >= 0.05 || value === 0 ? wholePercent(value) : percent(value);
}

// components/learn/depths.js
var THUMBNAIL = 132;
var INSET = 220;
var PATIENCE = 600;
var TALLEST = 470;
var MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
var DepthFigure = class {
  constructor(places, ask) {
    this.ask = ask;
    this.place = places["early-and-late"];
    this.root = element("div", "depths", this.place);
    this.build();
    this.listen();
    this.point = null;
    this.depth = null;
    this.near = false;
    this.watch = new IntersectionObserver(([entry]) => {
      this.near ||= entry.isIntersecting;
      this.measureNext();
    }, { rootMargin: "600px" });
    this.watch.observe(this.root);
  }
  build() {
    const top = element("div", "pair", this.root);
    this.picture = element("canvas", "picture", top, {
      tabindex: "0",
      role: "application",
      "aria-roledescription": "picture"
    });
    const side = element("div", "side", top);
    this.title = element("p", "name", side);
    this.facts = element("p", "facts", side);
    const seen2 = element("figure", "seen", side);
    this.inset = element("canvas", "", seen2, { role: "img" });
    this.caption = element("figcaption", "", seen2);
    this.reading = element("p", "reading", side, { role: "status" });
    this.back = element("button", "peak", side, { type: "button" });
    this.back.textContent = "Back to the map’s peak";
    const way = element("div", "way", this.root);
    this.slider = element("input", "", way, {
      type: "range",
      min: "0",
      step: "0.01",
      "aria-label": "Depth, from early to late"
    });
    this.stops = element("div", "stops", way, { role: "group", "aria-label": "Stages" });
    this.ends = element("div", "ends", way, { "aria-hidden": "true" });
    for (const name of ["early", "late"]) element("span", "", this.ends).textContent = name;
  }
  listen() {
    this.picture.onpointermove = (event) => this.pointAt(event);
    this.picture.onpointerdown = (event) => {
      this.picture.setPointerCapture(event.pointerId);
      this.pointAt(event);
    };
    this.picture.onkeydown = (event) => this.onKey(event);
    this.back.onclick = () => this.moveTo(null);
    this.slider.oninput = () => this.goTo(Number(this.slider.value));
    this.slider.onchange = () => {
      const stop = stopAt(this.depth);
      if (stop !== null) this.goTo(stop);
    };
    this.slider.onkeydown = (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!step) return;
      const next = step > 0 ? Math.floor(this.depth) + 1 : Math.ceil(this.depth) - 1;
      this.goTo(Math.min(Math.max(next, 0), this.stages.length - 1));
      event.preventDefault();
      event.stopPropagation();
    };
  }
  async show(data, arrays) {
    const row3 = { id: data.photo, jpeg: arrays.photo, size: data.size, window: data.window };
    const stages = data.stages.map((stage, n) => ({
      ...stage,
      ...arrays[`map${n}`],
      window: data.window,
      fields: arrays[`rows${n}`] && { rows: arrays[`rows${n}`], columns: arrays[`columns${n}`] }
    }));
    row3.bitmap = await decodePhoto(row3);
    const other = this.data?.photo !== data.photo || this.data?.label !== data.label;
    const network = stages.map(({ name, shape }) => `${name} ${shape}`).join();
    this.data = data;
    this.row = row3;
    this.stages = stages;
    startLook(data.colormaps);
    this.context = drawing({ ...lookForEvidence(), view: "overlay" }, data.colormaps, (stage) => peakOf(stage.values, "for"));
    if (other) this.point = null;
    if (network !== this.network) this.depth = data.chosen;
    this.network = network;
    this.fill();
    this.resize();
    this.measureNext();
  }
  // The server measures one stage after another; it is asked how far it is until all are there. An
  // answer that says nothing new does not arrive, hence the clock.
  measureNext() {
    clearInterval(this.asking);
    if (!this.near || !this.stages?.some(({ measured }) => !measured)) return;
    this.asking = setInterval(() => this.ask("measure", true), PATIENCE);
  }
  fill() {
    this.root.style.setProperty("--stops", String(this.stages.length));
    this.slider.max = String(this.stages.length - 1);
    const focused = [...this.stops.children].indexOf(this.root.getRootNode().activeElement);
    this.thumbnails = this.stages.map((stage, n) => {
      const button = element("button", "stop", null, {
        type: "button",
        "aria-label": `${stage.name}, ${stage.shape.join(" × ")} cells`
      });
      const canvas = element("canvas", "", button);
      size(canvas, THUMBNAIL, this.row);
      element("span", "", button).textContent = stage.title;
      element("span", "cells", button).textContent = stage.shape.join(" × ");
      button.onclick = () => this.goTo(n);
      return { button, canvas };
    });
    this.stops.replaceChildren(...this.thumbnails.map(({ button }) => button));
    this.thumbnails[focused]?.button.focus({ preventScroll: true });
  }
  resize() {
    if (!this.row) return;
    const [width, height] = this.row.size;
    const stage = parseFloat(getComputedStyle(this.root).getPropertyValue("--stage"));
    const lecture = this.root.closest("[lecture]") && stage;
    const narrow = this.place.clientWidth < 640;
    const tallest = lecture ? Math.max(stage - 210, 160) : TALLEST;
    const widest = Math.max(narrow ? this.place.clientWidth : this.place.clientWidth * 0.6, 200);
    const scale = Math.min(widest / width, tallest / height);
    const across = Math.round(Math.max(width, height) * scale);
    if (this.across !== across || this.sized !== this.row.id) {
      this.across = across;
      this.sized = this.row.id;
      size(this.picture, across, this.row);
      this.picture.style.width = `${Math.round(width * scale)}px`;
    }
    this.redraw();
  }
  get stage() {
    return this.stages[stopAt(this.depth) ?? Math.round(this.depth)];
  }
  // Where the field is drawn for: the chosen point, or the peak of the layer the page is about.
  get spot() {
    if (this.point) return this.point;
    const { shape, peak } = this.stages[this.data.chosen];
    return pointOf(shape, this.data.window, peak);
  }
  positionIn(stage) {
    return positionAt(stage.shape, this.data.window, ...this.spot);
  }
  goTo(depth) {
    this.depth = depth;
    this.redraw();
  }
  moveTo(point) {
    this.point = point;
    this.redraw();
  }
  pointAt(event) {
    const box = this.picture.getBoundingClientRect(), [width, height] = this.row.size;
    this.moveTo([
      (event.clientX - box.left) / box.width * width,
      (event.clientY - box.top) / box.height * height
    ]);
  }
  onKey(event) {
    const move = MOVES[event.key];
    if (event.key === "Home") this.moveTo(null);
    else if (move) {
      const { shape } = this.stage;
      const next = this.positionIn(this.stage).map((at2, n) => Math.min(Math.max(at2 + move[n], 0), shape[n] - 1));
      this.moveTo(pointOf(shape, this.data.window, next));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  redraw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = void 0;
      this.paint();
      this.say();
    });
  }
  paint() {
    const { low, high, share: share3 } = between(this.depth, this.stages.length);
    const ends = [this.stages[low], this.stages[high]];
    draw(this.picture, this.row, [...ends, share3], this.context);
    drawField(this.picture, this.row, this.marks(ends, share3));
    this.thumbnails.forEach(({ button, canvas }, n) => {
      const stage = this.stages[n];
      draw(canvas, this.row, [stage, stage, 0], this.context);
      drawField(canvas, this.row, { ...this.marks([stage, stage], 0), plain: true });
      button.setAttribute("aria-pressed", String(n === stopAt(this.depth)));
    });
    if (Number(this.slider.value) !== this.depth) this.slider.value = String(this.depth);
  }
  // What is drawn over the map: the cell, and between two stages the field on the way from one to
  // the other.
  marks([low, high], share3) {
    const { window: window2, input } = this.data;
    const boxes = (of) => [low, high].map((stage) => stage.fields && onPhoto(of(stage.fields, this.positionIn(stage)), input, window2));
    const mixed = ([one, other]) => {
      if (share3 === 0) return one;
      if (share3 === 1) return other;
      return one && other && between2(one, other, share3);
    };
    const cells = [low, high].map((stage) => cellBox(stage.shape, window2, this.positionIn(stage)));
    return {
      cell: mixed(cells),
      field: mixed(boxes(fieldBox)),
      ellipse: mixed(boxes(ellipseBox)),
      grid: share3 === 0 ? low.shape : share3 === 1 ? high.shape : null,
      window: window2
    };
  }
  say() {
    const { stages, depth } = this, { input, window: window2 } = this.data;
    const at2 = stopAt(depth), { low, high } = between(depth, stages.length);
    const stage = this.stage, [h, w2] = stage.shape;
    const cells = stages.map(({ shape }) => shape[0] * shape[1]);
    const name = at2 === null ? `Between ${stages[low].title} and ${stages[high].title}` : stage.title;
    this.title.textContent = name;
    this.facts.textContent = at2 === null ? "No layer has this map: it is a blend of the two." : `${h} × ${w2} cells. ${capital(phase(depth, stages.length))}: ${meaning(depth, cells)}.`;
    this.back.disabled = this.point === null;
    const position = this.positionIn(stage);
    const evidence = stage.values[position[0] * w2 + position[1]];
    const words2 = [`Row ${position[0] + 1}, column ${position[1] + 1} of ${h} × ${w2}`];
    if (stage.fields) {
      const box = fieldBox(stage.fields, position), placed2 = onPhoto(box, input, window2);
      const sees = `${Math.round(box[2] - box[0])} × ${Math.round(box[3] - box[1])}`;
      this.caption.textContent = `It can see ${sees} of the ${input[1]} × ${input[0]} pixels: ${share(shareOf(placed2, this.row.size))} of the photo.`;
      words2.push(this.caption.textContent);
      const ellipse = onPhoto(ellipseBox(stage.fields, position), input, window2);
      drawInset(this.inset, this.row, placed2, ellipse, INSET);
    } else {
      this.caption.textContent = stage.problem || "Measuring what it can see…";
    }
    this.inset.style.visibility = stage.fields ? "" : "hidden";
    this.inset.setAttribute("aria-label", `What this position can see: ${this.caption.textContent}`);
    const peak = peakOf(stage.values, "for");
    this.reading.textContent = stage.empty || `The evidence here is ${share(Math.max(evidence, 0) / peak)} of the map’s peak.`;
    this.slider.setAttribute("aria-valuetext", name);
    this.picture.setAttribute(
      "aria-label",
      `${this.data.label} at ${name}. ${words2.join(". ")} Arrow keys move the position, Home goes to the peak.`
    );
  }
  remove() {
    this.watch.disconnect();
    clearInterval(this.asking);
    cancelAnimationFrame(this.pending);
  }
};
function capital(word) {
  return word[0].toUpperCase() + word.slice(1);
}

// components/learn/signed.js
function signed(value) {
  return value > 0 ? `+${figures(value)}` : figures(value);
}

// components/learn/sums.js
var ONE_BY_ONE = 20;
var GROWTH = 1.15;
var Parts = class {
  // `data` and `arrays` are those of components/learn/making.py.
  constructor(data, arrays) {
    const [, h, w2] = arrays.A.shape;
    this.order = data.channels;
    this.sent = data.sent;
    this.shape = [h, w2];
    this.cells = h * w2;
    this.arrays = arrays;
    this.eachPlace = arrays.W.shape.length === 3;
    this.products = /* @__PURE__ */ new Map();
    this.running = { count: 0, sum: new Float64Array(this.cells) };
  }
  get all() {
    return this.order.length;
  }
  // A channel's answers; its gradients or null; its weights where each place has its own, or null.
  answers(k) {
    return this.piece(this.arrays.A, k);
  }
  gradients(k) {
    return this.arrays.G && k < this.arrays.G.shape[0] ? this.piece(this.arrays.G, k) : null;
  }
  weightsByPlace(k) {
    return this.eachPlace ? this.piece(this.arrays.W, k) : null;
  }
  piece({ values }, k) {
    return values.subarray(k * this.cells, (k + 1) * this.cells);
  }
  weight(k) {
    return this.arrays.weights.values[k];
  }
  // What a channel adds to the map in all.
  total(k) {
    return this.arrays.totals.values[k];
  }
  score(k) {
    return this.arrays.scores?.values[k];
  }
  product(k) {
    if (!this.products.has(k)) {
      const answers = this.answers(k), weights = this.weightsByPlace(k), weight = this.weight(k);
      this.products.set(k, answers.map((a, i) => a * (weights ? weights[i] : weight)));
    }
    return this.products.get(k);
  }
  // The sum of the `count` strongest products. Those not sent come as one, with the last.
  sum(count2) {
    const known = Math.min(count2, this.sent);
    if (known < this.running.count) {
      this.running = { count: 0, sum: new Float64Array(this.cells) };
    }
    const { sum } = this.running;
    for (let k = this.running.count; k < known; k++) {
      const product = this.product(k);
      for (let i = 0; i < sum.length; i++) sum[i] += product[i];
    }
    this.running.count = known;
    if (count2 < this.all || this.sent === this.all) return Float32Array.from(sum);
    const rest = this.arrays.rest.values;
    return Float32Array.from(sum, (value, i) => value + rest[i]);
  }
};
function stops(sent, all) {
  const found = [0];
  while (found.at(-1) < sent) {
    const next = found.at(-1) + 1;
    found.push(Math.min(sent, next <= ONE_BY_ONE ? next : Math.ceil(next * GROWTH)));
  }
  if (sent < all) found.push(all);
  return found;
}
function largest(...rows) {
  let top = 0;
  for (const row3 of rows) for (const value of row3 ?? []) top = Math.max(top, Math.abs(value));
  return top;
}

// components/learn/tiles.js
function tile(parent, className = "") {
  return element("canvas", `tile ${className}`, parent, { "aria-hidden": "true" });
}
function drawTile(canvas, values, [h, w2], top, ink) {
  canvas.width = w2;
  canvas.height = h;
  canvas.classList.toggle("fine", w2 > 40);
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(w2, h);
  for (let i = 0; i < values.length; i++) {
    const color = values[i] < 0 ? ink.below : ink.above;
    const strength = top > 0 ? Math.min(Math.abs(values[i]) / top, 1) : 0;
    picture.data.set([...color, Math.round(255 * strength)], i * 4);
  }
  pen.putImageData(picture, 0, 0);
}
function inks(node2) {
  const style = getComputedStyle(node2);
  const above = rgb(style.getPropertyValue("--plus"));
  const below = rgb(style.getPropertyValue("--minus"));
  const text2 = rgb(style.color);
  return { signed: { above, below }, tone: { above: text2, below } };
}
var ruler = null;
function rgb(color) {
  ruler ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  ruler.clearRect(0, 0, 1, 1);
  ruler.fillStyle = color.trim();
  ruler.fillRect(0, 0, 1, 1);
  return [...ruler.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

// components/learn/channel.js
var MASK = 96;
var Channel = class {
  constructor(parent, kind, k, count2, pick) {
    this.kind = kind;
    this.k = k;
    this.count = count2;
    this.root = element("button", "channel", parent, { type: "button", "aria-pressed": "false" });
    for (const name of ["pointerenter", "focus", "click"]) {
      this.root.addEventListener(name, (event) => {
        if (name !== "pointerenter" || event.pointerType === "mouse") pick(k);
      });
    }
  }
  // What stands above the columns.
  heads({ parts, data }) {
    const weight = parts.eachPlace ? "its weights" : "its weight";
    if (this.kind === "channels") return ["answers", ""];
    if (this.kind === "products") return ["answers", parts.eachPlace ? "× weights" : "× weight", "= product"];
    if (data.method === "hirescam") return ["answers", "gradients", "are its weights"];
    return ["answers", data.method === "scorecam" ? "as a mask" : "gradients", weight];
  }
  columns({ parts, data }) {
    if (this.kind === "channels") return `var(--side) 1fr`;
    if (this.kind === "products") return `var(--side) ${parts.eachPlace ? `var(--side)` : "1fr"} var(--side)`;
    const last = parts.eachPlace && data.method !== "hirescam" ? `var(--side)` : "1fr";
    return `var(--side) var(--side) ${last}`;
  }
  show(model) {
    this.model = model;
    this.root.replaceChildren();
    if (this.k === "rest") return this.showRest(model);
    const { parts } = model, k = this.k;
    this.root.setAttribute("aria-label", describe(model, k));
    this.map(parts.answers(k), largest(parts.answers(k)), "A", model.answerInk);
    if (this.kind === "channels") {
      this.pair(`channel ${parts.order[k]}`, `up to ${figures(Math.max(...parts.answers(k)))}`, "A");
    } else if (this.kind === "weights") {
      if (model.data.method === "scorecam") this.mask(parts.answers(k));
      else this.gradients(k);
      if (model.data.method === "hirescam") this.range(parts.weightsByPlace(k));
      else if (parts.eachPlace) this.map(parts.weightsByPlace(k), largest(parts.weightsByPlace(k)), "w");
      else this.bar(parts.weight(k), "w");
    } else {
      if (parts.eachPlace) this.map(parts.weightsByPlace(k), largest(parts.weightsByPlace(k)), "w");
      else this.pair(`× ${signed(parts.weight(k))}`, "", "w");
      this.map(parts.product(k), model.topProduct, "product");
    }
  }
  showRest(model) {
    const { parts } = model;
    const others = parts.all - this.count;
    this.root.classList.add("others");
    const words2 = `the other ${others.toLocaleString("en")}`;
    this.root.setAttribute("aria-label", `${words2} channels`);
    element("span", "all", this.root).textContent = words2;
    if (this.kind === "products") {
      const known = parts.sum(this.count);
      const rest = model.map.values.map((value, i) => value - known[i]);
      this.map(rest, Math.max(largest(rest), model.topProduct), "product");
    }
  }
  // Whether the channel is in the sum of the `count` strongest.
  joined(count2) {
    return this.k === "rest" ? count2 > this.count : this.k < count2;
  }
  map(values, top, term2, ink = this.model.ink.signed) {
    const canvas = tile(this.root);
    canvas.dataset.term = term2;
    drawTile(canvas, values, this.model.parts.shape, top, ink);
  }
  gradients(k) {
    const { parts } = this.model;
    const values = parts.gradients(k);
    if (values) this.map(values, largest(values), "w");
  }
  range(values) {
    this.pair(signed(Math.max(...values)), `to ${signed(Math.min(...values))}`, "w");
  }
  mask(answers) {
    const { photo, data, parts } = this.model;
    const canvas = tile(this.root, "photo");
    canvas.dataset.term = "w";
    fit(canvas, seenSize(photo), MASK, MASK);
    canvas.removeAttribute("style");
    drawMasked(canvas, photo, { values: answers, shape: parts.shape }, data.grey);
  }
  pair(strong, quiet, term2) {
    const made = element("span", "pair", this.root);
    made.dataset.term = term2;
    element("b", "", made).textContent = strong;
    element("span", "", made).textContent = quiet;
  }
  bar(weight, term2) {
    const made = element("span", "weight", this.root);
    made.dataset.term = term2;
    const track = element("span", "track", made);
    const fill = element("i", weight < 0 ? "below" : "above", track);
    fill.style.setProperty("--share", String(Math.abs(weight) / (this.model.topWeight || 1)));
    element("span", "number", made).textContent = signed(weight);
  }
};
function describe({ parts, data }, k) {
  const answers = parts.answers(k), peak = answers.indexOf(Math.max(...answers));
  const [, w2] = parts.shape;
  const where = `strongest in row ${Math.floor(peak / w2) + 1}, column ${peak % w2 + 1}`;
  const weight = parts.eachPlace ? `weight ${signed(parts.weight(k))} on average` : `weight ${signed(parts.weight(k))}`;
  const alone = parts.score(k);
  const score = data.method !== "scorecam" ? "" : Number.isNaN(alone) ? ", was not tried" : `, score alone ${figures(alone)}`;
  return `Channel ${parts.order[k]}: answers up to ${figures(answers[peak])}, ${where}${score}, ${weight}, adds ${signed(parts.total(k))} in all`;
}

// components/learn/formula.js
var MATH = "http://www.w3.org/1998/Math/MathML";
var A = () => term("A", sup("A", "k"));
var gradient = () => row(
  node("mfrac", row(op("∂"), sup("y", "c")), row(op("∂"), node("msubsup", id("A"), row(id("i"), id("j")), id("k"))))
);
var weighted = (symbol, times) => term(
  "sum",
  under("∑", "k"),
  term("product", term("w", symbol()), ...times ? [op(times)] : [], A())
);
var map = (inside) => row(
  sup("L", "c"),
  op("="),
  term("relu", text("ReLU")),
  op("("),
  inside,
  op(")")
);
var alpha = () => node("msubsup", id("α"), id("k"), id("c"));
var w = () => node("msubsup", id("w"), id("k"), id("c"));
var perPlace = () => node("msubsup", id("w"), row(id("i"), id("j")), row(id("k"), id("c")));
var positive = () => row(text("ReLU"), op("("), gradient(), op(")"));
var FORMULAS = {
  gradcam: () => [
    row(term("w", alpha()), op("="), term("w", row(
      node("mfrac", number("1"), id("Z")),
      under("∑", "i"),
      under("∑", "j"),
      gradient()
    ))),
    map(weighted(alpha))
  ],
  hirescam: () => [
    row(term("w", perPlace()), op("="), term("w", gradient())),
    map(weighted(() => node("msup", id("w"), row(id("k"), id("c"))), "⊙"))
  ],
  layercam: () => [
    row(term("w", perPlace()), op("="), term("w", positive())),
    map(weighted(() => node("msup", id("w"), row(id("k"), id("c"))), "⊙"))
  ],
  "gradcam++": () => [
    row(term("w", w()), op("="), term("w", row(
      under("∑", "i, j"),
      node("mfrac", positive(), row(
        number("2"),
        op("+"),
        gradient(),
        under("∑", "a, b"),
        node("msubsup", id("A"), row(id("a"), id("b")), id("k"))
      ))
    ))),
    map(weighted(w))
  ],
  scorecam: () => [
    row(term("w", w()), op("="), term("w", row(
      node("msub", text("softmax"), id("k")),
      op("("),
      sup("y", "c"),
      op("("),
      id("x"),
      op("⊙"),
      text("mask"),
      op("("),
      sup("A", "k"),
      op(")"),
      op(")"),
      op(")")
    ))),
    map(weighted(w))
  ]
};
var WORDS = {
  gradcam: "The weight of a channel is the average of its gradients over all places. The map is the ReLU of the sum of all channels, each times its weight.",
  hirescam: "The weight of a channel at a place is its gradient there. The map is the ReLU of the sum of all channels, each times its weights, place by place.",
  layercam: "The weight of a channel at a place is its gradient there if that is positive, else zero. The map is the ReLU of the sum of all channels, each times its weights, place by place.",
  "gradcam++": "The weight of a channel is the sum of its positive gradients, each divided by two plus the gradient times the sum of the channel. The map is the ReLU of the sum of all channels, each times its weight.",
  scorecam: "The weights are the softmax of the scores of the photo masked by each channel. The map is the ReLU of the sum of all channels, each times its weight."
};
var Formula = class {
  // `lit` is the term that the step is about; within `around`, what is pointed at lights its own.
  constructor(parent, lit, around = parent) {
    this.usual = lit;
    this.root = element("div", "formula", parent, { "data-about": lit });
    const light = ({ target }) => this.light(target.closest("[data-term]")?.dataset.term);
    around.addEventListener("pointerover", light);
    around.addEventListener("pointerleave", () => this.light(this.usual));
  }
  show(method) {
    this.root.replaceChildren();
    for (const line3 of FORMULAS[method]()) {
      const math = node("math", line3);
      math.setAttribute("display", "block");
      this.root.append(math);
    }
    this.root.setAttribute("role", "img");
    this.root.setAttribute("aria-label", WORDS[method]);
    this.light(this.usual);
  }
  // Light the terms of one name; without one, those of this step.
  light(name) {
    this.lit = name || this.usual;
    for (const found of this.root.querySelectorAll("[data-term]")) {
      found.classList.toggle("lit", found.dataset.term === this.lit);
    }
  }
};
function node(tag, ...children) {
  const made = document.createElementNS(MATH, tag);
  made.append(...children);
  return made;
}
function row(...children) {
  return node("mrow", ...children);
}
function term(name, ...children) {
  const made = row(...children);
  made.dataset.term = name;
  return made;
}
function id(letters) {
  return node("mi", letters);
}
function op(sign) {
  return node("mo", sign);
}
function number(digits) {
  return node("mn", digits);
}
function text(words2) {
  return node("mtext", words2);
}
function sup(base, exponent) {
  return node("msup", id(base), id(exponent));
}
function under(sign, index) {
  return node("munder", op(sign), id(index));
}

// components/learn/spectrum.js
var HEIGHT = 92;
var STEPS2 = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 20, PageDown: -20 };
var Spectrum = class {
  constructor(parent, pick) {
    this.pick = pick;
    this.root = element("div", "spectrum", parent);
    this.canvas = element("canvas", "", this.root, {
      role: "slider",
      tabindex: "0",
      "aria-label": "All channels, by their weight",
      "aria-valuemin": "1"
    });
    this.legend = element("p", "legend", this.root);
    this.canvas.onpointermove = (event) => this.point(event);
    this.canvas.onpointerdown = (event) => this.point(event);
    this.canvas.onkeydown = (event) => this.key(event);
  }
  show(model) {
    this.model = model;
    const { parts } = model;
    this.sorted = [...Array(parts.all).keys()].sort((a, b) => parts.weight(b) - parts.weight(a));
    this.place = new Map(this.sorted.map((k, at2) => [k, at2]));
    this.canvas.setAttribute("aria-valuemax", String(parts.all));
    const which = parts.eachPlace ? "mean weights" : "weights";
    this.legend.textContent = `All ${parts.all.toLocaleString("en")} ${which}, from ${signed(parts.weight(this.sorted[0]))} to ${signed(parts.weight(this.sorted.at(-1)))}`;
    this.resize();
  }
  mark(k) {
    this.chosen = this.place.get(k);
    if (this.chosen !== void 0) {
      this.canvas.setAttribute("aria-valuenow", String(this.chosen + 1));
      this.canvas.setAttribute(
        "aria-valuetext",
        `Channel ${this.model.parts.order[k]}, weight ${signed(this.model.parts.weight(k))}`
      );
    }
    this.draw();
  }
  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const at2 = Math.floor((event.clientX - box.left) / box.width * this.sorted.length);
    this.choose(at2);
  }
  key(event) {
    const last = this.sorted.length - 1, ends = { Home: 0, End: last };
    const step = STEPS2[event.key];
    if (!step && !(event.key in ends)) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(ends[event.key] ?? (this.chosen ?? 0) + step);
  }
  choose(at2) {
    const k = this.sorted[Math.min(Math.max(at2, 0), this.sorted.length - 1)];
    if (this.place.get(k) !== this.chosen) this.pick(k);
  }
  resize() {
    const width = this.root.clientWidth;
    if (!width || !this.model) return;
    const density = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(HEIGHT * density);
    this.draw();
  }
  draw() {
    const { parts, ink } = this.model, { width, height } = this.canvas;
    const pen = this.canvas.getContext("2d");
    const top = Math.max(0, parts.weight(this.sorted[0])), low = Math.min(0, parts.weight(this.sorted.at(-1)));
    const scale = (height - 4) / (top - low || 1), zero = 2 + top * scale;
    const across = width / this.sorted.length;
    const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;
    pen.clearRect(0, 0, width, height);
    this.sorted.forEach((k, at2) => {
      const value = parts.weight(k);
      pen.fillStyle = css(value < 0 ? ink.signed.below : ink.signed.above);
      const from = Math.floor(at2 * across), thick = Math.max(1, Math.ceil(across * 0.85));
      pen.fillRect(from, value < 0 ? zero : zero - value * scale, thick, Math.abs(value) * scale);
    });
    pen.fillStyle = css(ink.tone.above);
    pen.globalAlpha = 0.35;
    pen.fillRect(0, Math.round(zero), width, 1);
    if (this.chosen !== void 0) {
      pen.globalAlpha = 0.9;
      pen.fillRect(Math.floor((this.chosen + 0.5) * across) - 1, 0, 2, height);
    }
    pen.globalAlpha = 1;
  }
};

// components/learn/asides.js
var BLACK = [0.04, 0.05, 0.06];
var Channels = class {
  constructor({ aside: parent, root }) {
    this.parent = parent;
    this.formula = new Formula(parent, "A", root);
    this.picture = element("canvas", "spotlight", parent, { role: "img", "data-target": "" });
    this.words = element("p", "says", parent);
  }
  show(model) {
    this.model = model;
    this.formula.show(model.data.method);
    this.resize();
  }
  select(k) {
    this.k = k;
    const { parts, photo, data } = this.model;
    if (k === "rest" || k >= parts.sent) {
      this.words.textContent = unsent(this.model, k);
      return;
    }
    const answers = parts.answers(k);
    drawMasked(this.picture, photo, { values: answers, shape: parts.shape }, BLACK);
    this.words.textContent = `${describe(this.model, k)}.`;
    this.picture.setAttribute("aria-label", `Where channel ${parts.order[k]} answers in ${data.name}`);
  }
  resize() {
    const width = this.parent.clientWidth;
    if (!width) return;
    fit(this.picture, seenSize(this.model.photo), width, room(this.parent, this.picture, 340));
    if (this.k !== void 0) this.select(this.k);
  }
};
var Weights = class {
  constructor({ aside: parent, root }, pick) {
    this.formula = new Formula(parent, "w", root);
    this.step = element("div", "averaging", parent, { "data-target": "" });
    this.from = tile(this.step, "large");
    this.arrow = element("span", "arrow", this.step);
    this.result = element("strong", "", this.step);
    this.words = element("p", "says", parent);
    this.spectrum = new Spectrum(parent, pick);
  }
  show(model) {
    this.model = model;
    this.formula.show(model.data.method);
    this.spectrum.show(model);
  }
  select(k) {
    const { parts, data, ink, photo } = this.model;
    this.spectrum.mark(k);
    if (k === "rest" || k >= parts.sent) {
      this.step.classList.add("empty");
      this.words.textContent = unsent(this.model, k);
      return;
    }
    this.step.classList.remove("empty");
    this.words.textContent = `${describe(this.model, k)}.`;
    const values = parts.gradients(k) ?? parts.weightsByPlace(k);
    this.from.hidden = !values && data.method !== "scorecam";
    if (data.method === "scorecam") {
      fit(this.from, seenSize(photo), 120, 110);
      drawMasked(this.from, photo, { values: parts.answers(k), shape: parts.shape }, data.grey);
      this.arrow.textContent = `scores ${figures(parts.score(k))}, softmax →`;
    } else if (values) {
      drawTile(this.from, values, parts.shape, largest(values), ink.signed);
      this.arrow.textContent = VERBS[data.method];
    }
    this.result.textContent = parts.eachPlace ? `${signed(Math.min(...parts.weightsByPlace(k)))} to ${signed(Math.max(...parts.weightsByPlace(k)))}` : signed(parts.weight(k));
  }
  resize() {
    this.spectrum.resize();
  }
};
var VERBS = {
  gradcam: "average →",
  hirescam: "kept as they are:",
  layercam: "negative ones become 0:",
  "gradcam++": "positive ones, weighed and added →"
};
function unsent({ parts, data }, k) {
  if (k === "rest") {
    return `All other channels of the ${parts.all.toLocaleString("en")}. Each moves the map less than those above.`;
  }
  return data.method !== "scorecam" || !Number.isNaN(parts.score(k)) ? `Channel ${parts.order[k]}: weight ${signed(parts.weight(k))}, adds ${signed(parts.total(k))} in all.` : `Channel ${parts.order[k]} was not tried.`;
}
function room(node2, picture, usual) {
  const stage = parseFloat(getComputedStyle(node2).getPropertyValue("--stage"));
  return stage ? Math.max(140, stage - (node2.offsetHeight - picture.offsetHeight) - 4) : usual;
}

// components/learn/board.js
var SVG2 = "http://www.w3.org/2000/svg";
var NARROW = 680;
var MOST_ROWS = 7;
var LEAST_ROWS = 4;
var ROW = 3.75;
var Board = class {
  // `kind` is what the rows show: "channels", "weights" or "products". `pick` is called with the row
  // that the pointer or the keyboard is at, or "rest".
  constructor(parent, kind, pick) {
    this.kind = kind;
    this.pick = pick;
    this.root = element("div", `board ${kind}`, parent);
    this.links = document.createElementNS(SVG2, "svg");
    this.links.setAttribute("aria-hidden", "true");
    this.root.append(this.links);
    const source = element("figure", "source", this.root);
    this.photo = element("canvas", "", source, { role: "img" });
    this.caption = element("figcaption", "", source);
    const middle = element("div", "middle", this.root);
    this.heads = element("div", "heads", middle, { "aria-hidden": "true" });
    this.list = element("div", "rows", middle, { role: "group" });
    this.aside = element("div", "aside", this.root);
    rove(this.list, () => this.rows.map((row3) => row3.root));
    this.rows = [];
  }
  show(model) {
    this.model = model;
    this.list.setAttribute("aria-label", `The strongest channels for ${model.data.label}`);
    this.photo.setAttribute("aria-label", model.data.name);
    this.caption.textContent = `${model.data.input[1]} × ${model.data.input[0]} pixels`;
    this.build();
  }
  build() {
    const { model } = this, { parts } = model;
    this.built = this.room();
    const count2 = Math.min(this.built, parts.sent);
    const names = [...Array(count2).keys(), ...parts.all > count2 ? ["rest"] : []];
    this.list.replaceChildren();
    this.rows = names.map((k) => new Channel(this.list, this.kind, k, count2, this.pick));
    this.heads.replaceChildren();
    for (const words2 of this.rows[0].heads(model)) element("span", "", this.heads).textContent = words2;
    for (const row3 of this.rows) row3.show(model);
    onlyStop(this.rows.map((row3) => row3.root), this.rows[0].root);
    this.root.style.setProperty("--columns", this.rows[0].columns(model));
    this.resize();
  }
  // As many rows as the step has room for: in a lecture, what is left of the screen.
  room() {
    if (this.root.clientWidth < NARROW) return LEAST_ROWS;
    const style = getComputedStyle(this.root), stage = parseFloat(style.getPropertyValue("--stage"));
    if (!stage) return MOST_ROWS;
    const rows = Math.floor((stage - 30) / (ROW * parseFloat(style.fontSize))) - 1;
    return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, rows));
  }
  resize() {
    if (!this.model) return;
    if (this.room() !== this.built) return this.build();
    const width = this.root.clientWidth;
    if (!width) return;
    this.root.classList.toggle("narrow", width < NARROW);
    const side = width < NARROW ? 150 : Math.min(230, width * 0.17);
    fit(this.photo, this.model.photo.size, side, side * 1.2);
    drawPhoto(this.photo, this.model.photo);
  }
  // Lines from the photo to each row, and from each row to what stands beside it.
  link() {
    const frame = this.root.getBoundingClientRect();
    const at2 = (node2) => {
      const box = node2.getBoundingClientRect();
      const y = box.top + box.height / 2 - frame.top;
      return { left: box.left - frame.left, right: box.right - frame.left, y };
    };
    this.links.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    this.links.replaceChildren();
    if (this.root.classList.contains("narrow")) return;
    const from = at2(this.photo), target = this.aside.querySelector("[data-target]");
    const to = target && at2(target);
    for (const row3 of this.rows) {
      const box = at2(row3.root);
      row3.lines = [line2(from.right + 4, from.y, box.left + 4, box.y)];
      if (to) row3.lines.push(line2(box.right, box.y, to.left - 6, to.y));
      this.links.append(...row3.lines);
    }
    this.mark(this.selected);
  }
  // Show which channel is chosen, and which are in the sum so far.
  mark(selected, summed = this.summed) {
    this.selected = selected;
    this.summed = summed;
    for (const row3 of this.rows) {
      const chosen2 = row3.k === selected;
      row3.root.setAttribute("aria-pressed", String(chosen2));
      const joined = summed === void 0 ? null : row3.joined(summed);
      row3.root.classList.toggle("waiting", joined === false);
      for (const [n, path] of (row3.lines ?? []).entries()) {
        path.classList.toggle("chosen", chosen2);
        path.classList.toggle("faint", n === 1 && joined === false);
      }
    }
  }
};
function line2(x0, y0, x1, y1) {
  const path = document.createElementNS(SVG2, "path");
  const middle = (x0 + x1) / 2;
  path.setAttribute("d", `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`);
  return path;
}

// components/learn/finish.js
var TITLES = ["the sum", "ReLU", "enlarged, coloured", "over the photo"];
var GAP = 28;
var MOST = 340;
var NUMBERS = 9.5;
var STEPS3 = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
var Finish = class {
  constructor(parent) {
    this.root = element("div", "finish", parent);
    this.formula = new Formula(this.root, "relu");
    this.row = element("div", "panels", this.root, {
      tabindex: "0",
      role: "group",
      "aria-label": "From the sum to the heatmap; arrow keys go from place to place"
    });
    this.panels = TITLES.map((title, n) => this.panel(title, n));
    this.note = element("p", "says", this.root);
    this.row.onkeydown = (event) => this.key(event);
    this.row.onpointerleave = () => this.point(null);
  }
  panel(title, n) {
    const figure = element("figure", "panel", this.row);
    element("figcaption", "", figure).textContent = title;
    const frame = element("div", "frame", figure);
    const canvas = n < 2 ? tile(frame) : element("canvas", "", frame, { "aria-hidden": "true" });
    const spot = element("i", "spot", frame);
    const value = element("output", "", figure);
    const pointed = (event) => this.under(event, frame, n);
    frame.addEventListener("pointermove", pointed);
    frame.addEventListener("pointerdown", pointed);
    return { figure, frame, canvas, spot, value };
  }
  show(model) {
    this.model = model;
    this.formula.show(model.data.method);
    this.note.textContent = model.data.empty;
    const { map: map2, parts, ink } = model, top = largest(map2.values);
    drawTile(this.panels[0].canvas, map2.values, parts.shape, top, ink.signed);
    const kept = map2.values.map((value) => Math.max(value, 0));
    drawTile(this.panels[1].canvas, kept, parts.shape, model.data.peak, ink.signed);
    this.resize();
  }
  resize() {
    const width = this.row.clientWidth;
    if (!width || !this.model) return;
    const { photo, map: map2, data } = this.model;
    const [left, top, right, bottom] = photo.window;
    const narrow = width < 640, wide = (right - left) / (bottom - top), whole = photo.size[0] / photo.size[1];
    const stage = parseFloat(getComputedStyle(this.root).getPropertyValue("--stage"));
    const inLine = narrow ? (width - GAP) / Math.max(2 * wide, wide + whole) : (width - 3 * GAP) / (3 * wide + whole);
    const free = stage - this.formula.root.offsetHeight - this.note.offsetHeight - GAP;
    const small = stage ? (free - GAP) / 3 : Math.min(inLine, MOST);
    const beside = width - small * wide - NUMBERS * parseFloat(getComputedStyle(this.row).fontSize) - 2 * GAP;
    const large = stage ? Math.min(beside / whole, free - 2 * GAP) : small;
    this.row.className = `panels ${stage ? "large" : narrow ? "two" : "line"}`;
    for (const [n, { frame, canvas }] of this.panels.entries()) {
      const tall = Math.floor(Math.max(60, n < 3 ? small : large));
      const shape = n < 3 ? [tall * wide, tall] : [tall * whole, tall];
      if (n >= 2) {
        fit(canvas, shape, ...shape);
        const how = n === 2 ? { view: "heatmap", area: seen(photo) } : {};
        drawMap(canvas, photo, map2, { colormaps: data.colormaps, scale: data.peak, ...how });
      }
      frame.style.width = `${Math.floor(shape[0])}px`;
      frame.style.height = `${tall}px`;
    }
    this.point(this.place ?? null);
  }
  // The place in the grid, from 0 to 1 each way, that the pointer is over in panel `n`.
  under(event, frame, n) {
    const box = frame.getBoundingClientRect(), { photo } = this.model;
    let x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
    if (n === 3) {
      const [left, top, right, bottom] = photo.window;
      x = (x * photo.size[0] - left) / (right - left);
      y = (y * photo.size[1] - top) / (bottom - top);
    }
    this.point(x >= 0 && x < 1 && y >= 0 && y < 1 ? { x, y } : null);
  }
  key(event) {
    const step = STEPS3[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const [h, w2] = this.model.parts.shape, { x, y } = this.place ?? { x: 0.5, y: 0.5 };
    const moved = (at2, by, count2) => (Math.min(Math.max(Math.floor(at2 * count2) + by, 0), count2 - 1) + 0.5) / count2;
    this.point({ x: moved(x, step[1], w2), y: moved(y, step[0], h) });
  }
  point(place2) {
    this.place = place2;
    const { photo, map: map2, data, parts } = this.model, [h, w2] = parts.shape;
    this.row.classList.toggle("pointed", place2 !== null);
    if (!place2) {
      const low = Math.min(...map2.values);
      const ends = [
        `${signed(low)} to ${signed(Math.max(...map2.values))}`,
        data.empty ? "0 everywhere" : `0 to ${figures(data.peak)}`,
        data.empty ? "nothing to colour" : `${figures(data.peak)} is the brightest`,
        "as on Explore"
      ];
      this.panels.forEach(({ value }, n) => {
        value.textContent = ends[n];
      });
      return;
    }
    const cell = Math.floor(place2.y * h) * w2 + Math.floor(place2.x * w2), raw = map2.values[cell];
    const [left, top, right, bottom] = photo.window;
    const x = left + place2.x * (right - left), y = top + place2.y * (bottom - top);
    const positive2 = { values: map2.values.map((v) => Math.max(v, 0)), shape: parts.shape, window: photo.window };
    const there = valueAt(positive2, x, y) ?? 0, share3 = data.peak > 0 ? there / data.peak : 0;
    const words2 = [signed(raw), figures(Math.max(raw, 0)), figures(there), `${wholePercent(share3)} of the peak`];
    this.panels.forEach(({ value, spot }, n) => {
      value.textContent = words2[n];
      const [px, py] = n < 3 ? [place2.x, place2.y] : [x / photo.size[0], y / photo.size[1]];
      spot.style.left = `${px * 100}%`;
      spot.style.top = `${py * 100}%`;
    });
  }
};

// components/learn/growing.js
var FIRST = 0.4;
var SLOW = 450;
var FAST = 110;
var SINGLE = 8;
var Growing = class {
  constructor(board, pick) {
    this.board = board;
    this.pick = pick;
    const { aside } = board;
    this.formula = new Formula(aside, "sum", board.root);
    this.picture = element("canvas", "map", aside, { role: "img", "data-target": "" });
    const line3 = element("div", "growing", aside);
    this.raw = tile(line3, "large");
    const controls = element("div", "playing", line3);
    const count2 = element("p", "count", controls);
    this.count = element("b", "", count2);
    this.range = element("span", "", count2);
    this.button = element("button", "plain", controls, { type: "button" });
    this.button.onclick = () => this.timer ? this.pause() : this.play();
    this.slider = element("input", "", controls, {
      type: "range",
      min: "0",
      step: "1",
      "aria-label": "Channels in the sum, strongest first"
    });
    this.slider.oninput = () => {
      this.pause();
      this.move(Number(this.slider.value));
    };
    this.words = element("p", "says", aside);
    this.pause();
  }
  show(model) {
    const { parts, map: map2 } = model;
    const same3 = this.model?.parts.all === parts.all && this.model?.parts.sent === parts.sent;
    this.model = model;
    this.stops = stops(parts.sent, parts.all);
    this.slider.max = String(this.stops.length - 1);
    this.formula.show(model.data.method);
    this.top = model.data.peak || largest(map2.values);
    this.at = same3 ? this.at : Math.round(FIRST * (this.stops.length - 1));
    this.resize();
  }
  resize() {
    const { aside } = this.board;
    const width = aside.clientWidth;
    if (!width) return;
    fit(this.picture, this.model.photo.size, width, room(aside, this.picture, 320));
    this.move(this.at);
  }
  move(at2) {
    this.at = at2;
    if (Number(this.slider.value) !== at2) this.slider.value = String(at2);
    const { parts, photo, data, ink } = this.model;
    const added = this.stops[at2], sum = parts.sum(added);
    drawMap(
      this.picture,
      photo,
      { values: sum, shape: parts.shape },
      { colormaps: data.colormaps, scale: this.top }
    );
    drawTile(this.raw, sum, parts.shape, Math.max(this.top, largest(sum)), ink.signed);
    const low = Math.min(...sum), high = Math.max(...sum);
    this.range.textContent = added ? `, from ${figures(low)} to ${figures(high)}` : "";
    this.picture.setAttribute("aria-label", `The sum of ${added} channels over ${data.name}`);
    const all = parts.all.toLocaleString("en");
    const text2 = added === parts.all ? `All ${all} channels: the map` : added === 0 ? "Nothing added yet" : `The ${added === 1 ? "strongest" : `${added} strongest`} of ${all} channels`;
    this.count.textContent = text2;
    this.slider.setAttribute("aria-valuetext", text2);
    this.picture.dataset.low = String(low);
    this.picture.dataset.high = String(high);
    this.board.mark(this.board.selected, added);
  }
  select(k) {
    const { parts } = this.model;
    this.words.textContent = k === "rest" || k >= parts.sent ? unsent(this.model, k) : `${describe(this.model, k)}.`;
  }
  play() {
    if (this.at >= this.stops.length - 1) this.move(0);
    this.button.textContent = "Pause";
    const next = () => {
      if (this.at >= this.stops.length - 1) return this.pause();
      this.move(this.at + 1);
      const added = this.stops[this.at];
      if (added <= SINGLE && added <= this.model.parts.sent) this.pick(added - 1);
      this.timer = setTimeout(next, added < SINGLE ? SLOW : FAST);
    };
    this.timer = setTimeout(next, FAST);
  }
  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.button.textContent = "Play";
  }
  remove() {
    clearTimeout(this.timer);
  }
};

// components/learn/intake.js
var Intake = class {
  constructor(parent) {
    this.root = element("div", "intake", parent);
    const source = element("figure", "source", this.root);
    this.photo = element("canvas", "", source, { role: "img" });
    this.caption = element("figcaption", "", source);
    const network = element("figure", "network", this.root);
    this.stages = element("div", "stages", network);
    this.model = element("figcaption", "", network);
    const guesses = element("figure", "guesses", this.root);
    this.list = element("ol", "", guesses);
    element("figcaption", "", guesses).textContent = "probability and score";
  }
  show(data, photo) {
    this.data = data;
    this.source = photo;
    this.photo.setAttribute("aria-label", data.name);
    this.caption.textContent = `${data.name}; the network sees what is inside the frame`;
    this.model.textContent = `${data.model}, from stage to stage: more maps, fewer places`;
    this.stages.replaceChildren(...data.stages.map((stage) => this.stage(stage)));
    this.list.replaceChildren(...data.guesses.map((guess) => this.guess(guess)));
    this.resize();
  }
  // A slab as tall as its maps and as thick as it has many of them, both in logarithms.
  stage({ name, shape: [channels, h, w2] }) {
    const chosen2 = name === this.data.layer;
    const made = element("div", chosen2 ? "stage chosen" : "stage");
    const slab = element("i", "", element("span", "slab", made));
    slab.style.setProperty("--tall", String(Math.log2(Math.max(h, 2)) / 7));
    slab.style.setProperty("--thick", String(Math.log2(channels + 1) / 11));
    element("b", "", made).textContent = name.split("/").at(-1);
    element("span", "", made).textContent = count(channels, "map");
    element("span", "", made).textContent = `${h} × ${w2}`;
    return made;
  }
  guess({ index, label, probability, logit }) {
    const made = element("li", index === this.data.index ? "chosen" : "");
    element("span", "label", made).textContent = label;
    const track = element("span", "track", made);
    element("i", "", track).style.setProperty("--share", String(probability));
    element("span", "number", made).textContent = `${percent(probability)}`;
    element("span", "score", made).textContent = figures(logit);
    return made;
  }
  resize() {
    if (!this.source) return;
    const width = this.root.clientWidth;
    if (!width) return;
    const stage = parseFloat(getComputedStyle(this.root).getPropertyValue("--stage")) || 440;
    const columns = width < 560 ? "one" : width < 900 ? "two" : "three";
    this.root.className = `intake ${columns}`;
    const across = { one: 1, two: 0.55, three: 0.38 }[columns];
    const tall = { one: 340, two: stage - 250, three: stage - 40 }[columns];
    fit(this.photo, this.source.size, width * across, Math.min(tall, 440));
    drawPhoto(this.photo, this.source);
  }
};
function count(number2, what) {
  return `${number2.toLocaleString("en")} ${what}${number2 === 1 ? "" : "s"}`;
}

// components/learn/waiting.js
var Waiting = class {
  constructor(parent, ask) {
    this.root = element("div", "making-wait", parent, { role: "status" });
    this.words = element("span", "", this.root);
    this.bar = element("progress", "", this.root, { max: "1", "aria-label": "Progress" });
    this.button = element("button", "plain", this.root, { type: "button" });
    this.button.onclick = () => ask(this.stopped ? "again" : "stop", Date.now());
  }
  show({ stopped, title, share: share3, left }) {
    this.stopped = stopped;
    this.bar.hidden = stopped;
    this.bar.value = share3;
    this.button.textContent = stopped ? "Compute it after all" : "Cancel";
    const rest = left === null ? "starting" : `${wholePercent(share3)}, about ${Math.max(1, Math.round(left))} s left`;
    this.words.textContent = stopped ? `${title}: cancelled before it finished.` : `${title}: ${rest}`;
  }
  remove() {
    this.root.remove();
  }
};

// components/learn/making.js
var LATER = ["channels", "weights", "sum", "heatmap"];
var MakingFigure = class {
  constructor(places, ask) {
    this.places = places;
    this.ask = ask;
    for (const place2 of Object.values(places)) place2.classList.add("making");
    this.intake = new Intake(places.photo);
    this.selected = 0;
    places.channels.addEventListener("transitionend", ({ target, propertyName }) => {
      if (target === places.channels && propertyName === "color") this.redraw();
    });
    join(this);
  }
  async show(data, arrays) {
    if (this.key === data.key && !data.waiting && !this.waiting) return;
    this.key = data.key;
    startLook(data.colormaps);
    const photo = await openPhoto(
      { jpeg: arrays.photo, id: data.photo, size: data.size, window: data.window }
    );
    if (this.key !== data.key || this.removed) return;
    this.intake.show(data, photo);
    if (data.waiting) return this.wait(data.waiting);
    this.endWait();
    if (!this.boards) this.build();
    const parts = new Parts(data, arrays);
    const shown = [...Array(Math.min(parts.sent, 8)).keys()];
    this.model = {
      data,
      photo,
      parts,
      map: arrays.map && { values: arrays.map.values, shape: parts.shape },
      topWeight: largest(shown.map((k) => parts.weight(k))),
      topProduct: largest(...shown.map((k) => parts.product(k))),
      signedAnswers: shown.some((k) => parts.answers(k).some((value) => value < 0))
    };
    this.selected = 0;
    this.draw();
  }
  build() {
    const pick = (k) => this.select(k);
    this.boards = {
      channels: new Board(this.places.channels, "channels", pick),
      weights: new Board(this.places.weights, "weights", pick),
      sum: new Board(this.places.sum, "products", pick)
    };
    this.asides = [
      new Channels(this.boards.channels),
      new Weights(this.boards.weights, pick),
      new Growing(this.boards.sum, pick),
      new Finish(this.places.heatmap)
    ];
  }
  draw() {
    const ink = inks(this.places.channels);
    Object.assign(this.model, { ink, answerInk: this.model.signedAnswers ? ink.signed : ink.tone });
    for (const board of Object.values(this.boards)) board.show(this.model);
    for (const one of this.asides) one.show(this.model);
    this.select(this.selected);
    this.resize();
  }
  select(k) {
    this.selected = k;
    for (const board of Object.values(this.boards)) board.mark(k);
    for (const one of this.asides) one.select?.(k);
  }
  // The look changed on Explore, or the theme.
  redraw() {
    if (this.model) this.draw();
  }
  resize() {
    this.intake.resize();
    if (!this.model) return;
    for (const board of Object.values(this.boards)) board.resize();
    for (const one of this.asides) one.resize?.();
    for (const board of Object.values(this.boards)) board.link();
  }
  wait(state2) {
    this.waiting ??= LATER.map((id2) => new Waiting(this.places[id2], this.ask));
    for (const id2 of LATER) this.places[id2].classList.add("awaiting");
    for (const one of this.waiting) one.show(state2);
    clearTimeout(this.timer);
    if (!state2.stopped) this.timer = setTimeout(() => this.ask("look", Date.now()), 400);
  }
  endWait() {
    clearTimeout(this.timer);
    for (const one of this.waiting ?? []) one.remove();
    for (const id2 of LATER) this.places[id2].classList.remove("awaiting");
    this.waiting = null;
  }
  remove() {
    this.removed = true;
    clearTimeout(this.timer);
    for (const one of this.asides ?? []) one.remove?.();
    part(this);
  }
};

// components/learn/curves.js
var SVG3 = "http://www.w3.org/2000/svg";
var NAMES2 = { rank: "Rank correlation", ssim: "SSIM" };
var LOWEST = { rank: -0.6, ssim: -0.1 };
var GAP2 = 18;
var NEAR = 22;
var TOP = 26;
var FOOT = 44;
var LEFT = 40;
function correlation(value) {
  if (value === null || value === void 0) return "none";
  return value.toFixed(2).replace("-0.00", "0.00").replace("-", MINUS);
}
var Curves = class {
  constructor(parent, pick) {
    this.pick = pick;
    this.root = element("div", "curves", parent, {
      role: "slider",
      tabindex: "0",
      "aria-label": "How much of the network is random",
      "aria-valuemin": "0"
    });
    this.svg = make("svg", {}, this.root);
    this.svg.setAttribute("aria-hidden", "true");
    this.root.onpointermove = (event) => this.point(event);
    this.root.onpointerdown = (event) => this.point(event);
    this.root.onkeydown = (event) => this.key(event);
  }
  // model: {data, measure, depth, method}
  show(model) {
    this.model = model;
    this.draw();
  }
  get last() {
    return Math.max(1, this.model.data.blocks.length);
  }
  // The deepest state that has arrived.
  get reached() {
    return Math.max(0, this.model.data.states.length - 1);
  }
  draw() {
    const { root, svg, model } = this;
    const width = root.clientWidth, height = root.clientHeight;
    this.right = width - (width < 480 ? 122 : 138);
    if (this.right < 2 * LEFT || !height) return;
    const { data, measure } = model;
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.replaceChildren();
    this.bottom = height - FOOT;
    const means = Object.values(data.curves).flatMap((of) => of[measure].map(({ mean }) => mean ?? 0));
    this.low = Math.min(LOWEST[measure], ...means.map((mean) => mean - 0.08));
    this.band();
    this.axes();
    this.runs();
    this.ends = [];
    const rank = ({ id: id2 }) => Number(id2 === model.method);
    for (const method of [...data.methods].sort((a, b) => rank(a) - rank(b))) this.line(method);
    this.labels();
    this.cursor();
    this.tell();
  }
  x(depth) {
    return LEFT + (this.right - LEFT) * depth / this.last;
  }
  y(value) {
    return TOP + (this.bottom - TOP) * (1 - value) / (1 - this.low);
  }
  // As far as the layer's features are still the trained ones.
  band() {
    const { features = 0, states } = this.model.data;
    if (states.length < 2 || features < 1) return;
    const x = this.x(0), width = this.x(features) - x;
    make("rect", { class: "band", x, width, y: TOP, height: this.bottom - TOP }, this.svg);
    const text2 = make("text", { class: "tick", x: x + 6, y: this.bottom - 24 }, this.svg);
    write2(text2, ["features still", "the trained ones"], x + 6);
  }
  axes() {
    const { svg, right, bottom } = this;
    const title = make("text", { class: "tick", x: 0, y: 12 }, svg);
    title.textContent = `${NAMES2[this.model.measure]} with the trained map`;
    for (const value of [1, 0.5, 0, -0.5, -1]) {
      if (value < this.low) continue;
      const y = this.y(value);
      make("line", { class: value ? "grid" : "grid zero", x1: LEFT, x2: right, y1: y, y2: y }, svg);
      const tick = make("text", { class: "tick", x: LEFT - 8, y: y + 4, "text-anchor": "end" }, svg);
      tick.textContent = value ? String(value).replace("-", MINUS) : "0";
    }
    for (let depth = 0; depth <= this.last; depth++) {
      const x = this.x(depth);
      make("line", { class: "grid", x1: x, x2: x, y1: bottom, y2: bottom + 5 }, svg);
    }
    const start = make("text", { class: "tick", x: LEFT, y: bottom + 38 }, svg);
    start.textContent = "trained";
    const end = make("text", { class: "tick", x: right, y: bottom + 38, "text-anchor": "end" }, svg);
    end.textContent = "all random";
  }
  // The chosen method's single random networks as points, around the interval of their mean.
  runs() {
    const curve = this.curve(this.model.method);
    if (!curve) return;
    const sure = curve.map((point, depth) => ({ ...point, depth })).filter(({ mean, error }) => mean !== null && error !== null);
    if (sure.length > 1) {
      const edge = (sign) => sure.map(({ depth, mean, error }) => `${this.x(depth)},${this.inside(mean + sign * error)}`);
      const points = [...edge(1), ...edge(-1).reverse()].join(" ");
      make("polygon", { class: "interval", points }, this.svg);
    }
    curve.forEach(({ values }, depth) => {
      if (!depth) return;
      for (const value of values) {
        if (value === null) continue;
        make("circle", { class: "run", cx: this.x(depth), cy: this.inside(value), r: 2 }, this.svg);
      }
    });
  }
  line({ id: id2, title }) {
    const curve = this.curve(id2);
    if (!curve) return;
    const chosen2 = id2 === this.model.method;
    const known = curve.map(({ mean }, depth) => ({ mean, depth })).filter(({ mean }) => mean !== null);
    const path = known.map(({ mean, depth }, n) => `${n ? "L" : "M"}${this.x(depth)} ${this.y(mean)}`).join("");
    const kind = `line${id2 === "edges" ? " control" : ""}${chosen2 ? " chosen" : ""}`;
    const drawn = make("path", { class: kind, d: path }, this.svg);
    drawn.dataset.method = id2;
    for (const { mean, depth } of known) {
      make("circle", { class: kind, cx: this.x(depth), cy: this.y(mean), r: chosen2 ? 3.5 : 2.2 }, this.svg);
    }
    const end = known.at(-1);
    if (end) this.ends.push({ id: id2, title, chosen: chosen2, x: this.x(end.depth), y: this.y(end.mean) });
  }
  // Names beside the lines' ends, pushed apart where those are close.
  labels() {
    const sorted = this.ends.sort((a, b) => a.y - b.y);
    let above = TOP - GAP2;
    for (const end of sorted) above = end.at = Math.max(end.y, above + GAP2);
    let below = this.bottom + GAP2;
    for (const end of [...sorted].reverse()) below = end.at = Math.min(end.at, below - GAP2);
    for (const { title, chosen: chosen2, x, y, at: at2 } of sorted) {
      const from = this.right + 14;
      make("path", { class: "leader", d: `M${x + 5} ${y}L${from - 3} ${at2}` }, this.svg);
      const name = make("text", { class: chosen2 ? "name chosen" : "name", x: from, y: at2 + 4 }, this.svg);
      name.textContent = title;
    }
  }
  cursor() {
    const { depth, data } = this.model;
    const x = this.x(depth);
    make("line", { class: "cursor", x1: x, x2: x, y1: TOP, y2: this.bottom + 5 }, this.svg);
    if (!data.blocks.length) return;
    const name = make("text", { class: "now", x, y: this.bottom + 21, "text-anchor": "middle" }, this.svg);
    name.textContent = depth ? short(data.blocks[depth - 1]) : "nothing random";
    const half = name.getComputedTextLength() / 2;
    name.setAttribute("x", Math.min(Math.max(x, half), this.svg.clientWidth - half));
  }
  // What a screen reader says.
  tell() {
    const { data, depth, measure } = this.model;
    this.root.setAttribute("aria-valuemax", String(this.reached));
    this.root.setAttribute("aria-valuenow", String(depth));
    const numbers = data.methods.filter(({ id: id2 }) => this.curve(id2)?.[depth]).map(({ id: id2, title }) => `${title} ${correlation(this.curve(id2)[depth].mean)}`);
    const text2 = data.states.length ? `${state(data, depth)}. ${NAMES2[measure]}: ${numbers.join(", ")}` : "Not measured yet";
    this.root.setAttribute("aria-valuetext", text2);
  }
  point(event) {
    const { data } = this.model;
    if (!data.states.length) return;
    const box = this.svg.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    const depth = Math.round((x - LEFT) / (this.right - LEFT) * this.last);
    this.pick(this.clamped(depth), this.near(x, y));
  }
  // The method whose line or name is under the pointer, if any is.
  near(x, y) {
    const beside = x > this.right + 10;
    const depth = this.clamped(Math.round((x - LEFT) / (this.right - LEFT) * this.last));
    let best2 = null, least = NEAR;
    for (const { id: id2, at: at2 } of this.ends) {
      const mean = this.curve(id2)[depth]?.mean;
      const height = beside ? at2 : mean === null || mean === void 0 ? Infinity : this.y(mean);
      const far = Math.abs(height - y) - (id2 === this.model.method ? 1 : 0);
      if (far < least) [best2, least] = [id2, far];
    }
    return best2;
  }
  key(event) {
    const { data, depth, method } = this.model;
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -this.last, End: this.last };
    const rows = { ArrowUp: -1, ArrowDown: 1 };
    if (!data.states.length || !(event.key in steps || event.key in rows)) return;
    event.preventDefault();
    event.stopPropagation();
    const ids = this.ends.map(({ id: id2 }) => id2);
    const at2 = ids.indexOf(method) + (rows[event.key] ?? 0);
    this.pick(this.clamped(depth + (steps[event.key] ?? 0)), ids[at2] ?? method);
  }
  clamped(depth) {
    return Math.min(Math.max(depth, 0), this.reached);
  }
  curve(id2) {
    return this.model.data.curves[id2]?.[this.model.measure];
  }
  // Single networks may lie below the axis, which follows the means.
  inside(value) {
    return this.y(Math.min(1, Math.max(this.low, value)));
  }
};
function state({ blocks }, depth) {
  if (!depth) return "Nothing random";
  if (depth === 1) return `Only ${short(blocks[0])} random`;
  const count2 = depth === blocks.length ? `All ${depth} blocks` : `${depth} of ${blocks.length} blocks`;
  return `${count2} random, down to ${short(blocks[depth - 1])}`;
}
function short(name) {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}
function make(tag, attributes, parent) {
  const made = document.createElementNS(SVG3, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}
function write2(text2, lines, x) {
  lines.forEach((line3, n) => {
    make("tspan", { x, dy: n ? 15 : 0 }, text2).textContent = line3;
  });
}

// components/learn/forgotten.js
var LARGEST2 = 104;
var SMALLEST5 = 40;
var BETWEEN = 10;
var Forgotten = class {
  constructor(parent, pick) {
    this.pick = pick;
    this.root = element("div", "forgotten", parent);
    const head = element("div", "head", this.root);
    element("span", "", head);
    element("span", "", head).textContent = "Trained";
    element("span", "", head).textContent = "Random";
    this.rows = /* @__PURE__ */ new Map();
    this.note = element("p", "note", this.root);
  }
  // model: {data, arrays, photo, measure, depth, method}
  show(model) {
    this.model = model;
    const { data } = model;
    const ids = data.methods.map(({ id: id2 }) => id2);
    if (String([...this.rows.keys()]) !== String(ids)) this.build(data.methods);
    this.draw();
  }
  build(methods) {
    for (const row3 of this.rows.values()) row3.root.remove();
    this.rows = new Map(methods.map(({ id: id2, title }) => {
      const root = element("button", "method", null, { type: "button" });
      this.note.before(root);
      const words2 = element("span", "says", root);
      element("span", "title", words2).textContent = title;
      const number2 = element("span", "number", words2);
      const before = element("canvas", "", root, { "aria-hidden": "true" });
      const after = element("canvas", "", root, { "aria-hidden": "true" });
      root.onclick = () => this.pick(this.model.depth, id2);
      root.onpointerenter = () => this.pick(this.model.depth, id2);
      return [id2, { root, number: number2, before, after, title }];
    }));
  }
  draw() {
    const { model, rows } = this;
    const { arrays, depth, method, photo } = model;
    const side = this.side(rows.size);
    this.root.style.setProperty("--side", `${side}px`);
    for (const [id2, row3] of rows) {
      const trained = arrays[`trained/${id2}`];
      const random = !depth ? null : id2 === "edges" ? trained : arrays[`${id2}/${depth}`];
      row3.root.setAttribute("aria-pressed", String(id2 === method));
      this.picture(row3.before, trained, photo, side);
      this.picture(row3.after, random, photo, side);
      row3.number.textContent = this.numbers(id2);
      row3.root.setAttribute("aria-label", `${row3.title}: ${row3.number.textContent}`);
    }
    this.note.textContent = this.said();
  }
  // What the state is, and what the network itself now makes of the class.
  said() {
    const { data, depth } = this.model;
    if (!data.states.length) return "";
    const { probability } = data.states[depth] ?? {};
    const sure = probability === null || probability === void 0 ? "" : ` Its probability of ${data.label}: ${percent(probability)}.`;
    return `${state(data, depth)}${depth ? ", in the first random network" : ""}.${sure}`;
  }
  numbers(id2) {
    const { data, depth, measure } = this.model;
    const point = data.curves[id2]?.[measure][depth];
    if (!point) return "";
    if (!depth) return correlation(point.mean);
    const dead = data.states[depth]?.dead[id2];
    const own = dead || correlation(point.values[0]);
    return point.values.length > 1 ? `${own} · mean ${correlation(point.mean)}` : own;
  }
  picture(canvas, map2, photo, side) {
    fit(canvas, seenSize(photo), side, side);
    canvas.classList.toggle("nothing", !map2);
    if (!map2) return;
    const scale = largest(map2.values.filter((value) => value > 0));
    drawMap(canvas, photo, map2, { colormaps: this.model.data.colormaps, scale, area: seen(photo) });
  }
  // As large as they fit: in a lecture the rows have the height of the chart beside them.
  side(rows) {
    const { parentElement } = this.root;
    if (!parentElement.closest("[lecture]")) return LARGEST2;
    const head = this.root.firstElementChild.offsetHeight;
    const each = Math.floor((parentElement.clientHeight - head) / rows) - BETWEEN;
    return Math.max(SMALLEST5, Math.min(LARGEST2, each));
  }
};

// components/learn/sanity.js
var LOOK = 250;
var LOST = 3e3;
var MEASURES = [["rank", "Rank correlation"], ["ssim", "SSIM"]];
var SanityFigure = class {
  constructor(places, ask) {
    this.ask = ask;
    this.root = element("div", "sanity", places.sanity);
    this.depth = 0;
    this.measure = "rank";
    this.controls();
    const figure = element("div", "sides", this.root);
    const pick = (depth, method) => this.pick(depth, method);
    this.curves = new Curves(figure, pick);
    this.forgotten = new Forgotten(figure, pick);
    this.conclusion = element("p", "conclusion", this.root, { "aria-live": "polite" });
    join(this);
  }
  controls() {
    const row3 = element("div", "controls", this.root);
    this.button = element("button", "plain strong", row3, { type: "button" });
    this.button.onclick = () => this.press();
    this.bar = element("progress", "", row3, { max: "1", "aria-label": "Progress" });
    this.words = element("span", "progress-words", row3, { role: "status" });
    const choice = element("div", "measure", row3, { role: "group", "aria-label": "Compared by" });
    this.measures = MEASURES.map(([id2, title]) => {
      const button = element("button", "plain", choice, { type: "button" });
      button.textContent = title;
      button.onclick = () => {
        this.measure = id2;
        this.draw();
      };
      return [id2, button];
    });
  }
  async show(data, arrays) {
    clearTimeout(this.timer);
    startLook(data.colormaps);
    this.arrived = (this.arrived ?? 0) + 1;
    const turn = this.arrived;
    const known = this.model?.photo?.id === data.photo;
    const photo = known ? { ...this.model.photo, window: data.window } : await openPhoto(
      { jpeg: arrays.photo, id: data.photo, size: data.size, window: data.window }
    );
    if (turn !== this.arrived || this.removed) return;
    const ids = data.methods.map(({ id: id2 }) => id2);
    if (!ids.includes(this.method)) this.method = data.method;
    const running = data.status === "running";
    const reached = Math.max(0, data.states.length - 1);
    if (running && data.done <= data.blocks.length + 1) this.depth = reached;
    this.depth = Math.min(this.depth, reached);
    this.pressed = null;
    this.model = { data, arrays, photo };
    this.draw();
    if (running) this.follow();
  }
  // Ask how far it is until an answer comes, and after each.
  follow() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.ask("look", Date.now());
      this.timer = setTimeout(() => this.follow(), LOST);
    }, LOOK);
  }
  press() {
    if (!this.model || this.pressed) return;
    const { status } = this.model.data;
    this.pressed = status === "running" ? "stop" : status === "done" ? "again" : "start";
    if (this.pressed !== "stop") this.depth = 0;
    this.ask(this.pressed, Date.now());
    this.follow();
    this.state();
  }
  pick(depth, method) {
    const next = method ?? this.method;
    if (depth === this.depth && next === this.method) return;
    this.depth = depth;
    this.method = next;
    this.draw();
  }
  draw() {
    if (!this.model) return;
    const { data } = this.model;
    for (const [id2, button] of this.measures) {
      button.setAttribute("aria-pressed", String(id2 === this.measure));
    }
    const shown = { ...this.model, measure: this.measure, depth: this.depth, method: this.method };
    this.state();
    this.curves.show(shown);
    this.forgotten.show(shown);
    const own = data.sentences[this.method] ?? "";
    this.say(data.conclusion, own, data);
  }
  state() {
    const { data } = this.model;
    const { status, done, total, left, runs, said } = data;
    const running = status === "running";
    this.button.textContent = running ? "Cancel" : status === "done" ? "Again, with other random weights" : status === "ready" ? "Make a copy forget" : "Start again";
    this.button.setAttribute("aria-disabled", String(Boolean(this.pressed)));
    this.bar.hidden = !running;
    this.bar.value = total ? done / total : 0;
    const blocks = data.blocks.length;
    const network = blocks ? Math.min(runs, Math.floor(Math.max(0, done - 2) / blocks) + 1) : 1;
    const rest = left === null ? "" : `, about ${Math.max(1, Math.round(left))} s left`;
    this.words.textContent = this.pressed === "stop" ? "Stopping" : this.pressed ? "Copying the network" : running ? total ? `Random network ${network} of ${runs}${rest}` : "Copying the network" : status === "stopped" ? total ? `Cancelled after ${done} of ${total} states.` : "Cancelled." : status === "failed" ? said : status === "ready" ? `${runs} random networks, a few seconds. The network itself is not touched.` : "";
  }
  say(conclusion, own, { after, runs }) {
    const begun = conclusion && after < runs ? `After ${after} of ${runs} random networks: ` : "";
    const text2 = conclusion ? `${begun}${conclusion}` : "";
    if (this.said === `${text2}|${own}`) return;
    this.said = `${text2}|${own}`;
    this.conclusion.replaceChildren();
    element("strong", "", this.conclusion).textContent = text2;
    element("span", "own", this.conclusion).textContent = own;
  }
  // The look changed on Explore.
  redraw() {
    this.draw();
  }
  resize() {
    this.draw();
  }
  remove() {
    this.removed = true;
    clearTimeout(this.timer);
    part(this);
    this.root.remove();
  }
};

// components/viewer/controls.js
function slider(parent, name, tip, onInput) {
  const node2 = element("label", "control slider", parent, { title: tip });
  element("span", "name", node2).textContent = name;
  const input = element("input", "", node2, {
    type: "range",
    min: "0",
    max: "1",
    step: "0.01",
    "aria-label": name
  });
  const output = element("output", "", node2);
  input.oninput = () => onInput(Number(input.value));
  const show = (value) => {
    if (Number(input.value) !== value) input.value = String(value);
    output.textContent = wholePercent(value);
  };
  return { node: node2, input, show };
}
function toggle(parent, text2, tip, onChange) {
  const node2 = element("button", "toggle", parent, { type: "button", title: tip });
  node2.textContent = text2;
  const on = () => node2.getAttribute("aria-pressed") === "true";
  node2.onclick = () => onChange(!on());
  return { node: node2, show: (pressed) => node2.setAttribute("aria-pressed", String(pressed)) };
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
  show(rows, label, classes2) {
    this.waiting.hidden = rows.length > 0;
    this.chart.hidden = !rows.length;
    if (!rows.length) return;
    const powers = rows.flatMap(({ before, now: now2 }) => [before, now2].map(powerOf));
    const low = Math.floor(Math.min(...powers)), high = Math.min(0, Math.ceil(Math.max(...powers)));
    const ranks = Math.ceil(Math.log10(classes2));
    this.axes = {
      odds: { place: (one) => (powerOf(one) - low) / (high - low), ticks: oddsTicks(low, high) },
      rank: { place: (one) => 1 - Math.log10(one.rank) / ranks, ticks: rankTicks(ranks) }
    };
    const at2 = this.focused;
    this.label = label;
    this.rows = rows;
    this.chart.replaceChildren();
    this.head(label);
    const list = element("ul", "", this.chart);
    this.lines = rows.map((row3, n) => this.line(row3, n, list));
    this.axis();
    this.read(this.pointed ?? rows.findIndex(({ chosen: chosen2 }) => chosen2));
    if (at2 >= 0) this.lines[at2]?.focus({ preventScroll: true });
  }
  get focused() {
    return this.lines?.indexOf(this.root.getRootNode().activeElement) ?? -1;
  }
  head(label) {
    const head = element("div", "line head", this.chart);
    const name = element("span", "name", head);
    for (const [kind, text2] of [["before", "without"], ["now", "with it"]]) {
      element("i", `dot ${kind}`, name);
      name.append(text2);
    }
    element("span", "odds", head).textContent = `Probability of ${label}`;
    element("span", "rank", head).textContent = "Its rank among all classes";
    element("span", "times", head);
  }
  line(row3, n, list) {
    const made = element("li", "line", list, { tabindex: "0", "aria-label": this.words(row3) });
    made.classList.toggle("chosen", row3.chosen);
    element("span", "name", made).textContent = row3.title;
    for (const [kind, axis] of Object.entries(this.axes)) this.track(row3, kind, axis, made);
    element("span", "times", made).textContent = `× ${row3.times}`;
    made.onpointerenter = made.onfocus = () => {
      this.pointed = n;
      this.read(n);
    };
    made.onpointerleave = made.onblur = () => {
      this.pointed = void 0;
      this.read(this.rows.findIndex(({ chosen: chosen2 }) => chosen2));
    };
    return made;
  }
  track(row3, kind, { place: place2, ticks }, parent) {
    const track = element("span", `track ${kind}`, parent, { "aria-hidden": "true" });
    for (const { at: at2 } of ticks) element("i", "rule", track).style.left = share2(at2);
    const [from, to] = [place2(row3.before), place2(row3.now)];
    const way = element("i", "way", track);
    way.style.left = share2(Math.min(from, to));
    way.style.width = share2(Math.abs(to - from));
    element("i", "dot before", track).style.left = share2(from);
    element("i", "dot now", track).style.left = share2(to);
  }
  axis() {
    const foot = element("div", "line scale", this.chart, { "aria-hidden": "true" });
    element("span", "name", foot);
    for (const [kind, { ticks }] of Object.entries(this.axes)) {
      const track = element("span", `track ${kind}`, foot);
      for (const { at: at2, label } of ticks) {
        if (!label) continue;
        const tick = element("span", "tick", track);
        tick.style.left = share2(at2);
        tick.textContent = label;
        tick.classList.toggle("first", at2 === 0);
        tick.classList.toggle("last", at2 === 1);
      }
    }
    element("span", "times", foot);
  }
  read(n) {
    this.lines.forEach((line3, i) => line3.classList.toggle("read", i === n));
    this.reading.textContent = n >= 0 ? this.words(this.rows[n]) : "";
  }
  words({ title, before, now: now2, times }) {
    return `${title}: ${this.label} ${before.odds} and ${before.ordinal} without the text, ${now2.odds} and ${now2.ordinal} with it: ${times} times as probable.`;
  }
};
function powerOf({ probability }) {
  return Math.log10(Math.max(probability, Number.MIN_VALUE));
}
function share2(at2) {
  return `${at2 * 100}%`;
}
function oddsTicks(low, high) {
  const count2 = high - low, every = count2 > 3 ? 2 : 1;
  return Array.from({ length: count2 + 1 }, (_, n) => {
    const power = low + n;
    const named = (high - power) % every === 0;
    return { at: n / count2, label: named ? power === 0 ? "certain" : LABELS[-power] ?? `10^${power}` : "" };
  });
}
function rankTicks(powers) {
  return Array.from({ length: powers + 1 }, (_, n) => {
    const rank = 10 ** (powers - n);
    return { at: n / powers, label: rank === 1 ? "first" : rank.toLocaleString("en") };
  });
}

// components/learn/watermarked.js
var SHARPEST2 = 2;
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
  show({ size: size2, window: window2, colormaps }, arrays, bitmap, mask) {
    Object.assign(this, { size: size2, window: window2, arrays, bitmap, mask });
    this.upsideDown = turned(mask);
    this.context = drawing(DEFAULT_LOOK, colormaps, null);
  }
  // Give the photo and each map so many CSS pixels.
  fit(photo, map2) {
    fitted(this.photo, photo, this.bitmap);
    for (const { canvas } of this.maps) fitted(canvas, map2, this.bitmap);
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
    const pixels2 = new Uint8ClampedArray(plain.data);
    if (!this.mark) return pixels2;
    const mask = this.mark.turned ? this.upsideDown : this.mask;
    const box = this.box(this.mark, width / this.size[0]);
    lay(pixels2, width, inkOf(mask, box, width, height), this.mark.opacity);
    return pixels2;
  }
  paint(canvas, map2) {
    const { width, height } = canvas, area = wholePhoto(this.size);
    const heat = upsample(map2, area, width, height, "for", peakOf(map2.values, "for"));
    const out = new Uint8ClampedArray(width * height * 4);
    const photo = this.pixels(canvas);
    composite(out, { photo, heat, window: map2.window, area, width, height }, this.context);
    put(canvas, out);
  }
};
function fitted(canvas, [width, height], bitmap) {
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const sharp = Math.min(window.devicePixelRatio || 1, SHARPEST2);
  const w2 = Math.max(1, Math.round(width * sharp)), h = Math.max(1, Math.round(height * sharp));
  if (canvas.width === w2 && canvas.height === h && canvas.of === bitmap) return;
  Object.assign(canvas, { width: w2, height: h, of: bitmap });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, w2, h);
  canvas.plain = pen.getImageData(0, 0, w2, h);
}
function put(canvas, pixels2) {
  const { width, height } = canvas;
  canvas.getContext("2d").putImageData(new ImageData(pixels2, width, height), 0, 0);
}

// components/learn/watermark.js
var PATIENCE2 = 4e3;
var SETTLED = 700;
var NARROW2 = 600;
var GAP3 = 24;
var CAPTION = 26;
var TALLEST2 = 520;
var LEAST = 120;
var OF_WINDOW = 0.46;
var [SMALLEST6, LARGEST3] = [0.04, 0.5];
var files2 = /* @__PURE__ */ new Map();
var WatermarkFigure = class {
  constructor(places, ask) {
    this.place = places.watermark;
    this.ask = ask;
    this.serial = this.pending = 0;
    this.without = false;
    this.root = element("div", "watermark", this.place);
    this.build();
    this.figures = element("dl", "figures", this.root);
    this.said = element("p", "said", this.root);
    this.spoken = element("p", "spoken", this.root, { role: "status" });
    this.offer = element("button", "offer", this.place, { type: "button" });
    this.offer.onclick = () => ask("imagenet", true);
    this.standings = new Standings(places["watermark-chart"]);
    this.watch = new IntersectionObserver((seen2) => {
      this.near = seen2.at(-1).isIntersecting;
      this.compare();
    }, { rootMargin: "400px" });
    this.watch.observe(places["watermark-chart"]);
  }
  build() {
    this.stage = element("div", "stage", this.root);
    const controls = element("div", "controls", this.root);
    this.pictures = new Watermarked(this.stage, element("div", "maps", this.root));
    this.draggable = new Draggable(this.stage, "The text on the photo", {
      begin: () => {
        this.start = { ...this.mark };
      },
      move: (x, y) => this.moveBy(x, y),
      size: (factor) => this.sizeTo(this.start.height * factor),
      home: () => this.change(this.data.published)
    });
    const sliders = element("div", "", controls), buttons = element("div", "", controls);
    this.size = slider(sliders, "Size", "How high the text is", (height) => this.sizeTo(height));
    Object.assign(this.size.input, { min: SMALLEST6, max: LARGEST3 });
    this.opacity = slider(sliders, "Opacity", "How white the text is", (opacity) => {
      this.change({ opacity });
    });
    this.flip = toggle(buttons, "Upside down", "Nobody can read it then", (turned2) => {
      this.change({ turned: turned2 });
    });
    this.hide = toggle(buttons, "Without it", "The photo as it was", (on) => this.leaveOut(on));
    this.home = toggle(buttons, "As published", "Where the text was in the paper", () => {
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
    if (answered && !same2(this.mark, data.mark)) this.send();
  }
  // Decode what came. What did not come and is not here any more is asked for: the page's script may
  // have begun anew since it was sent.
  async take(data, arrays) {
    if (arrays.photo) files2.set(data.photo, createImageBitmap(new Blob([arrays.photo])));
    if (arrays.mask) files2.set("mask", maskOf(arrays.mask));
    if (!files2.has(data.photo) || !files2.has("mask")) {
      this.ask("all", true);
      return;
    }
    const [bitmap, mask] = await Promise.all([files2.get(data.photo), files2.get("mask")]);
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
      left: within2(start.left + x / scale / (right - left), -wide / 2, 1 - wide / 2),
      top: within2(start.top + y / scale / (bottom - top), -high / 2, 1 - high / 2)
    });
  }
  sizeTo(height) {
    this.change({ height: within2(height, SMALLEST6, LARGEST3) });
  }
  send() {
    this.pending = ++this.serial;
    clearTimeout(this.lost);
    this.lost = setTimeout(() => this.send(), PATIENCE2);
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
  // Three pictures in a row, or two maps above each other beside the photo, whichever makes it larger;
  // on a phone they are below it.
  resize() {
    const { data, place: place2, pictures } = this;
    if (!data || !pictures.bitmap || !place2.clientWidth) return;
    const kinds = place2.clientWidth < NARROW2 ? ["narrow"] : ["row", "pair"];
    const highs = kinds.map((kind) => this.tallest(kind));
    const best2 = highs.indexOf(Math.max(...highs));
    this.arrange(kinds[best2], highs[best2]);
    this.draw();
  }
  // The photo's height: in a lecture, what all else leaves over.
  tallest(kind) {
    const given = parseFloat(getComputedStyle(this.place).getPropertyValue("--stage"));
    if (!given) return this.arrange(kind, Math.min(TALLEST2, OF_WINDOW * window.innerHeight));
    let high = this.arrange(kind, given);
    for (let tries = 0; tries < 3 && this.root.offsetHeight > given; tries++) {
      high = this.arrange(kind, Math.max(LEAST, high - (this.root.offsetHeight - given)));
    }
    return high;
  }
  // Returns how high the photo has become, `most` at most.
  arrange(kind, most) {
    const room2 = this.place.clientWidth, ratio = this.data.size[0] / this.data.size[1];
    const across = {
      narrow: room2 / ratio,
      pair: (room2 - GAP3) / 1.5 / ratio,
      row: (room2 - 2 * GAP3) / 3 / ratio + 2 / 3 * CAPTION
    };
    const high = Math.floor(Math.min(most, across[kind])), wide = Math.floor(high * ratio);
    const small = {
      narrow: (room2 - GAP3) / 2,
      pair: wide / 2,
      row: (high - CAPTION) * ratio
    }[kind];
    this.root.className = `watermark ${kind}`;
    this.pictures.fit([wide, high], [Math.floor(small), Math.round(small / ratio)]);
    return high;
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
    const words2 = `${left} from the left and ${top} from the top of what the network sees, ${height} high`;
    this.draggable.place(pictures.box(mark, pictures.scale), mark.left, words2);
    this.draggable.node.hidden = without;
    this.size.show(mark.height);
    this.opacity.show(mark.opacity);
    this.flip.show(mark.turned);
    this.hide.show(without);
  }
  write() {
    const { data, without } = this, found = without ? data.before : data.now;
    this.pictures.maps.forEach(({ label, odds, note: note2, canvas }, n) => {
      const { label: name, odds: share3, empty, onMarkSaid } = found[n];
      label.textContent = name;
      odds.textContent = without ? share3 : `${data.before[n].odds} → ${share3}`;
      note2.textContent = empty;
      const about = without ? "" : `; ${onMarkSaid} of it lies on the text`;
      canvas.setAttribute("aria-label", `${data.method} of ${name}${about}`);
    });
    const now2 = found[0], then = data.before[0];
    this.figures.replaceChildren();
    const before = (share3) => `${share3} without`;
    this.figure(`Probability of ${now2.label}`, now2.odds, before(then.odds));
    this.figure("The text makes it", `${without ? "1" : data.times} ×`, "as probable");
    this.figure(`Rank of ${data.classes.toLocaleString("en")} classes`, now2.ordinal, before(then.ordinal));
    this.figure("Of its map, on the text", now2.onMarkSaid, before(then.onMarkSaid));
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
    element("dd", "before", made).textContent = before;
  }
  remove() {
    this.watch.disconnect();
    clearTimeout(this.lost);
    clearTimeout(this.settling);
    cancelAnimationFrame(this.frame);
  }
};
function within2(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
function same2(one, other) {
  return Object.keys(one).every((name) => one[name] === other[name]);
}

// components/learn/figures.js
var FIGURES = {
  making: MakingFigure,
  depth: DepthFigure,
  watermark: WatermarkFigure,
  cheat: CheatFigure,
  sanity: SanityFigure,
  claims: ClaimsFigure
};

// components/viewer/clipboard.js
async function copyText(text2) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text2).then(() => true, () => false);
  }
  const field3 = element("textarea", "", document.body, { "aria-hidden": "true" });
  field3.value = text2;
  field3.select();
  const copied = document.execCommand("copy");
  field3.remove();
  return copied;
}

// components/learn/story.js
var Story = class {
  constructor() {
    this.contents = [];
    this.photos = null;
    this.choices = null;
    this.classes = null;
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
    return this.contents.flatMap(({ id: id2 }) => this.chapters.get(id2)?.steps ?? []);
  }
  step(id2) {
    return this.steps.find((step) => step.id === id2);
  }
  // Whether the contents have a step of that name, here already or still to come.
  knows(id2) {
    return this.contents.some(({ steps }) => steps.some(([known]) => known === id2));
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
function goTo(id2) {
  const { pathname, search: search2 } = window.location;
  at = id2;
  window.history.pushState(window.history.state, "", `${pathname}${search2}#${id2}`);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  place(id2, calm ? "instant" : "smooth");
}
function note(id2) {
  at = id2;
  keep();
}
function linkTo(id2) {
  const { origin, pathname, search: search2 } = window.location;
  return `${origin}${pathname}${search2}#${id2}`;
}
function asked() {
  return decodeURIComponent(window.location.hash.slice(1));
}
function keep() {
  if (!at || asked() === at) return;
  const { pathname, search: search2 } = window.location;
  window.history.replaceState(window.history.state, "", `${pathname}${search2}#${at}`);
}
function place(id2, behavior = "instant") {
  story.step(id2)?.root.scrollIntoView({ block: "start", behavior });
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
function search(options2, text2) {
  const asked2 = field(text2);
  if (!asked2.whole) return options2.map(({ option }) => option);
  const exact = folded(text2).trim();
  const close = scored(options2, (one) => one.id === exact ? 0 : fit2(one, asked2));
  const found = close.length ? close : scored(options2, (one) => looseFit(one, asked2));
  return found.map(([, option]) => option);
}
function scored(options2, score) {
  return options2.map((one) => [score(one) - one.ready, one.option]).filter(([points]) => points < NEVER).sort(([a], [b]) => a - b);
}
function fit2(one, asked2) {
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
function longer(whole, part3) {
  return Math.min(whole.length - part3.length, 90) / 1e3;
}
function field(text2) {
  const found = words(text2);
  return { words: found, whole: found.join("") };
}
function words(text2) {
  return folded(text2).match(/[\p{L}\p{N}]+/gu) ?? [];
}
function folded(text2) {
  return text2.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
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
  let row3 = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same3 = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(next[j - 1] + 1, row3[j] + 1, row3[j - 1] + same3);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    before = row3;
    row3 = next;
  }
  return row3[b.length];
}

// components/learn/choices.js
var NAMES3 = { photo: "Photo", class: "Class", layer: "Layer", method: "Method", model: "Model" };
var MOST2 = 60;
var GAP4 = 6;
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
    element("span", "what", button).textContent = NAMES3[name];
    if (name === "photo") element("img", "", button, { alt: "" });
    element("span", "value", button);
    button.onclick = () => this.open(name, button);
    return button;
  }
  draw() {
    if (!story.choices || !story.classes || !story.photos) return;
    for (const [name, button] of this.buttons) {
      const found = chosen(name);
      button.querySelector(".value").textContent = found?.title ?? "";
      if (name === "photo" && found) button.querySelector("img").src = found.picture;
    }
  }
  open(name, button) {
    const same3 = this.opener === button && this.menu.matches(":popover-open");
    this.menu.hidePopover();
    if (same3) return;
    this.opener = button;
    this.menu.setAttribute("aria-label", NAMES3[name]);
    this.menu.replaceChildren();
    const pick = (what, value) => {
      this.menu.hidePopover();
      button.focus();
      if (value === now(what)) return;
      const { title } = options(what, true).find(({ id: id2 }) => id2 === value);
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
    const below = window.innerHeight - bottom - 2 * GAP4, above = top - 2 * GAP4;
    const up = below < 280 && above > below;
    const { style } = this.menu;
    style.left = `${Math.max(12, Math.min(left, window.innerWidth - this.menu.offsetWidth - 12))}px`;
    style.maxHeight = `${Math.min(460, up ? above : below)}px`;
    style.top = up ? "auto" : `${bottom + GAP4}px`;
    style.bottom = up ? `${window.innerHeight - top + GAP4}px` : "auto";
  }
  remove() {
    this.unfollow();
    this.menu.remove();
  }
};
function choosePhoto(strip, pick) {
  const key = JSON.stringify(story.photos.options.map(([id2]) => id2));
  if (strip.dataset.photos !== key) {
    strip.dataset.photos = key;
    strip.replaceChildren(...story.photos.options.map(([id2, title, picture]) => {
      const button = element("button", "option", null, { type: "button", role: "radio", title });
      button.dataset.id = id2;
      element("img", "", button, { src: picture, alt: title });
      return button;
    }));
    rove(strip, () => [...strip.children]);
  }
  for (const button of strip.children) {
    button.setAttribute("aria-checked", String(button.dataset.id === story.photos.chosen));
    button.onclick = () => pick("photo", button.dataset.id);
  }
  onlyStop([...strip.children], strip.querySelector("[aria-checked=true]"));
}
function chooseLine(menu, name, pick) {
  const list = element("div", "", null, { role: "radiogroup", "aria-label": NAMES3[name] });
  const all = options(name, true), usual = options(name, false);
  const fill = (lines) => {
    let group = "";
    list.replaceChildren();
    for (const line3 of lines) {
      if (line3.group && line3.group !== group) element("p", "group", list).textContent = line3.group;
      group = line3.group;
      list.append(row2(line3, name, pick));
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
  const known = all.map((line3) => prepared({ words: [], definition: "", ...line3, id: String(line3.id), line: line3 }));
  const found = (text2) => search(known, text2).slice(0, MOST2).map(({ line: line3 }) => line3);
  box.oninput = () => fill(box.value.trim() ? found(box.value) : usual);
  box.onkeydown = (event) => {
    const first = list.querySelector("button");
    if (event.key === "Enter") first?.click();
    else if (event.key === "ArrowDown") first?.focus();
    else return;
    event.preventDefault();
  };
}
function row2(line3, name, pick) {
  const button = element("button", "option", null, {
    type: "button",
    role: "radio",
    "aria-checked": String(line3.id === now(name))
  });
  element("span", "", button).textContent = line3.title;
  if (line3.fact) element("span", "fact", button).textContent = line3.fact;
  if (line3.more) element("span", "more", button).textContent = line3.more;
  button.onclick = () => pick(name, line3.id);
  return button;
}
function chosen(name) {
  return options(name, true).find(({ id: id2 }) => id2 === now(name));
}
function now(name) {
  return name === "photo" ? story.photos.chosen : story.choices[name].chosen;
}
function options(name, all) {
  if (name === "photo") {
    return story.photos.options.map(([id2, title, picture]) => ({ id: id2, title, picture }));
  }
  if (name === "class") return classes(all);
  return story.choices[name].options.map(([id2, title, fact = "", group = "", more = ""]) => ({ id: id2, title, fact, group, more }));
}
function classes(all) {
  const likely = new Map(story.choices.class.options);
  const line3 = (index) => {
    const [title, words2, definition] = story.classes[index];
    return { id: index, title, words: words2, definition, fact: likely.get(index) ?? "" };
  };
  return (all ? [...story.classes.keys()] : [...likely.keys()]).map(line3);
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
    const row3 = element("div", "row", this.foot);
    const left = element("div", "left", row3);
    this.noteButton = element("button", "quietly", left, { type: "button", "aria-pressed": "false" });
    this.noteButton.append(icon("notes"), "Notes (N)");
    this.noteButton.onclick = () => this.toggleNotes();
    this.before = iconButton("before", "Previous step", row3, () => this.walk(-1));
    this.position = element("span", "position", row3, { role: "status" });
    this.after = iconButton("after", "Next step", row3, () => this.walk(1));
    const right = element("div", "right", row3);
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
    const own = path.some((node2) => node2.matches?.(OWN_KEYS));
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
    for (const text2 of this.step.notes) write(element("li", "", list), text2);
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
  for (const node2 of event.composedPath()) {
    if (node2 === event.currentTarget) return false;
    if (node2.matches?.(OWN_KEYS)) return true;
    if (node2 instanceof Element && getComputedStyle(node2).touchAction === "none") return true;
  }
  return false;
}

// components/learn/step.js
var SAID = 1800;
var Step = class {
  constructor(id2, chapter, choose) {
    this.id = id2;
    this.chapter = chapter;
    this.notes = [];
    this.holder = element("div", "holder", chapter.root);
    const heading = `step-${id2}`;
    this.root = element("dialog", "step", this.holder, { role: "group", "aria-labelledby": heading });
    this.root.dataset.step = id2;
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
    this.button("present", "Show as lecture", () => new Lecture(id2));
  }
  button(name, label, onClick) {
    const made = element("button", "quietly", this.foot, { type: "button" });
    const text2 = element("span");
    text2.textContent = label;
    made.append(icon(name), text2);
    made.onclick = onClick;
    return made;
  }
  show({ title, text: text2, notes, choices, source }) {
    this.title = title;
    this.notes = notes;
    this.heading.textContent = title;
    this.kicker.textContent = this.chapter.title;
    if (String(text2) !== this.text) {
      this.text = String(text2);
      this.prose.replaceChildren();
      for (const one of text2) paragraph(one, this.prose);
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
    const text2 = this.copy.lastChild;
    text2.textContent = done ? "Copied" : "Copying is not allowed here";
    clearTimeout(this.said);
    this.said = setTimeout(() => {
      text2.textContent = "Copy link";
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
    for (let size2 = 1; size2 > 0.7; size2 -= 0.05) {
      root.style.setProperty("--fit", String(size2));
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
var PATIENCE3 = 1500;
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
    const { id: id2, title, steps, data, colormaps } = header;
    this.id = id2;
    this.title = title;
    this.heading.textContent = title;
    if (!this.figure) this.build(steps);
    steps.forEach((step, at2) => this.steps[at2].show(step));
    this.draw(() => this.figure.show({ ...data, colormaps }, arrays));
    this.arrived();
    this.next();
    story.chapters.set(id2, this);
    this.number.textContent = `Chapter ${story.contents.findIndex((one) => one.id === id2) + 1}`;
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
    this.patience = setTimeout(() => this.next(), PATIENCE3);
    this.send("ask", { name, value });
  }
  // The figure's own height changes with what it draws; only its width, or its place in a lecture,
  // is a reason to draw it again.
  resized() {
    const sizes = this.steps.map(({ room: room2 }) => room2).join();
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
      for (const [id2, title] of chapter.steps) {
        this.entries.set(id2, this.link(element("li", "", inner), id2, title));
      }
    }
  }
  link(parent, id2, title) {
    const entry = element("a", "", parent, { href: `#${id2}` });
    entry.textContent = title;
    entry.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open(false);
      goTo(id2);
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
    const chapter = story.contents.find(({ steps }) => steps.some(([id2]) => id2 === read?.id));
    for (const item of this.nav.querySelectorAll("[data-chapter]")) {
      item.classList.toggle("in", item.dataset.chapter === chapter?.id);
    }
    for (const [id2, entry] of this.entries) {
      if (id2 === read?.id) entry.setAttribute("aria-current", "step");
      else entry.removeAttribute("aria-current");
    }
    this.say(chapter, read);
  }
  say(chapter, read) {
    this.line.replaceChildren();
    const number2 = story.contents.indexOf(chapter) + 1;
    element("span", "here", this.line).textContent = chapter ? `${number2} · ${read.title}` : "Contents";
    if (chapter) element("span", "", this.line).textContent = `${number2} of ${story.contents.length}`;
    element("i", "", this.line);
  }
  progress(read) {
    const all = story.contents.flatMap(({ steps }) => steps.map(([id2]) => id2));
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
    for (const text2 of LEAD) paragraph(text2, this.root, "lead");
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
    story.photos = header.photos;
    story.changed("choices");
  }
  draw() {
    const count2 = story.contents.reduce((sum, { steps }) => sum + steps.length, 0);
    this.about.textContent = `${count2} steps, about 20 minutes. No network needed.`;
    this.go.disabled = !story.steps.length;
    if (story.photos) choosePhoto(this.strip, (what, value) => {
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
    for (const text2 of TEXT) paragraph(text2, this.root);
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
    story.classes = header.classes ?? story.classes;
    story.choices = header.choices ?? story.choices;
    story.changed("choices");
  }
  remove() {
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
      const count2 = shape.reduce((product, n) => product * n, 1);
      arrays[name] = { shape, values: new Float32Array(buffer, start + at2, count2) };
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
