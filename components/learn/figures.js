// Which class draws the figure of which chapter.
//
//   constructor(places, ask)  places: step id → the element the step's figure goes in.
//                             ask(name, value): a click that the server has to answer.
//   show(data, arrays)        new numbers; arrays: name → {shape, values: Float32Array}, or the bytes
//                             of a JPEG file. data.colormaps are those of the viewer.
//   resize()                  a place changed its size; in a lecture its height is given as well.
//   remove()

import { CheatFigure } from "./cheat.js"
import { ClaimsFigure } from "./claims.js"
import { DepthFigure } from "./depths.js"
import { MakingFigure } from "./making.js"
import { SanityFigure } from "./sanity.js"
import { WatermarkFigure } from "./watermark.js"

export const FIGURES = {
  making: MakingFigure,
  depth: DepthFigure,
  watermark: WatermarkFigure,
  cheat: CheatFigure,
  sanity: SanityFigure,
  claims: ClaimsFigure,
}
