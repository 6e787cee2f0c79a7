// Made by `npm run build` from modules with the SHA-256 b51cec1f6f1dcc617e2cf24b90dab76065064cbf8af4c3663961b3b35a0e6dca

// components/viewer/payload.js
function opened(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const aligned = bytes.byteOffset % 4 ? bytes.slice() : bytes;
  const length = new DataView(aligned.buffer, aligned.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(aligned.subarray(4, 4 + length)));
  const start2 = aligned.byteOffset + 4 + length;
  for (const colormap of header.colormaps) {
    colormap.lut = new Uint8Array(aligned.buffer, start2 + colormap.lut, 768);
  }
  return { header, buffer: aligned.buffer, start: start2 };
}

// components/viewer/elements.js
function element(tag, className = "", parent = null, attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
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
  const keep = KEEP[sign];
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(keep(value)));
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

// components/camera/ask.js
var GONE = "The server no longer knows this page. Reload it.";
var SILENT = "The server does not answer. The camera keeps trying.";
async function ask(address, jpeg, held) {
  try {
    const response = await fetch(`${address}?held=${held ?? ""}`, { method: "POST", body: jpeg });
    if (!response.ok) return { problem: response.status === 404 ? GONE : SILENT };
    return read(await response.arrayBuffer());
  } catch {
    return { problem: SILENT };
  }
}
function read(data) {
  const { header, buffer, start: start2 } = opened(data);
  if (header.problem) return header;
  const [h, w] = header.shape;
  return { ...header, note: "", values: new Float32Array(buffer, start2 + header.values, h * w) };
}

// components/camera/pace.js
var SPAN = 2e3;
var Pace = class {
  constructor(now = () => performance.now()) {
    this.now = now;
    this.sent = 0;
    this.answered = 0;
    this.times = [];
  }
  get free() {
    return this.sent === this.answered;
  }
  send() {
    this.sent += 1;
  }
  // Also for a frame that was refused or got lost: it is no longer on its way.
  hear() {
    this.answered += 1;
    this.times.push(this.now());
    while (this.times[0] < this.now() - SPAN) this.times.shift();
  }
  // Answers a second.
  get rate() {
    const { times } = this;
    return times.length < 2 ? 0 : 1e3 * (times.length - 1) / (times.at(-1) - times[0]);
  }
};

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

// components/viewer/heat.js
function axisWeights(count, start2, step, windowStart, windowEnd, cells) {
  const low = new Int32Array(count), share = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const u = (start2 + (i + 0.5) * step - windowStart) / (windowEnd - windowStart);
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
function drawDivider(pen, split) {
  const { width, height } = pen.canvas;
  pen.fillStyle = HALO;
  pen.fillRect(split * width - 2, 0, 4, height);
  pen.fillStyle = "#fff";
  pen.fillRect(split * width - 1, 0, 2, height);
}

// components/camera/picture.js
var SMALL_QUALITY = 0.96;
var FROZEN_QUALITY = 0.94;
var SPLIT = 0.5;
function smallSize(width, height, side) {
  const long = Math.max(width, height), short = Math.min(width, height);
  const factor = Math.min(1, side.long ? side.long / long : side.short / short);
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
}
function encoded(source, width, height, canvas) {
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { alpha: false });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, 0, 0, width, height);
  const letters = atob(base64(canvas, SMALL_QUALITY));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
function base64(canvas, quality) {
  return canvas.toDataURL("image/jpeg", quality).split(",")[1];
}
function frozen(pixels) {
  const canvas = document.createElement("canvas");
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return base64(canvas, FROZEN_QUALITY);
}
function pixelsOf(video, canvas) {
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  pen.drawImage(video, 0, 0);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
function paint(canvas, pixels, map, look, colormaps) {
  const { width, height } = pixels;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const pen = canvas.getContext("2d");
  if (!map) return pen.putImageData(pixels, 0, 0);
  const area = wholePhoto([width, height]);
  const [left, top, right, bottom] = map.window;
  const placed = { ...map, window: [left * width, top * height, right * width, bottom * height] };
  const context = drawing(look, colormaps, (panel) => panelPeak(panel, look.sign), SPLIT);
  const heat = upsample(placed, area, width, height, look.sign, context.scaleOf(map));
  const picture = new ImageData(width, height);
  const layers = { photo: pixels.data, heat, window: placed.window, area, width, height };
  composite(picture.data, layers, context);
  pen.putImageData(picture, 0, 0);
  if (look.view === "contour") drawContours(pen, heat, context);
  if (look.view === "swipe") drawDivider(pen, context.split);
  if (look.view !== "heatmap") drawFrame(pen, placed.window, area);
}

// components/viewer/text.js
function percent(share) {
  if (share > 0 && share < 5e-4) return "< 0.1 %";
  if (share >= 0.9995 && share < 1) return "> 99.9 %";
  return `${(share * 100).toFixed(1)} %`;
}
var THREE_FIGURES = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
var RAISED = new Map([..."-0123456789"].map((digit, n) => [digit, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[n]]));

// components/camera/said.js
var ROWS = 5;
var READABLE = 250;
var Said = class {
  constructor(parent, follow) {
    this.follow = follow;
    this.node = element("div", "said", parent);
    this.kind = element("p", "kind", this.node);
    this.name = element("h3", "name", this.node);
    this.share = element("p", "share", this.node);
    this.bars = element("div", "bars one", this.node);
    this.list = element("div", "list", this.bars, { role: "group", "aria-label": "The most probable now" });
    this.rows = Array.from({ length: ROWS }, () => this.row());
    this.last = 0;
  }
  row() {
    const node = element("button", "class", this.list, { type: "button", "aria-pressed": "false" });
    element("span", "box", node);
    const row = {
      node,
      label: element("span", "label", node),
      percent: element("span", "percent", node),
      bar: element("i", "", element("span", "track", node))
    };
    node.hidden = true;
    node.onclick = () => {
      const again = row.index === this.asked?.follow;
      this.follow(again ? -1 : row.index);
    };
    return row;
  }
  // The class to follow, or null for the most probable one.
  ask({ follow, label }) {
    this.asked = { follow, label };
    this.last = 0;
    if (this.answer) this.say(this.answer);
    else this.head(follow === null ? "" : label, null);
  }
  say(answer) {
    if (!answer || answer.problem) return;
    this.answer = answer;
    for (const row of this.rows) {
      const found = answer.listed.find(([index]) => index === row.index);
      if (found) row.bar.style.width = `${found[2] * 100}%`;
    }
    if (performance.now() - this.last < READABLE) return;
    this.last = performance.now();
    this.head(answer.label, answer.share);
    this.rows.forEach((row, n) => this.fill(row, answer.listed[n]));
  }
  head(name, share) {
    const followed = this.asked?.follow ?? null;
    this.kind.textContent = followed === null ? "The most probable now" : "The class you follow";
    this.name.textContent = name || "Waiting for the first picture…";
    this.name.title = name;
    this.share.textContent = share === null ? "" : percent(share);
  }
  fill(row, found) {
    row.node.hidden = !found;
    if (!found) return;
    const [index, label, share] = found;
    row.index = index;
    row.label.textContent = label;
    row.percent.textContent = percent(share);
    row.bar.style.width = `${share * 100}%`;
    const followed = index === this.asked?.follow;
    row.node.setAttribute("aria-pressed", String(followed));
    row.node.classList.toggle("drawn", index === this.answer.index);
    row.node.title = followed ? `Stop following ${label}` : `Follow ${label}`;
  }
};

// components/camera/stream.js
var WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
var IN_WORDS = {
  NotAllowedError: "This page may not use the camera. Allow it at the camera sign in the browser's address bar (or in the system's privacy settings), then try again.",
  NotFoundError: "No camera was found. Plug one in, or switch it on, then try again.",
  NotReadableError: "The camera is in use by another program, or does not answer. Close the other program, then try again."
};
var SAME = {
  SecurityError: "NotAllowedError",
  PermissionDeniedError: "NotAllowedError",
  OverconstrainedError: "NotFoundError",
  DevicesNotFoundError: "NotFoundError",
  AbortError: "NotReadableError",
  TrackStartError: "NotReadableError"
};
var UNPLUGGED = "The camera was disconnected. Plug it in again, then try again.";
function obstacle({ isSecureContext, navigator: navigator2, location }) {
  if (!isSecureContext) {
    const port = location.port ? `:${location.port}` : "";
    return `Browsers give a camera only to pages of this machine, or with HTTPS. Open http://localhost${port} on the machine that runs the server, or let whoever runs it add a certificate.`;
  }
  if (!navigator2.mediaDevices?.getUserMedia) {
    return "This browser gives no camera to pages. Open the page in a current Chrome, Edge, Firefox or Safari.";
  }
  return "";
}
function inWords(error) {
  const name = SAME[error?.name] ?? error?.name;
  return IN_WORDS[name] ?? "The camera could not be started. Unplug it or switch it off and on, then try again.";
}
function start(device) {
  const which = device ? { deviceId: { exact: device } } : {};
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { ...WANTED, ...which } });
}
function stop(stream) {
  for (const track of stream?.getTracks() ?? []) {
    track.onended = null;
    track.stop();
  }
}
async function cameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId, label }, n) => ({ id: deviceId, name: label || `Camera ${n + 1}` }));
}
function looksAway(stream) {
  return stream.getVideoTracks()[0]?.getSettings().facingMode === "environment";
}

// components/camera/camera.js
var BEAT = 100;
var LATE = 250;
var AGAIN = 1500;
var Camera = class {
  constructor(parent) {
    this.pace = new Pace();
    this.rest = 0;
    this.drawn = 0;
    this.node = element("section", "camera", parent, { "aria-label": "Live camera" });
    this.room = element("div", "room", this.node);
    this.stage = element("div", "stage", this.room);
    this.canvas = element("canvas", "", this.stage, { role: "img", "aria-label": "The camera's picture" });
    this.note = element("p", "note", this.stage);
    this.problem = element("div", "problem", this.stage, { role: "alert" });
    this.why = element("p", "", this.problem);
    this.retry = button("Try again", this.problem, () => this.open());
    this.controls();
    this.said = new Said(this.room, (index) => this.tell("follow", index));
    this.video = document.createElement("video");
    this.video.muted = true;
    this.video.playsInline = true;
    this.own = document.createElement("canvas");
    this.small = document.createElement("canvas");
    this.resume = () => this.step();
    document.addEventListener("visibilitychange", this.resume);
    navigator.mediaDevices?.addEventListener("devicechange", this.plugged = () => this.list());
    join(this);
    this.beat = setInterval(() => this.step(), BEAT);
    this.open();
  }
  controls() {
    const bar = element("div", "controls", this.room);
    this.freeze = button("Freeze", bar, () => this.keep());
    this.freeze.title = "Keep this picture as one of your photos, with everything the page can say about it";
    const label = element("label", "", bar);
    this.mirror = element("input", "", label, { type: "checkbox" });
    label.append("Mirror");
    this.mirror.onchange = () => {
      this.told = true;
      this.reflect();
    };
    this.device = element("select", "", bar, { "aria-label": "Camera" });
    this.device.onchange = () => this.open(this.device.value);
    this.speed = element("span", "speed", bar);
    this.about = element("p", "about", this.room);
    this.made = element("span", "", this.about);
    this.mirrored = element("span", "", this.about);
    this.status = element("span", "spoken", bar, { role: "status" });
  }
  // What the page says: the class to follow, the size of frames, the model in words.
  show(header) {
    startLook(header.colormaps);
    this.colormaps = header.colormaps;
    if (this.asked && this.asked.about !== header.about) this.forget();
    this.asked = header;
    this.made.textContent = `${header.about}. `;
    this.said.ask(header);
    this.step();
  }
  // Another model: what the one before said is no longer true.
  forget() {
    this.shown = null;
    this.held = null;
    this.redraw();
  }
  async open(device = "") {
    const turn = this.turn = (this.turn ?? 0) + 1;
    this.close();
    this.trouble(obstacle(window));
    if (this.why.textContent) return;
    this.node.dataset.state = "starting";
    let stream;
    try {
      stream = await start(device);
    } catch (error) {
      if (turn === this.turn) this.trouble(inWords(error));
      return;
    }
    if (turn !== this.turn || this.gone) return stop(stream);
    this.stream = stream;
    stream.getVideoTracks()[0].onended = () => {
      this.close();
      this.trouble(UNPLUGGED);
    };
    this.video.srcObject = stream;
    await this.video.play().catch(() => {
    });
    if (turn !== this.turn || this.gone) return;
    if (!this.told) this.mirror.checked = !looksAway(stream);
    this.reflect();
    this.node.dataset.state = "on";
    this.stage.style.aspectRatio = `${this.video.videoWidth} / ${this.video.videoHeight}`;
    this.list();
    this.step();
  }
  close() {
    stop(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }
  trouble(text) {
    this.why.textContent = text;
    this.problem.hidden = !text;
    this.freeze.disabled = Boolean(text);
    if (text) this.node.dataset.state = "off";
  }
  // Offer the cameras if there are several.
  async list() {
    if (!this.stream) return;
    const found = await cameras();
    const now = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    this.device.replaceChildren(...found.map(({ id, name }) => {
      const option = element("option", "", null, { value: id });
      option.textContent = name;
      option.selected = id === now;
      return option;
    }));
    this.device.hidden = found.length < 2;
  }
  reflect() {
    this.canvas.classList.toggle("mirrored", this.mirror.checked);
    this.mirrored.textContent = this.mirror.checked ? "Mirrored for your eye alone: the model sees the true picture." : "Drawn as the model sees it.";
  }
  get ready() {
    return Boolean(this.stream && this.asked && this.video.videoWidth) && !document.hidden;
  }
  // Send the newest frame if none is on its way; if the answer takes long, show the picture moving.
  step() {
    if (!this.ready) return;
    const late = performance.now() - this.drawn > LATE;
    if (this.pace.free && performance.now() >= this.rest) this.send();
    else if (late) this.live();
    this.count();
  }
  async send() {
    const { video, asked } = this;
    this.pace.send();
    this.node.dataset.sent = this.pace.sent;
    const pixels = pixelsOf(video, this.own);
    const [width, height] = smallSize(video.videoWidth, video.videoHeight, asked.side);
    const jpeg = encoded(this.own, width, height, this.small);
    const answer = await ask(asked.address, jpeg, this.held);
    this.pace.hear();
    this.node.dataset.answered = this.pace.answered;
    if (this.gone) return;
    this.rest = answer.problem ? performance.now() + AGAIN : 0;
    if (this.ready && !answer.problem) this.send();
    if (asked.about !== this.asked.about) return;
    this.shown = answer;
    this.held = answer.index ?? null;
    this.said.say(answer);
    this.draw(pixels);
  }
  live() {
    this.draw(pixelsOf(this.video, this.own));
  }
  draw(pixels) {
    this.pixels = pixels;
    this.drawn = performance.now();
    this.redraw();
  }
  // Also called when the page's look changes.
  redraw() {
    const look = currentLook();
    if (!this.pixels || !look) return;
    const map = this.shown?.values ? this.shown : null;
    paint(this.canvas, this.pixels, map, look, this.colormaps);
    const note = map ? noteOf(map, look.sign) : this.shown?.problem ?? "";
    if (this.note.textContent !== note) this.note.textContent = note;
    this.note.hidden = !note;
  }
  count() {
    const rate = Math.round(this.pace.rate);
    const text = rate ? `${rate} a second` : "";
    if (performance.now() - (this.counted ?? 0) < 1e3) return;
    this.counted = performance.now();
    this.speed.textContent = text;
    this.speed.title = "Pictures explained each second: each one is sent, explained and drawn before the next";
  }
  keep() {
    if (!this.pixels) return;
    this.tell("freeze", frozen(this.pixels));
    this.status.textContent = "Kept as one of your photos.";
    this.canvas.classList.remove("flash");
    void this.canvas.offsetWidth;
    this.canvas.classList.add("flash");
  }
  remove() {
    this.gone = true;
    clearInterval(this.beat);
    document.removeEventListener("visibilitychange", this.resume);
    navigator.mediaDevices?.removeEventListener("devicechange", this.plugged);
    part(this);
    this.close();
    this.node.remove();
  }
};
function button(text, parent, act) {
  const made = element("button", "act", parent, { type: "button" });
  made.textContent = text;
  made.onclick = act;
  return made;
}

// components/camera/main.js
var instances = /* @__PURE__ */ new WeakMap();
function main_default({ data, parentElement, setTriggerValue }) {
  let camera = instances.get(parentElement);
  if (!camera) {
    camera = new Camera(parentElement);
    instances.set(parentElement, camera);
  }
  camera.tell = setTriggerValue;
  camera.show(opened(data).header);
  return () => {
    camera.remove();
    instances.delete(parentElement);
  };
}
export {
  main_default as default
};
