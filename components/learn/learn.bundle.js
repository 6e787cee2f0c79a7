// Made by `npm run build` from modules with the SHA-256 3b455682ab98189e6ad6511f6ee9df090f068f2bd11e85113cc74a04d3141b9d

// components/viewer/elements.js
function element(tag, className = "", parent = null, attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
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

// components/viewer/morph.js
var ON_A_STOP = 0.3;
function between(position, count) {
  const held = Math.min(Math.max(position, 0), count - 1);
  const low = Math.min(Math.floor(held), Math.max(count - 2, 0));
  return { low, high: Math.min(low + 1, count - 1), share: held - low };
}
function stopAt(position) {
  const nearest = Math.round(position);
  return Math.abs(position - nearest) <= ON_A_STOP ? nearest : null;
}
function blend(low, high, share2) {
  if (share2 <= 0) return low;
  if (share2 >= 1) return high;
  const mixed = new Float32Array(low.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = low[i] + (high[i] - low[i]) * share2;
  return mixed;
}
function phase(position, count) {
  const way = count > 1 ? position / (count - 1) : 1;
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

// components/viewer/photo.js
var KEPT = 24;
var decoded = /* @__PURE__ */ new Map();
async function decodePhoto(row) {
  if (!decoded.has(row.id)) {
    const blob = new Blob([row.jpeg], { type: "image/jpeg" });
    decoded.set(row.id, await createImageBitmap(blob));
    if (decoded.size > KEPT) decoded.delete(decoded.keys().next().value);
  }
  return decoded.get(row.id);
}
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

// components/viewer/blended.js
function size(canvas, across, row) {
  const density = Math.min(window.devicePixelRatio || 1, 2);
  const longest = Math.max(...row.size);
  canvas.width = Math.max(1, Math.round(across * density * row.size[0] / longest));
  canvas.height = Math.max(1, Math.round(across * density * row.size[1] / longest));
}
function draw(canvas, row, [low, high, share2], context) {
  const { width, height } = canvas;
  const area = wholePhoto(row.size);
  const photo = photoPixels(row, area, width, height).data;
  const heat = blend(heatOf2(low), heatOf2(high), share2);
  const picture = new ImageData(width, height);
  composite(picture.data, { photo, heat, window: low.window ?? row.window, area, width, height }, context);
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

// components/learn/fields.js
var HALO = "rgba(0, 0, 0, 0.6)";
var LINE = "#fff";
var DIM = "rgba(8, 10, 14, 0.42)";
var GRID = "rgba(255, 255, 255, 0.22)";
var SMALLEST = 9;
function drawField(canvas, row, { cell, field, ellipse, grid, window: window2, plain }) {
  const pen = canvas.getContext("2d");
  const unit = Math.max(1, canvas.width / 500);
  const place = placed(canvas, row.size);
  if (grid && !plain) drawGrid(pen, place(window2), grid);
  if (field) {
    const box = within(place(field), canvas);
    if (!plain) shade(pen, box);
    outline(pen, (path) => path.rect(...box), unit * 1.5);
    const [x, y, width, height] = place(ellipse);
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
  if (!plain) outline(pen, (path) => path.rect(...place(cell)), unit);
}
function drawInset(canvas, row, box, ellipse, across) {
  const [left, top, right, bottom] = box;
  const density = Math.min(window.devicePixelRatio || 1, 2);
  const scale = across * density / Math.max(right - left, bottom - top);
  canvas.width = Math.max(1, Math.round((right - left) * scale));
  canvas.height = Math.max(1, Math.round((bottom - top) * scale));
  const pen = canvas.getContext("2d");
  const sx = row.bitmap.width / row.size[0], sy = row.bitmap.height / row.size[1];
  pen.imageSmoothingEnabled = scale < 4;
  pen.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
  const inside = [
    Math.max(left, 0),
    Math.max(top, 0),
    Math.min(right, row.size[0]),
    Math.min(bottom, row.size[1])
  ];
  const wide = inside[2] - inside[0], high = inside[3] - inside[1];
  if (wide > 0 && high > 0) {
    pen.drawImage(row.bitmap, inside[0] * sx, inside[1] * sy, wide * sx, high * sy, inside[0], inside[1], wide, high);
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
  if (Math.min(width / columns, height / rows) < SMALLEST) return;
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

// components/learn/reach.js
function positionAt([h, w], [left, top, right, bottom], x, y) {
  const at = (share2, cells) => Math.min(Math.max(Math.floor(share2 * cells), 0), cells - 1);
  return [at((y - top) / (bottom - top), h), at((x - left) / (right - left), w)];
}
function pointOf([h, w], [left, top, right, bottom], [row, column]) {
  return [
    left + (column + 0.5) / w * (right - left),
    top + (row + 0.5) / h * (bottom - top)
  ];
}
function cellBox([h, w], [left, top, right, bottom], [row, column]) {
  const across = (right - left) / w, down = (bottom - top) / h;
  return [
    left + column * across,
    top + row * down,
    left + (column + 1) * across,
    top + (row + 1) * down
  ];
}
function fieldBox({ rows, columns }, [row, column]) {
  return [part(columns, 0, column), part(rows, 0, row), part(columns, 1, column), part(rows, 1, row)];
}
function ellipseBox({ rows, columns }, [row, column]) {
  const x = part(columns, 2, column), y = part(rows, 2, row);
  const across = part(columns, 3, column), down = part(rows, 3, row);
  return [x - across, y - down, x + across, y + down];
}
function part({ shape, values }, line2, place) {
  return values[line2 * shape[1] + place];
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
function between2(one, other, share2) {
  return one.map((value, n) => value + (other[n] - value) * share2);
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
    const top = element("div", "top", this.root);
    this.picture = element("canvas", "picture", top, {
      tabindex: "0",
      role: "application",
      "aria-roledescription": "picture"
    });
    const side = element("div", "side", top);
    this.title = element("p", "name", side);
    this.facts = element("p", "facts", side);
    const seen = element("figure", "seen", side);
    this.inset = element("canvas", "", seen, { role: "img" });
    this.caption = element("figcaption", "", seen);
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
    const row = { id: data.photo, jpeg: arrays.photo, size: data.size, window: data.window };
    const stages = data.stages.map((stage, n) => ({
      ...stage,
      ...arrays[`map${n}`],
      window: data.window,
      fields: arrays[`rows${n}`] && { rows: arrays[`rows${n}`], columns: arrays[`columns${n}`] }
    }));
    row.bitmap = await decodePhoto(row);
    const other = this.data?.photo !== data.photo || this.data?.label !== data.label;
    const network = stages.map(({ name, shape }) => `${name} ${shape}`).join();
    this.data = data;
    this.row = row;
    this.stages = stages;
    this.context = drawing(DEFAULT_LOOK, data.colormaps, (stage) => peakOf(stage.values, "for"));
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
      const next = this.positionIn(this.stage).map((at, n) => Math.min(Math.max(at + move[n], 0), shape[n] - 1));
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
    const { low, high, share: share2 } = between(this.depth, this.stages.length);
    const ends = [this.stages[low], this.stages[high]];
    draw(this.picture, this.row, [...ends, share2], this.context);
    drawField(this.picture, this.row, this.marks(ends, share2));
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
  marks([low, high], share2) {
    const { window: window2, input } = this.data;
    const boxes = (of) => [low, high].map((stage) => stage.fields && onPhoto(of(stage.fields, this.positionIn(stage)), input, window2));
    const mixed = ([one, other]) => one && other ? between2(one, other, share2) : one ?? other;
    const cells = [low, high].map((stage) => cellBox(stage.shape, window2, this.positionIn(stage)));
    return {
      cell: mixed(cells),
      field: mixed(boxes(fieldBox)),
      ellipse: mixed(boxes(ellipseBox)),
      grid: share2 === 0 ? low.shape : share2 === 1 ? high.shape : null,
      window: window2
    };
  }
  say() {
    const { stages, depth } = this, { input, window: window2 } = this.data;
    const at = stopAt(depth), { low, high } = between(depth, stages.length);
    const stage = this.stage, [h, w] = stage.shape;
    const cells = stages.map(({ shape }) => shape[0] * shape[1]);
    const name = at === null ? `Between ${stages[low].title} and ${stages[high].title}` : stage.title;
    this.title.textContent = name;
    this.facts.textContent = at === null ? "No layer has this map: it is a blend of the two." : `${h} × ${w} cells. ${capital(phase(depth, stages.length))}: ${meaning(depth, cells)}.`;
    this.back.disabled = this.point === null;
    const position = this.positionIn(stage);
    const evidence = stage.values[position[0] * w + position[1]];
    const words = [`Row ${position[0] + 1}, column ${position[1] + 1} of ${h} × ${w}`];
    if (stage.fields) {
      const box = fieldBox(stage.fields, position), placed2 = onPhoto(box, input, window2);
      const sees = `${Math.round(box[2] - box[0])} × ${Math.round(box[3] - box[1])}`;
      this.caption.textContent = `It can see ${sees} of the ${input[1]} × ${input[0]} pixels: ${share(shareOf(placed2, this.row.size))} of the photo.`;
      words.push(this.caption.textContent);
      const ellipse = onPhoto(ellipseBox(stage.fields, position), input, window2);
      drawInset(this.inset, this.row, placed2, ellipse, INSET);
    } else {
      this.caption.textContent = stage.problem || "Measuring what it can see…";
    }
    this.inset.hidden = !stage.fields;
    this.inset.setAttribute("aria-label", `What this position can see: ${this.caption.textContent}`);
    const peak = peakOf(stage.values, "for");
    this.reading.textContent = stage.empty || `The evidence here is ${share(Math.max(evidence, 0) / peak)} of the map’s peak.`;
    this.slider.setAttribute("aria-valuetext", name);
    this.picture.setAttribute(
      "aria-label",
      `${this.data.label} at ${name}. ${words.join(". ")} Arrow keys move the position, Home goes to the peak.`
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

// components/learn/making.js
var MakingFigure = class {
  constructor(places) {
    this.photo = element("img", "making-photo", places.photo);
    this.caption = element("p", "", places.photo);
  }
  show(data, arrays) {
    const { label, probability, size: size2 } = data;
    const [width, height] = size2;
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
  making: MakingFigure,
  depth: DepthFigure
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
