/** Fields to type in, days and times, checkboxes and radio buttons. */

/** @import { Option } from "./types.js" */
/** @import { Spot, Surface } from "./act.js" */

import { act, hooks } from "./act.js";
import { h } from "./dom.js";
import { plain, textNodes } from "./mrkdwn.js";

/**
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 */
export function textInput(element, spot, surface) {
  const { form } = surface;
  const state = form.hold(spot.block, element.action_id, {
    type: element.type,
    value: element.initial_value ?? null,
  });
  const attributes = {
    class: "text-input",
    ...hooks(element, spot),
    placeholder: plain(element.placeholder),
    maxLength: element.max_length ?? undefined,
    minlength: element.min_length,
    value: state.value ?? "",
  };
  const type =
    { email_text_input: "email", url_text_input: "url", number_input: "number" }[
      /** @type {"number_input"} */ (element.type)
    ] ?? "text";
  const node = element.multiline
    ? h("textarea", { ...attributes, rows: 4, dir: "auto" })
    : h("input", {
        ...attributes,
        type,
        dir: "auto",
        min: element.min_value,
        max: element.max_value,
        step: element.is_decimal_allowed ? "any" : null,
      });
  const current = () => ({ value: node.value === "" ? null : node.value });
  node.addEventListener("input", () =>
    form.set(spot.block, element.action_id, { type: element.type, ...current() }),
  );
  node.addEventListener("keydown", (event) => {
    const enter =
      /** @type {KeyboardEvent} */ (event).key === "Enter" &&
      !(element.multiline && !(/** @type {KeyboardEvent} */ (event).ctrlKey));
    if (enter && !spot.silent) void act(element, spot, surface, current());
  });
  if (element.focus_on_load) queueMicrotask(() => node.focus());
  return node;
}

/** @type {Record<string, {input: string, selected: string, initial: string}>} */
const PICKERS = {
  datepicker: { input: "date", selected: "selected_date", initial: "initial_date" },
  timepicker: { input: "time", selected: "selected_time", initial: "initial_time" },
  datetimepicker: { input: "datetime-local", selected: "selected_date_time", initial: "initial_date_time" },
};

/**
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 */
export function dateOrTime(element, spot, surface) {
  const { input, selected, initial } = PICKERS[element.type];
  const state = surface.form.hold(spot.block, element.action_id, {
    type: element.type,
    [selected]: element[initial] ?? null,
  });
  const isMoment = element.type === "datetimepicker";
  const node = h("input", {
    type: input,
    class: "text-input picker",
    ...hooks(element, spot),
    "aria-label": plain(element.placeholder) || input,
    value: isMoment ? toLocal(state[selected]) : (state[selected] ?? ""),
  });
  node.addEventListener("change", () => {
    const chosen = {
      [selected]:
        node.value === "" ? null : isMoment ? Math.floor(new Date(node.value).getTime() / 1000) : node.value,
    };
    surface.form.set(spot.block, element.action_id, { type: element.type, ...chosen });
    if (node.value) void act(element, spot, surface, chosen);
  });
  return node;
}

/** @param {number | null} seconds @returns {string} for a datetime-local field */
function toLocal(seconds) {
  if (!seconds) return "";
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/**
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 */
export function checkboxes(element, spot, surface) {
  const state = surface.form.hold(spot.block, element.action_id, {
    type: "checkboxes",
    selected_options: element.initial_options ?? [],
  });
  const values = new Set(state.selected_options.map((/** @type {Option} */ option) => option.value));
  const node = choices(
    element,
    spot,
    surface,
    "checkbox",
    (value) => values.has(value),
    () => {
      const checked = new Set(
        [...node.querySelectorAll("input:checked")].map(
          (input) => /** @type {HTMLInputElement} */ (input).value,
        ),
      );
      return {
        selected_options: element.options.filter((/** @type {Option} */ option) => checked.has(option.value)),
      };
    },
  );
  return node;
}

/**
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 */
export function radioButtons(element, spot, surface) {
  const state = surface.form.hold(spot.block, element.action_id, {
    type: "radio_buttons",
    selected_option: element.initial_option ?? null,
  });
  const node = choices(
    element,
    spot,
    surface,
    "radio",
    (value) => state.selected_option?.value === value,
    () => {
      const checked = /** @type {HTMLInputElement | null} */ (node.querySelector("input:checked"));
      return {
        selected_option:
          element.options.find((/** @type {Option} */ option) => option.value === checked?.value) ?? null,
      };
    },
  );
  return node;
}

/**
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 * @param {"checkbox" | "radio"} type
 * @param {(value: string) => boolean} isChosen
 * @param {() => object} read what is chosen now
 */
function choices(element, spot, surface, type, isChosen, read) {
  const name = `${surface.key}-${spot.block}-${element.action_id}`;
  const changed = () => {
    const chosen = read();
    surface.form.set(spot.block, element.action_id, { type: element.type, ...chosen });
    void act(element, spot, surface, chosen);
  };
  const entry = (/** @type {Option} */ option) =>
    h(
      "label",
      { class: "check" },
      h("input", {
        type,
        name,
        value: option.value,
        checked: isChosen(option.value),
        ...hooks(element, spot),
        on: { change: changed },
      }),
      h(
        "span",
        {},
        textNodes(option.text, surface.store.refs),
        option.description && h("small", {}, textNodes(option.description, surface.store.refs)),
      ),
    );
  return h(
    "div",
    { class: "checks", role: type === "radio" ? "radiogroup" : "group" },
    (element.options ?? []).map(entry),
  );
}
