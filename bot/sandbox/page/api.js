/** Talking to the sandbox's control API: requests that fail in words a person can act on, and the change stream. */

/** @import { Change, Message, Workspace } from "./types.js" */

/** The sandbox refused or could not be reached; `message` is meant to be read by the person at the page. */
export class ControlError extends Error {}

/**
 * @param {string} path below /_control/
 * @param {RequestInit} [init]
 * @returns {Promise<any>} the JSON body, whatever its `ok` says
 * @throws {ControlError} when there is no JSON answer
 */
async function request(path, init) {
  let response;
  try {
    response = await fetch(`/_control/${path}`, init);
  } catch {
    throw new ControlError("The sandbox does not answer. Is it still running? Try again when it is.");
  }
  const raw = await response.text();
  try {
    const body = JSON.parse(raw);
    if (body && typeof body === "object") return body;
  } catch {
    // Not JSON: an error page of the server; its status says more than its text.
  }
  throw new ControlError(
    `The sandbox answered ${response.status} ${response.statusText} to ${path.split("?")[0]}.`,
  );
}

/**
 * @param {string} path below /_control/
 * @param {object} body
 * @returns {Promise<any>} the answer: `ok` is true, or `errors` names the fields of a form, or `saw` is what Slack would show
 * @throws {ControlError} when the sandbox refuses or is not there
 */
export async function post(path, body) {
  const answer = await request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.ok === false && !answer.errors && !answer.saw) throw new ControlError(refusal(path, answer));
  return answer;
}

/**
 * @param {string} path
 * @param {{error?: unknown, message?: unknown, detail?: unknown}} answer
 */
function refusal(path, { error, message, detail }) {
  const said = [message, detail, error].find((part) => typeof part === "string" && part);
  return said ? `The sandbox refused: ${said}` : `The sandbox refused ${path} without saying why.`;
}

/** @returns {Promise<Workspace>} */
export async function fetchWorkspace() {
  return request("state");
}

/**
 * @param {string} channel
 * @param {string} user whose ephemeral messages are included
 * @returns {Promise<Message[]>} oldest first, replies included
 */
export async function fetchMessages(channel, user) {
  const path = `messages/${encodeURIComponent(channel)}?user=${encodeURIComponent(user)}`;
  const answer = await request(path);
  if (answer.ok === false) throw new ControlError(refusal("messages", answer));
  return answer.messages ?? [];
}

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5000;

/**
 * Keeps a connection to the change stream, for as long as the page lives.
 * @param {(change: Change) => void} onChange
 * @param {(connected: boolean) => void} onStatus called after every opening and loss; after an
 *   opening the caller refetches, since changes in between were missed
 */
export function listen(onChange, onStatus) {
  let wait = FIRST_WAIT_MS;
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/_control/stream`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      onStatus(true);
    });
    socket.addEventListener("message", ({ data }) => {
      const change = JSON.parse(data);
      if (change.type === "changed" || change.what) onChange(change);
    });
    socket.addEventListener("close", () => {
      onStatus(false);
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    });
  };
  connect();
}
