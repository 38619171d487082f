/** The panel on the right: one message and its replies. */

/** @import { Store } from "./store.js" */

import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { threadRows } from "./rows.js";
import { Timeline } from "./timeline.js";

/**
 * @param {Store} store
 * @returns {HTMLElement}
 */
export function threadPanel(store) {
  const timeline = new Timeline({ label: "Thread", testid: "thread-new-messages", onBottom: () => {} });
  const composer = new Composer(store, "thread");
  const where = h("span", { class: "pane-detail" });
  const close = h(
    "button",
    {
      type: "button",
      class: "tool",
      "aria-label": "Close the thread",
      title: "Close",
      "data-testid": "thread-close",
      on: { click: () => store.openThread(null) },
    },
    icon("close"),
  );
  const gone = h("p", { class: "empty", hidden: true }, "This message is no longer here.");
  const panel = h(
    "aside",
    { class: "thread-panel", "data-testid": "thread-panel", "aria-label": "Thread", hidden: true },
    h("header", { class: "pane-header" }, h("h2", {}, "Thread"), where, close),
    gone,
    timeline.node,
    composer.node,
  );
  panel.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !panel.querySelector(":popover-open")) store.openThread(null);
  });
  /** @type {HTMLElement | null} */
  let cameFrom = null;

  const draw = () => {
    const { thread } = store;
    const wasHidden = panel.hidden;
    panel.hidden = !thread;
    if (!thread) return;
    const channel = store.channel(thread.channel);
    where.textContent =
      channel?.kind === "im"
        ? (store.channelName(thread.channel) ?? "")
        : `#${store.channelName(thread.channel) ?? ""}`;
    const rows = threadRows(store, thread.channel, thread.ts);
    gone.hidden = rows.length > 0 || !store.messages.has(thread.channel);
    timeline.render(`${store.me} ${thread.channel} ${thread.ts}`, rows);
    composer.aimAt({
      ...thread,
      thread: thread.ts,
      placeholder: "Reply…",
      ...(channel?.archived ? { disabled: "This channel is archived." } : {}),
    });
    if (wasHidden) timeline.toBottom();
  };
  store.on(["messages", "workspace", "me"], draw);
  store.on(["thread"], () => {
    if (
      store.thread &&
      document.activeElement instanceof HTMLElement &&
      !panel.contains(document.activeElement)
    )
      cameFrom = document.activeElement;
    draw();
    if (store.thread) composer.input.focus({ preventScroll: true });
    else if (cameFrom?.isConnected) cameFrom.focus({ preventScroll: true });
  });
  store.on(["place", "messages"], () => {
    if (store.target && store.thread && timeline.show(store.target)) store.target = null;
  });
  draw();
  return panel;
}
