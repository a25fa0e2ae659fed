// Judge of Confluence storage format: JSON lines in, JSON lines out, one process for a whole test run.
//   {"id": 1, "body": "<p>…</p>"}  →  {"id": 1, "wellformed": [], "lostText": [], "adfErrors": [], "unstable": false, "opaqueKinds": []}
// The parser is Atlassian's own (editor-confluence-transformer); what comes out is checked against their ADF schema.
const readline = require('node:readline');
const { JSDOM } = require('jsdom');

const { window } = new JSDOM('');
global.window = window;
for (const name of ['document', 'DOMParser', 'Node', 'Element', 'HTMLElement', 'XMLSerializer']) global[name] = window[name];

const { ConfluenceTransformer } = require('@atlaskit/editor-confluence-transformer');
const { confluenceSchemaWithMediaSingle } = require('@atlaskit/adf-schema/schema-confluence');
const Ajv = require('ajv-draft-04');
const { SaxesParser } = require('saxes');
const adf = require('adf-schema-new/dist/json-schema/v1/full.json');

const transformer = new ConfluenceTransformer(confluenceSchemaWithMediaSingle);
const validate = new Ajv({ strict: false, allErrors: false }).compile(adf);

const ROOT = '<root xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier">';

/** The declarations that a serialiser adds to each fragment. */
const NAMESPACES = / xmlns(:ac|:ri)?="(http:\/\/atlassian\.com\/[^"]*)?"/g;

/** Faults of the XML, and every text of it (a macro's parameters are no text, its bodies are). */
function parseXml(body) {
  const errors = [];
  const texts = [];
  let parameters = 0; // inside a parameter, or a task's number or state
  const SILENT = new Set(['ac:parameter', 'ac:task-id', 'ac:task-status']);
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => errors.push(error.message));
  parser.on('opentag', (tag) => { if (SILENT.has(tag.name)) parameters += 1; });
  parser.on('closetag', (tag) => { if (SILENT.has(tag.name)) parameters -= 1; });
  const take = (text) => { if (!parameters) texts.push(text); };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.write(`${ROOT}${body}</root>`).close();
  return { errors, texts };
}

const words = (text) => text.split(/[\s\u200b]+/).filter(Boolean);

/** All text of a parsed document: its own, and that of the markup which it keeps without understanding it. */
function textOf(node, found) {
  if (node.text) found.push(node.text);
  for (const value of Object.values(node.attrs || {})) {
    if (typeof value !== 'string') continue;
    if (value.includes('<')) found.push(parseXml(value).texts.join(' '));
    else found.push(value);
  }
  for (const child of node.content || []) textOf(child, found);
  return found;
}

/** Kinds of markup that the parser keeps as it is: normal for macros, worth a look for anything else. */
function opaque(node, found) {
  if (/^confluenceUnsupported/.test(node.type)) {
    const markup = (node.attrs || {}).cxhtml || '';
    found.add((/ac:name="([^"]*)"/.exec(markup) || /<([\w:]+)/.exec(markup) || ['', 'unknown'])[1]);
  }
  for (const child of node.content || []) opaque(child, found);
  return found;
}

/** Attributes that ADF knows; the parser's own, and those without a value, are left out. */
function attributes(node) {
  const kept = Object.entries(node.attrs || {}).filter(([name, value]) => value !== null && value !== '' && !name.startsWith('__'));
  return Object.fromEntries(kept.map(([name, value]) => [name, name === 'timestamp' ? String(value) : value]));
}

const PANELS = { info: 'info', tip: 'success', note: 'warning', warning: 'error' };

/**
 * The body without what this parser fails on and today's ADF schema takes. Panels go past it under another name, and
 * the schema judges what is in them (a code block in a panel is fine today). Beside that three things that this parser (of 2023) fails on and that today's ADF schema takes: background
 * colours of text, pictures and expands as direct children of a table cell (tableCell content lists mediaSingle and
 * nestedExpand; backgroundColor is a mark).
 */
function forParser(body) {
  if (!/background-color|<t[dh]|ac:name="(info|tip|note|warning)"/.test(body)) return body;
  const document = new DOMParser().parseFromString(`${ROOT}${body}</root>`, 'text/xml');
  for (const macro of [...document.getElementsByTagName('ac:structured-macro')]) {
    const name = macro.getAttribute('ac:name');
    if (PANELS[name]) macro.setAttribute('ac:name', `panel-${name}`);
  }
  for (const span of [...document.querySelectorAll('span')]) {
    if (/background-color/.test(span.getAttribute('style') || '')) span.replaceWith(...span.childNodes);
  }
  for (const cell of [...document.querySelectorAll('td, th')]) {
    for (const child of [...cell.children]) {
      const rich = [...child.children].find((part) => part.nodeName === 'ac:rich-text-body');
      if (child.getAttribute('ac:name') === 'expand' && rich) child.replaceWith(...rich.childNodes);
      if (child.nodeName !== 'ac:image') continue;
      const paragraph = document.createElementNS(null, 'p');
      child.replaceWith(paragraph);
      paragraph.append(child);
    }
  }
  const root = new XMLSerializer().serializeToString(document.documentElement);
  return root.slice(root.indexOf('>') + 1, root.lastIndexOf('<')).replace(NAMESPACES, '');
}

/** A document for comparison: the encoder forgets links on markup that it keeps unread, and blanks before "/>". */
function comparable(node) {
  const copy = { ...node };
  if (OWN.has(node.type)) delete copy.marks;
  if (node.text) copy.text = node.text.replace(/\s+\/>/g, '/>');
  if (node.content) copy.content = node.content.map(comparable);
  return copy;
}

const OWN = new Set(['confluenceUnsupportedBlock', 'confluenceUnsupportedInline', 'confluenceJiraIssue']);

/** What the editor's server makes of markup that this parser keeps unread: extensions, expands and pictures. */
function fromOpaque(node, parent) {
  const markup = (node.attrs || {}).cxhtml || '';
  const element = new DOMParser().parseFromString(`${ROOT}${markup}</root>`, 'text/xml').documentElement.firstElementChild;
  const name = element && (element.getAttribute('ac:name') || element.nodeName);
  const body = element && [...element.children].find((child) => child.nodeName === 'ac:rich-text-body');
  if (body) {
    const inner = toAdf(transformer.parse(body.innerHTML.replace(NAMESPACES, '')).toJSON());
    const title = [...element.children].find((child) => child.getAttribute('ac:name') === 'title');
    if (name === 'expand') {
      const type = ['tableCell', 'tableHeader'].includes(parent) ? 'nestedExpand' : 'expand';
      return { type, attrs: { title: title ? title.textContent : '' }, content: inner.content };
    }
    const panel = PANELS[name.replace('panel-', '')];
    if (panel) return { type: 'panel', attrs: { panelType: panel }, content: inner.content };
    return {
      type: 'bodiedExtension',
      attrs: { extensionType: 'com.atlassian.confluence.macro.core', extensionKey: name },
      content: inner.content,
    };
  }
  if (name === 'ac:image' && node.type === 'confluenceUnsupportedBlock') {
    return { type: 'mediaSingle', attrs: { layout: 'center' }, content: [{ type: 'media', attrs: { type: 'file', id: 'x', collection: 'x' } }] };
  }
  return {
    type: node.type === 'confluenceUnsupportedBlock' ? 'extension' : 'inlineExtension',
    attrs: { extensionType: 'com.atlassian.confluence.macro.core', extensionKey: name || 'opaque' },
  };
}

/** The parsed document as ADF. */
function toAdf(node, parent) {
  if (OWN.has(node.type)) return fromOpaque(node, parent);
  const result = { type: node.type };
  const attrs = attributes(node);
  if (node.type === 'codeBlock') delete attrs.uniqueId;
  if (node.type === 'taskList') attrs.localId = 'given by the server';
  if (Object.keys(attrs).length) result.attrs = attrs;
  if (node.type === 'doc') result.version = 1;
  if (node.text !== undefined) result.text = node.text;
  if (node.marks) {
    result.marks = node.marks
      .filter((mark) => !['confluenceInlineComment', 'unsupportedMark'].includes(mark.type))
      .map((mark) => {
        const kept = attributes(mark);
        return Object.keys(kept).length ? { type: mark.type, attrs: kept } : { type: mark.type };
      });
    if (!result.marks.length) delete result.marks;
  }
  if (node.content) result.content = node.content.map((child) => toAdf(child, node.type));
  else if (['paragraph', 'doc'].includes(node.type)) result.content = [];
  return result;
}

/** The verdict over one body. */
function judge(body) {
  const { errors, texts } = parseXml(body);
  const verdict = { wellformed: errors, lostText: [], adfErrors: [], unstable: false, opaqueKinds: [] };
  if (errors.length) return verdict;
  const first = transformer.parse(forParser(body));
  const parsed = first.toJSON();
  const lost = new Set();
  const source = words(textOf(parsed, []).join(' '));
  const seen = new Set(source);
  const all = source.join('');
  for (const word of words(texts.join(' '))) {
    if (!seen.has(word) && !all.includes(word)) lost.add(word);
  }
  verdict.lostText = [...lost];
  verdict.opaqueKinds = [...opaque(parsed, new Set())].sort();
  const again = transformer.parse(transformer.encode(first)).toJSON();
  verdict.unstable = JSON.stringify(comparable(again)) !== JSON.stringify(comparable(parsed));
  const document = toAdf(parsed);
  if (!validate(document)) verdict.adfErrors = validate.errors.sort((a, b) => b.instancePath.length - a.instancePath.length).slice(0, 5).map((e) => `${e.instancePath} ${e.message}`);
  return verdict;
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = judge(request.body);
  } catch (error) {
    answer = { crash: String(error.stack || error) };
  }
  process.stdout.write(`${JSON.stringify({ id: request.id, ...answer })}\n`);
});
