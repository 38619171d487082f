/** Block Kit's interactive elements: buttons and overflow menus here, the others in selects.js and inputs.js. */

/** @import { Element, Option } from "./types.js" */
/** @import { Spot, Surface } from "./act.js" */
import { act, hooks } from "./act.js";
import { h, icon } from "./dom.js";
import { checkboxes, dateOrTime, radioButtons, textInput } from "./inputs.js";
import { link, plain } from "./mrkdwn.js";
import { arrowKeys, popover } from "./popover.js";
import { multiSelect, select } from "./selects.js";

/** @type {Record<string, (element: any, spot: Spot, surface: Surface) => Node>} */
const RENDERERS = {
  button,
  workflow_button: button,
  overflow,
  static_select: select,
  conversations_select: select,
  channels_select: select,
  users_select: select,
  multi_static_select: multiSelect,
  multi_conversations_select: multiSelect,
  multi_channels_select: multiSelect,
  multi_users_select: multiSelect,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: dateOrTime,
  timepicker: dateOrTime,
  datetimepicker: dateOrTime,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
};

/**
 * @param {Element} element
 * @param {Spot} spot
 * @param {Surface} surface
 * @returns {Node}
 */
export function interactive(element, spot, surface) {
  const render = RENDERERS[element.type];
  return render
    ? render(element, spot, surface)
    : h("span", { class: "unknown" }, `The sandbox does not draw “${element.type}”.`);
}

/**
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 */
function button(element, spot, surface) {
  const style = { primary: " primary", danger: " danger" }[/** @type {"primary"} */ (element.style)] ?? "";
  const node = h(
    "button",
    {
      type: "button",
      class: `button${style}`,
      "aria-label": element.accessibility_label,
      ...hooks(element, spot),
    },
    plain(element.text),
    element.url ? icon("link") : null,
  );
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy")) return;
    if (element.url) openUrl(element.url);
    node.setAttribute("aria-busy", "true");
    await act(element, spot, surface, {
      text: element.text,
      ...(element.value === undefined ? {} : { value: element.value }),
    });
    node.removeAttribute("aria-busy");
  });
  return node;
}

/** @param {string} url of a button; the same kinds of address as in text */
function openUrl(url) {
  const anchor = link(url, "");
  if (!(anchor instanceof HTMLAnchorElement)) return;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
}

/**
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 */
function overflow(element, spot, surface) {
  const trigger = h(
    "button",
    { type: "button", class: "button overflow", "aria-label": "More actions", ...hooks(element, spot) },
    icon("more"),
  );
  const box = popover(
    trigger,
    () => (element.options ?? []).map(item).reduce(intoFragment, document.createDocumentFragment()),
    { role: "menu", label: "More actions" },
  );
  arrowKeys(box);
  /** @param {Option} option */
  function item(option) {
    const node = h(
      "button",
      { type: "button", class: "menu-item", role: "menuitem", tabindex: -1, "data-value": option.value },
      plain(option.text),
      option.description && h("small", {}, plain(option.description)),
    );
    node.addEventListener("click", () => {
      box.hidePopover();
      trigger.focus();
      if (option.url) openUrl(option.url);
      void act(element, spot, surface, { selected_option: option });
    });
    return node;
  }
  return h("span", { class: "anchored" }, trigger, box);
}

/** @param {DocumentFragment} fragment @param {Node} node */
function intoFragment(fragment, node) {
  fragment.append(node);
  return fragment;
}
