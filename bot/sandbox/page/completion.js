/** Suggestions above the composer: commands after "/", people and apps after "@". */

/** @import { Store } from "./store.js" */
/** @typedef {{text: string, title: string, detail: string, hint: string}} Suggestion `text` replaces what was typed from `from` on */

import { h } from "./dom.js";

let count = 0;

/**
 * @param {Store} store
 * @param {string} typed up to the caret
 * @param {boolean} inThread where commands do not work
 * @returns {{from: number, suggestions: Suggestion[]}}
 */
export function suggestionsFor(store, typed, inThread) {
  const command = /^\/\S*$/.exec(typed);
  if (command && !inThread) {
    const wanted = typed.toLowerCase();
    const found = store.workspace.commands.filter((one) => one.command.toLowerCase().startsWith(wanted));
    return {
      from: 0,
      suggestions: found.map((one) => ({
        text: `${one.command} `,
        title: one.command,
        detail: one.description ?? "",
        hint: one.usage_hint ?? "",
      })),
    };
  }
  const mention = /(?:^|\s)@(\S{0,30})$/.exec(typed);
  if (mention) {
    const wanted = mention[1].toLowerCase();
    const others = [...store.bots, ...store.people].filter((user) => user.id !== store.me);
    const found = others.filter((user) =>
      [user.name, user.real_name].some((name) => name?.toLowerCase().startsWith(wanted)),
    );
    return {
      from: typed.length - mention[1].length - 1,
      suggestions: found.map((user) => ({
        text: `@${user.real_name || user.name} `,
        title: user.real_name || user.name,
        detail: user.is_bot ? "App" : "",
        hint: "",
      })),
    };
  }
  return { from: 0, suggestions: [] };
}

/** The list itself, driven by the composer's keys; screen readers follow it through the composer. */
export class Completion {
  /** @type {Suggestion[]} */
  #suggestions = [];
  #chosen = 0;
  #id;
  #onPick;
  #input;

  /**
   * @param {HTMLTextAreaElement} input
   * @param {(suggestion: Suggestion) => void} onPick
   */
  constructor(input, onPick) {
    count += 1;
    this.#id = `completion-${count}`;
    this.#input = input;
    this.#onPick = onPick;
    this.node = h("ul", {
      class: "completion",
      role: "listbox",
      id: this.#id,
      "aria-label": "Suggestions",
      hidden: true,
      "data-testid": "completion",
    });
    // Not role=combobox: that is for one line only, and this field has many.
    input.setAttribute("aria-haspopup", "listbox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.#id);
    this.show([]);
  }

  get isOpen() {
    return this.#suggestions.length > 0;
  }

  /** @returns {Suggestion | undefined} */
  get chosen() {
    return this.#suggestions[this.#chosen];
  }

  /** @param {Suggestion[]} suggestions */
  show(suggestions) {
    this.#suggestions = suggestions;
    this.#chosen = 0;
    this.#draw();
  }

  /** @param {number} steps */
  move(steps) {
    const { length } = this.#suggestions;
    this.#chosen = (this.#chosen + steps + length) % length;
    this.#draw();
  }

  #draw() {
    this.node.hidden = !this.isOpen;
    this.node.replaceChildren(...this.#suggestions.map((one, index) => this.#entry(one, index)));
    if (this.isOpen) this.#input.setAttribute("aria-activedescendant", `${this.#id}-${this.#chosen}`);
    else this.#input.removeAttribute("aria-activedescendant");
    this.node.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Suggestion} one @param {number} index */
  #entry(one, index) {
    const entry = h(
      "li",
      {
        role: "option",
        id: `${this.#id}-${index}`,
        "aria-selected": index === this.#chosen ? "true" : "false",
      },
      h("strong", {}, one.title),
      one.hint && h("code", {}, one.hint),
      one.detail && h("span", {}, one.detail),
    );
    // Pressing must not take the focus from the composer.
    entry.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#onPick(one);
    });
    return entry;
  }
}
