/** One message as the list shows it: who, when, what, and what hangs below it. */

/** @import { Message } from "./types.js" */
/** @import { Surface } from "./act.js" */
/** @import { Store } from "./store.js" */

import { dispatcher } from "./act.js";
import { foldable, renderBlocks } from "./blocks.js";
import { timeNode } from "./dates.js";
import { h, icon } from "./dom.js";
import { Form } from "./form.js";
import { mrkdwn, plain } from "./mrkdwn.js";

/** Who speaks when it is neither a person nor the app: a command that failed, for one. */
const SYSTEM = "USLACKBOT";

/** What readers chose in a message's own menus. @type {Map<string, Form>} */
const forms = new Map();

/**
 * @typedef {object} Setting where a message is drawn
 * @property {Store} store
 * @property {string} channel
 * @property {"main" | "thread"} where
 * @property {boolean} grouped it follows one of the same author: no name, no avatar
 * @property {Message[]} replies those to this message
 * @property {Message} [parent] of a reply shown in the channel
 */

/** @param {string} channel @param {Message} message @returns {string} its place in this page */
export function permalink(channel, message) {
  const inThread =
    message.thread_ts && message.thread_ts !== message.ts
      ? `?thread_ts=${message.thread_ts}&cid=${channel}`
      : "";
  return `/archives/${channel}/p${message.ts.replace(".", "")}${inThread}`;
}

/** @param {Store} store @param {Message} message @returns {string} */
export function author(store, message) {
  if (message.user === SYSTEM) return "Sandbox";
  return store.userName(message.user) || message.username || message.user || "Somebody";
}

/**
 * @param {Message} message
 * @param {Setting} setting
 * @returns {HTMLLIElement}
 */
export function messageNode(message, setting) {
  const { store, channel, grouped, where } = setting;
  const name = author(store, message);
  const isBot = store.user(message.user)?.is_bot ?? false;
  const ephemeral = Boolean(message.ephemeral_to);
  const time = h("a", { class: "when", href: permalink(channel, message) }, timeNode(message.ts, "{time}"));
  return h(
    "li",
    {
      class: `message${grouped ? " grouped" : ""}${ephemeral ? " is-ephemeral" : ""}${isEvent(message) ? " is-event" : ""}`,
      "data-testid": ephemeral ? "ephemeral" : "message",
      "data-ts": message.ts,
      "data-channel": channel,
    },
    h("div", { class: "gutter" }, grouped ? time : avatar(message.user, name, isBot)),
    h(
      "div",
      { class: "message-body" },
      ephemeral &&
        h("p", { class: "only-you" }, icon("eye"), "Only visible to you", dismissButton(setting, message)),
      grouped
        ? h("span", { class: "visually-hidden" }, `${name}: `)
        : h(
            "div",
            { class: "meta" },
            h("bdi", { class: "name" }, name),
            isBot && h("span", { class: "app-badge" }, "App"),
            time,
          ),
      setting.parent && where === "main" && repliedTo(setting.parent, setting),
      content(message, setting),
      message.reactions && reactions(message.reactions),
      where === "main" && setting.replies.length > 0 && repliesButton(message, setting),
    ),
    !ephemeral && tools(message, setting),
  );
}

/** @param {Message} message joining, leaving and the like */
const isEvent = ({ subtype }) => /^(channel|group)_/.test(subtype ?? "");

/**
 * @param {string} id decides the colour
 * @param {string} name
 * @param {boolean} isBot
 */
export function avatar(id, name, isBot) {
  const initials = name
    .split(/[\s_-]+/)
    .map((word) => [...word][0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 8, 7);
  return h(
    "span",
    { class: `avatar ${isBot ? "bot" : `hue-${hue}`}`, "aria-hidden": "true" },
    isBot ? initials.charAt(0) : initials,
  );
}

/** @param {Message} message @param {Setting} setting */
function content(message, setting) {
  const surface = surfaceOf(message, setting);
  if (message.blocks?.length) return surface.form.drawing(() => renderBlocks(message.blocks ?? [], surface));
  const body = foldable({ type: "mrkdwn", text: message.text ?? "" }, "text", surface);
  const text = body.classList.contains("text") ? body : body.firstElementChild;
  if (message.edited) text?.append(h("span", { class: "edited" }, " (edited)"));
  return body;
}

/** @param {NonNullable<Message["reactions"]>} given */
function reactions(given) {
  return h(
    "p",
    { class: "reactions" },
    Object.entries(given).map(([name, users]) =>
      h("span", { class: "reaction", title: `:${name}:` }, plain(`:${name}:`), ` ${users.length}`),
    ),
  );
}

/** @param {Message} message @param {Setting} setting @returns {Surface} */
function surfaceOf(message, { store, channel, where }) {
  const key = `${store.me}-${channel}-${message.ts}`;
  const form = forms.get(key) ?? new Form(message.picked);
  forms.set(key, form);
  return {
    store,
    form,
    key: `${where}-${key}`,
    dispatch: dispatcher(store, where, { channel, messageTs: message.ts }),
  };
}

/** @param {Setting} setting @param {Message} message */
function dismissButton({ store, channel }, message) {
  return h(
    "button",
    {
      type: "button",
      class: "link-button",
      "data-testid": "dismiss",
      on: { click: () => store.dismiss(channel, message.ts) },
    },
    "Dismiss",
  );
}

/** @param {Message} parent @param {Setting} setting */
function repliedTo(parent, { store, channel }) {
  const open = () => store.openThread({ channel, ts: parent.ts });
  const words = plain(mrkdwn(parent.text ?? "", store.refs).textContent ?? "");
  const excerpt = words.length > 90 ? `${words.slice(0, 88).trimEnd()}…` : words || "a message";
  return h(
    "p",
    { class: "replied-to" },
    "replied to a thread: ",
    h("button", { type: "button", class: "link-button", on: { click: open } }, h("bdi", {}, excerpt)),
  );
}

/** @param {Message} message @param {Setting} setting */
function repliesButton(message, { store, channel, replies }) {
  const count = Math.max(message.reply_count ?? 0, replies.length);
  const who = [...new Map(replies.map((reply) => [reply.user, reply])).values()].slice(0, 4);
  const open = () => store.openThread({ channel, ts: message.ts });
  const last = timeNode(replies[replies.length - 1].ts, "last reply {ago}");
  return h(
    "button",
    {
      type: "button",
      class: "replies",
      "data-testid": "replies",
      "data-focus": `replies-${message.ts}`,
      on: { click: open },
    },
    who.map((reply) => avatar(reply.user, author(store, reply), store.user(reply.user)?.is_bot ?? false)),
    h("span", { class: "replies-count" }, `${count} ${count === 1 ? "reply" : "replies"}`),
    h("span", { class: "replies-last" }, last),
  );
}

/** @param {Message} message @param {Setting} setting */
function tools(message, { store, channel, where }) {
  const thread = message.thread_ts ?? message.ts;
  const copy = async () => {
    const address = location.origin + permalink(channel, message);
    try {
      await navigator.clipboard.writeText(address);
      store.notify("Link copied.", where, "hint");
    } catch {
      store.notify(`This browser does not let the page copy. The link is ${address}`, where, "hint");
    }
  };
  return h(
    "div",
    { class: "tools" },
    where === "main" &&
      h(
        "button",
        {
          type: "button",
          class: "tool",
          title: "Reply in thread",
          "aria-label": "Reply in thread",
          "data-testid": "reply",
          on: { click: () => store.openThread({ channel, ts: thread }) },
        },
        icon("reply"),
      ),
    h(
      "button",
      {
        type: "button",
        class: "tool",
        title: "Copy link",
        "aria-label": "Copy link to this message",
        on: { click: copy },
      },
      icon("link"),
    ),
  );
}
