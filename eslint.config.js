import js from "@eslint/js"
import globals from "globals"

// These run in Node too, where their tests are: no DOM in them.
const PURE = [
  "components/camera/pace.js",
  "components/chooser/{lists,rank}.js",
  "components/evaluate/{fitting,lasso,nearby,sorting}.js",
  "components/learn/sums.js",
  "components/sheet/order.js",
  "components/viewer/{area,arrange,cache,coverage,heat,look,morph,payload,pixels,sign,text}.js",
]
const IN_BOTH = {
  TextDecoder: "readonly", URLSearchParams: "readonly", atob: "readonly", btoa: "readonly",
  performance: "readonly",
}

export default [
  { ignores: [".venv/", "**/*.bundle.js"] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "no-undef": "error",
      "no-unused-vars": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["components/**/*.js", "benches/**/*.js"],
    ignores: PURE,
    languageOptions: { globals: globals.browser },
  },
  { files: PURE, languageOptions: { globals: IN_BOTH } },
  { files: ["tools/**/*.js", "tests/**/*.js"], languageOptions: { globals: globals.node } },
]
