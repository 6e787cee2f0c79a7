// Paragraphs with *emphasis* and [links](https://…). Everything else is text as it stands.

import { element } from "../viewer/elements.js"

const MARKUP = /\*([^*]+)\*|\[([^\]]+)\]\((https:\/\/[^\s)]+)\)/g

export function paragraph(text, parent, className = "") {
  const made = element("p", className, parent)
  write(made, text)
  return made
}

export function write(node, text) {
  const pieces = []
  let end = 0
  for (const found of text.matchAll(MARKUP)) {
    const [whole, strong, label, address] = found
    pieces.push(text.slice(end, found.index))
    pieces.push(strong === undefined ? link(label, address) : emphasis(strong))
    end = found.index + whole.length
  }
  node.replaceChildren(...pieces, text.slice(end))
}

function emphasis(text) {
  const made = element("em")
  made.textContent = text
  return made
}

export function link(label, address) {
  const made = element("a", "", null, { href: address, target: "_blank", rel: "noopener" })
  made.textContent = label
  return made
}
