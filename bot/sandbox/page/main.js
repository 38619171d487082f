/** Puts the page together: the store, its views, the change stream and the address bar. */

/** @import { Change } from "./types.js" */
/** @import { Route } from "./route.js" */

import { listen, post } from "./api.js";
import { conversation } from "./conversation.js";
import { refreshTimes } from "./dates.js";
import { h } from "./dom.js";
import { recall } from "./memory.js";
import { author } from "./messages.js";
import { Modal } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";
import { followRoutes, routeOf } from "./route.js";
import { sidebar } from "./sidebar.js";
import { isInChannel, Store } from "./store.js";
import { threadPanel } from "./thread.js";

const TIMES_EVERY_MS = 20_000;
const LOOK_AGAIN_MS = 4000;
const ANNOUNCED_MS = 1500;

const store = new Store();
const announcer = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });

/** @param {Route} route */
function goTo(route) {
  const { bots, channels } = store;
  if (route?.kind === "home" && bots.length) store.go({ kind: "home", bot: bots[0].id });
  else if (route?.kind === "channel") store.go({ kind: "channel", id: route.id }, route.target);
  else if (channels.length)
    store.go({ kind: "channel", id: (channels.find((channel) => !channel.archived) ?? channels[0]).id });
  if (store.place?.kind === "channel") void store.refreshMessages(store.place.id);
}

/** @param {string} bot */
async function openDirect(bot) {
  try {
    const id = store.directMessages(bot)?.id ?? (await post("open-dm", { user: store.me })).channel;
    await store.refreshWorkspace();
    location.hash = `#/${id}`;
  } catch (error) {
    store.report(error);
  }
}

/** @param {string} user */
async function become(user) {
  store.become(user);
  // Another person's direct messages are not mine: stay only where this person may be.
  const { place } = store;
  const mayStay =
    place?.kind === "home" ||
    (place?.kind === "channel" && store.channels.some((channel) => channel.id === place.id));
  if (!mayStay) {
    history.replaceState(null, "", "/");
    goTo(null);
  }
  await store.refreshAll();
}

/** @param {Change} change */
async function changed({ what, channel, user, text }) {
  if (what === "messages" && channel) {
    if (!store.channel(channel)) await store.refreshWorkspace();
    const mine =
      store.channels.some(({ id }) => id === channel) ||
      store.bots.some((bot) => store.directMessages(bot.id)?.id === channel);
    if (mine) await store.refreshMessages(channel);
  } else if (what === "notice") {
    if (user === store.me && text) store.notify(text, store.modal ? "modal" : "main");
  } else if (what === "channels") {
    // Also said when the sandbox was set back to its start: then every message is gone.
    await store.refreshAll();
  } else if (user === undefined || user === store.me) {
    await store.refreshWorkspace();
  }
}

/** Reads new messages of others aloud, by their full sentence rather than by their blocks. */
function announceNews() {
  /** @type {Map<string, string>} */
  const newest = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let spoken;
  store.on(["messages"], () => {
    const id = store.place?.kind === "channel" ? store.place.id : null;
    if (!id || !store.messages.has(id)) return;
    const last = store
      .shown(id)
      .findLast(
        (message) =>
          message.user !== store.me && (isInChannel(message) || message.thread_ts === store.thread?.ts),
      );
    const before = newest.get(`${store.me} ${id}`);
    newest.set(`${store.me} ${id}`, last?.ts ?? "");
    if (!last || before === undefined || last.ts <= before) return;
    announcer.textContent = `${author(store, last)}: ${mrkdwn(last.text ?? "", store.refs).textContent}`;
    // Once spoken it must not be found a second time by those who read the page from top to bottom.
    clearTimeout(spoken);
    spoken = setTimeout(() => announcer.replaceChildren(), ANNOUNCED_MS);
  });
}

/** Whether the app is connected is not always told; looking again is cheap on this machine. */
function lookAgain() {
  setInterval(() => {
    if (document.visibilityState === "visible" && store.streaming) void store.refreshWorkspace();
  }, LOOK_AGAIN_MS);
}

async function start() {
  await store.refreshWorkspace();
  while (!store.people.length) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    await store.refreshWorkspace();
  }
  const asked = new URLSearchParams(location.search).get("user");
  const known = [asked, recall("me", ""), store.people[0]?.id].find((id) =>
    store.people.some((user) => user.id === id),
  );
  if (known) store.become(known);
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  root.replaceChildren(
    sidebar(store, { openDirect, become }),
    conversation(store),
    threadPanel(store),
    announcer,
  );
  new Modal(store).placeIn(document.body);
  document.querySelector(".skip-link")?.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main")?.focus();
  });
  announceNews();
  followRoutes(goTo);
  goTo(routeOf(location.hash));
  listen(changed, (connected) => {
    store.setStreaming(connected);
    if (connected) void store.refreshAll();
  });
  setInterval(refreshTimes, TIMES_EVERY_MS);
  lookAgain();
}

await start();
