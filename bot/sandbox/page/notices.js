/** What went wrong, said where the reader is looking; stays until they have dismissed it. */

/** @import { Notice, Store } from "./store.js" */

import { h, icon } from "./dom.js";

/**
 * A list that keeps itself up to date.
 * @param {Store} store
 * @param {Notice["where"]} where
 */
export function noticeList(store, where) {
  const list = h("div", { class: "notices", role: "log", "aria-live": "assertive", "aria-label": "Notices" });
  /** @type {Map<number, HTMLElement>} */
  const drawn = new Map();
  const draw = () => {
    const wanted = store.notices.filter((notice) => notice.where === where);
    for (const [id, node] of drawn) {
      if (wanted.some((notice) => notice.id === id)) continue;
      node.remove();
      drawn.delete(id);
    }
    for (const notice of wanted) {
      if (drawn.has(notice.id)) continue;
      const node = item(store, notice);
      drawn.set(notice.id, node);
      list.append(node);
    }
  };
  store.on(["notices", "me"], draw);
  draw();
  return list;
}

/** @param {Store} store @param {Notice} notice */
function item(store, notice) {
  const dismiss = () => store.dropNotices((other) => other.id === notice.id);
  return h(
    "div",
    { class: `notice ${notice.kind}`, "data-testid": "notice" },
    icon(notice.kind === "error" ? "warning" : "eye"),
    h(
      "p",
      { dir: "auto" },
      notice.kind === "hint" && h("span", { class: "only-you-inline" }, "Only visible to you "),
      notice.text,
    ),
    h(
      "button",
      { type: "button", class: "tool", "aria-label": "Dismiss", title: "Dismiss", on: { click: dismiss } },
      icon("close"),
    ),
  );
}
