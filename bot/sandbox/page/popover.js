/** Small menus beside their button, and the question Slack asks before a risky action. */

import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";

const MARGIN = 8;
let count = 0;

/**
 * A button's popover: opens and closes with it, with Escape and with a click elsewhere (the browser's own behaviour).
 * @param {HTMLElement} trigger
 * @param {() => Node} content built at each opening
 * @param {{role: string, label: string, onClose?: () => void}} options
 * @returns {HTMLElement} to be placed in the document beside `trigger`
 */
export function popover(trigger, content, { role, label, onClose }) {
  count += 1;
  const box = h("div", {
    popover: "auto",
    role,
    "aria-label": label,
    class: "popover",
    id: `popover-${count}`,
  });
  trigger.setAttribute("aria-haspopup", role);
  trigger.setAttribute("aria-expanded", "false");
  trigger.setAttribute("aria-controls", box.id);
  // The press on an open popover's trigger closes it as a press elsewhere; the click must not open it again.
  let wasOpen = false;
  trigger.addEventListener("pointerdown", () => {
    wasOpen = box.matches(":popover-open");
  });
  trigger.addEventListener("click", () => {
    if (!wasOpen) box.showPopover();
    wasOpen = false;
  });
  box.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    trigger.setAttribute("aria-expanded", String(open));
    if (!open) return onClose?.();
    box.replaceChildren(content());
    position(box, trigger);
    return /** @type {HTMLElement | null} */ (box.querySelector("input, [role^=menuitem]"))?.focus();
  });
  return box;
}

/** @param {HTMLElement} box @param {HTMLElement} trigger */
function position(box, trigger) {
  const at = trigger.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + 4 + height <= innerHeight - MARGIN || at.top < height + MARGIN;
  box.style.left = `${Math.max(MARGIN, Math.min(at.left, innerWidth - width - MARGIN))}px`;
  box.style.top = `${below ? Math.min(at.bottom + 4, Math.max(MARGIN, innerHeight - height - MARGIN)) : at.top - height - 4}px`;
}

/**
 * Arrow keys, Home and End move among the items of a menu.
 * @param {HTMLElement} menu
 */
export function arrowKeys(menu) {
  menu.addEventListener("keydown", (event) => {
    const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role^=menuitem]")]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    items[to % items.length].focus();
  });
}

/**
 * Slack's confirmation dialog.
 * @param {any} confirm the element's confirm object
 * @returns {Promise<boolean>}
 */
export function confirmed(confirm) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { class: "dialog confirm", "data-testid": "confirm", "aria-label": plain(confirm.title) },
      h("h2", { class: "dialog-title" }, plain(confirm.title) || "Are you sure?"),
      h("p", { class: "confirm-text" }, plain(confirm.text)),
      h(
        "form",
        { method: "dialog", class: "dialog-actions" },
        h(
          "button",
          { class: "button", value: "deny", "data-testid": "confirm-deny" },
          plain(confirm.deny) || "Cancel",
        ),
        h(
          "button",
          {
            class: `button ${confirm.style === "danger" ? "danger" : "primary"}`,
            value: "confirm",
            "data-testid": "confirm-ok",
          },
          plain(confirm.confirm) || "Yes",
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "confirm");
    });
    (document.querySelector("dialog[open]") ?? document.body).append(dialog);
    dialog.showModal();
  });
}
