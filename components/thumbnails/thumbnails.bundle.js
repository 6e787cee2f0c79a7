// Made by `npm run build` from modules with the SHA-256 2edf8a8318edb739633237975c58c3df7a0ca677386a7eab2cce271bd1cda787

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

// components/thumbnails/thumbnails.js
function thumbnails_default({ data, parentElement, setTriggerValue }) {
  let strip = parentElement.querySelector(".strip");
  if (!strip) {
    element("div", "label", parentElement).textContent = data.label;
    strip = element("div", "strip", parentElement, { role: "group", "aria-label": data.label });
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
