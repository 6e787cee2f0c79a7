// Made by `npm run build` from modules with the SHA-256 1ebb863ecd1c80788164021f92744a1f5a1cdb149cf116761d298814c4deabc0

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

// components/predictions/predictions.js
var instances = /* @__PURE__ */ new WeakMap();
function predictions_default({ data, parentElement, setTriggerValue }) {
  let own = instances.get(parentElement);
  if (!own) instances.set(parentElement, own = build(parentElement));
  own.photos = data.photos;
  own.chosen = Math.min(own.chosen, Math.max(own.photos.length - 1, 0));
  own.toggle = (index) => setTriggerValue("toggled", { photo: own.chosen, index });
  draw(own);
  return () => {
    own.observer.disconnect();
    instances.delete(parentElement);
  };
}
function build(parentElement) {
  const all = element("div", "all", parentElement);
  const tabs = element("div", "photos", all, { role: "tablist", "aria-label": "Photo" });
  const rows = element("div", "rows", all, {
    role: "group",
    "aria-label": "Predictions: click to show or hide a panel"
  });
  const observer = new ResizeObserver(
    ([entry]) => all.classList.toggle("narrow", entry.contentRect.width < 560)
  );
  observer.observe(all);
  return { all, tabs, rows, observer, chosen: 0, photos: [], toggle() {
  } };
}
function draw(own) {
  own.tabs.hidden = own.photos.length < 2;
  match(own.tabs, own.photos.length, () => button(""));
  own.photos.forEach((photo, place) => {
    const tab = own.tabs.children[place];
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(place === own.chosen));
    tab.tabIndex = place === own.chosen ? 0 : -1;
    tab.textContent = tab.title = photo.name;
    tab.onclick = () => choose(own, place);
    tab.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) choose(own, (place + step + own.photos.length) % own.photos.length, true);
    };
  });
  const rows = own.photos[own.chosen]?.rows ?? [];
  match(own.rows, rows.length, makeRow);
  rows.forEach((row, place) => fill(own, own.rows.children[place], row));
}
function choose(own, place, focus = false) {
  own.chosen = place;
  draw(own);
  if (focus) own.tabs.children[place].focus();
}
function fill(own, node, row) {
  const [, label, track, figure] = node.children;
  const share = percent(row.share);
  node.setAttribute("aria-pressed", String(row.shown));
  node.setAttribute("aria-label", `${row.label}, ${share}`);
  node.title = `${row.label} · ${row.detail}`;
  label.textContent = row.label;
  track.firstChild.style.width = `${row.share * 100}%`;
  figure.textContent = share;
  node.onclick = () => {
    row.shown = !row.shown;
    node.setAttribute("aria-pressed", String(row.shown));
    own.toggle(row.index);
  };
}
function makeRow() {
  const node = button("row");
  element("span", "box", node);
  element("span", "label", node);
  element("div", "bar", element("span", "track", node));
  element("span", "percent", node);
  return node;
}
function match(parent, count, make) {
  while (parent.children.length > count) parent.lastChild.remove();
  while (parent.children.length < count) parent.appendChild(make());
}
function button(className) {
  return element("button", className, null, { type: "button" });
}
export {
  predictions_default as default
};
