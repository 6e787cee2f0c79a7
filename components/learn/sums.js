// The channels that a map is the sum of, and the sum as it grows. The strongest comes first.

const ONE_BY_ONE = 20 // channels that have a stop of the slider each; later stops add several
const GROWTH = 1.15

export class Parts {
  // `data` and `arrays` are those of components/learn/making.py.
  constructor(data, arrays) {
    const [, h, w] = arrays.A.shape
    this.order = data.channels
    this.sent = data.sent
    this.shape = [h, w]
    this.cells = h * w
    this.arrays = arrays
    this.eachPlace = arrays.W.shape.length === 3
    this.products = new Map()
    this.running = { count: 0, sum: new Float64Array(this.cells) }
  }

  get all() {
    return this.order.length
  }

  // A channel's answers; its gradients or null; its weights where each place has its own, or null.
  answers(k) {
    return this.piece(this.arrays.A, k)
  }

  gradients(k) {
    return this.arrays.G && k < this.arrays.G.shape[0] ? this.piece(this.arrays.G, k) : null
  }

  weightsByPlace(k) {
    return this.eachPlace ? this.piece(this.arrays.W, k) : null
  }

  piece({ values }, k) {
    return values.subarray(k * this.cells, (k + 1) * this.cells)
  }

  weight(k) {
    return this.arrays.weights.values[k]
  }

  // What a channel adds to the map in all.
  total(k) {
    return this.arrays.totals.values[k]
  }

  score(k) {
    return this.arrays.scores?.values[k]
  }

  product(k) {
    if (!this.products.has(k)) {
      const answers = this.answers(k), weights = this.weightsByPlace(k), weight = this.weight(k)
      this.products.set(k, answers.map((a, i) => a * (weights ? weights[i] : weight)))
    }
    return this.products.get(k)
  }

  // The sum of the `count` strongest products. Those not sent come as one, with the last.
  sum(count) {
    const known = Math.min(count, this.sent)
    if (known < this.running.count) {
      this.running = { count: 0, sum: new Float64Array(this.cells) }
    }
    const { sum } = this.running
    for (let k = this.running.count; k < known; k++) {
      const product = this.product(k)
      for (let i = 0; i < sum.length; i++) sum[i] += product[i]
    }
    this.running.count = known
    if (count < this.all || this.sent === this.all) return Float32Array.from(sum)
    const rest = this.arrays.rest.values
    return Float32Array.from(sum, (value, i) => value + rest[i])
  }
}

// How many channels are added at each stop of the slider: one more each time at first, later several.
export function stops(sent, all) {
  const found = [0]
  while (found.at(-1) < sent) {
    const next = found.at(-1) + 1
    found.push(Math.min(sent, next <= ONE_BY_ONE ? next : Math.ceil(next * GROWTH)))
  }
  if (sent < all) found.push(all)
  return found
}

// The largest absolute value of several rows of numbers.
export function largest(...rows) {
  let top = 0
  for (const row of rows) for (const value of row ?? []) top = Math.max(top, Math.abs(value))
  return top
}
