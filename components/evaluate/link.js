import { element } from "../viewer/elements.js"

// A paper's number, such as arXiv:1806.07421, as a link to it.
export function link(parent, source) {
  const made = element("a", "", parent, { target: "_blank", rel: "noreferrer" })
  made.href = `https://arxiv.org/abs/${source.replace("arXiv:", "")}`
  made.textContent = source
}
