/** What the page remembers between visits: who you are, what you have read, what you dismissed. */

const PREFIX = "sandbox.";

/**
 * @template T
 * @param {string} key
 * @param {T} otherwise
 * @returns {T}
 */
export function recall(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null") ?? otherwise;
  } catch {
    return otherwise; // Storage refused by the browser, or written by something else: start afresh.
  }
}

/**
 * @param {string} key
 * @param {unknown} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Storage refused or full: the page works, it only forgets this at the next visit.
  }
}
