/** The middle of the page: a channel's or conversation's messages and where to write, or an app's Home. */

/** @import { Store } from "./store.js" */

import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { homeView } from "./home.js";
import { channelRows } from "./rows.js";
import { placeName } from "./sidebar.js";
import { isNews } from "./store.js";
import { Timeline } from "./timeline.js";

/**
 * @param {Store} store
 * @returns {HTMLElement}
 */
export function conversation(store) {
  const title = h("h1", {});
  const detail = h("span", { class: "pane-detail" });
  const banner = h("div", { class: "banner", role: "status" });
  const empty = h("p", { class: "empty" });
  const timeline = new Timeline({ label: "Messages", testid: "new-messages", onBottom: read });
  const composer = new Composer(store, "main");
  const home = homeView(store);
  const main = h(
    "main",
    { id: "main", class: "main-pane", tabindex: -1 },
    h("header", { class: "pane-header" }, title, detail),
    banner,
    home,
    empty,
    timeline.node,
    composer.node,
  );
  /** Where the line "New" stands: above the first message unread when one came here, or came back to the window. */
  const mark = { readUpTo: "", firstNew: /** @type {string | null} */ (null), settled: false };

  function read() {
    if (
      store.place?.kind === "channel" &&
      document.visibilityState === "visible" &&
      store.messages.has(store.place.id)
    )
      store.markRead(store.place.id);
  }
  function settleMark(/** @type {string} */ id) {
    if (mark.settled || !store.messages.has(id)) return;
    mark.firstNew = mark.readUpTo
      ? (store.shown(id).find((message) => message.ts > mark.readUpTo && isNews(message, store.me))?.ts ??
        null)
      : null;
    mark.settled = document.visibilityState === "visible";
  }
  function unsettleMark() {
    Object.assign(mark, {
      readUpTo: store.place?.kind === "channel" ? store.lastRead(store.place.id) : "",
      firstNew: null,
      settled: false,
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") unsettleMark();
    draw();
  });

  function draw() {
    drawBanner();
    const { place } = store;
    const channel = place?.kind === "channel" ? store.channel(place.id) : undefined;
    const glyph =
      place?.kind === "home"
        ? "home"
        : channel?.kind === "im"
          ? "chat"
          : channel?.kind === "private"
            ? "lock"
            : "hash";
    title.replaceChildren(icon(glyph), h("bdi", {}, placeName(store)));
    detail.textContent = describe();
    timeline.node.hidden = place?.kind !== "channel";
    composer.node.hidden = place?.kind === "home" && store.notices.length === 0;
    composer.node.classList.toggle("only-notices", place?.kind === "home");
    empty.hidden = true;
    if (place?.kind !== "channel") return;
    settleMark(place.id);
    const rows = channelRows(store, place.id, mark.firstNew);
    const loaded = store.messages.has(place.id);
    empty.hidden = rows.length > 0 || (!loaded && channel !== undefined);
    empty.textContent = channel
      ? firstWords(channel.kind === "im")
      : "There is no such channel here, or you are not in it.";
    timeline.render(`${store.me} ${place.id} ${loaded}`, rows);
    composer.aimAt({
      channel: place.id,
      thread: null,
      placeholder: channel?.kind === "im" ? `Message ${placeName(store)}` : `Message #${placeName(store)}`,
      ...closed(),
    });
    followTarget(place.id);
  }

  /** @param {boolean} direct */
  function firstWords(direct) {
    const command = store.workspace.commands[0]?.command;
    const hint = command ? ` Type ${command} to ask how things stand.` : "";
    return direct
      ? `This is the beginning of your conversation.${hint}`
      : `No messages yet. Alerts will appear here.${hint}`;
  }

  function closed() {
    const channel = store.place?.kind === "channel" ? store.channel(store.place.id) : undefined;
    if (!channel) return { disabled: "There is nothing to write to here." };
    return channel.archived ? { disabled: "This channel is archived." } : {};
  }

  function describe() {
    const channel = store.place?.kind === "channel" ? store.channel(store.place.id) : undefined;
    if (!channel || channel.kind === "im") return store.place ? "App" : "";
    const people = channel.members?.length ?? 0;
    return [channel.topic, `${people} ${people === 1 ? "member" : "members"}`, channel.archived && "archived"]
      .filter(Boolean)
      .join(" · ");
  }

  function drawBanner() {
    const text = !store.streaming
      ? "The connection to the sandbox is lost; what you see may be out of date. Trying again…"
      : store.workspace.connections === 0
        ? "Backchannel is not connected. Cards stay as they are; commands and buttons get no answer until it is back."
        : "";
    banner.hidden = !text;
    if (banner.textContent !== text) banner.replaceChildren(...(text ? [icon("warning"), text] : []));
  }

  /** Shows the message a link led to, in its thread when it is a reply. @param {string} id */
  function followTarget(id) {
    const { target } = store;
    if (!target || !store.messages.has(id)) return;
    const message = store.shown(id).find((one) => one.ts === target);
    if (timeline.show(target)) {
      store.target = null;
    } else if (message?.thread_ts) {
      store.openThread({ channel: id, ts: message.thread_ts });
    } else {
      store.target = null;
      store.notify("That message is not here: it was deleted, or the sandbox was started anew since.");
    }
  }

  const opened = () => {
    unsettleMark();
    draw();
    if (store.place?.kind === "channel" && !store.target && !store.modal)
      composer.input.focus({ preventScroll: true });
  };
  store.on(["place"], opened);
  store.on(["me"], opened);
  store.on(["workspace", "messages", "stream", "notices"], draw);
  draw();
  return main;
}
