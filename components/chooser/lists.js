// The options of all choosers on the page. Each list is sent once, by a component of its own, so
// that another choice does not send 1,500 models again.

const packed = new Map() // by name, as sent
const lists = new Map() // by name, read when first opened
const waiting = new Map() // by name, whom to tell of a new list

export function keep(name, text) {
  if (packed.get(name) === text) return
  packed.set(name, text)
  lists.delete(name)
  for (const tell of waiting.get(name) ?? []) tell()
}

export function listen(name, tell) {
  if (!waiting.has(name)) waiting.set(name, new Set())
  waiting.get(name).add(tell)
  return () => waiting.get(name).delete(tell)
}

// Returns the list called `name`: {columns, options}.
export function list(name) {
  if (!lists.has(name)) lists.set(name, read(packed.get(name)))
  return lists.get(name)
}

function read(text) {
  if (!text) return { columns: [], options: [] }
  const { columns, groups, rows } = JSON.parse(text)
  return { columns, options: rows.map((row) => option(row, groups)) }
}

export function option([id, title, group, facts, words, definition], groups) {
  const [heading, filter] = groups[group]
  const tip = [title, words.length && definition ? words.join(", ") : "", definition]
  return { id, title, heading, filter, facts, words, definition, tip: tip.filter(Boolean).join("\n") }
}

// Returns the options in order. Those that are `ready` come first, under a heading of their own.
export function arranged({ options }, extra, ready) {
  const all = [...extra, ...options]
  if (!ready.heading) return all
  const marked = all.map((one) => ({ ...one, ready: ready.ids.includes(one.id) }))
  const first = marked.filter((one) => one.ready)
  const others = marked.filter((one) => !one.ready)
  return [...first.map((one) => ({ ...one, heading: ready.heading })), ...others]
}
