/** What a reader has chosen or typed on one surface: it outlives the surface being drawn again. */

/** @typedef {{type: string, [field: string]: any}} FieldState as in Slack's `state.values` */

export class Form {
  /** @type {Record<string, Record<string, FieldState>>} */
  #given;
  /** @type {Map<string, {block: string, action: string, state: FieldState}>} */
  #fields = new Map();
  /** @type {Set<string>} */
  #drawn = new Set();

  /** @param {Record<string, Record<string, FieldState>>} [given] what the sandbox remembers of an earlier visit */
  constructor(given = {}) {
    this.#given = given;
  }

  /**
   * Draws with `build`; fields it no longer holds are forgotten.
   * @template T
   * @param {() => T} build
   * @returns {T}
   */
  drawing(build) {
    this.#drawn.clear();
    const result = build();
    for (const key of this.#fields.keys()) if (!this.#drawn.has(key)) this.#fields.delete(key);
    return result;
  }

  /**
   * A field is on the surface; its kept state, or what the sandbox remembers, or `initial`.
   * @param {string} block
   * @param {string} action
   * @param {FieldState} initial
   * @returns {FieldState}
   */
  hold(block, action, initial) {
    const key = JSON.stringify([block, action]);
    this.#drawn.add(key);
    const kept = this.#fields.get(key);
    if (kept && kept.state.type === initial.type) return kept.state;
    const given = this.#given[block]?.[action];
    const state = given?.type === initial.type ? given : initial;
    this.#fields.set(key, { block, action, state });
    return state;
  }

  /**
   * @param {string} block
   * @param {string} action
   * @param {FieldState} state
   */
  set(block, action, state) {
    this.#fields.set(JSON.stringify([block, action]), { block, action, state });
  }

  /** @returns {Record<string, Record<string, FieldState>>} */
  values() {
    /** @type {Record<string, Record<string, FieldState>>} */
    const values = {};
    for (const { block, action, state } of this.#fields.values()) (values[block] ??= {})[action] = state;
    return values;
  }

  /** @param {string} block @param {string} action whether it holds nothing a required field would accept */
  isEmpty(block, action) {
    const state = this.#fields.get(JSON.stringify([block, action]))?.state ?? { type: "" };
    return Object.entries(state).every(
      ([name, value]) =>
        name === "type" || value === null || value === "" || (Array.isArray(value) && !value.length),
    );
  }
}
