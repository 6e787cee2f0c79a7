// Searching models and classes: what comes first.

import assert from "node:assert/strict"
import { test } from "node:test"

import { prepared, search } from "../../../../components/chooser/rank.js"

function options(...rows) {
  return rows.map(([id, title, words = [], definition = "", ready = false]) =>
    prepared({ id, title, words, definition, ready }),
  )
}

const MODELS = options(
  ["torchvision/resnet18", "ResNet-18", ["PyTorch"]],
  ["torchvision/wide_resnet50_2", "Wide ResNet-50-2", ["PyTorch"]],
  ["torchvision/resnext50", "ResNeXt-50 32×4d", ["PyTorch"]],
  ["torchvision/resnet50", "ResNet-50", ["PyTorch"]],
  ["torchvision/efficientnet_v2_s", "EfficientNetV2-S", ["PyTorch"]],
  ["torchvision/efficientnet_b0", "EfficientNet-B0", ["PyTorch"]],
  ["keras/EfficientNetB0", "EfficientNetB0", ["Keras"]],
  ["timm/efficientnet_b0.ra_in1k", "efficientnet_b0.ra_in1k", ["timm"]],
  ["torchvision/vit_b_16", "ViT-B/16", ["PyTorch"]],
)
const CLASSES = options(
  ["281", "tabby", ["tabby cat"], "a cat with a grey or tawny coat mottled with black"],
  ["404", "airliner", [], "a commercial airplane that carries passengers"],
  ["895", "warplane", ["military plane"], "an aircraft designed and used for combat"],
  ["908", "wing", [], "one of the horizontal airfoils on either side of the fuselage of an airplane"],
  ["776", "sax", ["saxophone"], "a single-reed woodwind with a conical bore"],
  ["967", "espresso", [], "strong black coffee brewed by forcing hot water"],
  ["504", "coffee mug", [], "a mug intended for serving coffee"],
  ["673", "mouse", ["computer mouse"], "a hand-operated electronic device"],
  ["425", "barn", [], "an outlying farm building, not a house"],
  ["900", "crêpe", [], ""],
  ["901", "ハスキー", [], ""],
  ["902", "281st street", [], ""],
)

const ids = (all, text) => search(all, text).map(({ id }) => id)
const first = (all, text) => ids(all, text)[0]

test("without a text there are all, in their order", () => {
  assert.equal(ids(MODELS, " ").length, 9)
  assert.equal(first(MODELS, ""), "torchvision/resnet18")
})

test("spaces, dashes and capitals do not count", () => {
  assert.equal(first(MODELS, "resnet50"), "torchvision/resnet50")
  assert.equal(first(MODELS, "RESNET 50"), "torchvision/resnet50")
  assert.equal(first(MODELS, "efficientnet b0"), "torchvision/efficientnet_b0")
  assert.equal(first(MODELS, "vit b16"), "torchvision/vit_b_16")
  assert.equal(first(CLASSES, "crepe"), "900")
  assert.equal(first(CLASSES, "ハスキー"), "901")
})

test("the source is a word like any other, in any order", () => {
  assert.deepEqual(ids(MODELS, "keras efficientnet"), ["keras/EfficientNetB0"])
  assert.equal(first(MODELS, "b0 timm"), "timm/efficientnet_b0.ra_in1k")
})

test("an id comes first, then what begins like it", () => {
  assert.deepEqual(ids(CLASSES, "281"), ["281", "902"])
  assert.equal(first(MODELS, "timm/efficientnet_b0.ra_in1k"), "timm/efficientnet_b0.ra_in1k")
})

test("other names count, and words of a definition after them", () => {
  assert.equal(first(CLASSES, "saxophone"), "776")
  assert.deepEqual(ids(CLASSES, "airplane"), ["404", "908"])
  assert.deepEqual(ids(CLASSES, "coffee"), ["504", "967"])
  assert.deepEqual(ids(CLASSES, "plane"), ["895"])
})

test("a letter may be wrong, missing, too many or swapped", () => {
  for (const text of ["tobby", "tabb", "tabbby", "tbaby"]) assert.equal(first(CLASSES, text), "281")
  assert.equal(first(MODELS, "restnet50"), "torchvision/resnet50")
  assert.equal(first(CLASSES, "cofee mug"), "504")
  assert.equal(first(MODELS, "effnet b0"), "torchvision/efficientnet_b0")
})

test("what differs by a letter is no hit beside what does not", () => {
  assert.deepEqual(ids(CLASSES, "house"), ["425"]) // not the mouse
  assert.deepEqual(ids(CLASSES, "zzzz"), [])
})

test("of equals, what is on this machine comes first", () => {
  const two = options(["a", "ResNet-50"], ["b", "ResNet50", [], "", true])
  assert.deepEqual(ids(two, "resnet50"), ["b", "a"])
})
