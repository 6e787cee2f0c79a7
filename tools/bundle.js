// `npm run build`: bundle each component's modules and their imports into one script.
// The bundles are committed, so that the product runs without Node.

import { createHash } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

import { build } from "esbuild"

export const ROOT = fileURLToPath(new URL("..", import.meta.url))
export const ENTRIES = {
  "components/camera/camera.bundle.js": "components/camera/main.js",
  "components/chooser/chooser.bundle.js": "components/chooser/chooser.js",
  "components/evaluate/evaluate.bundle.js": "components/evaluate/evaluate.js",
  "components/learn/learn.bundle.js": "components/learn/learn.js",
  "components/sheet/sheet.bundle.js": "components/sheet/sheet.js",
  "components/thumbnails/thumbnails.bundle.js": "components/thumbnails/thumbnails.js",
  "components/viewer/viewer.bundle.js": "components/viewer/main.js",
}

// Returns the bundle of the module `entry`.
export async function bundled(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    banner: { js: `// Made by \`npm run build\` from modules with the SHA-256 ${sourceDigest()}` },
    bundle: true,
    charset: "utf8",
    format: "esm",
    minify: true, // Streamlit sends a script again with every answer of its component
    write: false,
  })
  return outputFiles[0].text
}

// Hashes the names and contents of all modules. tests/components/viewer/test_javascript.py does the
// same to find outdated bundles without Node.
function sourceDigest() {
  const names = readdirSync(join(ROOT, "components"), { recursive: true })
    .map((name) => `components/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".js") && !name.endsWith(".bundle.js"))
    .sort()
  const hash = createHash("sha256")
  for (const name of names) {
    const text = readFileSync(join(ROOT, name), "utf8").replaceAll("\r\n", "\n")
    hash.update(`${name}\0${text}\0`)
  }
  return hash.digest("hex")
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [target, entry] of Object.entries(ENTRIES)) {
    writeFileSync(join(ROOT, target), await bundled(entry))
  }
}
