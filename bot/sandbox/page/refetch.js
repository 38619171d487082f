/** Fetching again when told of changes, without fetching once per change. */

/**
 * Runs `job` soon after a call, once for all calls of that moment, never twice at a time; a call
 * during a run leads to one more run after it.
 * @param {() => Promise<void>} job handles its own failures
 * @param {number} [delay] milliseconds
 * @returns {() => Promise<void>} resolves when a run begun after the call has ended
 */
export function coalesced(job, delay = 25) {
  /** @type {Promise<void> | null} */
  let waiting = null;
  let running = Promise.resolve();
  return () => {
    waiting ??= new Promise((resolve) => setTimeout(resolve, delay))
      .then(() => running)
      .then(() => {
        waiting = null;
        running = job();
        return running;
      });
    return waiting;
  };
}
