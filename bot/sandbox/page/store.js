/** What the page knows: the workspace, its messages, where the reader is, and what they have read. */

/** @import { Channel, Message, User, View, Workspace } from "./types.js" */
/** @typedef {{kind: "channel", id: string} | {kind: "home", bot: string}} Place */
/** @typedef {{id: number, where: "main" | "thread" | "modal", text: string, kind: "error" | "hint"}} Notice */
/** @typedef {"workspace" | "messages" | "place" | "thread" | "notices" | "read" | "stream" | "me"} Topic */

import { fetchMessages, fetchWorkspace } from "./api.js";
import { recall, remember } from "./memory.js";
import { coalesced } from "./refetch.js";

/** @type {Workspace} */
const NOTHING = {
  team: { name: "" },
  users: [],
  channels: [],
  views: {},
  homes: {},
  commands: [],
  connections: 1,
};

export class Store extends EventTarget {
  /** @type {Workspace} */
  workspace = NOTHING;
  me = "";
  /** @type {Place | null} */
  place = null;
  /** @type {{channel: string, ts: string} | null} */
  thread = null;
  /** @type {string | null} `ts` of the message a link led to */
  target = null;
  /** @type {Map<string, Message[]>} */
  messages = new Map();
  /** @type {Notice[]} */
  notices = [];
  streaming = true;

  #noticeCount = 0;
  /** @type {Record<string, string>} */
  #read = recall("read", {});
  /** @type {Set<string>} */
  #dismissed = new Set(recall("dismissed", []));
  /** @type {Map<string, () => Promise<void>>} */
  #fetchers = new Map();

  /**
   * @param {Topic[]} topics
   * @param {() => void} listener
   */
  on(topics, listener) {
    for (const topic of topics) this.addEventListener(topic, listener);
  }

  /** @param {Topic} topic */
  #tell(topic) {
    this.dispatchEvent(new Event(topic));
  }

  // --- what is there -------------------------------------------------------------------------

  /** @param {string} id @returns {User | undefined} */
  user(id) {
    return this.workspace.users.find((user) => user.id === id);
  }

  /** @param {string} id @returns {string | null} */
  userName(id) {
    const user = this.user(id);
    return user ? user.real_name || user.name : null;
  }

  /** @param {string} id @returns {Channel | undefined} */
  channel(id) {
    return this.workspace.channels.find((channel) => channel.id === id);
  }

  /** @param {string} id @returns {string | null} */
  channelName(id) {
    const channel = this.channel(id);
    if (!channel) return null;
    return channel.kind === "im"
      ? (this.userName(this.#otherParty(channel)) ?? "direct message")
      : channel.name;
  }

  /** @param {Channel} channel */
  #otherParty(channel) {
    return channel.members?.find((id) => id !== this.me) ?? channel.user ?? "";
  }

  /** Who and what mentions in a text point to. */
  get refs() {
    return { userName: this.userName.bind(this), channelName: this.channelName.bind(this), me: this.me };
  }

  get people() {
    return this.workspace.users.filter((user) => !user.is_bot);
  }

  get bots() {
    return this.workspace.users.filter((user) => user.is_bot);
  }

  /** Channels I may open: public ones, and private ones I am in. */
  get channels() {
    return this.workspace.channels.filter(
      ({ kind, members }) => kind === "channel" || (kind === "private" && members.includes(this.me)),
    );
  }

  /** @param {string} bot @returns {Channel | undefined} my conversation with it, once there is one */
  directMessages(bot) {
    return this.workspace.channels.find(
      (channel) =>
        channel.kind === "im" && channel.members?.includes(this.me) && this.#otherParty(channel) === bot,
    );
  }

  /** @returns {View | null} */
  get modal() {
    return this.workspace.views?.[this.me] ?? null;
  }

  /** @param {string} id of a channel @returns {Message[]} without ephemeral ones I dismissed or that are not mine */
  shown(id) {
    return (this.messages.get(id) ?? []).filter(
      (message) =>
        !message.ephemeral_to ||
        (message.ephemeral_to === this.me && !this.#dismissed.has(`${id}:${message.ts}`)),
    );
  }

  // --- fetching ------------------------------------------------------------------------------

  refreshWorkspace = coalesced(async () => {
    try {
      const workspace = { ...NOTHING, ...(await fetchWorkspace()) };
      if (JSON.stringify(workspace) === JSON.stringify(this.workspace)) return;
      this.workspace = workspace;
      this.#tell("workspace");
    } catch (error) {
      this.report(error);
    }
  });

  /** @param {string} id of a channel */
  refreshMessages(id) {
    const fetcher = this.#fetchers.get(id) ?? coalesced(() => this.#fetchMessages(id));
    this.#fetchers.set(id, fetcher);
    return fetcher();
  }

  /** @param {string} id */
  async #fetchMessages(id) {
    const { me } = this;
    try {
      const messages = await fetchMessages(id, me);
      if (me !== this.me) return;
      this.messages.set(id, messages);
      this.#tell("messages");
    } catch (error) {
      this.report(error);
    }
  }

  /** Fetches everything I can see. */
  async refreshAll() {
    await this.refreshWorkspace();
    const ids = [...this.channels, ...this.bots.map((bot) => this.directMessages(bot.id))].map(
      (channel) => channel?.id,
    );
    await Promise.all(ids.map((id) => id && this.refreshMessages(id)));
  }

  // --- where I am ----------------------------------------------------------------------------

  /** @param {string} user */
  become(user) {
    if (user === this.me) return;
    this.me = user;
    remember("me", user);
    this.messages.clear();
    this.thread = null;
    this.notices = [];
    this.#tell("me");
  }

  /**
   * @param {Place} place
   * @param {string | null} [target] `ts` of a message to show there
   */
  go(place, target = null) {
    this.target = target;
    this.place = place;
    if (this.thread && (place.kind !== "channel" || place.id !== this.thread.channel)) this.openThread(null);
    this.#tell("place");
  }

  /** @param {{channel: string, ts: string} | null} thread */
  openThread(thread) {
    this.thread = thread;
    this.#tell("thread");
  }

  /** @param {boolean} streaming */
  setStreaming(streaming) {
    this.streaming = streaming;
    this.#tell("stream");
  }

  // --- read and dismissed --------------------------------------------------------------------

  /** @param {string} id of a channel @returns {string} `ts` up to which I have read, "" for nothing */
  lastRead(id) {
    return this.#read[`${this.me}:${id}`] ?? "";
  }

  /** @param {string} id of a channel */
  markRead(id) {
    const newest = this.shown(id).findLast(isInChannel)?.ts ?? "";
    if (newest <= this.lastRead(id)) return;
    this.#read[`${this.me}:${id}`] = newest;
    remember("read", this.#read);
    this.#tell("read");
  }

  /** @param {string} id of a channel @returns {number} */
  unread(id) {
    const since = this.lastRead(id);
    return this.shown(id).filter((message) => message.ts > since && isNews(message, this.me)).length;
  }

  /** @param {string} channel @param {string} ts */
  dismiss(channel, ts) {
    this.#dismissed.add(`${channel}:${ts}`);
    remember("dismissed", [...this.#dismissed].slice(-300));
    this.#tell("messages");
  }

  // --- notices -------------------------------------------------------------------------------

  /**
   * @param {string} text
   * @param {Notice["where"]} [where]
   * @param {Notice["kind"]} [kind] a hint goes with the next thing sent, an error stays until dismissed
   */
  notify(text, where = "main", kind = "error") {
    // The sandbox tells of a failed click both in its answer and to all pages of this person.
    if (this.notices.some((notice) => notice.text === text)) return;
    this.#noticeCount += 1;
    this.notices = [...this.notices, { id: this.#noticeCount, where, text, kind }];
    this.#tell("notices");
  }

  /**
   * @param {unknown} error
   * @param {Notice["where"]} [where]
   */
  report(error, where = "main") {
    console.error(error);
    this.notify(error instanceof Error ? error.message : String(error), where);
  }

  /** @param {(notice: Notice) => boolean} gone */
  dropNotices(gone) {
    this.notices = this.notices.filter((notice) => !gone(notice));
    this.#tell("notices");
  }
}

/**
 * Whether a message is something to read: somebody else's, in the channel, and not an answer to what the reader just did.
 * @param {Message} message
 * @param {string} me
 */
export const isNews = (message, me) => message.user !== me && !message.ephemeral_to && isInChannel(message);

/** @param {Message} message whether it is shown in the channel itself, not only in its thread */
export function isInChannel({ ts, thread_ts: thread, broadcast, subtype }) {
  return !thread || thread === ts || broadcast === true || subtype === "thread_broadcast";
}
