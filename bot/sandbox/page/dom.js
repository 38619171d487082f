/** Building DOM nodes. Text only ever becomes text nodes: nothing here parses HTML. */

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

const AS_PROPERTY = new Set(["value", "checked", "disabled", "selected", "hidden", "required", "maxLength"]);

/**
 * An element with attributes, listeners and children. `on` maps event names to listeners;
 * attributes that are null, undefined or false are left out, true becomes an empty attribute.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (AS_PROPERTY.has(name)) {
      if (value !== undefined) Reflect.set(node, name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(node, children);
  return node;
}

/**
 * @param {Node} parent
 * @param {Child[]} children
 */
export function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

const SVG = "http://www.w3.org/2000/svg";

/** Path data of the few icons the page draws itself, on a 20 × 20 grid. */
const ICONS = {
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h14M2.5 12.5h14",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3 9.5 10 3.5l7 6V17h-4.5v-4.5h-5V17H3z",
  chat: "M3 4.5h14v9.5H9.5L6 17v-3H3z",
  archive: "M3 4h14v4H3zM4.5 8v8.5h11V8M8 11h4",
  close: "M5 5l10 10M15 5 5 15",
  send: "M3.5 4 17 10 3.5 16l2-6zM5.5 10H11",
  eye: "M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S2 10 2 10zM10 7.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  link: "M8.5 11.5a3 3 0 0 0 4.2.3l2.6-2.6a3 3 0 0 0-4.3-4.3L9.5 6.5M11.5 8.5a3 3 0 0 0-4.2-.3l-2.6 2.6a3 3 0 0 0 4.3 4.3l1.5-1.6",
  reply: "M8 5 3.5 9.5 8 14M4 9.5h7.5a5 5 0 0 1 5 5V16",
  down: "M10 4v12M5 11l5 5 5-5",
  chevron: "M5.5 8 10 12.5 14.5 8",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  warning: "M10 3 18 16.5H2zM10 8v4M10 14.2v.01",
};

/**
 * A decorative icon, hidden from screen readers: its button or line says the same in words.
 * @param {keyof typeof ICONS} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.appendChild(path);
  return svg;
}

/**
 * Runs `build`, which replaces nodes inside `root`, and puts the focus back on the replacement of
 * whatever held it, found by its `data-focus` or action and block ids.
 * @param {ParentNode} root
 * @param {() => void} build
 */
export function keepingFocus(root, build) {
  const held = document.activeElement;
  if (!(held instanceof HTMLElement) || !root.contains(held)) return build();
  const selector = focusSelector(held);
  const caret = "selectionStart" in held ? /** @type {HTMLInputElement} */ (held).selectionStart : null;
  build();
  if (!selector || document.activeElement === held) return undefined;
  const heir = root.querySelector(selector);
  if (!(heir instanceof HTMLElement)) return undefined;
  heir.focus({ preventScroll: true });
  if (
    caret !== null &&
    "setSelectionRange" in heir &&
    /^(text|textarea)$/.test(/** @type {HTMLInputElement} */ (heir).type)
  ) {
    /** @type {HTMLInputElement} */ (heir).setSelectionRange(caret, caret);
  }
  return undefined;
}

/** @param {HTMLElement} node */
function focusSelector(node) {
  const { focus, actionId, blockId } = node.dataset;
  const value = node instanceof HTMLInputElement && /^(radio|checkbox)$/.test(node.type) ? node.value : null;
  const within = node.closest("[data-ts]")?.getAttribute("data-ts");
  const scope = within ? `[data-ts="${CSS.escape(within)}"] ` : "";
  if (focus) return `${scope}[data-focus="${CSS.escape(focus)}"]`;
  if (!actionId) return null;
  const block = blockId ? `[data-block-id="${CSS.escape(blockId)}"]` : "";
  return `${scope}[data-action-id="${CSS.escape(actionId)}"]${block}${value ? `[value="${CSS.escape(value)}"]` : ""}`;
}
