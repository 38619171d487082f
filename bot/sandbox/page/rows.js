/** Messages to the rows of a list: days, grouping, replies, and which change is worth drawing. */

/** @import { Message } from "./types.js" */
/** @import { Store } from "./store.js" */
/** @import { Row } from "./timeline.js" */

import { dayHeading, dayOf } from "./dates.js";
import { h } from "./dom.js";
import { messageNode } from "./messages.js";
import { isInChannel } from "./store.js";

const GROUP_SECONDS = 300;

/**
 * @param {Store} store
 * @param {string} channel
 * @param {string | null} firstNew `ts` of the message to draw the line "New" above
 * @returns {Row[]}
 */
export function channelRows(store, channel, firstNew) {
  const all = store.shown(channel);
  const replies = repliesByParent(all);
  const inChannel = all.filter(isInChannel);
  /** @type {Row[]} */
  const rows = [];
  inChannel.forEach((message, index) => {
    const before = inChannel[index - 1];
    const newDay = !before || dayOf(before.ts) !== dayOf(message.ts);
    if (newDay) rows.push(dayRow(message));
    if (message.ts === firstNew) rows.push(newRow());
    const grouped = !newDay && message.ts !== firstNew && follows(before, message);
    const parent = isReply(message) ? all.find((other) => other.ts === message.thread_ts) : undefined;
    rows.push(
      messageRow(store, channel, message, {
        where: "main",
        grouped,
        replies: replies.get(message.ts) ?? [],
        parent,
      }),
    );
  });
  return rows;
}

/**
 * @param {Store} store
 * @param {string} channel
 * @param {string} ts of the parent
 * @returns {Row[]} empty when the parent is gone
 */
export function threadRows(store, channel, ts) {
  const all = store.shown(channel);
  const parent = all.find((message) => message.ts === ts);
  if (!parent) return [];
  const replies = repliesByParent(all, true).get(ts) ?? [];
  const counted = replies.filter((reply) => !reply.ephemeral_to).length;
  const setting = { where: /** @type {const} */ ("thread"), replies: [] };
  return [
    messageRow(store, channel, parent, { ...setting, grouped: false }),
    countRow(counted),
    ...replies.map((reply, index) =>
      messageRow(store, channel, reply, { ...setting, grouped: follows(replies[index - 1], reply) }),
    ),
  ];
}

/** @param {Message} message */
const isReply = (message) =>
  message.thread_ts !== undefined && message.thread_ts !== null && message.thread_ts !== message.ts;

/** @param {Message[]} messages @param {boolean} [ephemeral] whether answers only I see count too */
function repliesByParent(messages, ephemeral = false) {
  /** @type {Map<string, Message[]>} */
  const replies = new Map();
  for (const message of messages) {
    if (!isReply(message) || (message.ephemeral_to && !ephemeral)) continue;
    const parent = /** @type {string} */ (message.thread_ts);
    replies.set(parent, [...(replies.get(parent) ?? []), message]);
  }
  return replies;
}

/**
 * Plain messages in quick succession share a name; a card always says who sent it and when.
 * @param {Message | undefined} before
 * @param {Message} message
 */
function follows(before, message) {
  if (!before || before.user !== message.user || before.username !== message.username) return false;
  if (message.blocks?.length || before.blocks?.length || message.ephemeral_to || before.ephemeral_to)
    return false;
  if (isReply(message) !== isReply(before) || message.subtype !== before.subtype) return false;
  return Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}

/**
 * @param {Store} store
 * @param {string} channel
 * @param {Message} message
 * @param {{where: "main" | "thread", grouped: boolean, replies: Message[], parent?: Message}} setting
 * @returns {Row}
 */
function messageRow(store, channel, message, setting) {
  const { text, blocks, edited } = message;
  const content = JSON.stringify([text, blocks, edited]);
  const below = setting.replies.map((reply) => [reply.ts, reply.user]);
  return {
    key: `message ${message.user} ${message.ts} ${message.ephemeral_to ?? ""}`,
    content,
    drawn: JSON.stringify([
      content,
      setting.grouped,
      below,
      message.reply_count,
      setting.parent?.text,
      store.userName(message.user),
      message.reactions,
    ]),
    incoming: message.user !== store.me,
    own: message.user === store.me,
    build: () => messageNode(message, { store, channel, ...setting }),
  };
}

/** @param {Message} message the day's first @returns {Row} */
function dayRow({ ts }) {
  const heading = dayHeading(ts);
  return {
    key: `day ${dayOf(ts)}`,
    drawn: heading,
    content: "",
    build: () => h("li", { class: "day" }, h("span", {}, heading)),
  };
}

/** @returns {Row} */
function newRow() {
  return {
    key: "new",
    drawn: "",
    content: "",
    build: () => h("li", { class: "new-line" }, h("span", {}, "New")),
  };
}

/** @param {number} count of replies @returns {Row} */
function countRow(count) {
  const text = count === 0 ? "No replies yet" : `${count} ${count === 1 ? "reply" : "replies"}`;
  return {
    key: "count",
    drawn: text,
    content: "",
    build: () => h("li", { class: "reply-count" }, h("span", {}, text)),
  };
}
