// Reads a page as a program of others does: confluence.js, its own schemas on every answer, made strict.
// node confluence_read.mjs HOST PAGE_ID   (token in CONFLUENCE_TOKEN)
// prints {answers: {call: answer}, refused: {call: why}, drift: [what the schemas don't know]}.
process.env.AUDIT_SCHEMAS = "true"; // read when the schemas are made: before the import
const { createV1Client, createV2Client } = await import("confluence.js");

const [host, page] = process.argv.slice(2);
const auth = { type: "basic", email: "author@example.com", apiToken: process.env.CONFLUENCE_TOKEN };
const v2 = createV2Client({ host, auth });
const v1 = createV1Client({ host, auth });
const answers = {};
const refused = {};

async function ask(name, call) {
  try {
    answers[name] = (await call()) ?? null;
  } catch (error) {
    refused[name] = `${error.name}: ${JSON.stringify(error.issues ?? error.cause?.issues ?? error.message)}`;
  }
}

const shown = { id: page, bodyFormat: "storage", includeLabels: true, includeProperties: true, includeVersions: true,
  includeVersion: true, includeOperations: true };
await ask("page", () => v2.page.getPageById(shown));
const root = answers.page?.parentId ?? page;
const space = answers.page?.spaceId;
await ask("pages", () => v2.page.getPages({ id: [page], bodyFormat: "storage", limit: 250 }));
await ask("spacePages", () => v2.page.getPagesInSpace({ id: space, limit: 5 }));
await ask("spaces", () => v2.space.getSpaces({ keys: ["DATA"] }));
await ask("space", () => v2.space.getSpaceById({ id: space }));
await ask("children", () => v2.children.getPageDirectChildren({ id: root }));
await ask("childPages", () => v2.children.getChildPages({ id: root }));
await ask("descendants", () => v2.descendants.getPageDescendants({ id: root }));
await ask("ancestors", () => v2.ancestors.getPageAncestors({ id: page }));
await ask("labels", () => v2.label.getPageLabels({ id: page }));
await ask("properties", () => v2.contentProperties.getPageContentProperties({ pageId: page }));
await ask("versions", () => v2.version.getPageVersions({ id: page }));
await ask("versionDetails", () => v2.version.getPageVersionDetails({ pageId: page, versionNumber: 1 }));
await ask("attachments", () => v2.attachment.getPageAttachments({ id: page }));
const file = answers.attachments?.results?.[0]?.id;
await ask("attachment", () => v2.attachment.getAttachmentById({ id: file }));
await ask("inlineComments", () => v2.comment.getPageInlineComments({ id: page, bodyFormat: "storage" }));
await ask("footerComments", () => v2.comment.getPageFooterComments({ id: page, bodyFormat: "storage" }));
await ask("types", () => v2.content.convertContentIdsToContentTypes({ body: { contentIds: [page] } }));
const body = (value) => ({ representation: "storage", value });
const folder = async () => (await v2.folder.createFolder({ body: { spaceId: space, title: "F", parentId: page } })).id;
await ask("folder", async () => v2.folder.getFolderById({ id: await folder() }));
const wanted = { spaceId: space, title: "Made by confluence.js", parentId: page, body: body("<p>x</p>") };
await ask("newPage", () => v2.page.createPage({ body: wanted }));
const made = answers.newPage?.id;
await ask("title", () => v2.page.updatePageTitle({ id: made, body: { status: "current", title: "Renamed" } }));
const change = { id: made, status: "current", title: "Renamed", version: { number: 3 }, body: body("<p>y</p>") };
await ask("update", () => v2.page.updatePage({ id: made, body: change }));
await ask("newProperty", () => v2.contentProperties.createPageProperty({ pageId: made, key: "k", value: { a: 1 } }));
const labels = [{ prefix: "global", name: "x" }];
await ask("addLabels", () => v1.contentLabels.addLabelsToContent({ id: made, body: labels }));
const upload = { filename: "a.txt", content: "text", contentType: "text/plain" };
await ask("upload", () => v1.contentAttachments.createAttachment({ id: made, attachments: [upload] }));
await ask("restrictions", () => v1.contentRestrictions.getRestrictions({ id: made }));
const state = { name: "Verified", color: "#57d9a3" };
await ask("setState", () => v1.contentStates.setContentState({ id: made, status: "current", body: state }));
await ask("state", () => v1.contentStates.getContentState({ id: made }));
await ask("watch", () => v1.contentWatches.getContentWatchStatus({ contentId: made }));
const where = { pageId: made, position: "append", targetId: root };
await ask("move", () => v1.contentChildrenAndDescendants.movePage(where));
await ask("currentUser", () => v1.users.getCurrentUser({}));
await ask("user", () => v1.users.getUser({ accountId: answers.currentUser?.accountId }));
await ask("users", () => v2.user.createBulkUserLookup({ body: { accountIds: [answers.currentUser?.accountId] } }));
await ask("search", () => v1.search.searchByCQL({ cql: "type = page" }));
await ask("searchContent", () => v1.content.searchContentByCQL({ cql: "type = page" }));
await ask("searchUser", () => v1.search.searchUser({ cql: 'user.fullname ~ "Ada"' }));
await ask("views", () => v1.analytics.getViews({ contentId: made, id: made }));
await ask("archive", () => v1.content.archivePages({ pages: [{ id: Number(made) }] }));
await ask("task", () => v1.longRunningTask.getTask({ id: answers.archive?.id }));
await ask("trash", () => v2.page.deletePage({ id: made }));
const drift = globalThis[Symbol.for("apis-code-gen.schemaAudit")] ?? [];
process.stdout.write(JSON.stringify({ answers, refused, drift }));
