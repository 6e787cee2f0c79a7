import { element } from "./elements.js"

// Returns whether the text was copied. Insecure pages have no clipboard API, hence execCommand.
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
