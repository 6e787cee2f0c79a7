// The formula of each method, typeset in MathML. Its terms can be lit: "A" (what a channel answers),
// "w" (its weight), "product", "sum" and "relu".

import { element } from "../viewer/elements.js"

const MATH = "http://www.w3.org/1998/Math/MathML"

const A = () => term("A", sup("A", "k"))
const gradient = () => row(
  node("mfrac", row(op("∂"), sup("y", "c")), row(op("∂"), node("msubsup", id("A"), row(id("i"), id("j")), id("k")))),
)
const weighted = (symbol, times) => term("sum",
  under("∑", "k"), term("product", term("w", symbol()), ...(times ? [op(times)] : []), A()))
const map = (inside) => row(
  sup("L", "c"), op("="), term("relu", text("ReLU")), op("("), inside, op(")"),
)
const alpha = () => node("msubsup", id("α"), id("k"), id("c"))
const w = () => node("msubsup", id("w"), id("k"), id("c"))
const perPlace = () => node("msubsup", id("w"), row(id("i"), id("j")), row(id("k"), id("c")))
const positive = () => row(text("ReLU"), op("("), gradient(), op(")"))

// [the weight's formula, the map's], each made anew because a node stands in one place only.
const FORMULAS = {
  gradcam: () => [
    row(term("w", alpha()), op("="), term("w", row(
      node("mfrac", number("1"), id("Z")), under("∑", "i"), under("∑", "j"), gradient()))),
    map(weighted(alpha)),
  ],
  hirescam: () => [
    row(term("w", perPlace()), op("="), term("w", gradient())),
    map(weighted(() => node("msup", id("w"), row(id("k"), id("c"))), "⊙")),
  ],
  layercam: () => [
    row(term("w", perPlace()), op("="), term("w", positive())),
    map(weighted(() => node("msup", id("w"), row(id("k"), id("c"))), "⊙")),
  ],
  "gradcam++": () => [
    row(term("w", w()), op("="), term("w", row(
      under("∑", "i, j"),
      node("mfrac", positive(), row(
        number("2"), op("+"), gradient(), under("∑", "a, b"), node("msubsup", id("A"), row(id("a"), id("b")), id("k")))),
    ))),
    map(weighted(w)),
  ],
  scorecam: () => [
    row(term("w", w()), op("="), term("w", row(
      node("msub", text("softmax"), id("k")), op("("), sup("y", "c"), op("("), id("x"), op("⊙"),
      text("mask"), op("("), sup("A", "k"), op(")"), op(")"), op(")")))),
    map(weighted(w)),
  ],
}
const WORDS = {
  gradcam: "The weight of a channel is the average of its gradients over all places. The map is the ReLU of the sum of all channels, each times its weight.",
  hirescam: "The weight of a channel at a place is its gradient there. The map is the ReLU of the sum of all channels, each times its weights, place by place.",
  layercam: "The weight of a channel at a place is its gradient there if that is positive, else zero. The map is the ReLU of the sum of all channels, each times its weights, place by place.",
  "gradcam++": "The weight of a channel is the sum of its positive gradients, each divided by two plus the gradient times the sum of the channel. The map is the ReLU of the sum of all channels, each times its weight.",
  scorecam: "The weights are the softmax of the scores of the photo masked by each channel. The map is the ReLU of the sum of all channels, each times its weight.",
}

export class Formula {
  // `lit` is the term that the step is about; within `around`, what is pointed at lights its own.
  constructor(parent, lit, around = parent) {
    this.usual = lit
    this.root = element("div", "formula", parent, { "data-about": lit })
    const light = ({ target }) => this.light(target.closest("[data-term]")?.dataset.term)
    around.addEventListener("pointerover", light)
    around.addEventListener("pointerleave", () => this.light(this.usual))
  }

  show(method) {
    this.root.replaceChildren()
    for (const line of FORMULAS[method]()) {
      const math = node("math", line)
      math.setAttribute("display", "block")
      this.root.append(math)
    }
    this.root.setAttribute("role", "img")
    this.root.setAttribute("aria-label", WORDS[method])
    this.light(this.usual)
  }

  // Light the terms of one name; without one, those of this step.
  light(name) {
    this.lit = name || this.usual
    for (const found of this.root.querySelectorAll("[data-term]")) {
      found.classList.toggle("lit", found.dataset.term === this.lit)
    }
  }
}

function node(tag, ...children) {
  const made = document.createElementNS(MATH, tag)
  made.append(...children)
  return made
}

function row(...children) {
  return node("mrow", ...children)
}

function term(name, ...children) {
  const made = row(...children)
  made.dataset.term = name
  return made
}

function id(letters) {
  return node("mi", letters)
}

function op(sign) {
  return node("mo", sign)
}

function number(digits) {
  return node("mn", digits)
}

function text(words) {
  return node("mtext", words)
}

function sup(base, exponent) {
  return node("msup", id(base), id(exponent))
}

function under(sign, index) {
  return node("munder", op(sign), id(index))
}
