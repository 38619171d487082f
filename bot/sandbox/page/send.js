/** From what was typed to what the control API is told: commands, mentions. */

/** @import { Command } from "./types.js" */
/** @import { Store } from "./store.js" */

import { post } from "./api.js";

/** Addressing the whole channel, as people type it. */
const BROADCASTS = ["channel", "here", "everyone"];

/**
 * @param {Store} store
 * @param {{text: string, channel: string, thread: string | null}} typed
 * @returns {Promise<boolean>} false when nothing was sent: the reason is a notice, and the text should stay where it is
 */
export async function send(store, { text, channel, thread }) {
  const where = thread ? "thread" : "main";
  const slash = /^\/(\S+)\s*([\s\S]*)$/.exec(text);
  if (slash && thread) {
    store.notify(
      `Commands do not work in threads. Type /${slash[1]} in the channel itself.`,
      "thread",
      "hint",
    );
    return false;
  }
  if (slash) return run(store, channel, `/${slash[1]}`, slash[2].trim());
  try {
    await post("message", {
      channel,
      user: store.me,
      text: encode(store, text),
      ...(thread ? { thread_ts: thread } : {}),
    });
    return true;
  } catch (error) {
    store.report(error, where);
    return false;
  }
}

/**
 * @param {Store} store
 * @param {string} channel
 * @param {string} name with its slash
 * @param {string} text
 */
async function run(store, channel, name, text) {
  const command = findCommand(store.workspace.commands, name);
  if (!command) {
    const known = store.workspace.commands.map((one) => one.command).join(", ");
    store.notify(
      `${name} is not a valid command. ${known ? `Known here: ${known}.` : "The app has none."} To send it as a message, put a space before it.`,
      "main",
      "hint",
    );
    return false;
  }
  try {
    const answer = await post("command", { channel, user: store.me, command: command.command, text });
    // A failure is already told in the channel, visible to this person only.
    return answer.acked !== false;
  } catch (error) {
    store.report(error);
  }
  return false;
}

/**
 * @param {Command[]} commands
 * @param {string} name
 */
export const findCommand = (commands, name) =>
  commands.find((one) => one.command.toLowerCase() === name.toLowerCase());

/**
 * Typed text with names as references; the sandbox escapes the rest, as Slack does.
 * @param {Store} store
 * @param {string} text
 * @returns {string}
 */
export function encode(store, text) {
  /** @type {[string, string][]} */
  const references = [
    ...store.workspace.users.flatMap(({ id, name, real_name: realName }) =>
      [realName, name].map((one) => /** @type {[string, string]} */ ([`@${one}`, `<@${id}>`])),
    ),
    ...BROADCASTS.map((name) => /** @type {[string, string]} */ ([`@${name}`, `<!${name}>`])),
    ...store.channels.map(
      ({ id, name }) => /** @type {[string, string]} */ ([`#${name}`, `<#${id}|${name}>`]),
    ),
  ];
  const byTyped = new Map(references.map(([typed, reference]) => [typed.toLowerCase(), reference]));
  const longestFirst = [...byTyped.keys()]
    .filter((typed) => typed.length > 1)
    .sort((a, b) => b.length - a.length);
  const any = longestFirst.map((typed) => typed.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const pattern = new RegExp(`(?<=^|[\\s(])(?:${any})(?![\\p{L}\\p{N}_-])`, "giu");
  return text.replace(pattern, (typed) => byTyped.get(typed.toLowerCase()) ?? typed);
}
