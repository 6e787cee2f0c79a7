// Made by `npm run build` from modules with the SHA-256 b51cec1f6f1dcc617e2cf24b90dab76065064cbf8af4c3663961b3b35a0e6dca

// components/viewer/cache.js
var CHOSEN = "gradcam-photo";

// components/viewer/elements.js
function element(tag, className = "", parent = null, attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
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

// components/thumbnails/thumbnails.js
function thumbnails_default({ data, parentElement, setTriggerValue }) {
  let strip = parentElement.querySelector(".strip");
  if (!strip) {
    element("div", "label", parentElement).textContent = data.label;
    strip = element("div", "strip", parentElement, { role: "group", "aria-label": data.label });
    rove(strip, () => buttons(strip));
  }
  const wanted = data.items.map((item) => item.id).join("\n");
  if (strip.dataset.items !== wanted) {
    strip.dataset.items = wanted;
    strip.replaceChildren(...data.items.map(makeCell));
  }
  const several = data.chosen.length > 1;
  for (const cell of strip.children) {
    const { id, title } = cell.dataset;
    const chosen = data.chosen.includes(id);
    const [pick, add] = cell.children;
    pick.setAttribute("aria-pressed", String(chosen));
    pick.onclick = () => {
      mark(strip, cell);
      window.dispatchEvent(new CustomEvent(CHOSEN, { detail: cell.dataset.photo }));
      setTriggerValue("picked", id);
    };
    add.hidden = chosen && !several;
    add.setAttribute("aria-pressed", String(chosen));
    add.textContent = chosen ? "✓" : "+";
    add.title = chosen ? `Remove ${title}` : `Add ${title} as another row`;
    add.setAttribute("aria-label", add.title);
    add.onclick = () => setTriggerValue("added", id);
  }
  const all = buttons(strip), focused = strip.getRootNode().activeElement;
  onlyStop(all, all.includes(focused) ? focused : strip.querySelector("[aria-pressed=true]"));
}
function buttons(strip) {
  return [...strip.querySelectorAll("button:not([hidden])")];
}
function mark(strip, chosen) {
  for (const cell of strip.children) {
    cell.firstChild.setAttribute("aria-pressed", String(cell === chosen));
  }
}
function makeCell(item) {
  const cell = element("div", "cell");
  cell.dataset.id = item.id;
  cell.dataset.title = item.title;
  cell.dataset.photo = item.photo;
  const pick = element("button", "pick", cell, { type: "button" });
  pick.title = item.credit ? `${item.title} (${item.credit})` : item.title;
  element("img", "", pick, { src: item.source, alt: item.title });
  element("button", "add", cell, { type: "button" });
  return cell;
}
export {
  thumbnails_default as default
};
