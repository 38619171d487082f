/** `rich_text` blocks: sections, lists, quotes and preformatted text. */

/** @import { References } from "./mrkdwn.js" */

import { timeNode } from "./dates.js";
import { h } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";

/**
 * @param {any} part an element of a rich_text block
 * @param {References} refs
 * @returns {Node}
 */
export function richText(part, refs) {
  const inner = () => (part.elements ?? []).map((/** @type {any} */ piece) => leaf(piece, refs));
  switch (part.type) {
    case "rich_text_list": {
      const items = (part.elements ?? []).map((/** @type {any} */ item) =>
        h("li", { dir: "auto" }, richText(item, refs)),
      );
      const attributes = { class: `rich-list indent-${Math.min(part.indent ?? 0, 8)}` };
      return part.style === "ordered"
        ? h("ol", { ...attributes, start: (part.offset ?? 0) + 1 }, items)
        : h("ul", attributes, items);
    }
    case "rich_text_quote":
      return h("blockquote", { dir: "auto" }, inner());
    case "rich_text_preformatted":
      return h("pre", {}, h("code", {}, inner()));
    default:
      return h("span", { class: "rich-section" }, inner());
  }
}

/**
 * @param {any} piece
 * @param {References} refs
 * @returns {Node}
 */
function leaf(piece, refs) {
  switch (piece.type) {
    case "link":
      return styled(link(piece.url ?? "", piece.text || piece.url || ""), piece.style);
    case "user":
      return mention(`@${refs.userName(piece.user_id) ?? piece.user_id}`, piece.user_id === refs.me);
    case "channel":
      return h(
        "a",
        { class: "mention", href: `#/${encodeURIComponent(piece.channel_id)}` },
        `#${refs.channelName(piece.channel_id) ?? piece.channel_id}`,
      );
    case "broadcast":
      return mention(`@${piece.range}`, true);
    case "emoji":
      return document.createTextNode(emojiFor(piece.name) ?? `:${piece.name}:`);
    case "date":
      return (
        timeNode(piece.timestamp, piece.format ?? "{date}") ?? document.createTextNode(piece.fallback ?? "")
      );
    default:
      return styled(document.createTextNode(piece.text ?? ""), piece.style);
  }
}

const STYLES = /** @type {const} */ ({ code: "code", bold: "strong", italic: "em", strike: "s" });

/**
 * @param {Node} node
 * @param {Record<string, boolean>} [style]
 */
function styled(node, style = {}) {
  return Object.entries(STYLES).reduce(
    (inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner),
    node,
  );
}
