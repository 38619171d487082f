/** Where one types: Enter sends, Shift+Enter begins a line, "/" and "@" suggest, ArrowUp brings back what was sent last. */

/** @import { Store } from "./store.js" */
/** @import { Suggestion } from "./completion.js" */
/** @typedef {{channel: string, thread: string | null, placeholder: string, disabled?: string}} Destination `disabled` says why nothing can be sent there */

import { Completion, suggestionsFor } from "./completion.js";
import { h, icon } from "./dom.js";
import { noticeList } from "./notices.js";
import { send } from "./send.js";

/** What was typed and not sent yet, by destination. @type {Map<string, string>} */
const drafts = new Map();

export class Composer {
  /** @type {Destination | null} */
  #destination = null;
  #lastSent = "";
  #shownDraft = "";
  #from = 0;
  #store;
  #where;
  #completion;
  #button;

  /**
   * @param {Store} store
   * @param {"main" | "thread"} where
   */
  constructor(store, where) {
    this.#store = store;
    this.#where = where;
    this.input = h("textarea", {
      class: "composer-input",
      rows: 1,
      dir: "auto",
      "data-testid": where === "main" ? "composer" : "thread-composer",
      "aria-label": "Message",
    });
    this.#completion = new Completion(this.input, (suggestion) => this.#accept(suggestion));
    this.#button = h(
      "button",
      {
        type: "button",
        class: "send",
        "aria-label": "Send",
        title: "Send (Enter)",
        "data-testid": where === "main" ? "send" : "thread-send",
        on: { click: () => this.#send() },
      },
      icon("send"),
    );
    this.node = h(
      "div",
      { class: "composer-area" },
      noticeList(store, where),
      h("div", { class: "composer" }, this.#completion.node, this.input, this.#button),
    );
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.#completion.show([]));
  }

  /** @param {Destination} destination */
  aimAt(destination) {
    this.#destination = destination;
    this.input.placeholder = destination.disabled ?? destination.placeholder;
    this.input.setAttribute("aria-label", destination.placeholder);
    this.input.disabled = destination.disabled !== undefined;
    if (this.#shownDraft === this.#draftKey) return;
    this.#shownDraft = this.#draftKey;
    this.#set(drafts.get(this.#draftKey) ?? "");
  }

  get #draftKey() {
    return [this.#store.me, this.#destination?.channel, this.#destination?.thread].join(" ");
  }

  /** @param {string} text */
  #set(text) {
    this.input.value = text;
    this.#completion.show([]);
    this.#fit();
  }

  #fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 220)}px`;
    this.#button.disabled = !this.input.value.trim();
  }

  #typed() {
    drafts.set(this.#draftKey, this.input.value);
    this.#fit();
    const { from, suggestions } = suggestionsFor(
      this.#store,
      this.input.value.slice(0, this.input.selectionStart),
      this.#where === "thread",
    );
    this.#from = from;
    this.#completion.show(suggestions);
  }

  /** @param {Suggestion} suggestion */
  #accept({ text }) {
    const { value, selectionStart: caret } = this.input;
    const after = value.slice(caret).replace(/^ /, "");
    this.input.value = value.slice(0, this.#from) + text + after;
    const at = this.#from + text.length;
    this.input.setSelectionRange(at, at);
    this.#completion.show([]);
    drafts.set(this.#draftKey, this.input.value);
    this.#fit();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    const { key } = event;
    if (this.#completion.isOpen && this.#completionKey(key)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void this.#send();
    } else if (key === "ArrowUp" && !this.input.value && this.#lastSent) {
      event.preventDefault();
      this.#set(this.#lastSent);
    }
  }

  /** @param {string} key @returns {boolean} whether the suggestions took it */
  #completionKey(key) {
    const { chosen } = this.#completion;
    const typed = this.input.value.slice(this.#from, this.input.selectionStart);
    // A command typed in full is sent by Enter at once, as without suggestions.
    if (key === "Enter" && typed === chosen?.text.trimEnd()) return false;
    if ((key === "Enter" || key === "Tab") && chosen) this.#accept(chosen);
    else if (key === "ArrowDown") this.#completion.move(1);
    else if (key === "ArrowUp") this.#completion.move(-1);
    else if (key === "Escape") this.#completion.show([]);
    else return false;
    return true;
  }

  async #send() {
    const destination = this.#destination;
    const text = this.input.value.trimEnd();
    if (!destination || !text.trim() || destination.disabled) return;
    this.#store.dropNotices((notice) => notice.where === this.#where && notice.kind === "hint");
    const key = this.#draftKey;
    this.#lastSent = text;
    drafts.delete(key);
    this.#set("");
    const sent = await send(this.#store, { text, channel: destination.channel, thread: destination.thread });
    if (!sent) this.#giveBack(key, text);
  }

  /** What could not be sent returns to the composer, unless something new is already there. @param {string} key @param {string} text */
  #giveBack(key, text) {
    if (key !== this.#draftKey) drafts.set(key, text);
    else if (!this.input.value) {
      drafts.set(key, text);
      this.#set(text);
    }
  }
}
