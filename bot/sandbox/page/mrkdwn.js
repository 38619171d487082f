/**
 * Slack's mrkdwn to DOM nodes: *bold* _italic_ ~strike~ `code` ```block``` > quote, <links|labels>, mentions, dates, :emoji:.
 * Lists stay text, as in Slack. Nothing is ever parsed as HTML.
 */

/** @import { TextObject } from "./types.js" */
/** @typedef {{userName(id: string): string | null, channelName(id: string): string | null, me: string}} References who and what mentions point to */

import { timeNode } from "./dates.js";
import { h } from "./dom.js";
import { emojiFor, withEmoji } from "./emoji.js";

const MARKS = /** @type {Record<string, "strong" | "em" | "s">} */ ({ "*": "strong", _: "em", "~": "s" });
const WORD = /[\p{L}\p{N}]/u;
const LINKABLE = new Set(["http:", "https:", "mailto:"]);

/** @param {string} text @returns {string} with Slack's three entities as characters */
export function unescape(text) {
  return text.replace(
    /&(amp|lt|gt);/g,
    (_, name) => ({ amp: "&", lt: "<", gt: ">" })[/** @type {"amp"} */ (name)],
  );
}

/** @param {TextObject | string | undefined} text @returns {string} for places where text is not formatted */
export function plain(text) {
  if (!text) return "";
  return withEmoji(unescape(typeof text === "string" ? text : text.text));
}

/**
 * A text object as nodes: mrkdwn formatted, plain_text as it is.
 * @param {TextObject} text
 * @param {References} refs
 */
export function textNodes(text, refs) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, refs, !text.verbatim);
  const fragment = document.createDocumentFragment();
  lines(plain(text), fragment, (line, into) => into.append(line));
  return fragment;
}

/**
 * @param {string} text
 * @param {References} refs
 * @param {boolean} [autolink] whether bare addresses become links
 * @returns {DocumentFragment}
 */
export function mrkdwn(text, refs, autolink = true) {
  const fragment = document.createDocumentFragment();
  text.split(/```([\s\S]*?)```/).forEach((part, index) => {
    if (index % 2 === 1)
      fragment.append(h("pre", {}, h("code", {}, entitiesOnly(part.replace(/^\n|\n$/g, ""), refs))));
    else if (part) quotesAndLines(index ? part.replace(/^\n/, "") : part, fragment, { refs, autolink });
  });
  return fragment;
}

/** @typedef {{refs: References, autolink: boolean}} Options */

/**
 * @param {string} text without code blocks
 * @param {Node} parent
 * @param {Options} options
 */
function quotesAndLines(text, parent, options) {
  const [before, rest] = splitOnce(text, /^(?:>>>|&gt;&gt;&gt;) ?/m);
  /** @type {{quoted: boolean, text: string[]}[]} */
  const runs = [];
  for (const line of before.split("\n")) {
    const quoted = /^(?:>|&gt;)/.test(line);
    if (runs.at(-1)?.quoted !== quoted) runs.push({ quoted, text: [] });
    runs.at(-1)?.text.push(quoted ? line.replace(/^(?:>|&gt;) ?/, "") : line);
  }
  if (rest !== null) runs.push({ quoted: true, text: [rest] });
  runs.forEach((run, index) => {
    // The line break between a quote and its neighbours is the block's own.
    if (
      !run.quoted &&
      run.text.length === 1 &&
      run.text[0] === "" &&
      runs.length > 1 &&
      index === runs.length - 1
    )
      return;
    const into = run.quoted ? parent.appendChild(h("blockquote", { dir: "auto" })) : parent;
    lines(run.text.join("\n"), into, (line, target) => inline(line, target, options));
  });
}

/**
 * @param {string} text
 * @param {RegExp} at
 * @returns {[string, string | null]}
 */
function splitOnce(text, at) {
  const found = at.exec(text);
  return found
    ? [text.slice(0, found.index).replace(/\n$/, ""), text.slice(found.index + found[0].length)]
    : [text, null];
}

/**
 * @param {string} text
 * @param {Node} parent
 * @param {(line: string, into: ParentNode & Node) => void} write
 */
function lines(text, parent, write) {
  text.split("\n").forEach((line, index) => {
    if (index) parent.appendChild(h("br"));
    write(line, /** @type {ParentNode & Node} */ (parent));
  });
}

/**
 * One line of inline formatting.
 * @param {string} text
 * @param {ParentNode & Node} parent
 * @param {Options} options
 * @param {string} [within] marks already open around `text`
 */
function inline(text, parent, options, within = "") {
  const unclosed = new Set(within);
  let plainFrom = 0;
  let at = 0;
  /** @param {Node} node @param {number} length */
  const place = (node, length) => {
    parent.append(unescape(text.slice(plainFrom, at)), node);
    at += length;
    plainFrom = at;
  };
  while (at < text.length) {
    const sign = text[at];
    const found = recognise(text, at, options);
    if (found) {
      place(found.node, found.length);
    } else if (sign in MARKS && !unclosed.has(sign) && opens(text, at)) {
      const end = closing(text, at);
      if (end === -1) {
        unclosed.add(sign);
        at += 1;
        continue;
      }
      const marked = h(MARKS[sign]);
      inline(text.slice(at + 1, end), marked, options, within + sign);
      place(marked, end + 1 - at);
    } else {
      at += 1;
    }
  }
  parent.append(unescape(text.slice(plainFrom)));
}

/**
 * What is no mark but stands for itself at `at`: an entity, code, an emoji, a bare address.
 * @param {string} text
 * @param {number} at
 * @param {Options} options
 * @returns {{node: Node, length: number} | null}
 */
function recognise(text, at, { refs, autolink }) {
  const rest = (/** @type {RegExp} */ pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  let found;
  switch (text[at]) {
    case "<":
      found = rest(/<([^<>\n]+)>/y);
      return found && { node: entity(found[1], refs), length: found[0].length };
    case "`":
      found = rest(/`([^`\n]+)`/y);
      return found && { node: h("code", {}, entitiesOnly(found[1], refs)), length: found[0].length };
    case ":": {
      found = rest(/:([a-z0-9_+-]+):/y);
      const character = found && emojiFor(found[1]);
      return character
        ? {
            node: h(
              "span",
              {
                class: "emoji",
                role: "img",
                "aria-label": found?.[1].replaceAll("_", " "),
                title: found?.[0],
              },
              character,
            ),
            length: found?.[0].length ?? 0,
          }
        : null;
    }
    case "h":
      found = autolink && !WORD.test(text[at - 1] ?? "") ? rest(/https?:\/\/[^\s<>|*`]+/y) : null;
      if (!found) return null;
      found = found[0].replace(/[.,;:!?)\]'"_~]+$/, "");
      return { node: link(unescape(found), unescape(found)), length: found.length };
    default:
      return null;
  }
}

/** @param {string} text @param {number} at */
function opens(text, at) {
  const next = text[at + 1];
  return !WORD.test(text[at - 1] ?? "") && next !== undefined && !/\s/.test(next) && next !== text[at];
}

/** @param {string} text @param {number} from the opening mark @returns {number} where it closes, or -1 */
function closing(text, from) {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "<") {
      const end = text.indexOf(">", at);
      if (end !== -1) at = end;
    } else if (
      text[at] === text[from] &&
      at > from + 1 &&
      !/\s/.test(text[at - 1]) &&
      !WORD.test(text[at + 1] ?? "")
    ) {
      return at;
    }
  }
  return -1;
}

/** @param {string} text inside code, where only entities count @param {References} refs */
function entitiesOnly(text, refs) {
  return text.split(/<([^<>\n]+)>/).map((part, index) => (index % 2 ? entity(part, refs) : unescape(part)));
}

/** @param {string} content between < and > @param {References} refs @returns {Node} */
function entity(content, refs) {
  const bar = content.indexOf("|");
  const target = bar === -1 ? content : content.slice(0, bar);
  const label = bar === -1 ? null : plain(content.slice(bar + 1));
  const name = target.slice(1);
  if (target.startsWith("@")) {
    return mention(`@${refs.userName(name) ?? label ?? name}`, name === refs.me);
  }
  if (target.startsWith("#"))
    return h(
      "a",
      { class: "mention", href: `#/${encodeURIComponent(name)}` },
      `#${refs.channelName(name) ?? label ?? name}`,
    );
  if (target.startsWith("!date^")) return date(target, label ?? "");
  if (/^!(channel|here|everyone)\b/.test(target)) return mention(`@${name.split("^")[0]}`, true);
  if (target.startsWith("!")) return mention(label ?? `@${name.split("^")[0]}`, false);
  const url = unescape(target);
  // What is no address was never meant as one: it stays as it was written.
  return label === null && !isLinkable(url)
    ? document.createTextNode(unescape(`<${content}>`))
    : link(url, label ?? url);
}

/** @param {string} label @param {boolean} toMe */
export const mention = (label, toMe) => h("span", { class: toMe ? "mention to-me" : "mention" }, label);

/** @param {string} target `!date^seconds^format^link` @param {string} fallback */
function date(target, fallback) {
  const [, seconds, format, url] = target.split("^");
  const node = /^-?\d+$/.test(seconds) ? timeNode(seconds, unescape(format ?? "")) : null;
  if (!node) return document.createTextNode(fallback);
  return url ? link(unescape(url), node) : node;
}

/** @param {string} url */
const isLinkable = (url) => URL.canParse(url) && LINKABLE.has(new URL(url).protocol);

/**
 * A link that opens beside the page; anything but http, https and mailto stays text.
 * @param {string} url
 * @param {string | Node} label
 * @returns {Node}
 */
export function link(url, label) {
  if (!isLinkable(url)) return typeof label === "string" ? document.createTextNode(label) : label;
  const parsed = new URL(url);
  const here = parsed.origin === location.origin && parsed.pathname.startsWith("/archives/");
  return h(
    "a",
    {
      href: parsed.href,
      title: url === label ? null : parsed.href,
      target: here ? null : "_blank",
      rel: "noopener noreferrer",
    },
    label,
  );
}
