// What KaTeX shows of equations. stdin: JSON list of [expression, display]; prints for each its characters, or null.
"use strict";
const katex = require("katex");
const expressions = JSON.parse(require("fs").readFileSync(0, "utf8"));
const shown = ([expression, displayMode]) => {
  try {
    const markup = katex.renderToString(expression, { displayMode, throwOnError: true, strict: "ignore", output: "mathml" });
    return markup
      .replace(/<annotation[\s\S]*?<\/annotation>/g, "")
      .replace(/<[^>]*>/g, "")
      .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#x27;/g, "'").replace(/&amp;/g, "&");
  } catch {
    return null;
  }
};
process.stdout.write(JSON.stringify(expressions.map(shown)));
