// KaTeX, as Notion renders equations. stdin: JSON list of [expression, display]; prints a list of errors or null.
"use strict";
const katex = require("katex");
const expressions = JSON.parse(require("fs").readFileSync(0, "utf8"));
const judge = ([expression, displayMode]) => {
  try {
    katex.renderToString(expression, { displayMode, throwOnError: true, strict: "ignore" });
    return null;
  } catch (error) {
    return String(error.message);
  }
};
process.stdout.write(JSON.stringify(expressions.map(judge)));
