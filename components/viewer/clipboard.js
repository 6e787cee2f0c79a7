import { element } from "./elements.js"

// Whether it is in the clipboard now. Browsers lend that to secure pages alone: hence the old way.
export async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(() => true, () => false)
  }
  const field = element("textarea", "", document.body, { "aria-hidden": "true" })
  field.value = text
  field.select()
  const copied = document.execCommand("copy")
  field.remove()
  return copied
}
