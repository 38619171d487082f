/** The `markdown` block: the common part of Markdown, as DOM nodes. Raw HTML, footnotes and nested lists stay text. */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

/**
 * Blocks of Markdown, in the order they are tried. Each takes the lines from its first one on and
 * returns the node and how many lines it used, or null.
 * @type {((lines: string[]) => {node: Node, used: number} | null)[]}
 */
const BLOCKS = [fence, heading, rule, quote, table, list, paragraph];

/** @param {string} text @returns {DocumentFragment} */
export function markdown(text) {
  const fragment = document.createDocumentFragment();
  let rest = text.split("\n");
  while (rest.length) {
    if (!rest[0].trim()) {
      rest = rest.slice(1);
      continue;
    }
    for (const block of BLOCKS) {
      const found = block(rest);
      if (!found) continue;
      fragment.append(found.node);
      rest = rest.slice(found.used);
      break;
    }
  }
  return fragment;
}

/** @param {string[]} lines */
function fence(lines) {
  const open = /^(```|~~~)/.exec(lines[0]);
  if (!open) return null;
  const end = lines.findIndex((line, index) => index > 0 && line.startsWith(open[1]));
  const last = end === -1 ? lines.length : end;
  return { node: h("pre", {}, h("code", {}, lines.slice(1, last).join("\n"))), used: last + 1 };
}

/** @param {string[]} lines */
function heading(lines) {
  const found = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[0]);
  if (!found) return null;
  const level = /** @type {"h3"} */ (`h${Math.min(found[1].length + 2, 6)}`);
  return { node: h(level, { class: "md-heading" }, inline(found[2])), used: 1 };
}

/** @param {string[]} lines */
function rule(lines) {
  return /^\s*([-*_])(\s*\1){2,}\s*$/.test(lines[0]) ? { node: h("hr"), used: 1 } : null;
}

/** @param {string[]} lines */
function quote(lines) {
  const used = countWhile(lines, (line) => line.startsWith(">"));
  if (!used) return null;
  const inner = lines.slice(0, used).map((line) => line.replace(/^> ?/, ""));
  return { node: h("blockquote", { dir: "auto" }, markdown(inner.join("\n"))), used };
}

/** @param {string[]} lines */
function table(lines) {
  if (!lines[0].includes("|") || !/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[1] ?? ""))
    return null;
  const used = 2 + countWhile(lines.slice(2), (line) => line.includes("|"));
  const cells = (/** @type {string} */ line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  const row = (/** @type {string} */ line, /** @type {"th" | "td"} */ tag) =>
    h(
      "tr",
      {},
      cells(line).map((cell) => h(tag, {}, inline(cell))),
    );
  const body = lines.slice(2, used).map((line) => row(line, "td"));
  return {
    node: h(
      "div",
      { class: "table-wrap" },
      h("table", {}, h("thead", {}, row(lines[0], "th")), h("tbody", {}, body)),
    ),
    used,
  };
}

const ITEM = /^\s*(?:([-*+])|(\d+)[.)])\s+(.*)$/;

/** @param {string[]} lines */
function list(lines) {
  const first = ITEM.exec(lines[0]);
  if (!first) return null;
  const ordered = first[2] !== undefined;
  const used = countWhile(lines, (line) => {
    const item = ITEM.exec(line);
    return item !== null && (item[2] !== undefined) === ordered;
  });
  const items = lines.slice(0, used).map((line) => h("li", {}, inline(ITEM.exec(line)?.[3] ?? "")));
  return { node: ordered ? h("ol", { start: first[2] }, items) : h("ul", {}, items), used };
}

/** @param {string[]} lines */
function paragraph(lines) {
  const used = Math.max(
    1,
    countWhile(
      lines,
      (line, index) =>
        line.trim() !== "" && (index === 0 || (!/^(```|#{1,6}\s|>)/.test(line) && !ITEM.test(line))),
    ),
  );
  const node = h("p", { dir: "auto" });
  lines
    .slice(0, used)
    .forEach((line, index) => node.append(...(index ? [h("br")] : []), ...inline(line.trim())));
  return { node, used };
}

/** @param {string[]} lines @param {(line: string, index: number) => boolean} test */
function countWhile(lines, test) {
  const end = lines.findIndex((line, index) => !test(line, index));
  return end === -1 ? lines.length : end;
}

/** @type {[RegExp, (found: RegExpExecArray) => Node][]} */
const SPANS = [
  [/`([^`]+)`/, ([, code]) => h("code", {}, code)],
  [/\[([^\]]*)\]\(([^()\s]+)\)/, ([, label, url]) => link(url, withEmoji(label) || url)],
  [/<(https?:[^<>\s]+|mailto:[^<>\s]+)>/, ([, url]) => link(url, url)],
  [/\*\*(?=\S)(.+?)(?<=\S)\*\*/, ([, text]) => h("strong", {}, inline(text))],
  [/~~(?=\S)(.+?)(?<=\S)~~/, ([, text]) => h("s", {}, inline(text))],
  [/(?<![\p{L}\p{N}])([*_])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/u, ([, , text]) => h("em", {}, inline(text))],
  [/https?:\/\/[^\s<>()]*[^\s<>().,;:!?]/, ([url]) => link(url, url)],
];

/** @param {string} text one line @returns {(Node | string)[]} */
function inline(text) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let rest = text;
  while (rest) {
    const { found, build } = firstSpan(rest) ?? {};
    const before = found ? rest.slice(0, found.index) : rest;
    if (before) nodes.push(withEmoji(before.replace(/\\([\\`*_{}[\]()#+.!~>-])/g, "$1")));
    if (found && build) nodes.push(build(found));
    rest = found ? rest.slice(found.index + found[0].length) : "";
  }
  return nodes;
}

/** @param {string} text @returns {{found: RegExpExecArray, build: (found: RegExpExecArray) => Node} | null} */
function firstSpan(text) {
  let first = null;
  for (const [pattern, build] of SPANS) {
    const found = pattern.exec(text);
    if (found && (!first || found.index < first.found.index)) first = { found, build };
  }
  return first;
}
