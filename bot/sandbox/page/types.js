/**
 * Shapes the control API speaks, for the other modules' JSDoc. No code.
 *
 * @typedef {{id: string, name: string, real_name: string, is_bot: boolean, title?: string, tz?: string}} User
 *
 * @typedef {object} Channel
 * @property {string} id
 * @property {string} name
 * @property {"channel" | "private" | "im"} kind
 * @property {string[]} members
 * @property {boolean} archived
 * @property {string} [user] for an `im`, the other party
 * @property {string} [topic]
 * @property {string | null} [last_ts]
 *
 * @typedef {object} Message
 * @property {string} ts seconds since 1970 with six decimals; unique in its channel
 * @property {string} [thread_ts] parent's `ts`; equal to `ts` on a parent that has replies
 * @property {string} user
 * @property {string} [username]
 * @property {string} text
 * @property {Block[]} [blocks]
 * @property {unknown} [edited]
 * @property {number} [reply_count]
 * @property {string} [subtype]
 * @property {boolean} [broadcast] a reply also shown in its channel
 * @property {string} [ephemeral_to] user who alone sees it
 * @property {Record<string, string[]>} [reactions] emoji name to users
 * @property {Record<string, Record<string, any>>} [picked] what the asking user chose in its menus
 *
 * @typedef {{type: string, text: string, emoji?: boolean, verbatim?: boolean}} TextObject
 * @typedef {{text: TextObject, value: string, description?: TextObject, url?: string}} Option
 * @typedef {{label: TextObject, options: Option[]}} OptionGroup
 * @typedef {{type: string, block_id?: string, [field: string]: any}} Block
 * @typedef {{type: string, action_id?: string, [field: string]: any}} Element
 *
 * @typedef {object} View
 * @property {string} id
 * @property {"modal" | "home"} type
 * @property {Block[]} blocks
 * @property {TextObject} [title]
 * @property {TextObject} [submit]
 * @property {TextObject} [close]
 * @property {{values: Record<string, Record<string, any>>}} [state] what was entered
 *
 * @typedef {{command: string, description?: string, usage_hint?: string}} Command
 *
 * @typedef {object} Workspace answer of GET /_control/state
 * @property {{name: string}} team
 * @property {User[]} users
 * @property {Channel[]} channels
 * @property {Record<string, View | null>} views
 * @property {Record<string, View>} homes
 * @property {Command[]} commands
 * @property {number} connections
 *
 * @typedef {{type: string, action_id: string, block_id: string, [field: string]: any}} Action
 * @typedef {{what: "messages" | "view" | "home" | "channels" | "state" | "notice", channel?: string, user?: string, text?: string}} Change
 */
export {};
