// Bundles the style sheet and the script that every page loads. Both come out of locked packages and of src/preau/common/assets.
// Output: src/preau/common/static/built/{preau.css,preau.js}, ignored by git. Run: npm ci && node build.mjs [--sizes]
import { build, transform } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { compileString } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const common = join(here, "src/preau/common");
const built = join(common, "static/built");
// Phones that learners still hold in 2026: Android 9's WebView, iOS 14.
const target = ["chrome90", "firefox90", "safari14"];

// Pico's own colours, buttons, links and components are left out: assets/preau.css says them in our palette, in both themes at once.
const LEFT_OUT = [
  "themes/default", "layout/landmarks", "layout/container", "layout/section", "layout/grid", "layout/overflow-auto",
  "content/link", "content/button", "content/table", "content/figure", "forms/input-color", "forms/input-date", "forms/input-range",
  "forms/input-search", "components/accordion", "components/card", "components/dropdown", "components/group", "components/loading",
  "components/modal", "components/nav", "components/progress", "components/tooltip", "utilities/reduce-motion",
];
// Selectors that no page of ours can match, or that only browsers before the target need.
const NEVER_MATCHED = /\[dir=rtl\]|role=switch|::-ms-|-ms-touch|:-moz-ui|aria-invalid=false|:host|\.striped|aria-hidden=false|--pico-h\d-color|focus-color|secondary-|icon-minus|icon-invalid/;

/** Split a selector list at its top-level commas, so that `:is(a, b)` stays whole. */
function selectors(list) {
  const parts = [""];
  let depth = 0;
  for (const letter of list) {
    depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

function prune(css) {
  return css.replace(/([^{}@]+)\{([^{}]*)\}/g, (rule, list, body) => {
    const kept = selectors(list).filter((one) => !NEVER_MATCHED.test(one));
    return kept.length && !NEVER_MATCHED.test(body) ? `${kept.join(",")}{${body}}` : "";
  });
}

function pico() {
  const modules = LEFT_OUT.map((name) => `"${name}": false`).join(", ");
  const source = `@use "pico" with ($enable-classes: false, $enable-responsive-typography: false, $enable-transitions: false, $modules: (${modules}));`;
  const { css } = compileString(source, { loadPaths: [join(here, "node_modules/@picocss/pico/scss")], quietDeps: true });
  const bare = css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\uFEFF|@charset[^;]*;/g, "");
  return `/*! Pico CSS 2.1.1 | MIT License | picocss.com */\n${prune(bare)}`;
}

async function style() {
  // The colours of highlighted code are generated beside the Markdown room; a checkout without them still builds.
  const code = join(common, "static/common/code.css");
  const ours = await Promise.all(["preau.css", "parts.css", "certificate.css", "peer.css", "threads.css", "videos.css"].map((name) => readFile(join(common, "assets", name), "utf8")));
  const parts = [pico(), ...ours, existsSync(code) ? await readFile(code, "utf8") : ""];
  const { code: css } = await transform(parts.join("\n"), { loader: "css", minify: true, target, legalComments: "inline" });
  await writeFile(join(built, "preau.css"), css);
}

async function script() {
  // htmx's own minified file declares a global and is smaller than what esbuild makes of its module.
  const htmx = await readFile(join(here, "node_modules/htmx.org/dist/htmx.min.js"), "utf8");
  const licence = "/*! htmx 2.0.11 | 0BSD | htmx.org ; Préau | AGPL-3.0-or-later */";
  await build({
    entryPoints: [join(common, "assets/preau.js")], outfile: join(built, "preau.js"), bundle: true, minify: true, format: "iife", target: ["es2020"],
    charset: "utf8", banner: { js: `${licence}\n${htmx}` }, logLevel: "error",
  });
}

await mkdir(built, { recursive: true });
await Promise.all([style(), script()]);
if (process.argv.includes("--sizes")) {
  for (const name of ["preau.css", "preau.js"]) {
    const bytes = await readFile(join(built, name));
    console.log(`${name} ${bytes.length} bytes, ${brotliCompressSync(bytes).length} in brotli`);
  }
}
