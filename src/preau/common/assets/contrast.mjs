// Contrast of every pair of text and ground that the sheets use, in both themes (WCAG 2.2, 1.4.3 and 1.4.11). Exit code 1 below a bar.
import { readFileSync } from "node:fs";

const sheet = readFileSync(new URL("./preau.css", import.meta.url), "utf8");
const palette = (text) => Object.fromEntries([...text.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
const light = palette(sheet.slice(0, sheet.indexOf("@media")));
const dark = { ...light, ...palette(sheet.slice(sheet.indexOf("@media"), sheet.indexOf("/* 2."))) };

const TEXT = 7, SHORT = 4.5, SHAPE = 3;
const pairs = [
  ...["papier", "craie", "tilleul", "ocre-pale", "brique-pale"].map((ground) => ["ardoise", ground, TEXT]),
  ...["papier", "craie", "tilleul"].map((ground) => ["gris", ground, SHORT]),
  ...["papier", "craie", "tilleul", "ocre-pale", "brique-pale"].map((ground) => ["tableau", ground, SHORT]),
  ["ardoise", "trait", TEXT], ["tableau-fort", "tilleul", SHORT], ["tableau-fort", "papier", SHORT], ["tableau-fort", "craie", SHORT],
  ["sur-tableau", "tableau", SHORT], ["sur-tableau", "tableau-fort", SHORT], ["sur-brique", "brique", SHORT], ["sur-brique", "brique-forte", SHORT],
  ["ocre", "ocre-pale", SHORT], ["ocre", "craie", SHORT], ["ocre", "papier", SHORT],
  ["brique", "brique-pale", SHORT], ["brique", "craie", SHORT], ["brique", "papier", SHORT], ["papier", "ardoise", SHORT],
  ["contour", "craie", SHAPE], ["contour", "papier", SHAPE], ["tableau", "trait", SHAPE],
];

function luminance(colour) {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

function ratio(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

let failed = 0;
for (const [theme, colours] of Object.entries({ light, dark })) {
  for (const [text, ground, bar] of pairs) {
    const reached = ratio(colours[text], colours[ground]);
    if (reached < bar) failed += 1;
    if (reached < bar || process.argv.includes("--all")) console.log(`${theme}: ${text} on ${ground} ${reached.toFixed(2)}, at least ${bar}${reached < bar ? " MISSED" : ""}`);
  }
}
console.log(`${pairs.length} pairs in 2 themes, ${failed} below their bar`);
process.exit(failed ? 1 : 0);
