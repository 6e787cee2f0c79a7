// Made by `npm run build` from modules with the SHA-256 b51cec1f6f1dcc617e2cf24b90dab76065064cbf8af4c3663961b3b35a0e6dca

// components/viewer/area.js
var MAX_ZOOM = 12;
function wholePhoto([width, height]) {
  return { x: 0, y: 0, width, height };
}
function isZoomed(area, size2) {
  return area.width < size2[0] - 0.01;
}
function zoomAround(area, size2, factor, x, y) {
  const [w, h] = size2;
  const width = Math.min(w, Math.max(w / MAX_ZOOM, area.width / factor));
  const share = width / area.width;
  const moved = { x: x - (x - area.x) * share, y: y - (y - area.y) * share };
  return within({ ...moved, width, height: width * h / w }, size2);
}
function within(area, [w, h]) {
  return {
    ...area,
    x: Math.min(Math.max(area.x, 0), w - area.width),
    y: Math.min(Math.max(area.y, 0), h - area.height)
  };
}
function contains(area, { x, y }) {
  return x >= area.x && x <= area.x + area.width && y >= area.y && y <= area.y + area.height;
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
function panelPeak(panel, sign) {
  panel.peaks ??= {};
  return panel.peaks[sign] ??= peakOf(panel.values, sign);
}
function emptyReason(panel, sign) {
  if (panelPeak(panel, "abs") === 0) {
    return panel.tookGradient ? "The gradient of this class is zero at this layer." : "The map is zero everywhere at this layer.";
  }
  if (panelPeak(panel, sign) > 0) return "";
  return sign === "against" ? "No evidence against this class at this layer." : "No positive evidence for this class at this layer.";
}
function noteOf(panel, sign) {
  const reason = panel.values ? emptyReason(panel, sign) : "";
  return [panel.note, reason].filter(Boolean).join(" ");
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
  const keep2 = KEEP[sign];
  const heat = new Float32Array(values.length);
  if (!(scale > 0)) return heat;
  for (let i = 0; i < values.length; i++) heat[i] = Math.max(Math.min(keep2(values[i]) / scale, 1), -1);
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
function valueAt(map, x, y) {
  const [h, w] = map.shape, [left, top, right, bottom] = map.window;
  const across = axisWeights(1, x - 0.5, 1, left, right, w);
  const down = axisWeights(1, y - 0.5, 1, top, bottom, h);
  const c = across.low[0], r = down.low[0];
  if (c < 0 || r < 0) return null;
  const c2 = Math.min(c + 1, w - 1), r2 = Math.min(r + 1, h - 1);
  const fx = across.share[0], fy = down.share[0], v = map.values;
  const upper = v[r * w + c] * (1 - fx) + v[r * w + c2] * fx;
  const lower = v[r2 * w + c] * (1 - fx) + v[r2 * w + c2] * fx;
  return upper * (1 - fy) + lower * fy;
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
function blend(low, high, share) {
  if (share <= 0) return low;
  if (share >= 1) return high;
  const mixed = new Float32Array(low.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = low[i] + (high[i] - low[i]) * share;
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

// components/viewer/blended.js
function size(canvas, across, row) {
  const density = Math.min(window.devicePixelRatio || 1, 2);
  const longest = Math.max(...row.size);
  canvas.width = Math.max(1, Math.round(across * density * row.size[0] / longest));
  canvas.height = Math.max(1, Math.round(across * density * row.size[1] / longest));
}
function draw(canvas, row, [low, high, share], context) {
  const { width, height } = canvas;
  const area = wholePhoto(row.size);
  const photo = photoPixels(row, area, width, height).data;
  const heat = blend(heatOf2(low), heatOf2(high), share);
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
function spoken(tag, text, parent) {
  const made = element(tag, "spoken", parent);
  made.textContent = text;
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
function cornerButton(icon2, parent) {
  const button = iconButton(icon2, "", parent, null);
  button.classList.add("corner");
  for (const kind of ["pointerdown", "pointermove", "pointerup", "click", "dblclick", "keydown"]) {
    button.addEventListener(kind, (event) => event.stopPropagation());
  }
  return button;
}

// components/viewer/marks.js
var HALO = "rgba(0, 0, 0, 0.55)";
var FRAME = "rgba(255, 255, 255, 0.9)";
var FAINT_FRAME = "rgba(255, 255, 255, 0.55)";
var DIMMED = "rgba(10, 12, 16, 0.5)";
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
function drawDivider(pen, split) {
  const { width, height } = pen.canvas;
  pen.fillStyle = HALO;
  pen.fillRect(split * width - 2, 0, 4, height);
  pen.fillStyle = "#fff";
  pen.fillRect(split * width - 1, 0, 2, height);
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
function suit(view) {
  if (view === page.suited) return;
  const { view: now } = page.look;
  if (view && now === DEFAULT_LOOK.view) changeLook({ view });
  else if (!view && now === page.suited) changeLook({ view: DEFAULT_LOOK.view });
  page.suited = view;
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

// components/viewer/payload.js
function unpack(data) {
  const { header, buffer, start } = opened(data);
  const jpeg = ([offset, size2]) => new Uint8Array(buffer, start + offset, size2);
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

// components/viewer/depth.js
var PICTURE = 480;
var THUMBNAIL = 96;
var CHOICES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
var Depth = class {
  constructor(parent, pick) {
    this.pick = pick;
    this.root = element("section", "depth", parent, { "aria-label": "Depth in the network" });
    const head = element("div", "head", this.root);
    element("h3", "", head).textContent = "Depth";
    this.about = element("span", "about", head);
    this.switch = element("select", "", head, { "aria-label": "Photo whose depth is shown" });
    this.switch.onchange = () => this.choosePhoto(Number(this.switch.value));
    const body = element("div", "body", this.root);
    this.canvas = element("canvas", "picture", body, { role: "img" });
    const side = element("div", "side", body);
    this.reading = element("p", "reading", side);
    this.advice = element("p", "advice", side);
    this.slider = element("input", "", side, {
      type: "range",
      min: "0",
      step: "0.01",
      "aria-label": "Depth, from early to late",
      title: "Drag from early to late. Arrow keys go from stage to stage, Enter chooses the layer."
    });
    this.stops = element("div", "stops", side, { role: "group", "aria-label": "Stages" });
    this.phases = element("div", "phases", side, { "aria-hidden": "true" });
    for (const name of ["early", "middle", "late"]) {
      element("span", "", this.phases).textContent = name;
    }
    this.slider.oninput = () => this.move(Number(this.slider.value));
    this.slider.onchange = () => this.choose(stopAt(this.position));
    this.slider.onkeydown = (event) => this.onKey(event);
    this.photo = 0;
    this.position = null;
    join(this);
  }
  async show(data) {
    if (data === this.data) return;
    this.data = data;
    const header = unpack(data);
    startLook(header.colormaps);
    const bitmaps = await Promise.all(header.rows.map(decodePhoto));
    if (data !== this.data) return;
    header.rows.forEach((row, r) => {
      row.bitmap = bitmaps[r];
    });
    const before = this.header;
    this.header = header;
    const known = before ? header.rows.findIndex((row) => row.id === before.rows[this.photo].id) : 0;
    this.choosePhoto(Math.max(known, 0));
  }
  // The photos share one slider; the first is shown until another is chosen.
  choosePhoto(index) {
    const { rows } = this.header;
    this.photo = index;
    this.row = rows[index];
    this.switch.hidden = rows.length < 2;
    this.switch.replaceChildren(...rows.map((row, r) => new Option(row.caption, String(r))));
    this.switch.value = String(index);
    this.about.textContent = `${this.row.subtitle}, from the first stages of the network to the last`;
    this.build();
    this.rest();
    this.redraw();
  }
  build() {
    const { panels } = this.row;
    this.root.style.setProperty("--stops", String(panels.length));
    this.slider.max = String(panels.length - 1);
    this.cells = panels.map((panel) => panel.shape ? panel.shape[0] * panel.shape[1] : 0);
    const active = this.root.getRootNode().activeElement;
    const focused = [...this.stops.children].indexOf(active);
    this.thumbnails = panels.map((panel, n) => this.thumbnail(panel, n));
    this.stops.replaceChildren(...this.thumbnails.map(({ button }) => button));
    if (focused >= 0) this.thumbnails[focused]?.button.focus({ preventScroll: true });
    size(this.canvas, PICTURE, this.row);
  }
  thumbnail(panel, n) {
    const words = `${phase(n, this.cells.length)}: ${meaning(n, this.cells)}`;
    const label = [panel.key || panel.title, panel.subtitle && `${panel.subtitle} grid`, words];
    if (panel.chosen) label.push("in use");
    const button = element("button", "stop", null, {
      type: "button",
      tabindex: "-1",
      title: label.filter(Boolean).join(" · "),
      "aria-label": label.filter(Boolean).join(", "),
      "aria-pressed": String(panel.chosen)
    });
    const canvas = element("canvas", "", button);
    size(canvas, THUMBNAIL, this.row);
    element("span", "", button).textContent = panel.title;
    button.onclick = () => {
      this.move(n);
      this.choose(n);
    };
    return { button, canvas, panel };
  }
  // Rest at the layer in use, or at the last stage.
  rest() {
    const used = this.row.panels.findIndex((panel) => panel.chosen);
    this.move(used < 0 ? this.row.panels.length - 1 : used);
  }
  move(position) {
    this.position = position;
    if (Number(this.slider.value) !== position) this.slider.value = String(position);
    this.say();
    this.frame();
  }
  say() {
    const { panels } = this.row, { low, high, share } = between(this.position, panels.length);
    const at = stopAt(this.position);
    const panel = panels[at ?? low];
    const word2 = phase(this.position, panels.length);
    const name = at === null ? `Between ${panels[low].title} and ${panels[high].title}` : panel.title;
    const facts = at === null ? "their maps, blended" : panel.subtitle && `${panel.subtitle} grid`;
    this.reading.replaceChildren();
    element("strong", "", this.reading).textContent = name;
    if (at !== null && panel.chosen) element("span", "used", this.reading).textContent = "in use";
    element("span", "facts", this.reading).textContent = [facts, panel.detail, `${word2}: ${meaning(this.position, this.cells)}`].filter(Boolean).join(" · ");
    const empty = panel.values ? emptyReason(panel, currentLook().sign) : panel.note;
    this.advice.textContent = at === null ? "No layer has this map: it shows the change from one to the next." : empty || (panel.chosen || !panel.key ? "" : "Press Enter or click the picture to use this layer.");
    this.slider.setAttribute("aria-valuetext", `${name}, ${word2}`);
    const whole = share === 0 ? low : share === 1 ? high : at;
    this.thumbnails.forEach(({ button }, n) => button.classList.toggle("near", n === whole));
  }
  onKey(event) {
    const step = CHOICES[event.key], last = this.row.panels.length - 1;
    const ends = { Home: 0, End: last };
    if (step) this.move(Math.min(Math.max(nextStop(this.position, step), 0), last));
    else if (event.key in ends) this.move(ends[event.key]);
    else if (event.key === "Enter") this.choose(stopAt(this.position));
    else if (event.key === "Escape") this.rest();
    else return;
    event.preventDefault();
  }
  // Use the layer of a stop; null is between two, which chooses nothing.
  choose(stop) {
    if (stop === null) return;
    this.move(stop);
    const panel = this.row.panels[stop];
    if (!panel.key || panel.chosen) return;
    for (const row of this.header.rows) {
      for (const one of row.panels) one.chosen = one.key === panel.key;
    }
    this.build();
    this.say();
    this.redraw();
    this.pick(panel.key);
  }
  // Called also when the look changes, which the small pictures follow.
  redraw() {
    this.outdated = true;
    this.frame();
  }
  frame() {
    if (this.row) this.pending ??= requestAnimationFrame(() => this.paint());
  }
  paint() {
    this.pending = void 0;
    const look = { ...currentLook() };
    if (look.view !== "heatmap") look.view = "overlay";
    const context = drawing(look, this.header.colormaps, (panel) => panelPeak(panel, look.sign));
    for (const { canvas, panel } of this.outdated ? this.thumbnails : []) {
      draw(canvas, this.row, [panel, panel, 0], context);
    }
    this.outdated = false;
    const { panels } = this.row, { low, high, share } = between(this.position, panels.length);
    draw(this.canvas, this.row, [panels[low], panels[high], share], context);
    if (look.view === "overlay") drawFrame(this.canvas.getContext("2d"), this.row.window, wholePhoto(this.row.size));
    this.canvas.setAttribute("aria-label", `${this.row.caption}: ${this.reading.textContent}`);
  }
  remove() {
    part(this);
    this.root.remove();
  }
};
function nextStop(position, step) {
  return step > 0 ? Math.floor(position) + 1 : Math.ceil(position) - 1;
}

// components/viewer/before.js
function exchange(row, before) {
  row.bitmap = before ? row.original : row.now;
  for (const panel of row.panels) {
    if (!panel.before) continue;
    panel.now ??= {
      values: panel.values,
      shape: panel.shape,
      window: panel.window,
      subtitle: panel.subtitle
    };
    Object.assign(panel, before ? panel.before : panel.now, { heatKey: "", peaks: null });
  }
}

// components/viewer/cache.js
var KEPT2 = 16;
var kept = /* @__PURE__ */ new Map();
var CHOSEN = "gradcam-photo";
function keep(header, data) {
  const name = header.rows.length === 1 && nameOf(header.key, header.rows[0].id);
  if (!name) return;
  kept.delete(name);
  kept.set(name, data);
  if (kept.size > KEPT2) kept.delete(kept.keys().next().value);
}
function recall(header, photo) {
  const name = header.rows.length === 1 && nameOf(header.key, photo);
  return name ? kept.get(name) : void 0;
}
function same(a, b) {
  if (a === b) return true;
  if (!a || !b || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
function toggled(header, index) {
  const [row] = header.rows;
  if (header.rows.length !== 1 || header.across !== "classes") return null;
  const at = row.panels.findIndex((panel) => panel.index === index);
  const spare = row.spare.find((panel) => panel.index === index);
  if (at < 0 && !spare) return null;
  const panels = row.panels.filter((panel) => panel.index !== index);
  if (spare) panels.splice(placeOf(spare, panels, row.bars), 0, spare);
  const others = row.spare.filter((panel) => panel !== spare);
  if (!spare) others.push(row.panels[at]);
  const shown = new Set(panels.map((panel) => panel.index));
  const bars = row.bars.map((bar) => ({ ...bar, shown: shown.has(bar.index) }));
  return { ...header, rows: [{ ...row, panels, bars, spare: others }] };
}
function placeOf(panel, panels, bars) {
  const rank = ({ index }) => {
    const found = bars.findIndex((bar) => bar.index === index);
    return found < 0 ? Infinity : found;
  };
  const after = panels.findIndex((other) => rank(other) > rank(panel));
  return after < 0 ? panels.length : after;
}
function nameOf(key, photo) {
  return key && `${key} ${photo}`;
}

// components/viewer/clipboard.js
async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  const field = element("textarea", "", document.body, { "aria-hidden": "true" });
  field.value = text;
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

// components/viewer/coverage.js
var CELLS = 48;
var FILLS = { b: "blur", g: "grey" };
var TEXT = /^([bg])(\d{1,2})x(\d{1,2})-([\w-]*)$/;
function gridOf(size2) {
  const longest = Math.max(...size2);
  return size2.map((side) => Math.max(1, Math.floor(CELLS * side / longest + 0.5)));
}
function emptyCells([columns, rows]) {
  return new Uint8Array(columns * rows);
}
function brushed(cells, [columns, rows], x, y, radius) {
  const painted = cells.slice();
  for (let r = Math.max(0, Math.floor(y - radius)); r < Math.min(rows, y + radius + 1); r++) {
    for (let c = Math.max(0, Math.floor(x - radius)); c < Math.min(columns, x + radius + 1); c++) {
      const near = Math.hypot(c + 0.5 - x, r + 0.5 - y) <= radius;
      const here = c === Math.floor(x) && r === Math.floor(y);
      if (near || here) painted[r * columns + c] = 1;
    }
  }
  return painted;
}
function stroked(cells, grid, [from, to], radius) {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / Math.max(radius / 2, 0.5)));
  let painted = cells;
  for (let i = 1; i <= steps; i++) {
    const share = i / steps;
    painted = brushed(painted, grid, from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, radius);
  }
  return painted;
}
function hotCells(map, size2, above, sign, scale) {
  const [columns, rows] = gridOf(size2);
  const area = { x: 0, y: 0, width: size2[0], height: size2[1] };
  const heat = upsample(map, area, columns, rows, sign, scale);
  return Uint8Array.from(heat, (value) => {
    const strength = Math.abs(value);
    return strength > 0 && strength >= Math.fround(above) ? 1 : 0;
  });
}
function shareOf(cells) {
  return cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
}
function coverText(cells, [columns, rows], fill) {
  if (!cells.includes(1)) return "";
  const bytes = new Uint8Array(Math.ceil(cells.length / 8));
  cells.forEach((cell, i) => {
    bytes[i >> 3] |= cell << 7 - (i & 7);
  });
  const base64 = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  return `${fill[0]}${columns}x${rows}-${base64.replace(/=+$/, "").replace(/A+$/, "")}`;
}
function readCover(text) {
  const found = TEXT.exec(text);
  if (!found) return null;
  const grid = [Number(found[2]), Number(found[3])];
  const cells = emptyCells(grid);
  const length = 4 * Math.ceil(Math.ceil(cells.length / 8) / 3);
  const base64 = found[4].replaceAll("-", "+").replaceAll("_", "/").padEnd(length, "A");
  const bytes = atob(base64);
  cells.forEach((_, i) => {
    cells[i] = bytes.charCodeAt(i >> 3) >> 7 - (i & 7) & 1;
  });
  return { grid, cells, fill: FILLS[found[1]] };
}

// components/viewer/covering.js
var BLUR = 1 / 20;
var GREY = "rgb(128, 128, 128)";
function drawCovered(canvas, row, { cells, grid, fill }) {
  const pen = canvas.getContext("2d");
  drawPhoto(pen, row);
  if (!cells.includes(1)) return;
  const mask = masked(row, cells, grid, canvas);
  const cover = mask.getContext("2d");
  cover.globalCompositeOperation = "source-in";
  if (fill === "grey") {
    cover.fillStyle = GREY;
    cover.fillRect(0, 0, mask.width, mask.height);
  } else {
    cover.drawImage(blurred(row, canvas), 0, 0);
  }
  pen.drawImage(mask, 0, 0);
}
function drawBrush(canvas, row, { brush, radius, grid }) {
  const pen = canvas.getContext("2d"), { area, size: size2 } = row;
  const cell = size2[0] / grid[0];
  const scale = canvas.width / area.width;
  const x = (brush.x / grid[0] * size2[0] - area.x) * scale;
  const y = (brush.y / grid[1] * size2[1] - area.y) * scale;
  for (const [style, width] of [["rgba(0, 0, 0, 0.6)", 4], ["#fff", 2]]) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.beginPath();
    pen.arc(x, y, Math.max(radius * cell * scale, 3), 0, 2 * Math.PI);
    pen.stroke();
  }
}
function drawPhoto(pen, { original, area, size: size2 }) {
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
function blurred(row, { width, height }) {
  const { area, size: size2 } = row;
  const key = `${width}×${height}@${area.x},${area.y},${area.width}`;
  if (row.blurredKey === key) return row.blurred;
  const deviation = Math.max(...size2) * BLUR * (width / area.width);
  const plain = element("canvas", "", null, { width, height });
  drawPhoto(plain.getContext("2d"), row);
  const soft = element("canvas", "", null, { width, height });
  const pen = soft.getContext("2d");
  if ("filter" in pen) pen.filter = `blur(${deviation}px)`;
  const source = "filter" in pen ? plain : shrunk(plain, deviation);
  for (let i = 0; i < 4; i++) pen.drawImage(source, 0, 0, width, height);
  row.blurred = soft;
  row.blurredKey = key;
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

// components/viewer/text.js
var MINUS = "−";
function percent(share) {
  if (share > 0 && share < 5e-4) return "< 0.1 %";
  if (share >= 0.9995 && share < 1) return "> 99.9 %";
  return `${(share * 100).toFixed(1)} %`;
}
function roughPercent(share) {
  if (share > 0 && share < 0.01) return "< 1 %";
  if (share > 0.99 && share < 1) return "> 99 %";
  return wholePercent(share);
}
function wholePercent(share) {
  return `${withMinus(String(Math.round(share * 100)))} %`;
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
function withMinus(text) {
  return text.replaceAll("-", MINUS);
}

// components/viewer/cover.js
var BRUSH = { least: 0.7, usual: 3, most: 10 };
var PATIENCE = 2e4;
var MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
var FILLS2 = {
  blur: ["Blur", "Blur what is covered: it takes the detail and leaves the colours"],
  grey: ["Grey", "Cover with grey: it takes the colours too, but its outline may look like something"]
};
var CoverTool = class {
  // `host` is the viewer: its look, `act`, `redraw` and `exchange`, which shows the photo as it was.
  constructor(host) {
    this.host = host;
    this.open = false;
    this.undone = [];
    this.fill = "blur";
    this.radius = BRUSH.usual;
    this.brush = null;
    this.buildPanel();
    this.canvas = element("canvas", "brush", null, {
      tabindex: "0",
      role: "application",
      "aria-label": "Brush. Arrow keys move it, Space covers, Z undoes, Esc leaves."
    });
    this.listen();
    for (const node of [this.canvas, this.buttons, this.panel]) {
      node.addEventListener("keydown", (event) => event.stopPropagation());
    }
  }
  buildPanel() {
    this.buttons = element("span", "covering");
    this.start = word(this.buttons, "Cover a part", "Cover part of the photo and see what the model says then", () => this.toggle());
    this.before = word(this.buttons, "Before", "Hold to see photo, maps and bars as they were before", null);
    this.clear = word(this.buttons, "Uncover", "Show the model the whole photo again", () => this.change(emptyCells(this.grid)));
    this.holdable(this.before);
    this.panel = element("div", "cover-tools", null, { role: "group", "aria-label": "Cover part of the photo" });
    const first = element("div", "tools", this.panel);
    this.size = range(first, "Brush", "How large the brush is", BRUSH.least, BRUSH.most, 0.1);
    this.size.value = String(this.radius);
    this.size.oninput = () => {
      this.radius = Number(this.size.value);
      this.paint();
    };
    const fills = element("div", "choice", first, { role: "radiogroup", "aria-label": "Cover with" });
    this.fills = Object.entries(FILLS2).map(([value, [text, title]]) => {
      const button = element("button", "", fills, { type: "button", role: "radio", title, value });
      button.textContent = text;
      button.onclick = () => this.fillWith(value);
      return button;
    });
    const second = element("div", "tools", this.panel);
    this.level = range(second, "What is hot above", "Cover every place whose heat is at least this share of the map's peak", 0.05, 1, 0.05);
    this.level.value = "0.5";
    this.percent = element("output", "", second);
    this.hot = word(second, "Cover it", "Cover what is hot in the map of the answer", () => this.coverHot(true));
    this.level.oninput = () => this.coverHot(false);
    this.level.onchange = () => this.send();
    const third = element("div", "tools", this.panel);
    this.undo = word(third, "Undo", "Take back the last stroke (Z)", () => this.back());
    this.said = element("span", "said", third, { role: "status" });
    word(third, "Done", "Put the brush away; what is covered stays covered (Esc)", () => this.toggle(false));
  }
  // Hold with a pointer, or switch with a key.
  holdable(button) {
    const show = (on) => {
      if (this.held === on) return;
      this.held = on;
      button.setAttribute("aria-pressed", String(on));
      this.canvas.hidden = on || !this.open;
      this.host.exchange(this.row, on);
    };
    this.held = false;
    this.release = () => show(false);
    button.setAttribute("aria-pressed", "false");
    button.onpointerdown = (event) => {
      button.setPointerCapture(event.pointerId);
      show(true);
    };
    button.onpointerup = button.onpointercancel = button.onblur = () => show(false);
    button.onclick = (event) => {
      if (event.detail === 0) show(!this.held);
    };
    button.oncontextmenu = (event) => event.preventDefault();
  }
  // Move to the cell that now shows the photo.
  attach(row, cell) {
    const root = this.canvas.getRootNode(), active = root.activeElement;
    this.focused = [this.canvas, this.panel, this.buttons].some((node) => node.contains(active)) ? active : null;
    this.held = false;
    this.row = row;
    this.cell = cell;
    this.grid = gridOf(row.size);
    const known = this.sent !== void 0 && this.sent !== row.cover && Date.now() - this.sentAt < PATIENCE;
    if (!known) {
      const cover = readCover(row.cover);
      this.sent = void 0;
      this.cells = cover && String(cover.grid) === String(this.grid) ? cover.cells : emptyCells(this.grid);
      if (cover) this.fill = cover.fill;
    }
    cell.stage.append(this.canvas);
    cell.foot.append(this.buttons);
    cell.node.append(this.panel);
    this.show();
  }
  // After the page was rebuilt around it.
  restore() {
    this.focused?.focus({ preventScroll: true });
    this.paint();
  }
  toggle(open = !this.open) {
    this.open = open;
    this.show();
    this.paint();
    this.host.layout();
    if (open) this.canvas.focus({ preventScroll: true });
    else this.start.focus({ preventScroll: true });
  }
  show() {
    const covered = Boolean(this.row.cover);
    this.cell.node.classList.toggle("covering-now", this.open);
    this.canvas.hidden = !this.open;
    this.panel.hidden = !this.open;
    this.start.textContent = covered ? "Change the cover" : "Cover a part";
    this.start.hidden = this.open;
    this.before.hidden = !covered;
    this.clear.hidden = !this.cells.includes(1);
    this.undo.disabled = !this.undone.length;
    for (const button of this.fills) button.setAttribute("aria-checked", String(button.value === this.fill));
    const share = shareOf(this.cells), map = this.hotMap();
    this.said.textContent = share ? `${wholePercent(share)} covered` : "Brush over the photo";
    this.percent.textContent = wholePercent(Number(this.level.value));
    this.level.disabled = this.hot.disabled = !map;
  }
  // The answer's map of the photo before anything was covered.
  hotMap() {
    const bars = this.row.bars.filter(({ before }) => before !== null);
    const first = bars.reduce((best, bar) => bar.before > (best?.before ?? -1) ? bar : best, null);
    const panels = this.row.panels.filter(({ values }) => values);
    if (first) return panels.find(({ index }) => index === first.index)?.before ?? null;
    return panels.reduce((best, panel) => (panel.share ?? 0) > (best?.share ?? -1) ? panel : best, null);
  }
  coverHot(whole) {
    const map = this.hotMap();
    if (!map) return;
    const { sign } = this.host.look;
    const hot = hotCells(map, this.row.size, Number(this.level.value), sign, peakOf(map.values, sign));
    if (whole || !this.base) {
      this.base = this.cells;
      this.remember();
    }
    this.cells = this.base.map((cell, i) => cell | hot[i]);
    this.show();
    this.paint();
    if (whole) this.send();
  }
  fillWith(fill) {
    this.fill = fill;
    this.show();
    this.paint();
    if (this.cells.includes(1)) this.send();
  }
  remember() {
    this.undone.push(this.cells);
    if (this.undone.length > 50) this.undone.shift();
  }
  back() {
    if (!this.undone.length) return;
    this.cells = this.undone.pop();
    this.show();
    this.paint();
    this.send();
  }
  change(cells) {
    this.remember();
    this.cells = cells;
    this.show();
    this.paint();
    this.send();
  }
  send() {
    this.base = null;
    const text = coverText(this.cells, this.grid, this.fill);
    if (text === (this.sent ?? this.row.cover)) return;
    this.sent = text;
    this.sentAt = Date.now();
    this.host.cover(this.row, text);
  }
  // Where the pointer is, in cells.
  at(event) {
    const box = this.canvas.getBoundingClientRect(), { area, size: size2 } = this.row, [columns, rows] = this.grid;
    return {
      x: (area.x + (event.clientX - box.left) / box.width * area.width) / size2[0] * columns,
      y: (area.y + (event.clientY - box.top) / box.height * area.height) / size2[1] * rows
    };
  }
  listen() {
    const { canvas } = this;
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel", "click", "dblclick"]) {
      canvas.addEventListener(kind, (event) => event.stopPropagation());
    }
    canvas.onpointerdown = (event) => {
      if (event.button) return;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.remember();
      this.brush = this.at(event);
      this.cells = brushed(this.cells, this.grid, this.brush.x, this.brush.y, this.radius);
      this.stroke = new Promise((done) => {
        this.finish = done;
      });
      this.paint();
    };
    canvas.onpointermove = (event) => {
      const before = this.brush;
      this.brush = this.at(event);
      if (this.finish && before) {
        this.cells = stroked(this.cells, this.grid, [before, this.brush], this.radius);
      }
      this.paint();
    };
    canvas.onpointerup = canvas.onpointercancel = () => this.lift();
    canvas.onlostpointercapture = () => this.lift();
    canvas.onpointerleave = () => {
      if (!this.finish) this.brush = null;
      this.paint();
    };
  }
  lift() {
    if (!this.finish) return;
    this.finish();
    this.finish = this.stroke = null;
    this.show();
    this.send();
  }
  // Whether a key is meant for this tool.
  holds(event) {
    const path = event.composedPath();
    return this.open && (path.includes(this.canvas) || path.includes(this.panel));
  }
  onKey(event) {
    if (event.key === "Escape") this.toggle(false);
    else if (event.key.toLowerCase() === "z") this.back();
    else if (!event.composedPath().includes(this.canvas)) return;
    else if (event.key in MOVES) this.step(MOVES[event.key], event.shiftKey ? 4 : 1);
    else if (event.key === " ") this.press();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  step([right, down], far) {
    const [columns, rows] = this.grid;
    const { x, y } = this.brush ?? { x: columns / 2, y: rows / 2 };
    this.brush = {
      x: Math.min(Math.max(x + right * far, 0.5), columns - 0.5),
      y: Math.min(Math.max(y + down * far, 0.5), rows - 0.5)
    };
    this.paint();
  }
  press() {
    const [columns, rows] = this.grid;
    this.brush ??= { x: columns / 2, y: rows / 2 };
    this.change(brushed(this.cells, this.grid, this.brush.x, this.brush.y, this.radius));
  }
  // Draw photo, cover and brush, once per frame.
  paint() {
    if (!this.open) return;
    this.pending ??= requestAnimationFrame(() => {
      this.pending = void 0;
      const { width, height } = this.cell.canvas;
      if (this.canvas.width !== width || this.canvas.height !== height) {
        Object.assign(this.canvas, { width, height });
      }
      drawCovered(this.canvas, this.row, this);
      drawCrop(this.canvas.getContext("2d"), this.row.window, this.row.area);
      if (this.brush) drawBrush(this.canvas, this.row, this);
    });
  }
};
function word(parent, text, title, onClick) {
  const button = element("button", "asks", parent, { type: "button", title });
  button.textContent = text;
  button.onclick = onClick;
  return button;
}
function range(parent, name, title, min, max, step) {
  const label = element("label", "control slider", parent, { title });
  element("span", "name", label).textContent = name;
  return element("input", "", label, { type: "range", min, max, step, "aria-label": name });
}

// components/viewer/gestures.js
function photoPoint(cell, event) {
  const box = cell.stage.getBoundingClientRect(), { area } = cell.row;
  return {
    x: area.x + (event.clientX - box.left) / box.width * area.width,
    y: area.y + (event.clientY - box.top) / box.height * area.height,
    share: (event.clientX - box.left) / box.width
  };
}
function listen(cell, host) {
  const { stage, node, row } = cell;
  let drag = null;
  const zoom = (factor, x, y) => {
    row.area = zoomAround(row.area, row.size, factor, x, y);
  };
  stage.onpointerdown = (event) => {
    drag = { ...photoPoint(cell, event), moved: false };
    stage.setPointerCapture(event.pointerId);
    if (host.look.view === "swipe" && cell.panel) host.swipe(drag.share);
  };
  stage.onpointermove = (event) => {
    const point = photoPoint(cell, event);
    host.track(row, point);
    if (!drag) return;
    const dx = point.share - drag.share;
    drag.moved ||= Math.abs(dx) > 0.01 || Math.abs(point.y - drag.y) > row.area.height * 0.01;
    if (host.look.view === "swipe" && cell.panel) host.swipe(point.share);
    else if (isZoomed(row.area, row.size) && drag.moved) {
      const moved = { x: row.area.x + drag.x - point.x, y: row.area.y + drag.y - point.y };
      row.area = within({ ...row.area, ...moved }, row.size);
      host.redraw();
    }
  };
  stage.onpointerup = () => {
    const still = drag && !drag.moved;
    drag = null;
    if (still && host.look.view !== "swipe" && !isZoomed(row.area, row.size)) host.open(cell);
  };
  stage.onpointercancel = () => {
    drag = null;
  };
  stage.onpointerleave = () => host.track(row, null);
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { x, y } = photoPoint(cell, event);
    zoom(Math.exp(-event.deltaY * 0.01), x, y);
    host.redraw();
  }, { passive: false });
  node.addEventListener("focusin", () => host.stop(cell));
  node.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = [row.area.x + row.area.width / 2, row.area.y + row.area.height / 2];
    const actions = {
      Enter: () => host.open(cell),
      "+": () => zoom(1.5, ...middle),
      "=": () => zoom(1.5, ...middle),
      "-": () => zoom(1 / 1.5, ...middle),
      0: () => {
        row.area = wholePhoto(row.size);
      },
      ArrowLeft: () => host.step(-1, -0.02),
      ArrowRight: () => host.step(1, 0.02),
      ArrowUp: () => host.step(-1, 0.1),
      ArrowDown: () => host.step(1, 0.1)
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
    host.redraw();
  };
}

// components/viewer/keys.js
var KEYS = [
  ["←  →", "the map before, the next one"],
  ["Enter", "enlarge a map, or go back"],
  ["+  −  0", "zoom in, zoom out, the whole photo"],
  ["Ctrl or ⌘ and wheel", "zoom at the pointer"],
  ["c", "crosshair: read all maps at one place"],
  ["p", "present one map at a time"],
  ["Space  z", "with the brush: cover this place, take the last one back"],
  ["Esc", "back to all maps"],
  ["?", "this list"]
];
function isShortcut(event, root) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  const [target] = event.composedPath();
  if (target.closest?.("select, textarea, [contenteditable], dialog")) return false;
  if (target.closest?.("input") && target.type !== "range") return false;
  return target === document.body || event.composedPath().includes(root);
}
function showShortcuts(parent) {
  const dialog = element("dialog", "shortcuts", parent, { "aria-label": "Keyboard shortcuts" });
  const head = element("div", "top", dialog);
  element("h2", "", head).textContent = "Keyboard shortcuts";
  iconButton("close", "Close", head, () => dialog.close());
  const table = element("dl", "", dialog);
  for (const [key, what] of KEYS) {
    element("dt", "", table).textContent = key;
    element("dd", "", table).textContent = what;
  }
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close();
  };
  dialog.onclose = () => dialog.remove();
  dialog.showModal();
  return dialog;
}

// components/viewer/arrange.js
var GAP = 12;
var TEXT2 = 40;
var MINOR = 0.7;
var NARROW = 560;
var TABLET = 900;
var SMALLEST = 132;
var BAR = 29;
var WIDE = 0.86;
var SIDE = { least: 170, share: 0.14, most: 240 };
function arrangeAnswer(place) {
  const found = place.width < NARROW ? [phone(place)] : [
    ...beside(place),
    ...aside(place),
    stacked(place),
    below(place),
    ...upright(place)
  ];
  return found.reduce((best, one) => one.worth > best.worth ? one : best);
}
function sideWidth(width) {
  return Math.round(Math.min(Math.max(width * SIDE.share, SIDE.least), SIDE.most));
}
function beside(place) {
  const { width, room, aspect } = place;
  const widest = (width - sideWidth(width) - 2 * GAP) / 2;
  return heights(room).map((tall) => {
    const photo = Math.min(widest, tall / aspect);
    const top = Math.max(photo * aspect + TEXT2, Math.min(place.bars * BAR, room * 0.6));
    return worth(place, "beside", photo, photo, [photo, photo], rest(place, width, top, photo));
  });
}
function aside(place) {
  const { width, room, aspect } = place;
  if (aspect > WIDE) return [];
  return [0.6, 0.66, 0.72].map((share) => {
    const map = Math.min(width * share, room / aspect);
    const photo = width - map - GAP;
    const bars = Math.max(5, Math.floor((map - photo) * aspect / BAR));
    const side = photo * aspect + TEXT2 + Math.min(place.bars, bars) * BAR;
    const top = Math.max(map * aspect + TEXT2, side);
    const found = worth(place, "aside", photo, map, [map, photo], rest(place, width, top, map));
    return { ...found, bars };
  });
}
function below(place) {
  const { width, room, aspect } = place;
  const photo = Math.min((width - GAP) / 2, room / aspect);
  const top = photo * aspect + TEXT2;
  const side = sideWidth(width);
  const others = rest(place, width - side - GAP, top, photo);
  return lessened(worth(place, "below", photo, photo, [photo, photo], others), top, place);
}
function stacked(place) {
  const { width, room, aspect } = place;
  const map = Math.min(width, room * 0.6 / aspect);
  const line = map * aspect + TEXT2;
  const others = rest(place, width - sideWidth(width) - GAP, 2 * line, map);
  const found = worth(place, "stacked", map, map, [map], others);
  const second = map * Math.min(map * aspect, Math.max(0, room - line));
  return lessened({ ...found, worth: found.worth + second }, 2 * line, place);
}
function upright(place) {
  const { width, room, aspect } = place;
  const photo = (room - TEXT2) / aspect;
  const left = width - 2 * photo - sideWidth(width) - 3 * GAP;
  if (left < SMALLEST || !(place.rivals + place.minors)) return [];
  return [worth(place, "upright", photo, photo, [photo, photo], rest(place, left, 0, photo))];
}
function phone({ width, room, aspect }) {
  const map = Math.min(width, room * 0.9 / aspect);
  const rival = (width - GAP) / 2;
  return { template: "phone", photo: map, map, rival, minor: (width - 2 * GAP) / 3, worth: 0 };
}
function heights(room) {
  return [1, 0.85, 0.7, 0.6].map((share) => share * room - TEXT2 / 2);
}
function worth({ room, aspect }, template, photo, map, firsts, others) {
  const seen = firsts.reduce((sum, wide) => sum + wide * Math.min(wide * aspect, room), 0);
  return { template, photo, map, rival: others.rival, minor: others.minor, worth: seen + others.seen };
}
function lessened(found, top, { width, room }) {
  const inSight = top + 4 * BAR < room;
  return { ...found, worth: found.worth * (inSight ? width < TABLET ? 0.96 : 0.88 : 0.75) };
}
function rest({ room, aspect, rivals, minors }, width, top, map) {
  const count = rivals + minors;
  if (!count) return { rival: 0, minor: 0, seen: 0 };
  const cap = Math.max(map * 0.75, SMALLEST);
  let best = { rival: cap, minor: cap * MINOR, seen: -1 };
  const consider = (exact, lines) => {
    const rival = Math.floor(exact);
    if (rival < SMALLEST && best.seen >= 0) return;
    const shorter = lines.length > 1 ? 1.08 : 1;
    let seen = 0, y = top;
    for (const [number, wide] of lines) {
      seen += number * wide * Math.max(0, Math.min(wide * aspect, room - y));
      y += wide * aspect + TEXT2;
    }
    if (seen > best.seen * shorter) best = { rival, minor: rival * MINOR, seen };
  };
  const units = rivals + MINOR * minors;
  const one = Math.min(cap, (width - GAP * (count - 1)) / units);
  consider(one, [[units, one]]);
  for (let columns = 1; columns <= Math.max(rivals, 1); columns++) {
    const wide = Math.min(cap, (width - GAP * (columns - 1)) / columns);
    const lines = Array.from({ length: Math.ceil(rivals / columns) }, (_, line) => [
      Math.min(columns, rivals - line * columns),
      wide
    ]);
    if (minors) lines.push([Math.min(minors, width / (wide * MINOR + GAP)), wide * MINOR]);
    if (lines.length > 1) consider(wide, lines);
  }
  return best;
}
function arrangeLine({ width, count, aspect, tallest }) {
  const side = width >= NARROW ? sideWidth(width) : 0;
  const place = side ? width - side - GAP : width;
  let columns = Math.max(1, count);
  while (columns > 2 && (place - GAP * (columns - 1)) / columns < SMALLEST) {
    columns = Math.ceil(columns / 2);
  }
  const cell = Math.min((place - GAP * (columns - 1)) / columns, tallest / aspect);
  return { side, columns, cell };
}
function arrangeGrid({ width, count, aspect, tallest, room }) {
  const side = width >= NARROW ? sideWidth(width) : 0;
  const place = side ? width - side - GAP : width;
  const widest = (columns2) => Math.min((place - GAP * (columns2 - 1)) / columns2, tallest / aspect);
  const smallest = width < NARROW ? 140 : 220;
  const most = Math.max(1, Math.floor((place + GAP) / (smallest + GAP)));
  let lines = Math.ceil(count / most);
  let columns = Math.ceil(count / lines);
  let cell = widest(columns);
  while (lines < count) {
    lines++;
    const fitting = (room / lines - TEXT2) / aspect;
    const larger = Math.min(widest(Math.ceil(count / lines)), fitting);
    if (larger <= cell * 1.2) continue;
    columns = Math.ceil(count / lines);
    cell = larger;
  }
  return { side, columns, cell };
}
function arrangeOpen({ width, aspect, tallest, alone }) {
  const tall = tallest / aspect;
  if (alone) return { map: Math.min(width, tall), photo: 0, stacked: false };
  if (width < NARROW || aspect < 0.4) {
    const map2 = Math.min(width, tall);
    return { map: map2, photo: map2, stacked: true };
  }
  const map = Math.min(width * 0.8, tall);
  return { map, photo: Math.min(width - map - GAP, map), stacked: false };
}

// components/viewer/roving.js
var STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
function onlyStop(items, chosen) {
  const stop = items.includes(chosen) ? chosen : items[0];
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

// components/viewer/bars.js
var WIDE2 = 340;
var Bars = class {
  // several: whether other photos have bars too; one: whether one class is chosen, not any number.
  // `toggle` gets the index of the class that was clicked. Others put their buttons into `actions`.
  constructor(row, { several, one }, toggle2) {
    this.node = element("div", one ? "bars one" : "bars");
    this.state = one ? "aria-checked" : "aria-pressed";
    this.what = one ? "Click to show this class." : "Click to show or hide its map.";
    this.asked = null;
    this.node.classList.toggle("changed", row.bars.some(({ before }) => before !== null));
    const whose = several ? ` for ${row.caption}` : "";
    this.list = element("div", "list", this.node, {
      role: one ? "radiogroup" : "group",
      "aria-label": `Predictions${whose}`
    });
    this.buttons = row.bars.map((bar) => this.button(bar, toggle2));
    onlyStop(this.buttons);
    rove(this.list, () => this.buttons.filter((button) => button.getClientRects().length));
    this.all = element("button", "word all", this.node, { type: "button" });
    this.all.textContent = "Show all";
    this.all.title = `Show all ${row.bars.length} predictions`;
    this.all.onclick = () => {
      this.whole = true;
      this.limit(Infinity);
      this.buttons[0].focus();
    };
    this.all.hidden = true;
    this.actions = element("div", "actions", this.node);
  }
  get count() {
    return this.buttons.length;
  }
  button(bar, toggle2) {
    const share = figureOf(bar);
    const node = element("button", "class", this.list, {
      type: "button",
      [this.state]: String(bar.shown),
      "aria-label": `${bar.label}, ${share}`,
      title: `${bar.label}, ${share} (${bar.detail}). ${this.what}`
    });
    if (this.state === "aria-checked") node.setAttribute("role", "radio");
    element("span", "box", node);
    element("span", "label", node).textContent = bar.label;
    element("span", "percent", node).textContent = share;
    const track = element("span", "track", node);
    element("i", "", track).style.width = `${bar.share * 100}%`;
    if (bar.before !== null) element("b", "was", track).style.left = `${bar.before * 100}%`;
    node.onclick = () => {
      if (this.asked) return this.asked(bar, node);
      const shown = this.state === "aria-checked" || node.getAttribute(this.state) === "false";
      if (this.state === "aria-checked") this.buttons.forEach((other) => this.mark(other, false));
      this.mark(node, shown);
      return toggle2(bar.index);
    };
    return node;
  }
  mark(button, shown) {
    button.setAttribute(this.state, String(shown));
  }
  // Show at most `most` bars, and those whose maps are shown, until all are asked for.
  limit(most) {
    const fits = this.whole || this.count <= most ? Infinity : Math.max(3, most - 1);
    this.buttons.forEach((button, place) => {
      button.hidden = place >= fits && button.getAttribute(this.state) === "false";
    });
    this.all.hidden = this.buttons.every((button) => !button.hidden);
  }
  // The figures and lengths from before part of the photo was covered, or those of now.
  showBefore(bars, before) {
    bars.forEach((bar, n) => {
      const share = before ? bar.before ?? 0 : bar.share;
      this.buttons[n].querySelector(".percent").textContent = before ? roughPercent(share) : figureOf(bar);
      this.buttons[n].querySelector("i").style.width = `${share * 100}%`;
    });
  }
  resize(width) {
    this.node.classList.toggle("broad", width >= WIDE2);
  }
};
function figureOf({ share, before }) {
  if (before === null) return percent(share);
  return `${roughPercent(before)} → ${roughPercent(share)}`;
}

// components/viewer/cell.js
var ROOMY = 210;
var Cell = class {
  // `panel` is null in the cell that shows the photo alone.
  constructor(row, panel, index) {
    this.row = row;
    this.panel = panel;
    this.index = index;
    this.node = element("figure", panel ? "cell" : "cell photo");
    this.node.tabIndex = 0;
    this.head = element("figcaption", "head", this.node);
    this.title = element("span", "title", this.head);
    this.subtitle = element("span", "subtitle", this.head);
    this.stage = element("div", "stage", this.node);
    this.canvas = element("canvas", "", this.stage, { role: "img" });
    this.across = element("i", "hair across", this.stage);
    this.down = element("i", "hair down", this.stage);
    this.note = element("p", "note", this.stage);
    this.read = element("span", "read", this.stage);
    if (panel?.values) this.save = cornerButton("save", this.stage);
    if (panel && panel.share !== null && panel.share !== void 0) {
      this.share = element("i", "", element("div", "share", this.node));
      this.share.style.width = `${panel.share * 100}%`;
    }
    this.foot = element("div", "foot", this.node);
    this.peak = element("span", "peak", this.foot);
    if (panel?.word) element("span", "reason", this.foot).textContent = panel.word;
    this.describe();
    this.explain(panel?.note ?? "");
  }
  describe() {
    const { row, panel } = this;
    const title = panel ? panel.title : row.caption;
    this.title.textContent = title;
    this.title.title = title;
    this.subtitle.textContent = panel ? panel.subtitle : row.subtitle;
    if (this.save) nameButton(this.save, `Save ${title}`);
    this.peak.textContent = panel ? panel.detail : `${row.size[0]} × ${row.size[1]}`;
    this.label = panel ? `Heatmap for ${title}, ${panel.subtitle}` : `Photo ${title}`;
    this.node.setAttribute("aria-label", `${this.label}. Press Enter to enlarge.`);
  }
  // The panel's map is another one now.
  renew() {
    this.describe();
    this.sign = null;
  }
  // Draw a map the fainter, the less probable its class is beside the answer: `share` of 1.
  weigh(share) {
    this.node.style.setProperty("--weight", String(Math.min(1, 0.35 + 0.65 * Math.sqrt(share))));
    this.node.classList.add("rival");
  }
  // Show a note over the picture, or none for "".
  explain(note) {
    this.note.textContent = note;
    this.note.hidden = !note;
    this.canvas.setAttribute("aria-label", note ? `${this.label}. ${note}` : this.label);
  }
  // Takes CSS pixels. The canvas gets device pixels, at most `most` across so that drawing stays
  // fast.
  resize(width, height, most = 1100) {
    const above = width >= ROOMY && !this.panel?.detail;
    if (above) this.head.insertBefore(this.peak, this.subtitle);
    else this.foot.prepend(this.peak);
    this.foot.hidden = above && !this.foot.querySelector(".reason, .covering");
    const density = Math.min(window.devicePixelRatio || 1, 2, most / width);
    this.stage.style.aspectRatio = `${this.row.size[0]} / ${this.row.size[1]}`;
    const w = Math.max(1, Math.round(width * density)), h = Math.max(1, Math.round(height * density));
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
  }
  draw(context) {
    const { row, panel } = this, { area } = row;
    const { width, height } = this.canvas;
    const pen = this.canvas.getContext("2d");
    const photo = photoPixels(row, area, width, height);
    if (!panel?.values) {
      if (this.drawn === photo) return;
      this.drawn = photo;
      pen.putImageData(photo, 0, 0);
      if (!panel) drawCrop(pen, row.window, area);
      return;
    }
    const { look } = context;
    const heat = this.heat(area, width, height, context);
    const picture = new ImageData(width, height);
    const layers = { photo: photo.data, heat, window: panel.window, area, width, height };
    composite(picture.data, layers, context);
    pen.putImageData(picture, 0, 0);
    if (look.view === "contour") drawContours(pen, heat, context);
    if (look.view === "swipe") drawDivider(pen, context.split);
    if (look.view !== "heatmap") drawFrame(pen, panel.window, area);
    this.follow(look.sign);
  }
  // Update the text that depends on the sign, which changes less often than the picture.
  follow(sign) {
    if (this.sign === sign) return;
    this.sign = sign;
    const peak = `Peak ${figures(panelPeak(this.panel, sign))}`;
    this.peak.textContent = this.panel.detail ? `${peak} · ${this.panel.detail}` : peak;
    this.explain(noteOf(this.panel, sign));
  }
  // The heat for this view, cached until area, size, sign or scale changes.
  heat(area, width, height, context) {
    const { panel } = this, { sign } = context.look;
    const scale = context.scaleOf(panel);
    const key = `${width}×${height}@${area.x},${area.y},${area.width},${area.height} ${sign} ${scale}`;
    if (panel.heatKey !== key) {
      panel.heat = upsample(panel, area, width, height, sign, scale);
      panel.heatKey = key;
    }
    return panel.heat;
  }
  // Show the crosshair and the value at a point of the photo; hide both for null.
  track(point, context) {
    this.stage.classList.toggle("tracked", Boolean(point));
    this.read.textContent = point ? this.reading(point, context) : "";
    if (!point) return;
    const { area } = this.row;
    this.down.style.left = `${(point.x - area.x) / area.width * 100}%`;
    this.across.style.top = `${(point.y - area.y) / area.height * 100}%`;
  }
  reading({ x, y }, context) {
    const { panel } = this;
    if (!panel) return `x ${Math.floor(x)}, y ${Math.floor(y)}`;
    const value = panel.values && valueAt(panel, x, y);
    if (value === null) return "outside what the model saw";
    const scale = context.scaleOf(panel);
    const heat = scale > 0 ? Math.min(KEEP[context.look.sign](value) / scale, 1) : 0;
    return `heat ${wholePercent(heat)}, value ${figures(value)}`;
  }
};

// components/viewer/why.js
var FIRST = "Click a class, then the one to compare it with.";
var SECOND = "rather than …? Click the other class.";
var WhyNot = class {
  // Puts its button below the line's bars. `ask` gets [a, b] for "a rather than b", or nothing.
  constructor(line, ask) {
    this.ask = ask;
    this.bars = line.bars;
    this.first = null;
    if (this.bars.count < 2) return;
    this.button = element("button", "asks", this.bars.actions, {
      type: "button",
      title: "Click two bars: what speaks for the one rather than for the other?"
    });
    this.button.onclick = () => this.listen(!this.bars.asked);
    this.line = element("p", "asking", this.bars.actions, { role: "status" });
    this.bars.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.bars.asked) return;
      event.stopPropagation();
      this.listen(false);
      this.button.focus();
    });
    this.listen(false);
    this.besideRivals(line);
    this.close(line);
  }
  // Take the clicks on the bars until two classes are chosen.
  listen(on) {
    this.first = null;
    this.bars.asked = on ? (bar, node) => this.pick(bar, node) : null;
    this.bars.node.classList.toggle("asked", on);
    this.button.textContent = on ? "Cancel" : "Why not…?";
    this.line.textContent = on ? FIRST : "";
    for (const one of this.bars.buttons) one.classList.remove("picked");
    if (on) this.bars.buttons[0].focus({ preventScroll: true });
  }
  pick(bar, node) {
    if (this.first === bar.index) return this.listen(true);
    node.classList.add("picked");
    if (this.first === null) {
      this.first = bar.index;
      this.line.textContent = `${bar.label} ${SECOND}`;
      return void 0;
    }
    const pair = [this.first, bar.index];
    this.listen(false);
    this.line.textContent = "Comparing…";
    return this.ask(pair);
  }
  // A rival is compared with the answer.
  besideRivals({ answered, maps }) {
    if (!answered) return;
    for (const { panel, stage } of maps) {
      if (!panel.values || panel.index === null || panel.index === answered.panel.index) continue;
      const button = element("button", "asks over", stage, {
        type: "button",
        tabindex: "-1",
        title: `What speaks for ${answered.panel.title} rather than for ${panel.title}?`
      });
      button.textContent = "why not?";
      button.onclick = () => this.ask([answered.panel.index, panel.index]);
      for (const kind of ["keydown", "pointerdown", "pointerup", "click"]) {
        button.addEventListener(kind, (event) => event.stopPropagation());
      }
    }
  }
  close({ maps }) {
    const cell = maps.find(({ panel }) => panel.key === "why");
    if (!cell) return;
    cell.node.classList.add("comparison");
    const button = cornerButton("close", cell.stage);
    button.classList.add("shut");
    nameButton(button, "Close the comparison");
    button.onclick = () => this.ask();
  }
};

// components/viewer/line.js
var HARDLY = 0.01;
var Line = class {
  // mode: "answer" for one photo's classes, "grid" for one photo along another axis, "line" for one
  // of a few photos. `act` reports clicks that need the server.
  constructor(row, place, mode, act) {
    this.row = row;
    this.mode = mode;
    this.node = element("section", `row ${mode}`, null, { "aria-label": row.caption });
    if (mode === "line") this.buildSentence();
    for (const note of row.notes) this.buildNote(note, act);
    this.place = element("div", "place", this.node);
    this.photo = new Cell(row, null, -1);
    this.maps = row.panels.map((panel, index) => new Cell(row, panel, index));
    const one = row.panels.every(({ index }) => index === null) && row.panels.length > 0;
    this.bars = new Bars(row, { several: mode === "line", one }, (index) => {
      act("toggle", { row: place, index });
    });
    this.bars.node.hidden = !this.bars.count;
    const shares = this.maps.map(({ panel }) => panel.share ?? -1);
    this.answered = this.maps[shares.indexOf(Math.max(...shares))] ?? null;
    this.build();
    if (row.panels.some(({ index }) => index !== null)) {
      this.why = new WhyNot(this, ([a, b] = []) => act("why", { row: place, a, b }));
    }
    if (!row.panels.length) {
      this.photo.explain("No class selected. Click a prediction to see its map.");
    }
  }
  get cells() {
    return [this.photo, ...this.maps];
  }
  buildSentence() {
    const { row } = this;
    const says = element("h3", "says", this.node);
    spoken("span", `${row.caption}. `, says);
    element("span", "", says).textContent = row.answer;
    explainUnsure(says, row.unsure);
  }
  buildNote(note, act) {
    const { row } = this;
    const line = element("p", "remark", this.node);
    element("span", "", line).textContent = note;
    if (!row.offer) return;
    const button = element("button", "word", line, {
      type: "button",
      title: "Fit the whole photo into what the model sees"
    });
    button.textContent = "Show it the whole photo (Pad)";
    button.onclick = () => act("fit", row.offer);
  }
  build() {
    const { place, photo, maps, bars } = this;
    const best = Math.max(...maps.map(({ panel }) => panel.share ?? 0));
    for (const cell of maps) {
      const { share } = cell.panel;
      if (share !== null && share < best) cell.weigh(share / best);
    }
    this.rest = element("div", "rest", null);
    if (this.mode !== "answer") {
      this.rest.append(...this.cells.map((cell) => cell.node));
      return place.append(bars.node, this.rest);
    }
    this.hero = maps.find(({ panel }) => panel.key === "why") ?? this.answered;
    this.hero?.node.classList.add("hero");
    photo.node.classList.add("lead");
    const others = maps.filter((cell) => cell !== this.hero);
    this.rivals = others.filter(({ panel }) => (panel.share ?? 0) >= HARDLY);
    this.minors = others.filter((cell) => !this.rivals.includes(cell));
    this.rest.append(...this.rivals.map((cell) => cell.node));
    if (this.minors.length) this.buildMinors();
    place.append(photo.node, ...this.hero ? [this.hero.node] : [], bars.node);
    if (others.length) {
      spoken("h3", "Other classes", place);
      place.append(this.rest);
    }
    return void 0;
  }
  buildMinors() {
    this.group = element("div", "minors", this.rest);
    element("h4", "", this.group).textContent = "Hardly considered (below 1 %)";
    this.group.append(...this.minors.map((cell) => cell.node));
  }
  // width: of the place; room: from the pictures' top to the window's bottom; tall: the window's
  // height; opened: this line's enlarged cell, if there is one.
  layout({ width, room, tall, opened: opened2 }) {
    const aspect = this.row.size[1] / this.row.size[0];
    for (const cell2 of this.cells) {
      cell2.node.hidden = Boolean(opened2) && cell2 !== opened2 && cell2 !== this.photo;
      cell2.node.classList.toggle("opened-cell", cell2 === opened2);
    }
    this.bars.node.hidden = Boolean(opened2) || !this.bars.count;
    const { style, dataset } = this.place;
    if (opened2) return this.layoutOpened(opened2, { width, aspect, tallest: tall * 0.78 });
    const count = this.cells.length;
    if (this.mode === "answer") {
      return this.layoutAnswer({
        width,
        room,
        aspect,
        bars: this.bars.count,
        rivals: this.rivals.length,
        minors: this.minors.length
      });
    }
    const grid = this.mode === "grid";
    const { side, columns, cell } = grid ? arrangeGrid({ width, count, aspect, tallest: tall * 0.62, room }) : arrangeLine({ width, count, aspect, tallest: tall * 0.42 });
    dataset.template = side ? this.mode : `${this.mode} narrow`;
    style.gridTemplateColumns = side ? grid ? `minmax(0, 1fr) ${side}px` : `${side}px minmax(0, 1fr)` : "";
    this.rest.style.gridTemplateColumns = `repeat(${columns}, minmax(0, ${cell}px))`;
    this.columns = columns;
    this.bars.resize(side || width);
    this.bars.limit(grid ? Infinity : side ? Math.max(5, Math.floor((cell * aspect + TEXT2) / BAR)) : 5);
    for (const one of this.cells) one.resize(cell, cell * aspect);
    return void 0;
  }
  layoutAnswer(place) {
    const found = arrangeAnswer(place);
    const { template, photo, map, rival, minor } = found;
    const { style, dataset } = this.place;
    const aspect = place.aspect;
    dataset.template = template;
    style.setProperty("--photo", `${photo}px`);
    style.setProperty("--map", `${map}px`);
    style.setProperty("--rival", `${rival}px`);
    style.setProperty("--minor", `${minor}px`);
    const together = this.minors.length * (minor + GAP) - GAP;
    if (this.group) this.group.style.maxWidth = `${Math.ceil(together)}px`;
    style.setProperty("--side", `${sideWidth(place.width)}px`);
    style.gridTemplateColumns = "";
    this.bars.limit(template === "aside" ? found.bars : Infinity);
    const taken = { beside: photo + map + GAP, aside: map, upright: photo + map + GAP }[template];
    this.bars.resize(template === "phone" ? place.width : taken ? place.width - taken - GAP : 0);
    this.photo.resize(photo, photo * aspect);
    this.hero?.resize(map, map * aspect);
    for (const one of this.rivals) one.resize(rival, rival * aspect);
    for (const one of this.minors) one.resize(minor, minor * aspect);
  }
  layoutOpened(opened2, place) {
    const alone = opened2 === this.photo;
    const { map, photo, stacked: stacked2 } = arrangeOpen({ ...place, alone });
    this.place.dataset.template = stacked2 ? "open stacked" : alone ? "open alone" : "open";
    this.place.style.gridTemplateColumns = "";
    this.place.style.setProperty("--map", `${map}px`);
    this.place.style.setProperty("--photo", `${alone ? map : photo}px`);
    opened2.resize(map, map * place.aspect);
    if (!alone) this.photo.resize(photo, photo * place.aspect);
  }
};
function explainUnsure(sentence, unsure) {
  sentence.classList.toggle("doubtful", unsure);
  sentence.title = unsure ? "The next answer is close. Of answers as close as this, nearly half were wrong on 250 photos" : "";
}

// components/viewer/colorbar.js
var LEGENDS = {
  for: "Evidence for the class",
  against: "Evidence against the class",
  both: "Against the class on the left, for it on the right",
  abs: "Evidence for or against the class"
};
var ColorBar = class {
  constructor(parent) {
    this.node = element("div", "colorbar", parent);
    this.low = element("span", "tick", this.node);
    this.canvas = element("canvas", "", this.node, { role: "img", width: "256", height: "1" });
    this.high = element("span", "tick", this.node);
    this.legend = element("span", "legend", this.node);
  }
  show(look, lut, sharedPeak) {
    const pen = this.canvas.getContext("2d");
    const strip = new ImageData(256, 1);
    for (let i = 0; i < 256; i++) {
      const alpha = strengthOf(i, look.sign) < look.th ? 40 : 255;
      strip.data.set([lut[i * 3], lut[i * 3 + 1], lut[i * 3 + 2], alpha], i * 4);
    }
    pen.putImageData(strip, 0, 0);
    const shared = look.scale === "shared";
    this.high.textContent = shared ? figures(sharedPeak) : "peak";
    this.low.textContent = look.sign === "both" ? `${MINUS}${this.high.textContent}` : "0";
    this.legend.textContent = `${LEGENDS[look.sign]}, ${shared ? "all maps on one scale" : "each map scaled to its own peak"}`;
    const range2 = `from ${this.low.textContent} to ${this.high.textContent}`;
    this.canvas.setAttribute("aria-label", `Colour scale ${range2}`);
  }
};

// components/viewer/slide.js
var LONG = 32;
var SMALLEST2 = 80;
var SHARPEST = 2400;
var SHAPES = {
  beside: { across: 2, lines: 1, text: 0, counts: 1 },
  stacked: { across: 1, lines: 2, text: 0, counts: 1 },
  aside: { across: 2, lines: 1, text: 15, counts: 0.83 }
};
var Slide = class {
  // `room` is the element to fill.
  constructor(room) {
    this.room = room;
    this.node = element("div", "slide", room);
    this.headlines = element("div", "headlines", this.node);
    this.left = element("div", "shot", this.node);
    this.right = element("div", "shot", this.node);
    this.note = element("p", "note", this.right);
    const whose = element("div", "whose", this.node);
    this.caption = element("p", "", whose);
    this.seen = element("p", "seen quiet", whose);
    this.position = element("p", "quiet", whose);
    const made = element("div", "made", this.node);
    this.bar = new ColorBar(made);
    this.abouts = element("div", "abouts quiet", made);
  }
  // Take a photo. The texts of all its panels are stacked, so that changing panels moves nothing.
  take(row, sign) {
    this.sign = sign;
    this.window = row.window;
    const panels = row.panels.map((panel) => ({ ...panel }));
    this.row = { ...row, area: wholePhoto(row.size), panels };
    this.photo = new Cell(this.row, null, -1);
    this.left.replaceChildren(this.photo.canvas);
    this.headlines.replaceChildren(...row.panels.map((panel) => headlineOf(panel, row.subtitle)));
    this.abouts.replaceChildren(...row.panels.map((panel) => aboutOf(panel, sign)));
    this.caption.textContent = row.caption;
  }
  // Show one of its panels. `position` is the text that locates it among all slides.
  show(index, position) {
    const panel = this.row.panels[index];
    if (this.map) this.map.panel.heat = this.map.panel.heatKey = null;
    this.map = panel.values ? new Cell(this.row, panel, index) : null;
    this.row.window = panel.window || this.window;
    this.right.replaceChildren(...this.map ? [this.map.canvas] : [], this.note);
    this.node.classList.toggle("mapless", !this.map);
    this.note.textContent = noteOf(panel, this.sign);
    this.note.hidden = !this.note.textContent;
    for (const texts of [this.headlines, this.abouts]) {
      Array.from(texts.children, (text, i) => text.classList.toggle("now", i === index));
    }
    const cropped = !covers(windowBox(this.row.window, this.row.area, ...this.row.size), ...this.row.size);
    this.seen.textContent = cropped ? "The model saw only what lies inside the frame." : "";
    this.position.textContent = position;
  }
  layout() {
    const worth2 = (shape) => this.fit(shape) * SHAPES[shape].counts;
    const [best] = Object.keys(SHAPES).map((shape) => [worth2(shape), shape]).sort((a, b) => b[0] - a[0]);
    this.fit(best[1]);
  }
  // The largest picture width that fits, in whole pixels. The height of the text depends on how it
  // wraps, so a few widths are tried.
  fit(shape) {
    this.node.dataset.shape = shape;
    const { across, lines, text } = SHAPES[shape];
    const [width, height] = roomIn(this.room);
    const { columnGap, fontSize } = getComputedStyle(this.node);
    const column = text ? text * parseFloat(fontSize) + parseFloat(columnGap) : 0;
    let wide = (width - column - parseFloat(columnGap) * (across - 1)) / across;
    for (let turn = 0; turn < 4; turn++) {
      this.resize(wide);
      const above = text ? 0 : this.node.offsetHeight - lines * this.tall;
      wide = Math.max(SMALLEST2, Math.min(wide, (height - above) / lines / this.aspect));
    }
    this.resize(wide);
    return this.node.offsetHeight > height + 1 ? SMALLEST2 : wide;
  }
  get aspect() {
    return this.row.size[1] / this.row.size[0];
  }
  resize(wide) {
    this.wide = Math.floor(wide);
    this.tall = Math.round(this.wide * this.aspect);
    this.node.style.setProperty("--wide", `${this.wide}px`);
    this.node.style.setProperty("--tall", `${this.tall}px`);
  }
  draw(context, sharedPeak, bare) {
    for (const cell of this.map ? [this.photo, this.map] : [this.photo]) {
      cell.resize(this.wide, this.tall, SHARPEST);
      cell.draw(context);
    }
    this.bar.show(context.look, context.lut, sharedPeak);
    this.node.classList.toggle("bare", bare);
  }
};
function headlineOf(panel, subject) {
  const headline = element("div", "");
  element("p", "quiet", headline).textContent = subject;
  const title = element("h2", panel.title.length > LONG ? "long" : "", headline);
  title.textContent = `${panel.title} `;
  if (panel.subtitle) element("span", "quiet", title).textContent = panel.subtitle;
  return headline;
}
function aboutOf(panel, sign) {
  const about = element("p", "");
  const parts = [panel.about];
  if (panel.detail && !panel.about.includes(panel.detail)) parts.push(panel.detail);
  if (panel.values) parts.push(`peak ${figures(panelPeak(panel, sign))}`);
  about.textContent = parts.filter(Boolean).join(" · ");
  return about;
}
function roomIn(node) {
  const style = getComputedStyle(node);
  const inner = (size2, ...sides) => sides.reduce((left, side) => left - parseFloat(style[side]), size2);
  return [
    inner(node.clientWidth, "paddingLeft", "paddingRight"),
    inner(node.clientHeight, "paddingTop", "paddingBottom")
  ];
}

// components/viewer/present.js
var REST = 2500;
var HINT = 6e3;
var SWIPE = 40;
var Presentation = class {
  // `onLeave` is called when the presentation ends.
  constructor(viewer, onLeave) {
    this.viewer = viewer;
    this.onLeave = onLeave;
    this.bare = false;
    this.rows = slides(viewer);
    const start = this.first();
    this.build(viewer.root.parentNode);
    this.listen();
    this.dialog.showModal();
    this.screen.focus();
    this.turn(...start);
    if (!this.full) this.screen.requestFullscreen?.().catch(() => {
    });
  }
  build(parent) {
    this.dialog = element("dialog", "present", parent, { "aria-label": "Presentation" });
    this.screen = element("div", "screen", this.dialog, { tabindex: "-1" });
    this.slide = new Slide(this.screen);
    this.announcement = element("p", "spoken", this.screen, { role: "status", "aria-live": "polite" });
    this.hint = element("p", "hint", this.screen);
    this.hint.textContent = this.keys().join("  ");
    this.button("before", "Previous", () => this.walk(-1));
    this.button("after", "Next", () => this.walk(1));
    this.button("close", "Exit presentation", () => this.leave());
  }
  button(icon2, label, onClick) {
    const button = iconButton(icon2, label, this.screen, onClick);
    button.classList.add(icon2);
    button.onmousedown = (event) => event.preventDefault();
  }
  keys() {
    if (window.matchMedia("(hover: none)").matches) return ["Swipe for the next map"];
    const photos = this.rows.length > 1 ? ["↑ ↓ photos"] : [];
    return ["← → maps", ...photos, "Space show or hide the heatmap", "Esc exit"];
  }
  listen() {
    const { dialog, screen } = this;
    dialog.onkeydown = (event) => this.key(event);
    dialog.oncancel = () => this.leave();
    screen.onpointermove = () => this.wake();
    this.touch();
    this.watch = new ResizeObserver(() => this.layout());
    this.watch.observe(screen);
    this.full = Boolean(document.fullscreenElement);
    this.onFullScreen = () => {
      if (this.full && !document.fullscreenElement) this.leave();
      this.full = Boolean(document.fullscreenElement);
    };
    document.addEventListener("fullscreenchange", this.onFullScreen);
    this.fade = setTimeout(() => this.hint.classList.add("gone"), HINT);
  }
  // A click goes back or forth depending on its side; fingers swipe. Selecting text does neither.
  touch() {
    const { screen } = this;
    let from = null;
    const moved = (event) => [event.clientX - from.clientX, event.clientY - from.clientY];
    screen.onpointerdown = (event) => {
      from = event;
      this.wake();
    };
    screen.onpointerup = (event) => {
      if (event.pointerType === "mouse" || !from) return;
      const [x, y] = moved(event);
      if (Math.max(Math.abs(x), Math.abs(y)) < SWIPE) return;
      if (Math.abs(x) > Math.abs(y)) this.walk(x < 0 ? 1 : -1);
      else this.change(y < 0 ? 1 : -1);
    };
    screen.onclick = (event) => {
      if (event.target.closest("button") || !from || Math.hypot(...moved(event)) > 8) return;
      this.walk(event.clientX < screen.clientWidth / 2 ? -1 : 1);
    };
  }
  key(event) {
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("button") && [" ", "Enter"].includes(event.key)) return;
    const last = this.rows.length - 1;
    const actions = {
      ArrowLeft: () => this.walk(-1),
      ArrowRight: () => this.walk(1),
      PageUp: () => this.walk(-1),
      // what a presenter's remote sends
      PageDown: () => this.walk(1),
      ArrowUp: () => this.change(-1),
      ArrowDown: () => this.change(1),
      Home: () => this.turn(0, 0),
      End: () => this.turn(last, this.rows[last].panels.length - 1),
      " ": () => {
        if (!event.repeat) this.toggle();
      },
      Escape: () => this.leave(),
      p: () => this.leave()
    };
    const action = actions[event.key] || actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  }
  // Start at the cell that is enlarged or has the focus.
  first() {
    const { focus, cells, root } = this.viewer;
    const cell = focus || cells.find(({ node }) => node === root.getRootNode().activeElement);
    const row = cell ? this.rows.indexOf(cell.row) : -1;
    return row < 0 ? [0, 0] : [row, Math.max(cell.index, 0)];
  }
  // Go through the panels of a photo, then on to the next photo.
  walk(step) {
    const panel = this.panel + step;
    if (this.rows[this.row].panels[panel]) this.turn(this.row, panel);
    else if (step > 0) this.turn(this.row + 1, 0);
    else this.turn(this.row - 1, Infinity);
  }
  // Go to another photo, in the same column.
  change(step) {
    this.turn(this.row + step, this.panel);
  }
  turn(row, panel) {
    if (!this.rows[row]) return;
    const { panels } = this.rows[row];
    const fresh = row !== this.row;
    this.row = row;
    this.panel = Math.min(panel, panels.length - 1);
    if (fresh) this.slide.take(this.rows[row], this.viewer.look.sign);
    this.slide.show(this.panel, this.position());
    if (fresh) this.layout();
    else this.draw();
    this.say();
  }
  position() {
    const many = this.rows[this.row].panels.length;
    const maps = many > 1 ? [`map ${this.panel + 1} of ${many}`] : [];
    const photos = this.rows.length > 1 ? [`photo ${this.row + 1} of ${this.rows.length}`] : [];
    return [...maps, ...photos].join(", ");
  }
  toggle() {
    this.bare = !this.bare;
    this.draw();
    this.say();
  }
  // Announce the slide to screen readers, which cannot see the picture change.
  say() {
    const panel = this.rows[this.row].panels[this.panel];
    const note = noteOf(panel, this.viewer.look.sign);
    const alone = this.bare ? "photo only" : "";
    const parts = [panel.title, panel.subtitle, note, alone, this.position()];
    this.announcement.textContent = parts.filter(Boolean).join(", ");
  }
  // New data: stay at the same photo and panel if they still exist.
  update() {
    const [row, panel] = [this.rows[this.row], this.rows[this.row].panels[this.panel]];
    this.rows = slides(this.viewer);
    if (!this.rows.length) return this.leave();
    const r = again(this.rows, this.row, ({ id }) => id === row.id);
    this.row = void 0;
    return this.turn(r, again(this.rows[r].panels, this.panel, ({ title }) => title === panel.title));
  }
  layout() {
    this.slide.layout();
    this.draw();
  }
  // Use the toolbar's look, but without the swipe divider, which cannot be moved here.
  draw() {
    const look = { ...this.viewer.look };
    if (this.bare || look.view === "swipe") look.view = "overlay";
    if (this.bare) look.op = 0;
    const context = this.viewer.context(look);
    this.slide.draw(context, this.viewer.sharedPeak(), this.bare);
  }
  wake() {
    this.screen.classList.add("awake");
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.screen.classList.remove("awake"), REST);
  }
  leave() {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.rest);
    clearTimeout(this.fade);
    this.watch.disconnect();
    document.removeEventListener("fullscreenchange", this.onFullScreen);
    this.dialog.close();
    this.dialog.remove();
    this.onLeave();
  }
};
function slides(viewer) {
  return viewer.rows.filter((row) => row.panels.length);
}
function again(list2, index, is) {
  if (list2[index] && is(list2[index])) return index;
  const found = list2.findIndex(is);
  return found < 0 ? Math.min(index, list2.length - 1) : found;
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
function choice(parent, name, options, tips, onChange, named = false) {
  const node = element("div", "control", parent);
  if (named) element("span", "name", node).textContent = name;
  const group = element("div", "choice", node, { role: "radiogroup", "aria-label": name });
  const buttons = Object.entries(options).map(([value, text]) => {
    const button = element("button", "", group, {
      type: "button",
      role: "radio",
      title: tips[value],
      value
    });
    button.textContent = text;
    button.onclick = () => onChange(value);
    return button;
  });
  const show = (chosen) => {
    for (const button of buttons) {
      button.setAttribute("aria-checked", String(button.value === chosen));
    }
  };
  return { node, buttons, show };
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

// components/viewer/toolbar.js
var ACROSS = { classes: "Classes", layers: "Layers", methods: "Methods", models: "Models" };
var ACROSS_TIPS = {
  classes: "One map for each class",
  layers: "One class at several depths of the network",
  methods: "One class by several methods",
  models: "One class by several models"
};
var VIEWS2 = { overlay: "Overlay", heatmap: "Heatmap", swipe: "Swipe", contour: "Contour" };
var VIEW_TIP = "Heat over the photo, alone, behind a divider you drag, or as lines";
var SIGNS2 = { for: "For", against: "Against", both: "Both", abs: "Either" };
var SIGN_TIPS = {
  for: "What speaks for the class",
  against: "What speaks against the class",
  both: "For and against, in two colours",
  abs: "How strongly a place speaks, for or against"
};
var NEEDS = { colorbar: 1090, shared: 930, opacity: 800, end: 590 };
var INSIDE = "button:not([hidden]), select, input";
var Toolbar = class {
  constructor(parent, actions) {
    this.actions = actions;
    this.node = element("div", "toolbar", parent, { role: "toolbar", "aria-label": "Maps" });
    const { across, change } = actions;
    this.axis = choice(this.node, "Compare across", ACROSS, ACROSS_TIPS, across);
    this.axisList = list(this.node, "Compare across", "What the maps compare", ACROSS, across);
    this.axis.node.classList.add("wide");
    this.axisList.node.classList.add("narrow");
    this.view = list(this.node, "View", VIEW_TIP, VIEWS2, (view) => change({ view }));
    this.opacity = slider(
      this.node,
      "Opacity",
      "How strongly the heat covers the photo",
      (op) => change({ op })
    );
    this.shared = toggle(
      this.node,
      "Shared scale",
      "Draw all maps on one scale, so that a weak map looks weak",
      (on) => change({ scale: on ? "shared" : "each" })
    );
    this.buildLook(change);
    this.colorbar = new ColorBar(this.node);
    this.buildEnd();
    rove(this.node, () => this.stops());
  }
  buildLook(change) {
    const button = element("button", "word", null, { type: "button", title: "More about how maps look" });
    button.textContent = "Look ▾";
    this.look = new Menu(this.node, button, "Look");
    const { panel } = this.look;
    this.moved = element("div", "moved", panel);
    this.colormap = list(
      panel,
      "Colormap",
      "The colours from weak to strong evidence",
      {},
      (cm) => change({ cm }),
      true
    );
    this.threshold = slider(panel, "Threshold", "Hide everything weaker than this", (th) => change({ th }));
    this.signs = choice(panel, "Evidence", SIGNS2, SIGN_TIPS, (sign) => change({ sign }), true);
    this.cross = toggle(
      panel,
      "Crosshair",
      "Read the maps under the pointer (c)",
      (on) => change({ cross: on ? "on" : "off" })
    );
    this.cross.node.setAttribute("aria-keyshortcuts", "c");
    this.legend = element("p", "legend", panel);
  }
  buildEnd() {
    const { actions } = this;
    this.end = element("div", "end", this.node);
    this.message = element("span", "said", this.end, { role: "status" });
    this.fit = iconButton("fit", "Reset zoom", this.end, actions.fit);
    iconButton("save", "Save everything shown", this.end, () => actions.want("all"));
    iconButton("report", "Create a report", this.end, () => actions.want("report"));
    iconButton("link", "Copy a link to this view", this.end, actions.link);
    iconButton("full", "Full screen", this.end, actions.full);
    this.present = iconButton("present", "Present one map at a time", this.end, actions.present);
    this.present.setAttribute("aria-keyshortcuts", "p");
    const help = iconButton("help", "Keyboard shortcuts", this.end, actions.help);
    help.setAttribute("aria-keyshortcuts", "?");
    this.more = new Menu(this.node, iconButton("more", "Save, share and present", null, null), "More");
    this.end.addEventListener("click", () => this.more.toggle(false));
  }
  // The controls that are in the line now, in order.
  stops() {
    return [...this.node.querySelectorAll(INSIDE)].filter(
      (one) => !one.closest(".panel") && one.getClientRects().length
    );
  }
  // Keep the toolbar on one line: what does not fit goes into the menus.
  arrange(width) {
    const fits = Object.entries(NEEDS).filter(([, need]) => width >= need).map(([name]) => name);
    const key = fits.join(" ");
    if (key === this.arranged) return;
    this.arranged = key;
    const into = (name, node, menu, before) => {
      if (fits.includes(name)) this.node.insertBefore(node, before);
      else menu.append(node);
    };
    into("opacity", this.opacity.node, this.moved, this.look.node);
    into("shared", this.shared.node, this.moved, this.look.node);
    into("colorbar", this.colorbar.node, this.moved, this.look.node.nextSibling);
    into("end", this.end, this.more.panel, this.more.node);
    this.more.node.hidden = fits.includes("end");
    this.node.classList.toggle("tight", !fits.includes("end"));
    onlyStop(this.stops());
    for (const inside of this.node.querySelectorAll(".panel :is(button, select, input)")) {
      inside.tabIndex = 0;
    }
  }
  // Show a message for a moment.
  say(text) {
    this.message.textContent = text;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.message.textContent = "";
    }, 4e3);
  }
  show(look, header, lut, sharedPeak, zoomed) {
    this.colorbar.show(look, lut, sharedPeak);
    this.legend.textContent = this.colorbar.legend.textContent;
    const { colormaps, across } = header;
    if (this.colormap.select.options.length !== colormaps.length) {
      this.colormap.fill(colormaps.map(({ name }) => [name, name]));
    }
    this.colormap.show(look.cm);
    this.opacity.show(look.op);
    this.threshold.show(look.th);
    this.opacity.input.disabled = look.view === "heatmap" || look.view === "contour";
    this.view.show(look.view);
    this.signs.show(look.sign);
    this.axis.show(across);
    this.axisList.show(across);
    this.shared.show(look.scale === "shared");
    this.cross.show(look.cross === "on");
    this.fit.hidden = !zoomed;
  }
};

// components/viewer/viewer.js
var DOUBT = 5e3;
var Viewer = class {
  // `act(name, value)` reports a click that needs the server.
  constructor(parent, act) {
    this.act = (name, value) => {
      act(name, value);
      if (name === "toggle") this.foresee(toggled(this.header, value.index));
    };
    this.root = element("div", "viewer", parent);
    this.title = element("h2", "says", this.root);
    this.bar = element("div", "bar", this.root);
    this.toolbar = new Toolbar(this.bar, {
      across: (axis) => this.act("across", axis),
      change: changeLook,
      fit: () => this.fit(),
      full: () => this.fullScreen(),
      help: () => showShortcuts(this.root),
      present: () => this.present(),
      want: (what) => this.ask(what),
      link: () => this.copyLink()
    });
    this.columns = element("div", "columns", this.bar, { "aria-hidden": "true" });
    this.grid = element("div", "grid", this.root);
    this.back = element("button", "back", null, { type: "button", title: "Back to all maps (Esc)" });
    this.back.textContent = "‹ All maps";
    this.back.onclick = () => this.open(null);
    this.rows = [];
    this.cells = [];
    this.tools = /* @__PURE__ */ new Map();
    this.focus = null;
    this.split = 0.5;
    this.watch = new ResizeObserver(() => this.layout());
    this.watch.observe(this.root);
    this.onWindow = () => this.layout();
    this.onKey = (event) => this.key(event);
    window.addEventListener("resize", this.onWindow);
    document.addEventListener("fullscreenchange", this.onWindow);
    this.onPhoto = ({ detail }) => this.foreseePhoto(detail);
    window.addEventListener(CHOSEN, this.onPhoto);
    window.addEventListener("keydown", this.onKey, true);
    join(this);
  }
  key(event) {
    if (this.presentation || !isShortcut(event, this.root)) return void 0;
    const tool = [...this.tools.values()].find((one) => one.holds(event));
    if (tool) return tool.onKey(event);
    const actions = {
      p: () => this.present(),
      c: () => changeLook({ cross: this.look.cross === "on" ? "off" : "on" }),
      "?": () => showShortcuts(this.root)
    };
    const action = actions[event.key.toLowerCase()] ?? (event.key === "Escape" && this.focus ? () => this.open(null) : null);
    if (!action) return void 0;
    event.stopPropagation();
    event.preventDefault();
    return action();
  }
  // Show what the server sent. It may be on the screen already, because a click told as much.
  show(data) {
    if (data === this.data) return publishLook();
    this.data = data;
    const header = unpack(data);
    startLook(header.colormaps);
    keep(header, data);
    const foreseen = this.foreseen;
    this.settle();
    if (same(data, foreseen)) return publishLook();
    return this.put(header);
  }
  // The old picture stays until the new photos are decoded, so nothing flickers.
  async put(header) {
    this.coming = header;
    const bitmaps = await Promise.all(header.rows.map(decodePhoto));
    const originals = await Promise.all(header.rows.map((row) => decodePhoto(row.before ?? row)));
    await Promise.all([...this.tools.values()].map((tool) => tool.stroke));
    if (this.coming !== header) return void 0;
    header.rows.forEach((row, r) => {
      row.bitmap = row.now = bitmaps[r];
      row.original = originals[r];
      const before = this.rows.find((old) => old.own === row.own);
      row.area = before ? before.area : wholePhoto(row.size);
    });
    this.header = header;
    this.rows = header.rows;
    suit(header.suits);
    this.build();
    this.presentation?.update();
    return publishLook();
  }
  // Show what a click will bring, if that is known, until the server has answered. Should it have
  // nothing new to say, or not answer, its last word is shown again.
  foresee(header, data) {
    if (!header || this.presentation) return;
    this.settle();
    this.foreseen = data;
    this.doubt = setTimeout(() => this.put(unpack(this.data)), DOUBT);
    this.put(header);
  }
  foreseePhoto(photo) {
    const data = this.header && recall(this.header, photo);
    if (data) this.foresee(unpack(data), data);
  }
  settle() {
    clearTimeout(this.doubt);
    this.foreseen = null;
  }
  get mode() {
    if (this.rows.length > 1) return "line";
    return this.header.across === "classes" ? "answer" : "grid";
  }
  build() {
    const remembered = this.focus && { row: this.focus.row.own, index: this.focus.index };
    const active = this.root.getRootNode().activeElement;
    const focused = this.cells.findIndex((cell) => cell.node === active);
    const { mode } = this;
    this.buildTitle();
    this.lines = this.rows.map((row, place) => new Line(row, place, mode, this.act));
    this.cells = this.lines.flatMap((line) => line.cells);
    this.attachTools();
    for (const cell of this.cells) {
      listen(cell, this);
      if (cell.save) cell.save.onclick = () => this.ask("panel", cell);
    }
    this.grid.replaceChildren(this.back, ...this.lines.map((line) => line.node));
    this.focus = remembered && this.cells.find(
      (cell) => cell.row.own === remembered.row && cell.index === remembered.index
    ) || null;
    this.stop(this.cells[focused]);
    this.layout();
    for (const tool of this.tools.values()) tool.restore();
    if (focused >= 0) this.cells[focused]?.node.focus({ preventScroll: true });
  }
  // Photos that the model was asked about have bars; maps from files have not.
  attachTools() {
    const before = this.tools;
    this.tools = /* @__PURE__ */ new Map();
    for (const { row, photo, bars } of this.lines) {
      if (!bars.count) continue;
      const tool = before.get(row.own) ?? new CoverTool(this);
      this.tools.set(row.own, tool);
      tool.attach(row, photo);
    }
  }
  // Ask for the photo with another cover; "" is none.
  cover(row, text) {
    this.act("cover", { row: this.rows.indexOf(row), cover: text });
  }
  // Show a covered photo, its maps and bars as they were before, or as they are.
  exchange(row, before) {
    exchange(row, before);
    const line = this.lines.find((one) => one.row === row);
    for (const cell of line.cells) cell.renew();
    line.bars.showBefore(row.bars, before);
    this.redraw();
  }
  buildTitle() {
    const [row] = this.rows;
    const one = this.rows.length === 1;
    this.title.textContent = one ? row.answer || row.caption : `${this.rows.length} photos`;
    explainUnsure(this.title, one && row.unsure);
    const named = this.mode === "line" && this.header.across !== "classes";
    const titles = named ? row.panels.map(({ title }) => title) : [];
    this.columns.replaceChildren(...["", ...titles].map((title) => {
      const column = element("span", "");
      column.textContent = column.title = title;
      return column;
    }));
  }
  layout() {
    if (!this.rows.length || this.presentation) return;
    const width = Math.floor(this.grid.getBoundingClientRect().width);
    if (!width) return;
    this.toolbar.arrange(width);
    this.root.classList.toggle("opened", Boolean(this.focus));
    const tall = window.innerHeight;
    const above = this.grid.getBoundingClientRect().top - this.root.getBoundingClientRect().top;
    const room = Math.max(240, tall - this.headerHeight() - above - 24);
    for (const line of this.lines) {
      line.node.hidden = Boolean(this.focus) && this.focus.row !== line.row;
      if (!line.node.hidden) line.layout({ width, room, tall, opened: this.focus });
    }
    this.layoutColumns();
    this.paint();
  }
  // What lies above the viewer while the page is scrolled to its top.
  headerHeight() {
    const full = this.root.getRootNode().fullscreenElement === this.root;
    return full ? 0 : parseFloat(getComputedStyle(this.bar).top);
  }
  // The columns' titles stay in sight while the photos scroll, where all photos have one line.
  layoutColumns() {
    const [line] = this.lines;
    const one = this.columns.childElementCount > 1 && line.columns === line.cells.length;
    this.columns.hidden = !one || Boolean(this.focus);
    this.root.classList.toggle("titled", !this.columns.hidden);
    if (!one) return;
    this.columns.style.gridTemplateColumns = line.rest.style.gridTemplateColumns;
    this.columns.style.marginLeft = `${line.rest.offsetLeft - line.node.offsetLeft}px`;
  }
  // Draw once per frame, however many changes it brings.
  redraw() {
    if (this.header) this.pending ??= requestAnimationFrame(() => this.paint());
  }
  paint() {
    cancelAnimationFrame(this.pending);
    this.pending = void 0;
    const context = this.context();
    for (const cell of this.cells) if (!cell.node.hidden) cell.draw(context);
    const { look, lut } = context;
    const zoomed = this.rows.some((row) => isZoomed(row.area, row.size));
    this.toolbar.show(look, this.header, lut, this.sharedPeak(), zoomed);
    this.root.dataset.view = look.view;
    this.root.dataset.scale = look.scale;
    if (look.cross === "off") for (const row of this.rows) this.track(row, null);
  }
  // What drawing needs, with the page's look or another one.
  context(look = this.look) {
    const shared = this.sharedPeak();
    const scaleOf = (panel) => look.scale === "shared" ? shared : panelPeak(panel, look.sign);
    return drawing(look, this.header.colormaps, scaleOf, this.split);
  }
  sharedPeak() {
    const shown = this.rows.flatMap((row) => row.panels.filter((panel) => panel.values));
    return Math.max(0, ...shown.map((panel) => panelPeak(panel, this.look.sign)));
  }
  get look() {
    return currentLook();
  }
  swipe(share) {
    this.split = Math.min(Math.max(share, 0), 1);
    this.redraw();
  }
  // Show the crosshair at the same point of every cell in the row, each with its own value.
  track(row, point) {
    const wanted = point && this.look.cross === "on";
    const visible = wanted && contains(row.area, point) ? point : null;
    const context = this.context();
    for (const cell of this.cells) if (cell.row === row) cell.track(visible, context);
  }
  open(cell) {
    const before = this.focus;
    this.focus = this.focus === cell ? null : cell;
    this.layout();
    const next = this.focus || before;
    if (!next) return;
    this.stop(next);
    next.node.focus({ preventScroll: true });
    if (this.focus) this.back.scrollIntoView({ block: "nearest" });
  }
  // The one cell that Tab stops at, with its button.
  stop(cell) {
    onlyStop(this.cells.map(({ node }) => node), cell?.node);
    for (const { node, save } of this.cells) if (save) save.tabIndex = node.tabIndex;
  }
  // Arrow keys go from cell to cell; in the swipe view they move the divider.
  step(direction, share) {
    if (this.look.view === "swipe") return this.swipe(this.split + share);
    const now = this.cells.findIndex(({ node }) => node.tabIndex === 0);
    const next = this.cells[(now + direction + this.cells.length) % this.cells.length];
    if (this.focus) {
      this.focus = null;
      return this.open(next);
    }
    this.stop(next);
    return next.node.focus();
  }
  fit() {
    for (const row of this.rows) row.area = wholePhoto(row.size);
    this.redraw();
  }
  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen();
  }
  // Present one map at a time; afterwards the page is as it was.
  present() {
    if (this.presentation || !slides(this).length) return;
    this.presentation = new Presentation(this, () => {
      this.presentation = null;
      this.layout();
      this.toolbar.present.focus({ preventScroll: true });
    });
  }
  // The server makes the files, and learns the look only from this event.
  ask(what, cell) {
    const row = cell ? this.rows.indexOf(cell.row) : 0;
    this.act("want", { what, row, panel: cell ? cell.index : 0, look: this.look });
  }
  async copyLink() {
    const copied = await copyText(window.location.href);
    const note = this.header.linkNote ? ` ${this.header.linkNote}` : "";
    const failed = "Copying failed. Copy the address from the address bar.";
    this.toolbar.say(copied ? `Link copied.${note}` : failed);
  }
  remove() {
    part(this);
    this.presentation?.leave();
    this.watch.disconnect();
    window.removeEventListener("resize", this.onWindow);
    window.removeEventListener(CHOSEN, this.onPhoto);
    clearTimeout(this.doubt);
    document.removeEventListener("fullscreenchange", this.onWindow);
    window.removeEventListener("keydown", this.onKey, true);
    this.root.remove();
  }
};

// components/viewer/main.js
var instances = /* @__PURE__ */ new WeakMap();
function main_default({ parentElement, data, setTriggerValue }) {
  let shown = instances.get(parentElement);
  if (!shown) {
    shown = unpack(data).kind === "depth" ? new Depth(parentElement, (key) => setTriggerValue("pick", key)) : new Viewer(parentElement, setTriggerValue);
    instances.set(parentElement, shown);
  }
  shown.show(data);
  return () => {
    shown.remove();
    instances.delete(parentElement);
  };
}
export {
  main_default as default
};
