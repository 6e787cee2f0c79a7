// Made by `npm run build` from modules with the SHA-256 b51cec1f6f1dcc617e2cf24b90dab76065064cbf8af4c3663961b3b35a0e6dca

// components/viewer/payload.js
function unpack(data) {
  const { header, buffer, start } = opened(data);
  const jpeg = ([offset, size]) => new Uint8Array(buffer, start + offset, size);
  const floats = (map) => {
    const [h, w] = map.shape;
    map.values = new Float32Array(buffer, start + map.values, h * w);
  };
  for (const row of header.rows) {
    row.jpeg = jpeg(row.jpeg);
    if (row.before) row.before.jpeg = jpeg(row.before.jpeg);
    for (const panel of [...row.panels, ...row.spare ?? []]) {
      if (panel.values !== null) floats(panel);
      if (panel.before) floats(panel.before);
    }
  }
  return header;
}
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
function percent(share) {
  if (share > 0 && share < 5e-4) return "< 0.1 %";
  if (share >= 0.9995 && share < 1) return "> 99.9 %";
  return `${(share * 100).toFixed(1)} %`;
}
function wholePercent(share) {
  return `${withMinus(String(Math.round(share * 100)))} %`;
}
var THREE_FIGURES = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
var RAISED = new Map([..."-0123456789"].map((digit, n) => [digit, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[n]]));
function withMinus(text) {
  return text.replaceAll("-", MINUS);
}

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
function list(parent, name, tip, options, onChange, named = false) {
  const node = element("label", "control list", parent, { title: tip });
  if (named) element("span", "name", node).textContent = name;
  const select = element("select", "", node, { "aria-label": name });
  select.onchange = () => onChange(select.value);
  const fill = (entries) => {
    select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  };
  fill(Object.entries(options));
  return { node, select, fill, show: (value) => {
    select.value = value;
  } };
}
function toggle(parent, text, tip, onChange) {
  const node = element("button", "toggle", parent, { type: "button", title: tip });
  node.textContent = text;
  const on = () => node.getAttribute("aria-pressed") === "true";
  node.onclick = () => onChange(!on());
  return { node, show: (pressed) => node.setAttribute("aria-pressed", String(pressed)) };
}

// components/viewer/menu.js
var Menu = class {
  constructor(parent, button, label) {
    this.node = element("div", "menu", parent);
    this.button = button;
    this.node.append(button);
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-haspopup", "dialog");
    this.panel = element("div", "panel", this.node, { role: "dialog", "aria-label": label });
    this.panel.hidden = true;
    button.onclick = () => this.toggle(this.panel.hidden);
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return;
      event.stopPropagation();
      this.toggle(false);
      button.focus();
    });
    this.outside = (event) => {
      if (!event.composedPath().includes(this.node)) this.toggle(false);
    };
  }
  toggle(open) {
    if (open === !this.panel.hidden) return;
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) document.addEventListener("pointerdown", this.outside);
    else document.removeEventListener("pointerdown", this.outside);
  }
};

// components/viewer/sign.js
var SIGNS = ["for", "against", "both", "abs"];
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
function panelPeak(panel, sign) {
  panel.peaks ??= {};
  return panel.peaks[sign] ??= peakOf(panel.values, sign);
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
var DIVERGING = "coolwarm";
var OLD_NAMES = { sign: "ev" };
function readLook(fragment, colormaps) {
  const asked = new URLSearchParams(fragment.replace(/^#/, ""));
  const share = (name) => {
    const number = Number(asked.get(name));
    const fits = asked.get(name) && number >= 0 && number <= 1;
    return fits ? number : DEFAULT_LOOK[name];
  };
  const oneOf = (name, choices) => {
    const value = asked.get(name) ?? asked.get(OLD_NAMES[name]);
    return choices.includes(value) ? value : DEFAULT_LOOK[name];
  };
  return {
    cm: oneOf("cm", colormaps),
    op: share("op"),
    th: share("th"),
    view: oneOf("view", VIEWS),
    scale: oneOf("scale", SCALES),
    sign: oneOf("sign", SIGNS),
    cross: oneOf("cross", CROSSHAIRS)
  };
}
function lookFragment(look) {
  const changed = new URLSearchParams();
  for (const name of Object.keys(DEFAULT_LOOK)) {
    if (look[name] !== DEFAULT_LOOK[name]) changed.set(name, String(look[name]));
  }
  const text = changed.toString();
  return text ? `#${text}` : "";
}
function changedLook(look, fields) {
  const next = { ...look, ...fields };
  const [before, after] = [look.sign === "both", next.sign === "both"];
  if (after && !before) next.cm = DIVERGING;
  if (before && !after && look.cm === DIVERGING) next.cm = DEFAULT_LOOK.cm;
  return next;
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
function changeLook(fields) {
  page.look = changedLook(page.look, fields);
  publishLook();
  for (const viewer of page.viewers) viewer.redraw();
}
function publishLook() {
  if (!page.look) return;
  const { pathname, search, hash } = window.location;
  const fragment = lookFragment(page.look);
  if (hash === fragment) return;
  window.history.replaceState(window.history.state, "", pathname + search + fragment);
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

// components/viewer/roving.js
function onlyStop(items, chosen) {
  const stop = items.includes(chosen) ? chosen : items[0];
  for (const item of items) item.tabIndex = item === stop ? 0 : -1;
}

// components/sheet/order.js
var byName = new Intl.Collator(void 0, { numeric: true, sensitivity: "base" });
function verdict(photo, one) {
  if (!one || photo.expected === null) return "";
  return photo.expected === one.class ? "right" : "wrong";
}
var ORDERS = {
  name: (a, b) => byName.compare(a.photo.name, b.photo.name),
  sure: (a, b) => b.one.share - a.one.share,
  unsure: (a, b) => a.one.share - b.one.share,
  class: (a, b) => byName.compare(a.one.title, b.one.title) || b.one.share - a.one.share,
  // The surest mistakes first, the surest agreements last.
  differs: (a, b) => doubt(b) - doubt(a)
};
function doubt({ photo, one }) {
  return { wrong: 2 + one.share, "": 1, right: -one.share }[verdict(photo, one)];
}
function arranged(photos, found, { sort, only }) {
  const pairs = photos.map((photo) => ({ photo, one: found.get(photo.id) }));
  const kept = pairs.filter((pair) => passes(pair, only));
  const compare = ORDERS[sort];
  if (!compare) return kept.map(({ photo }) => photo);
  const ready = sort === "name" ? kept : kept.filter(({ one }) => one);
  const coming = sort === "name" ? [] : kept.filter(({ one }) => !one);
  return [...ready.sort(compare), ...coming].map(({ photo }) => photo);
}
function passes({ photo, one }, only) {
  if (!only.length) return true;
  if (!one) return false;
  if (only.includes("unsure") && !one.unsure) return false;
  if (only.includes("differs") && verdict(photo, one) !== "wrong") return false;
  const classes = only.filter((name) => /^\d+$/.test(name));
  return !classes.length || classes.includes(String(one.class));
}
function counts(photos, found) {
  const classes = /* @__PURE__ */ new Map();
  let unsure = 0, differs = 0;
  for (const photo of photos) {
    const one = found.get(photo.id);
    if (!one) continue;
    if (one.unsure) unsure++;
    if (verdict(photo, one) === "wrong") differs++;
    const entry = classes.get(one.class) ?? [one.class, one.title, 0];
    entry[2]++;
    classes.set(one.class, entry);
  }
  const listed = [...classes.values()].sort((a, b) => b[2] - a[2] || byName.compare(a[1], b[1]));
  return { unsure, differs, classes: listed };
}

// components/sheet/store.js
var KEPT = 3;
var sheets = /* @__PURE__ */ new Map();
var listeners = /* @__PURE__ */ new Set();
function sheetOf(token) {
  if (!sheets.has(token)) {
    sheets.set(token, { found: /* @__PURE__ */ new Map(), colormaps: null, order: [], place: null, last: "" });
    if (sheets.size > KEPT) sheets.delete(sheets.keys().next().value);
  }
  return sheets.get(token);
}
function feed({ token, colormaps, rows }) {
  const sheet = sheetOf(token);
  sheet.colormaps = colormaps;
  const fresh = rows.filter(({ id }) => !sheet.found.has(id));
  if (!fresh.length) return;
  for (const row of fresh) sheet.found.set(row.id, row);
  for (const listener of listeners) listener(token);
}
function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
function scrollerOf(node) {
  for (let now = node; now; now = now.parentNode ?? now.host) {
    if (!(now instanceof Element)) continue;
    if (/auto|scroll/.test(getComputedStyle(now).overflowY)) return now;
  }
  return document.scrollingElement;
}

// components/viewer/heat.js
function axisWeights(count, start, step, windowStart, windowEnd, cells) {
  const low = new Int32Array(count), share = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const u = (start + (i + 0.5) * step - windowStart) / (windowEnd - windowStart);
    if (u < 0 || u >= 1) {
      low[i] = -1;
      continue;
    }
    const position = Math.min(Math.max(u * cells - 0.5, 0), cells - 1);
    low[i] = Math.min(Math.floor(position), Math.max(cells - 2, 0));
    share[i] = position - low[i];
  }
  return { low, share };
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
function isolines(values, width, height, level, step) {
  const segments = [];
  const at = (x, y) => values[Math.min(y, height - 1) * width + Math.min(x, width - 1)] - level;
  for (let y = 0; y < height - 1; y += step) {
    for (let x = 0; x < width - 1; x += step) {
      const corners = [at(x, y), at(x + step, y), at(x + step, y + step), at(x, y + step)];
      const places = [[x, y], [x + step, y], [x + step, y + step], [x, y + step]];
      const cuts = [];
      for (let e = 0; e < 4; e++) {
        const a = corners[e], b = corners[(e + 1) % 4];
        if (a > 0 === b > 0) continue;
        const t = a / (a - b), [ax, ay] = places[e], [bx, by] = places[(e + 1) % 4];
        cuts.push(ax + (bx - ax) * t, ay + (by - ay) * t);
      }
      for (let s = 0; s + 3 < cuts.length; s += 4) segments.push(...cuts.slice(s, s + 4));
    }
  }
  return segments;
}

// components/viewer/marks.js
var HALO = "rgba(0, 0, 0, 0.55)";
var FAINT_FRAME = "rgba(255, 255, 255, 0.55)";
var CONTOURS = [0.25, 0.5, 0.75];
function drawContours(pen, heat, { look, lut }) {
  const { width, height } = pen.canvas;
  const unit = Math.max(1, width / 450);
  const sides = look.sign === "both" ? [1, -1] : [1];
  for (const level of sides.flatMap((side) => CONTOURS.map((share) => side * share))) {
    if (Math.abs(level) < look.th) continue;
    const lines = isolines(heat, width, height, level, Math.max(2, Math.round(2 * unit)));
    const [r, g, b] = lut.subarray(levelOf(level, look.sign) * 3);
    strokeLines(pen, lines, HALO, 4 * unit);
    strokeLines(pen, lines, `rgb(${r}, ${g}, ${b})`, 2 * unit);
  }
}
function strokeLines(pen, lines, style, thickness) {
  pen.strokeStyle = style;
  pen.lineWidth = thickness;
  pen.lineCap = "round";
  pen.beginPath();
  for (let i = 0; i < lines.length; i += 4) {
    pen.moveTo(lines[i], lines[i + 1]);
    pen.lineTo(lines[i + 2], lines[i + 3]);
  }
  pen.stroke();
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

// components/viewer/photo.js
function photoPixels(row, area, width, height) {
  const key = `${width}×${height}@${area.x},${area.y},${area.width},${area.height}`;
  if (row.pixelsKey !== key || row.pixelsOf !== row.bitmap) {
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.imageSmoothingQuality = "high";
    const { bitmap } = row;
    const sx = bitmap.width / row.size[0], sy = bitmap.height / row.size[1];
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
    row.pixels = pen.getImageData(0, 0, width, height);
    row.pixelsKey = key;
    row.pixelsOf = bitmap;
  }
  return row.pixels;
}

// components/sheet/tile.js
var Tile = class {
  constructor(photo, open) {
    this.node = element("button", "tile", null, { type: "button" });
    this.node.dataset.id = photo.id;
    this.node.tabIndex = -1;
    this.node.onclick = () => open(photo.id);
    this.frame = element("span", "frame", this.node);
    this.canvas = element("canvas", "", this.frame, { "aria-hidden": "true" });
    this.marks = element("span", "marks", this.frame);
    const head = element("span", "head", this.node);
    this.title = element("span", "title", head);
    this.share = element("span", "share", head);
    this.meter = element("i", "meter", this.node);
    this.name = element("span", "name", this.node);
    this.said = element("span", "said", this.node);
    this.near = false;
    this.tell(photo, void 0);
  }
  tell(photo, row) {
    this.photo = photo;
    this.row = row;
    this.node.classList.toggle("coming", !row);
    const short = photo.name.split("/").at(-1);
    this.title.textContent = row ? row.title : "to come";
    this.share.textContent = row ? percent(row.share) : "";
    this.meter.style.setProperty("--share", row ? row.share : 0);
    this.name.textContent = short;
    const marks = [photo.fresh && "new", row?.unsure && "unsure"].filter(Boolean);
    this.marks.replaceChildren(...marks.map((text) => {
      const mark = element("span", "mark");
      mark.textContent = text;
      return mark;
    }));
    const found = verdict(photo, row);
    this.said.className = `said ${found}`;
    this.said.textContent = saidOf(photo, found);
    const parts = [photo.name, row ? `${row.title} ${percent(row.share)}` : "to come"];
    this.node.setAttribute("aria-label", [...parts, this.said.textContent, ...marks].filter(Boolean).join(", "));
    this.node.title = [photo.name, row?.title, this.said.textContent].filter(Boolean).join("\n");
  }
  // Decode and draw near the visible part of the page; let go of the pixels elsewhere.
  async come(near, context) {
    this.near = near;
    if (!near) return this.rest();
    if (!this.row) return void 0;
    if (!this.row.bitmap) {
      const blob = new Blob([this.row.jpeg], { type: "image/jpeg" });
      const { row } = this;
      row.bitmap = await createImageBitmap(blob);
      if (!this.near) return this.rest();
    }
    return this.draw(context());
  }
  rest() {
    const { row, canvas } = this;
    canvas.width = canvas.height = 0;
    if (!row?.bitmap) return;
    row.bitmap.close();
    row.bitmap = row.pixels = row.pixelsKey = null;
  }
  draw(context) {
    const { row, canvas, frame } = this;
    if (!this.near || !row?.bitmap || !context) return;
    const { clientWidth, clientHeight } = frame;
    if (!clientWidth) return;
    const [w, h] = row.size, fit = Math.min(clientWidth / w, clientHeight / h);
    const density = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.max(1, Math.round(w * fit * density));
    const height = Math.max(1, Math.round(h * fit * density));
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${width / density}px`;
    const [panel] = row.panels, area = wholePhoto(row.size);
    const photo = photoPixels(row, area, width, height);
    const heat = upsample(panel, area, width, height, context.look.sign, context.scaleOf(panel));
    const picture = new ImageData(width, height);
    composite(picture.data, { photo: photo.data, heat, window: panel.window, area, width, height }, context);
    const pen = canvas.getContext("2d");
    pen.putImageData(picture, 0, 0);
    if (context.look.view === "contour") drawContours(pen, heat, context);
    if (context.look.view !== "heatmap") drawFrame(pen, panel.window, area);
  }
};
function saidOf(photo, found) {
  if (found === "right") return "as labelled";
  if (found === "wrong") return `labelled ${photo.said}`;
  return photo.why ? `label ${photo.why}: ${photo.said}` : "";
}

// components/sheet/contact.js
var SORTS = {
  new: "Newest first",
  name: "Name",
  sure: "Most sure first",
  unsure: "Least sure first",
  class: "Prediction",
  differs: "Not as labelled first"
};
var VIEWS2 = { overlay: "Overlay", heatmap: "Heatmap", contour: "Contour" };
var SETTLING = 900;
var Contact = class {
  // `send` reports an opened photo, and another order or other limits.
  constructor(parent, send) {
    this.send = send;
    this.root = element("div", "sheet", parent);
    this.tiles = /* @__PURE__ */ new Map();
    this.buildBar();
    this.grid = element("div", "tiles", this.root, { role: "group", "aria-label": "Photos" });
    this.empty = element("p", "empty", this.root);
    this.grid.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.addEventListener("focusin", (event) => onlyStop(this.nodes(), event.target));
    this.stopListening = listen((token) => {
      if (token === this.data?.token) this.arrange();
    });
    this.sizes = new ResizeObserver(() => this.redraw());
    this.sizes.observe(this.root);
    join(this);
  }
  buildBar() {
    const bar = element("div", "bar", this.root, { role: "toolbar", "aria-label": "Photos" });
    this.sort = list(
      bar,
      "Sort by",
      "The order of the photos",
      SORTS,
      (sort) => this.change({ sort }),
      true
    );
    this.unsure = toggle(
      bar,
      "",
      "Only photos whose first classes are too close to call",
      (on) => this.limit("unsure", on)
    );
    this.differs = toggle(
      bar,
      "",
      "Only photos whose prediction is not what their name says",
      (on) => this.limit("differs", on)
    );
    const button = element("button", "toggle", null, {
      type: "button",
      title: "Only photos of some predictions"
    });
    this.classes = new Menu(bar, button, "Predictions");
    this.clear = element("button", "word", bar, { type: "button", title: "Show all photos again" });
    this.clear.textContent = "Show all";
    this.clear.onclick = () => this.change({ only: [] });
    this.shown = element("span", "shown", bar, { role: "status" });
    const end = element("div", "end", bar);
    this.view = list(
      end,
      "View",
      "Heat over the photos, alone, or as lines",
      VIEWS2,
      (view) => changeLook({ view })
    );
    this.opacity = slider(
      end,
      "Opacity",
      "How strongly the heat covers the photos",
      (op) => changeLook({ op })
    );
  }
  show(data) {
    const adopt = !this.data || data.sort !== this.data.sort || String(data.only) !== String(this.data.only);
    const first = !this.data;
    this.data = data;
    if (adopt) this.state = { sort: data.sort, only: data.only };
    const ids = new Set(data.photos.map(({ id }) => id));
    for (const id of this.tiles.keys()) if (!ids.has(id)) this.tiles.delete(id);
    this.watch();
    this.arrange();
    publishLook();
    if (first) this.comeBack();
  }
  // Draw only the tiles near the window.
  watch() {
    if (this.seen) return;
    const root = scrollerOf(this.root);
    this.scroller = root;
    this.seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        this.tiles.get(target.dataset.id)?.come(isIntersecting, () => this.context());
      }
    }, { root: root === document.scrollingElement ? null : root, rootMargin: "500px 0px" });
  }
  change(fields) {
    this.state = { ...this.state, ...fields };
    this.arrange();
    this.send("arrange", this.state);
  }
  limit(name, on) {
    const { only } = this.state;
    this.change({ only: on ? [...only, name] : only.filter((one) => one !== name) });
  }
  arrange() {
    const { photos, labelled, token } = this.data;
    const sheet = sheetOf(token);
    if (sheet.colormaps) startLook(sheet.colormaps);
    const shown = arranged(photos, sheet.found, this.state);
    sheet.order = shown.map(({ id }) => id);
    this.root.classList.toggle("labelled", labelled);
    const nodes = shown.map((photo) => this.tile(photo, sheet.found.get(photo.id)).node);
    const before = [...this.grid.children];
    if (nodes.length !== before.length || nodes.some((node, n) => node !== before[n])) {
      const focused = this.root.getRootNode().activeElement;
      this.grid.replaceChildren(...nodes);
      if (nodes.includes(focused)) focused.focus({ preventScroll: true });
    }
    onlyStop(nodes, nodes.find((node) => node.tabIndex === 0));
    this.tellBar(counts(photos, sheet.found), shown.length);
    this.redraw();
  }
  tile(photo, row) {
    let tile = this.tiles.get(photo.id);
    if (!tile) {
      tile = new Tile(photo, (id) => this.open(id));
      this.tiles.set(photo.id, tile);
      this.seen.observe(tile.node);
    }
    const came = row && !tile.row;
    if (came || tile.photo !== photo) tile.tell(photo, row);
    if (came && tile.near) tile.come(true, () => this.context());
    return tile;
  }
  tellBar({ unsure, differs, classes }, shown) {
    const { only, sort } = this.state, { photos, labelled } = this.data;
    this.sort.show(sort);
    this.sort.select.querySelector('[value="differs"]').hidden = !labelled;
    this.unsure.node.textContent = `Unsure ${unsure}`;
    this.unsure.show(only.includes("unsure"));
    this.differs.node.textContent = `Not as labelled ${differs}`;
    this.differs.node.hidden = !labelled;
    this.differs.show(only.includes("differs"));
    const chosen = only.filter((name) => /^\d+$/.test(name));
    const names = classes.filter(([index]) => chosen.includes(String(index))).map(([, title]) => title);
    this.classes.button.textContent = `${names.join(", ") || "All predictions"} ▾`;
    this.classes.button.setAttribute("aria-pressed", String(chosen.length > 0));
    this.listClasses(classes, chosen);
    this.clear.hidden = !only.length;
    this.shown.textContent = only.length ? `${shown} of ${photos.length}` : "";
    this.empty.hidden = shown > 0;
    this.empty.textContent = "No photo fits these limits.";
  }
  listClasses(classes, chosen) {
    const key = JSON.stringify([classes, chosen]);
    if (key === this.listed) return;
    this.listed = key;
    this.classes.panel.replaceChildren(...classes.map(([index, title, count]) => {
      const line = element("label", "class");
      const box = element("input", "", line, { type: "checkbox" });
      box.checked = chosen.includes(String(index));
      box.onchange = () => this.limit(String(index), box.checked);
      element("span", "", line).textContent = title;
      element("span", "count", line).textContent = String(count);
      return line;
    }));
  }
  // What drawing needs; null until the first photos came.
  context() {
    const look = currentLook(), { found, colormaps } = sheetOf(this.data.token);
    if (!look || !colormaps) return null;
    const { sign, scale } = look;
    const peaks = scale === "shared" ? [...found.values()].map((row) => panelPeak(row.panels[0], sign)) : [];
    const shared = Math.max(0, ...peaks);
    const scaleOf = (panel) => scale === "shared" ? shared : panelPeak(panel, sign);
    const view = look.view === "swipe" ? "overlay" : look.view;
    return drawing({ ...look, view }, colormaps, scaleOf);
  }
  redraw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = void 0;
      const context = this.data && this.context();
      if (!context) return;
      this.view.show(context.look.view);
      this.opacity.show(context.look.op);
      this.opacity.input.disabled = context.look.view !== "overlay";
      for (const tile of this.tiles.values()) tile.draw(context);
    });
  }
  nodes() {
    return [...this.grid.children];
  }
  onKey(event) {
    const nodes = this.nodes(), now = nodes.indexOf(event.target);
    if (now < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const { top } = nodes[0].getBoundingClientRect();
    const next = nodes.findIndex((node) => node.getBoundingClientRect().top > top + 1);
    const columns = next < 0 ? nodes.length : next;
    const to = {
      ArrowRight: now + 1,
      ArrowLeft: now - 1,
      ArrowDown: now + columns,
      ArrowUp: now - columns,
      Home: 0,
      End: nodes.length - 1
    }[event.key];
    if (to === void 0) return;
    event.preventDefault();
    nodes[to]?.focus();
  }
  open(id) {
    const sheet = sheetOf(this.data.token), tile = this.tiles.get(id);
    sheet.place = { id, top: tile.node.getBoundingClientRect().top };
    sheet.last = id;
    this.send("open", id);
  }
  // Return to where a photo was opened, or to the photo that was walked to from there.
  comeBack() {
    const sheet = sheetOf(this.data.token), { place, last } = sheet;
    if (!place) return;
    sheet.place = null;
    const until = performance.now() + SETTLING;
    const settle = () => {
      const tile = this.tiles.get(place.id);
      if (!tile?.node.isConnected || this.moved) return;
      this.scroller.scrollTop += tile.node.getBoundingClientRect().top - place.top;
      const seen = this.tiles.get(last);
      if (seen && last !== place.id) seen.node.scrollIntoView({ block: "nearest" });
      if (performance.now() < until) requestAnimationFrame(settle);
    };
    for (const kind of ["wheel", "pointerdown", "keydown"]) {
      document.addEventListener(kind, () => {
        this.moved = true;
      }, { once: true });
    }
    requestAnimationFrame(() => {
      settle();
      this.tiles.get(last)?.node.focus({ preventScroll: true });
    });
  }
  remove() {
    part(this);
    this.stopListening();
    this.sizes.disconnect();
    this.seen?.disconnect();
    for (const tile of this.tiles.values()) tile.come(false);
    this.root.remove();
  }
};

// components/sheet/walk.js
var TYPING = "input, select, textarea, [contenteditable], dialog, [role=slider], [role=radio], [role=tab], [role=combobox], [role=listbox], [role=option], [role=menu], [role=toolbar]";
var Walk = class {
  constructor(parent, send) {
    this.send = send;
    this.root = element("div", "walk", parent, { role: "toolbar", "aria-label": "Photo" });
    this.back = element("button", "word back", this.root, {
      type: "button",
      title: "Back to all photos (Esc)",
      "aria-keyshortcuts": "Escape"
    });
    this.back.onclick = () => this.go("");
    this.before = iconButton("before", "Previous photo (left arrow)", this.root, () => this.step(-1));
    this.after = iconButton("after", "Next photo (right arrow)", this.root, () => this.step(1));
    this.before.setAttribute("aria-keyshortcuts", "ArrowLeft");
    this.after.setAttribute("aria-keyshortcuts", "ArrowRight");
    this.count = element("span", "count", this.root, { role: "status" });
    this.title = element("span", "title", this.root);
    this.said = element("span", "said", this.root);
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    scrollerOf(this.root).scrollTop = 0;
  }
  show(data) {
    this.data = data;
    const { order } = sheetOf(data.token);
    this.order = order.includes(data.photo) ? order : data.ids;
    const now = this.order.indexOf(data.photo);
    this.back.textContent = `← All ${data.ids.length} photos`;
    this.count.textContent = `${now + 1} of ${this.order.length}`;
    this.title.textContent = data.title;
    this.title.title = data.title;
    this.said.textContent = data.said;
    this.before.disabled = now <= 0;
    this.after.disabled = now >= this.order.length - 1;
    sheetOf(data.token).last = data.photo;
  }
  step(by) {
    const next = this.order[this.order.indexOf(this.data.photo) + by];
    if (next !== void 0) this.go(next);
  }
  go(id) {
    this.send("walk", id);
  }
  // Keys meant for a field, an enlarged map or a presentation stay there.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    const path = event.composedPath().filter((node) => node instanceof Element);
    const inside = path.some((node) => node.matches(TYPING) && node !== this.root);
    const busy = path.some((node) => node.matches(".viewer.opened, .viewer[data-view=swipe], .presentation"));
    if (inside || busy || document.fullscreenElement) return;
    const act = { ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1), Escape: () => this.go("") }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
  remove() {
    document.removeEventListener("keydown", this.onKey);
    this.root.remove();
  }
};

// components/sheet/sheet.js
var KINDS = { sheet: Contact, walk: Walk };
var instances = /* @__PURE__ */ new WeakMap();
function sheet_default({ parentElement, data, setTriggerValue }) {
  if (!data.kind) {
    if (instances.get(parentElement) !== data) feed(unpack(data));
    instances.set(parentElement, data);
    return () => instances.delete(parentElement);
  }
  let shown = instances.get(parentElement);
  if (!shown) {
    shown = new KINDS[data.kind](parentElement, setTriggerValue);
    instances.set(parentElement, shown);
  }
  shown.show(data);
  return () => {
    shown.remove();
    instances.delete(parentElement);
  };
}
export {
  sheet_default as default
};
