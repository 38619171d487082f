/** Block Kit layout blocks to DOM nodes. */

/** @import { Block, TextObject } from "./types.js" */
/** @import { Surface } from "./act.js" */

import { append, h } from "./dom.js";
import { interactive } from "./elements.js";
import { markdown } from "./markdown.js";
import { plain, textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const LONG_TEXT = 900;
const LONG_LINES = 16;
/** Texts the reader unfolded, by surface and block, so that an edit does not fold them again. @type {Set<string>} */
const unfolded = new Set();

/** @type {Record<string, (block: any, id: string, surface: Surface) => Node>} */
const RENDERERS = {
  header,
  section,
  context,
  divider,
  actions,
  input,
  image,
  markdown: markdownBlock,
  rich_text: richTextBlock,
  table,
};

/**
 * @param {Block[]} blocks
 * @param {Surface} surface
 * @returns {HTMLElement}
 */
export function renderBlocks(blocks, surface) {
  return h(
    "div",
    { class: "blocks" },
    blocks.map((block, index) => {
      const id = block.block_id ?? `block-${index}`;
      const render = RENDERERS[block.type];
      return render
        ? render(block, id, surface)
        : h("p", { class: "unknown" }, `The sandbox does not draw “${block.type}” blocks.`);
    }),
  );
}

/**
 * Text of a message or section; long text is folded as Slack folds it.
 * @param {TextObject} text
 * @param {string} id unique on its surface
 * @param {Surface} surface
 * @param {boolean} [whole] never fold
 * @returns {HTMLElement}
 */
export function foldable(text, id, surface, whole = false) {
  const body = h("div", { class: "text", dir: "auto" }, textNodes(text, surface.store.refs));
  // What is seen counts: addresses behind links make a text long that looks short.
  const isShort =
    (body.textContent ?? "").length <= LONG_TEXT && body.querySelectorAll("br").length < LONG_LINES;
  if (whole || isShort) return body;
  const key = `${surface.key}/${id}`;
  const toggle = h("button", { type: "button", class: "link-button", "data-focus": `fold-${id}` });
  const draw = () => {
    const open = unfolded.has(key);
    body.classList.toggle("folded", !open);
    toggle.textContent = open ? "Show less" : "Show more";
    toggle.setAttribute("aria-expanded", String(open));
  };
  toggle.addEventListener("click", () => {
    if (!unfolded.delete(key)) unfolded.add(key);
    draw();
  });
  draw();
  return h("div", {}, body, toggle);
}

/** @param {any} block */
function header(block) {
  return h("h2", { class: "block-header", dir: "auto" }, plain(block.text));
}

/** @param {any} block @param {string} id @param {Surface} surface */
function section(block, id, surface) {
  return h(
    "div",
    { class: "block-section" },
    h(
      "div",
      { class: "section-main" },
      block.text && foldable(block.text, id, surface, block.expand === true),
      block.fields?.length &&
        h(
          "div",
          { class: "fields" },
          block.fields.map((/** @type {TextObject} */ field) =>
            h("div", { class: "text field", dir: "auto" }, textNodes(field, surface.store.refs)),
          ),
        ),
    ),
    block.accessory &&
      h(
        "div",
        { class: "accessory" },
        block.accessory.type === "image"
          ? picture(block.accessory, "accessory-image")
          : interactive(block.accessory, { block: id, silent: false }, surface),
      ),
  );
}

/** @param {any} block @param {string} _id @param {Surface} surface */
function context(block, _id, surface) {
  return h(
    "div",
    { class: "block-context" },
    (block.elements ?? []).map((/** @type {any} */ element) =>
      element.type === "image"
        ? picture(element, "context-image")
        : h("span", { class: "text", dir: "auto" }, textNodes(element, surface.store.refs)),
    ),
  );
}

function divider() {
  return h("hr");
}

/** @param {any} block @param {string} id @param {Surface} surface */
function actions(block, id, surface) {
  return h(
    "div",
    { class: "block-actions" },
    (block.elements ?? []).map((/** @type {any} */ element) =>
      interactive(element, { block: id, silent: false }, surface),
    ),
  );
}

/**
 * A labelled field, with a place beneath it for what is wrong (filled by the modal).
 * @param {any} block @param {string} id @param {Surface} surface
 */
function input(block, id, surface) {
  const field = interactive(block.element, { block: id, silent: !block.dispatch_action }, surface);
  const name = `field-${surface.key}-${id}`.replace(/[^\w-]/g, "_");
  const label = h(
    "span",
    { class: "label", id: `${name}-label` },
    plain(block.label),
    block.optional && h("span", { class: "optional" }, " (optional)"),
  );
  const hint = block.hint && h("p", { class: "hint", id: `${name}-hint` }, plain(block.hint));
  const error = h("p", { class: "field-error", id: `${name}-error`, role: "alert", hidden: true });
  const described = `${hint ? `${name}-hint ` : ""}${name}-error`;
  for (const control of labelled(field)) {
    control.setAttribute("aria-labelledby", `${name}-label`);
    control.setAttribute("aria-describedby", described);
    control.removeAttribute("aria-label");
    if (!block.optional && control.matches("input, select, textarea"))
      control.setAttribute("aria-required", "true");
  }
  label.addEventListener("click", () => labelled(field)[0]?.focus());
  return h(
    "div",
    {
      class: "block-input",
      "data-input": id,
      "data-input-action": block.element.action_id,
      "data-optional": block.optional === true,
    },
    label,
    field,
    error,
    hint,
  );
}

/** @param {Node} field @returns {HTMLElement[]} what carries the label: the control itself, or the group of them */
function labelled(field) {
  if (!(field instanceof HTMLElement)) return [];
  if (field.matches("input, textarea, .checks")) return [field];
  return [...field.querySelectorAll(".multi-trigger, select")].map(
    (node) => /** @type {HTMLElement} */ (node),
  );
}

/** @param {any} block */
function image(block) {
  return h(
    "figure",
    { class: "block-image" },
    block.title && h("figcaption", {}, plain(block.title)),
    picture(block, ""),
  );
}

/** @param {any} spec with image_url and alt_text @param {string} className */
function picture(spec, className) {
  const alt = plain(spec.alt_text);
  const safe =
    URL.canParse(spec.image_url ?? "", location.href) &&
    /^https?:$/.test(new URL(spec.image_url, location.href).protocol);
  const missing = () => h("span", { class: "image-missing", role: "img", "aria-label": alt }, alt || "Image");
  if (!safe) return missing();
  const node = h("img", {
    src: spec.image_url,
    alt,
    class: className,
    loading: "lazy",
    referrerpolicy: "no-referrer",
  });
  node.addEventListener("error", () => node.replaceWith(missing()));
  return node;
}

/** @param {any} block */
function markdownBlock(block) {
  return h("div", { class: "text markdown" }, markdown(String(block.text ?? "")));
}

/** @param {any} block @param {string} _id @param {Surface} surface */
function richTextBlock(block, _id, surface) {
  return h(
    "div",
    { class: "text rich", dir: "auto" },
    (block.elements ?? []).map((/** @type {any} */ part) => richText(part, surface.store.refs)),
  );
}

/** @param {any} block @param {string} _id @param {Surface} surface */
function table(block, _id, surface) {
  const settings = block.column_settings ?? [];
  const cell = (/** @type {any} */ content, /** @type {number} */ column, /** @type {"th" | "td"} */ tag) => {
    const { align = "left", is_wrapped: wraps = false } = settings[column] ?? {};
    const node = h(tag, {
      class: `align-${align}${wraps ? " wraps" : ""}`,
      scope: tag === "th" ? "col" : null,
    });
    const nodes =
      content.type === "rich_text"
        ? (content.elements ?? []).map((/** @type {any} */ part) => richText(part, surface.store.refs))
        : plain(content.text);
    append(node, [nodes]);
    return node;
  };
  const [head, ...rows] = block.rows ?? [];
  const row = (/** @type {any[]} */ cells, /** @type {"th" | "td"} */ tag) =>
    h(
      "tr",
      {},
      cells.map((content, column) => cell(content, column, tag)),
    );
  return h(
    "div",
    { class: "table-wrap", tabindex: 0, role: "region", "aria-label": "Table" },
    h(
      "table",
      {},
      h("thead", {}, head && row(head, "th")),
      h(
        "tbody",
        {},
        rows.map((/** @type {any[]} */ cells) => row(cells, "td")),
      ),
    ),
  );
}
