/** A scrolling list kept in step with its messages: what did not change is not touched, and nobody's place is lost. */

import { h, icon, keepingFocus } from "./dom.js";

/**
 * One row of the list.
 * @typedef {object} Row
 * @property {string} key
 * @property {string} drawn changes when the row must be drawn again
 * @property {string} content changes when the reader should notice that it did
 * @property {boolean} [incoming] a message of somebody else
 * @property {boolean} [own] a message of the reader
 * @property {() => HTMLElement} build
 */

const NEAR_BOTTOM = 60;

export class Timeline {
  /** In the order shown. @type {Map<string, {row: Row, node: HTMLElement}>} */
  #rows = new Map();
  #subject = "";
  #newBelow = 0;
  #stuck = true;
  #list;
  #scroller;
  #pill;
  #onBottom;

  /** @param {{label: string, testid: string, onBottom: () => void}} options `onBottom` is called whenever the newest row is in sight */
  constructor({ label, testid, onBottom }) {
    this.#onBottom = onBottom;
    this.#list = h("ol", { class: "timeline-list", role: "list", "aria-label": label });
    this.#scroller = h(
      "div",
      { class: "timeline-scroller", tabindex: 0, role: "region", "aria-label": label },
      this.#list,
    );
    this.#pill = h("button", {
      type: "button",
      class: "new-pill",
      hidden: true,
      "data-testid": testid,
      on: { click: () => this.toBottom() },
    });
    this.node = h("div", { class: "timeline" }, this.#scroller, this.#pill);
    this.#scroller.addEventListener("scroll", () => this.#noteBottom(), { passive: true });
    // Images and unfolded texts change heights without a new row; a window may be resized.
    new ResizeObserver(() => this.#stuck && this.#pin()).observe(this.#scroller);
  }

  get #atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
  }

  #pin() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #noteBottom() {
    this.#stuck = this.#atBottom;
    if (!this.#stuck) return;
    this.#newBelow = 0;
    this.#drawPill();
    this.#onBottom();
  }

  toBottom() {
    this.#pin();
    this.#noteBottom();
  }

  /**
   * @param {string} subject what the list is about; another one starts a fresh list at its end
   * @param {Row[]} rows
   */
  render(subject, rows) {
    const fresh = subject !== this.#subject;
    if (fresh) {
      this.#subject = subject;
      this.#rows.clear();
      this.#list.replaceChildren();
      this.#newBelow = 0;
    }
    const first = this.#rows.size === 0;
    const held = first || this.#stuck ? null : this.#anchor();
    let ownArrived = false;
    keepingFocus(this.#list, () => {
      ownArrived = this.#reconcile(rows, first);
    });
    if (first || this.#stuck || ownArrived) this.#pin();
    else if (held) this.#putBack(held);
    this.#drawPill();
    this.#noteBottom();
  }

  /**
   * @param {Row[]} rows
   * @param {boolean} first nothing was there before
   * @returns {boolean} whether the reader's own message arrived
   */
  #reconcile(rows, first) {
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, { node }] of this.#rows) {
      if (keys.has(key)) continue;
      node.remove();
      this.#rows.delete(key);
    }
    let ownArrived = false;
    /** @type {Map<string, {row: Row, node: HTMLElement}>} */
    const inOrder = new Map();
    /** @type {ChildNode | null} */
    let next = this.#list.firstChild;
    for (const row of rows) {
      const old = this.#rows.get(row.key);
      let node = old?.node;
      if (!node || old?.row.drawn !== row.drawn) {
        node = row.build();
        if (old) {
          if (old.row.content !== row.content) node.classList.add("changed");
          if (old.node.classList.contains("targeted")) node.classList.add("targeted");
          if (next === old.node) next = node;
          old.node.replaceWith(node);
        } else if (!first) {
          node.classList.add("arrived");
          ownArrived ||= row.own === true;
          if (row.incoming) this.#newBelow += this.#stuck ? 0 : 1;
        }
      }
      if (node === next) next = next.nextSibling;
      else this.#list.insertBefore(node, next);
      inOrder.set(row.key, { row, node });
    }
    this.#rows = inOrder;
    return ownArrived;
  }

  /** A row in sight and where it is, to put it back there: the first that begins in sight, as one cut off above may change its height. */
  #anchor() {
    const { top } = this.#scroller.getBoundingClientRect();
    let cutOff = null;
    for (const [key, { node }] of this.#rows) {
      const box = node.getBoundingClientRect();
      if (box.top >= top) return { key, top: box.top };
      if (box.bottom > top) cutOff = { key, top: box.top };
    }
    return cutOff;
  }

  /** @param {{key: string, top: number}} held */
  #putBack({ key, top }) {
    const node = this.#rows.get(key)?.node;
    if (node) this.#scroller.scrollTop += node.getBoundingClientRect().top - top;
  }

  #drawPill() {
    this.#pill.hidden = this.#newBelow === 0;
    this.#pill.replaceChildren(
      icon("down"),
      this.#newBelow === 1 ? "1 new message" : `${this.#newBelow} new messages`,
    );
  }

  /**
   * Scrolls to a message and marks it for a moment.
   * @param {string} ts
   * @returns {boolean} whether it is there
   */
  show(ts) {
    const node = [...this.#list.children].find(
      (child) => /** @type {HTMLElement} */ (child).dataset.ts === ts,
    );
    if (!(node instanceof HTMLElement)) return false;
    this.#stuck = false;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("targeted");
    void node.offsetWidth; // Restarts the animation when the same message is linked to again.
    node.classList.add("targeted");
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
    this.#stuck = this.#atBottom;
    return true;
  }
}
