// Which options answer what somebody typed, best first and forgiving about spelling.
//
// A smaller number is better. From the best down: the id itself; the whole title, then a synonym of
// it; their beginnings; all words somewhere in them; words of the definition; and only if there is
// none of these, words that differ by a letter or leave some out.

const SYNONYM = 0.5 // what a synonym, or the second of several names, is behind the title
const READY = 0.4 // what is at hand comes before its equals
const WHOLE = 1
const START = 2
const WORD = 3
const WORD_START = 3.2
const INSIDE = 4
const DEFINITION = 6
const TYPO = 7
const LETTERS_LEFT_OUT = 8
const NEVER = Infinity

// Returns what `search` needs of an option {id, title, words, definition, ready}; `words` are other
// names for it, each of them one or more words.
export function prepared(option) {
  return {
    option,
    id: folded(option.id),
    names: [option.title, ...option.words].map(field),
    definition: words(option.definition),
    ready: option.ready ? READY : 0,
  }
}

// Returns the options that fit the text, best first; all of them, in their order, for no text.
export function search(options, text) {
  const asked = field(text)
  if (!asked.whole) return options.map(({ option }) => option)
  const exact = folded(text).trim()
  const close = scored(options, (one) => (one.id === exact ? 0 : fit(one, asked)))
  const found = close.length ? close : scored(options, (one) => looseFit(one, asked))
  return found.map(([, option]) => option)
}

function scored(options, score) {
  return options
    .map((one) => [score(one) - one.ready, one.option])
    .filter(([points]) => points < NEVER)
    .sort(([a], [b]) => a - b) // stable, so equals keep their order
}

function fit(one, asked) {
  const whole = best(one.names, ({ whole }) => {
    if (whole === asked.whole) return WHOLE
    return whole.startsWith(asked.whole) ? START + longer(whole, asked.whole) : NEVER
  })
  const each = asked.words.map((word) =>
    Math.min(best(one.names, (name) => wordFit(word, name)), definitionFit(word, one.definition)),
  )
  return Math.min(whole, Math.max(...each))
}

function wordFit(word, { words, whole }) {
  if (words.includes(word)) return WORD + longer(whole, word)
  if (words.some((other) => other.startsWith(word))) return WORD_START + longer(whole, word)
  return word.length > 1 && whole.includes(word) ? INSIDE + longer(whole, word) : NEVER
}

// What a thing is stands at the beginning of its definition: "a commercial airplane that …".
function definitionFit(word, definition) {
  const at = definition.findIndex((other) => other === word || other === `${word}s`)
  return at < 0 ? NEVER : DEFINITION + Math.min(at, 90) / 100
}

function looseFit(one, asked) {
  const whole = best(one.names, ({ whole }) => (differsLittle(asked.whole, whole) ? TYPO : NEVER))
  const each = asked.words.map((word) =>
    best(one.names, (name) => Math.min(wordFit(word, name), looseWordFit(word, name))),
  )
  return Math.min(whole, Math.max(...each))
}

function looseWordFit(word, { words }) {
  if (words.some((other) => differsLittle(word, other))) return TYPO
  if (words.some((other) => startDiffersLittle(word, other))) return TYPO + 0.3
  return words.some((other) => leavesOut(word, other)) ? LETTERS_LEFT_OUT : NEVER
}

// The best of an option's names, of which the first is its title.
function best(names, score) {
  return names.reduce((least, name, at) => Math.min(least, score(name) + (at && SYNONYM)), NEVER)
}

function longer(whole, part) {
  return Math.min(whole.length - part.length, 90) / 1000
}

function field(text) {
  const found = words(text)
  return { words: found, whole: found.join("") }
}

function words(text) {
  return folded(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

function folded(text) {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
}

// One letter too many, missing, wrong or swapped with the next; two from nine letters on.
function differsLittle(word, other) {
  if (word.length < 4) return false
  const most = word.length < 9 ? 1 : 2
  return Math.abs(word.length - other.length) <= most && distance(word, other) <= most
}

function startDiffersLittle(word, other) {
  const { length } = word
  if (length < 4 || other.length <= length) return false
  return [length - 1, length, length + 1].some((end) => distance(word, other.slice(0, end)) < 2)
}

// "effnet" leaves letters of "efficientnet" out; the first one has to be there.
function leavesOut(word, other) {
  if (word.length < 3 || word[0] !== other[0]) return false
  let at = 0
  for (const letter of other) at += letter === word[at]
  return at === word.length
}

// The number of edits between two words, where swapping neighbours is one (optimal alignment).
function distance(a, b) {
  let before = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1)
    }
    before = row
    row = next
  }
  return row[b.length]
}
