import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { test } from "node:test"

const ROOT = new URL("../../../../", import.meta.url)
const skip = existsSync(new URL("node_modules/esbuild", ROOT)) ? false : "needs `npm ci`"

test("the committed bundles match a fresh build", { skip }, async () => {
  const { bundled, ENTRIES } = await import("../../../../tools/bundle.js")
  for (const [target, entry] of Object.entries(ENTRIES)) {
    assert.equal(readFileSync(new URL(target, ROOT), "utf8"), await bundled(entry), target)
  }
})
