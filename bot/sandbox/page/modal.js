/** Modals: one dialog on top, drawn again in place when the app updates its view. */

/** @import { View } from "./types.js" */
/** @import { Surface } from "./act.js" */
/** @import { Store } from "./store.js" */

import { dispatcher } from "./act.js";
import { post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { h, icon, keepingFocus } from "./dom.js";
import { Form } from "./form.js";
import { plain } from "./mrkdwn.js";
import { noticeList } from "./notices.js";

export class Modal {
  /** @type {View | null} */
  #view = null;
  #drawn = "";
  #form = new Form();
  #busy = false;
  #store;
  #title;
  #body;
  #submit;
  #cancel;

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
    this.#title = h("h2", { class: "dialog-title", id: "modal-title" });
    this.#body = h("div", { class: "modal-body", tabindex: -1 });
    this.#submit = h("button", { class: "button primary", "data-testid": "modal-submit" });
    this.#cancel = h("button", {
      type: "button",
      class: "button",
      "data-testid": "modal-close",
      on: { click: () => this.#close() },
    });
    const dismiss = h(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": "Close",
        "data-testid": "modal-dismiss",
        on: { click: () => this.#close() },
      },
      icon("close"),
    );
    const form = h(
      "form",
      {
        class: "modal-form",
        novalidate: true,
        on: { submit: (/** @type {Event} */ event) => this.#send(event) },
      },
      h("header", { class: "modal-header" }, this.#title, dismiss),
      this.#body,
      noticeList(store, "modal"),
      h("footer", { class: "dialog-actions" }, this.#cancel, this.#submit),
    );
    this.node = h(
      "dialog",
      { class: "dialog modal", "data-testid": "modal", "aria-labelledby": "modal-title" },
      form,
    );
    // Escape asks the server to close; the dialog goes when the server says so, so both always agree.
    this.node.addEventListener("cancel", (event) => {
      if (event.target !== this.node) return;
      event.preventDefault();
      void this.#close();
    });
    store.on(["workspace", "me"], () => this.#show(store.modal));
  }

  /** @param {HTMLElement} parent in the document: only there can a dialog be shown */
  placeIn(parent) {
    parent.append(this.node);
    this.#show(this.#store.modal);
  }

  /** @param {View | null} view */
  #show(view) {
    // What was entered comes back from the sandbox at every change; drawing it again would disturb the one who types.
    const drawn = JSON.stringify([
      view && { ...view, state: null, hash: null, errors: null },
      this.#store.me,
    ]);
    if (drawn === this.#drawn) return;
    const another = view?.id !== this.#view?.id;
    this.#drawn = drawn;
    this.#view = view;
    if (!view) {
      if (this.node.open) this.node.close();
      this.#store.dropNotices((notice) => notice.where === "modal");
      return;
    }
    if (another) this.#form = new Form(view.state?.values);
    this.#title.textContent = plain(view.title) || "Backchannel";
    this.#cancel.textContent = plain(view.close) || (view.submit ? "Cancel" : "Close");
    this.#submit.textContent = plain(view.submit) || "Submit";
    this.#submit.hidden = !view.submit && !view.blocks.some((block) => block.type === "input");
    this.#setBusy(false);
    const { scrollTop } = this.#body;
    keepingFocus(this.#body, () =>
      this.#body.replaceChildren(this.#form.drawing(() => renderBlocks(view.blocks, this.#surface(view)))),
    );
    this.#body.scrollTop = another ? 0 : scrollTop;
    if (!this.node.open) this.node.showModal();
    if (another)
      /** @type {HTMLElement} */ (
        this.#body.querySelector("input, select, textarea, button") ?? this.#body
      ).focus();
  }

  /** @param {View} view @returns {Surface} */
  #surface(view) {
    const { id } = view;
    return {
      store: this.#store,
      form: this.#form,
      key: `modal-${id}`,
      dispatch: dispatcher(this.#store, "modal", { viewId: id }),
    };
  }

  /** @param {string} path @param {object} body @returns {Promise<any>} the answer, or undefined when it failed and a notice says so */
  async #tell(path, body) {
    try {
      const answer = await post(path, body);
      if (answer.saw) this.#store.notify(answer.saw, "modal");
      return answer;
    } catch (error) {
      this.#store.report(error, "modal");
      return undefined;
    }
  }

  async #close() {
    await this.#tell("close", { user: this.#store.me });
    await this.#store.refreshWorkspace();
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault();
    if (this.#busy || !this.#view) return;
    this.#store.dropNotices((notice) => notice.where === "modal");
    const missing = this.#missing();
    this.#showErrors(missing);
    if (Object.keys(missing).length) return;
    this.#setBusy(true);
    const answer = await this.#tell("submit", { user: this.#store.me, values: this.#form.values() });
    if (answer?.errors) this.#showErrors(answer.errors);
    await this.#store.refreshWorkspace();
    this.#setBusy(false);
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    if (busy) this.#submit.setAttribute("aria-busy", "true");
    else this.#submit.removeAttribute("aria-busy");
  }

  get #fields() {
    return /** @type {HTMLElement[]} */ ([...this.#body.querySelectorAll("[data-input]")]);
  }

  /** Required fields without an answer. @returns {Record<string, string>} */
  #missing() {
    /** @type {Record<string, string>} */
    const missing = {};
    for (const { dataset } of this.#fields) {
      const { input = "", inputAction = "", optional } = dataset;
      if (optional === undefined && this.#form.isEmpty(input, inputAction))
        missing[input] = "Please complete this required field.";
    }
    return missing;
  }

  /** @param {Record<string, string>} errors by block */
  #showErrors(errors) {
    let first = null;
    for (const field of this.#fields) {
      const said = errors[field.dataset.input ?? ""];
      const place = /** @type {HTMLElement} */ (field.querySelector(".field-error"));
      place.hidden = !said;
      place.textContent = said ? plain(said) : "";
      field.classList.toggle("invalid", Boolean(said));
      const control = /** @type {HTMLElement | null} */ (
        field.querySelector("input, select, textarea, .multi-trigger")
      );
      if (said) control?.setAttribute("aria-invalid", "true");
      else control?.removeAttribute("aria-invalid");
      if (said) first ??= control;
    }
    first?.focus();
    // An error for a block that is not a field must not get lost.
    const placed = new Set(this.#fields.map((field) => field.dataset.input));
    for (const [block, said] of Object.entries(errors))
      if (!placed.has(block)) this.#store.notify(`${block}: ${said}`, "modal");
  }
}
