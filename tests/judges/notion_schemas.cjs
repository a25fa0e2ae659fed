// JSON Schemas of the Notion API's request bodies, made from the vendor's own TypeScript types.
// node notion_schemas.cjs OUT TYPE…   writes {TYPE: schema} as JSON.
"use strict";
const fs = require("fs");
const path = require("path");
const { createGenerator } = require("ts-json-schema-generator");

const [out, ...types] = process.argv.slice(2);
const generator = createGenerator({
  path: path.join(__dirname, "node_modules/@notionhq/client/build/src/index.d.ts"),
  skipTypeCheck: true,
  additionalProperties: false,
  expose: "all",
  topRef: true,
});
fs.writeFileSync(out, JSON.stringify(Object.fromEntries(types.map((type) => [type, generator.createSchema(type)]))));
