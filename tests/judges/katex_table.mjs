// KaTeX's own tables as converters/writers/notion/katex_table.py, on standard output:
//   node tests/judges/katex_table.mjs > converters/writers/notion/katex_table.py
import fs from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const file = require.resolve("katex").replace(/katex\.js$/, "katex.mjs");
const text = fs.readFileSync(file, "utf8") + "\nexport {_functions, _environments, symbols, _macros, delimiters};";
const k = await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
const katex = k.default;
console.log = console.error = () => {}; // \\show and its kin print

const parses = (tex) => {
  try {
    katex.renderToString(tex, { displayMode: true, throwOnError: true, strict: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const plain = (name) => /^\\(?:[A-Za-z]+\*?|.)$/u.test(name);
const sorted = (names) => [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
const lines = (words) => {
  const out = [];
  let line = "";
  for (const word of words) {
    if (line && line.length + word.length > 110) {
      out.push(line);
      line = "";
    }
    line += (line ? " " : "") + word;
  }
  return [...out, line].join("\n");
};
const block = (name, note, words) => `${name}: Final = r"""\n${lines(words)}\n"""\n"""${note}"""\n`;

const functions = Object.entries(k._functions)
  .filter(([name]) => plain(name) && !name.includes("@"))
  .map(([name, f]) => {
    const flags = (f.allowedInText ? "t" : "") + (f.allowedInMath === false ? "" : "m") + (f.allowedInArgument ? "a" : "") + (f.infix ? "i" : "") + (f.primitive ? "p" : "");
    const limits = f.type === "op" || f.type === "operatorname" ? "l" : "";
    const types = (f.argTypes || []).slice(0, f.numArgs + f.numOptionalArgs).map((t) => t[0]).join("") || "-";
    return [name, `${name},${f.numArgs},${f.numOptionalArgs},${flags}${limits},${types}`];
  });
const known = new Set(functions.map(([name]) => name));
const macros = Object.keys(k._macros)
  .filter((name) => plain(name) && !known.has(name) && !/^\\(?:show|message|errmessage|expandafter|noexpand)$/.test(name))
  .flatMap((name) => {
    for (let i = 0; i < 10; i++) {
      const n = i % 5;
      const args = (i < 5 ? "{x}" : "{1em}").repeat(n);
      const math = parses(`{${name}${args}}`);
      const inText = parses(`\\text{{${name}${args}}}`);
      const limits = math && parses(`${name}${args}\\limits_x`) ? "l" : "";
      const alone = parses(`x^${name}${args}`) ? "a" : "";
      if (math || inText) return [`${name},${n},${inText ? "t" : ""}${math ? "m" : ""}${alone}${limits}`];
    }
    return [];
  });
const signs = (mode) => sorted(Object.keys(k.symbols[mode]).filter((s) => (s.length === 1 ? s > " " && s < "\x7f" : plain(s) && !s.endsWith(" "))));

process.stdout.write(`r"""What KaTeX ${katex.version} knows: Notion sets equations with KaTeX and shows in red what it doesn't know.

Made by tests/judges/katex_table.mjs from the katex package (MIT licence); not to be edited by hand.
"""

from typing import Final

VERSION: Final = "${katex.version}"

${block("FUNCTIONS", "Name, arguments, optional ones, flags (t text, m maths, a as an argument, i infix, p primitive, l takes limits), types.", sorted(functions.map((f) => f[1])))}
${block("MACROS", "Name, arguments, flags as above; arguments as found by trying.", sorted(macros))}
${block("MATH", "Signs in maths.", signs("math"))}
${block("TEXT", "Signs in text.", signs("text"))}
${block("ENVIRONMENTS", "Environments.", sorted(Object.keys(k._environments)))}
${block("DELIMITERS", "What may follow a growing bracket's command.", sorted([...k.delimiters].filter((d) => d.length === 1 || plain(d))))}`);
