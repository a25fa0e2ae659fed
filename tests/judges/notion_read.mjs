// Reads pages back as a reader's tool does: the official client and notion-to-md.
// node notion_read.mjs BASE_URL PAGE_ID…   (token in NOTION_TOKEN)  prints one line {page, markdown, blocks} a page.
// Page ids may come on standard input instead (PAGE_ID "-"), one a line.
import { readFileSync } from "node:fs";
import { Client, iteratePaginatedAPI } from "@notionhq/client";
import { NotionToMarkdown } from "notion-to-md";

const [baseUrl, ...given] = process.argv.slice(2);
const pages = given[0] === "-" ? readFileSync(0, "utf8").split(/\s+/).filter(Boolean) : given;
const client = new Client({ auth: process.env.NOTION_TOKEN, baseUrl, notionVersion: "2026-03-11", retry: false });

async function tree(id) {
  const blocks = [];
  for await (const block of iteratePaginatedAPI(client.blocks.children.list, { block_id: id })) {
    const below = block.has_children ? await tree(block.id) : [];
    blocks.push(below.length ? { ...block, children: below } : block);
  }
  return blocks;
}

const reader = new NotionToMarkdown({ notionClient: client, config: { separateChildPage: false } });
for (const page of pages) {
  const blocks = await tree(page);
  const markdown = reader.toMarkdownString(await reader.pageToMarkdown(page)).parent ?? "";
  process.stdout.write(`${JSON.stringify({ page, markdown, blocks })}\n`);
}
