/** What every interactive element shares: where it is drawn, how it is found, how it tells the app. */

/** @import { Action, Element } from "./types.js" */
/** @import { Form } from "./form.js" */
/** @import { Notice, Store } from "./store.js" */

/**
 * What is being drawn on: a message, a modal or a Home tab.
 * @typedef {object} Surface
 * @property {Store} store
 * @property {Form} form
 * @property {string} key different for each surface; remembers which long texts are unfolded
 * @property {(action: Action) => Promise<void>} dispatch tells the app; a failure is already reported
 */

/** @typedef {{block: string, silent: boolean}} Spot an element's block, and whether it is a form field that tells the app nothing until submitted */

import { post } from "./api.js";
import { confirmed } from "./popover.js";

/**
 * Attributes by which tests and the focus find an element.
 * @param {Element} element
 * @param {Spot} spot
 */
export const hooks = (element, spot) => ({
  "data-action-id": element.action_id ?? "",
  "data-block-id": spot.block,
});

/**
 * Asks the element's confirmation, if it has one, then tells the app.
 * @param {Element} element
 * @param {Spot} spot
 * @param {Surface} surface
 * @param {object} fields what was chosen
 * @returns {Promise<boolean>} false when the reader declined
 */
export async function act(element, spot, surface, fields) {
  if (spot.silent) return true;
  if (element.confirm && !(await confirmed(element.confirm))) return false;
  await surface.dispatch({
    type: element.type,
    action_id: element.action_id ?? "",
    block_id: spot.block,
    ...fields,
  });
  return true;
}

/**
 * Tells the app of actions on one message or view; what goes wrong is said where the reader is.
 * @param {Store} store
 * @param {Notice["where"]} where
 * @param {{channel: string, messageTs: string} | {viewId: string} | {home: true}} target
 * @returns {Surface["dispatch"]}
 */
export function dispatcher(store, where, target) {
  return async (action) => {
    const user = store.me;
    try {
      const answer = await post("interact", { ...target, user, action });
      // The answer may take three seconds; by then somebody else may be looking.
      if (answer.saw && user === store.me) store.notify(answer.saw, where);
    } catch (error) {
      if (user === store.me) store.report(error, where);
    }
  };
}
