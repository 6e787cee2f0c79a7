// A covered photo as it was before: the photo, its maps and their figures change places.

export function exchange(row, before) {
  row.bitmap = before ? row.original : row.now
  for (const panel of row.panels) {
    if (!panel.before) continue
    panel.now ??= {
      values: panel.values, shape: panel.shape, window: panel.window, subtitle: panel.subtitle,
    }
    Object.assign(panel, before ? panel.before : panel.now, { heatKey: "", peaks: null })
  }
}
