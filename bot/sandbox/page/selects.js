/** Menus to choose one or several of options, people or conversations. */

/** @import { Option, OptionGroup } from "./types.js" */
/** @import { Spot, Surface } from "./act.js" */
/** @import { Store } from "./store.js" */

import { act, hooks } from "./act.js";
import { h, icon } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { popover } from "./popover.js";

const FILTER_FROM = 8;

/**
 * How each kind of menu names its choice, in the element and in the state it reports.
 * `whole`: the option itself is reported, otherwise only its value.
 */
const KINDS = /** @type {Record<string, {selected: string, initial: string, whole?: boolean}>} */ ({
  static_select: { selected: "selected_option", initial: "initial_option", whole: true },
  conversations_select: { selected: "selected_conversation", initial: "initial_conversation" },
  channels_select: { selected: "selected_channel", initial: "initial_channel" },
  users_select: { selected: "selected_user", initial: "initial_user" },
});

/** @param {string} type @returns {{selected: string, initial: string, whole?: boolean}} */
function kindOf(type) {
  const single = KINDS[type.replace(/^multi_/, "")];
  return type.startsWith("multi_")
    ? { ...single, selected: `${single.selected}s`, initial: `${single.initial}s` }
    : single;
}

/** @param {string} value @param {string} text @returns {Option} */
const option = (value, text) => ({ value, text: { type: "plain_text", text } });

/**
 * @param {any} element
 * @param {Store} store
 * @returns {OptionGroup[]} a group with an empty label for options that are in none
 */
function groups(element, store) {
  if (element.option_groups) return element.option_groups;
  const alone = (/** @type {Option[]} */ options) => [{ label: { type: "plain_text", text: "" }, options }];
  if (element.options) return alone(element.options);
  if (element.type.endsWith("users_select"))
    return alone(store.workspace.users.map((user) => option(user.id, user.real_name || user.name)));
  const include =
    element.filter?.include ??
    (element.type.endsWith("channels_select") ? ["public"] : ["public", "private", "im"]);
  const open = store.channels.filter(
    ({ kind, archived }) => !archived && include.includes(kind === "private" ? "private" : "public"),
  );
  const direct =
    include.includes("im") && !element.filter?.exclude_bot_users
      ? store.bots.map((bot) => store.directMessages(bot.id))
      : [];
  return alone([
    ...open.map(({ id, name }) => option(id, `#${name}`)),
    ...direct.flatMap((im) => (im ? [option(im.id, `@${store.channelName(im.id)}`)] : [])),
  ]);
}

/**
 * @param {any} element
 * @param {Store} store
 */
function initialChoice(element, store) {
  const given = element[kindOf(element.type).initial];
  if (given !== undefined) return given;
  const here =
    element.default_to_current_conversation && store.place?.kind === "channel" ? store.place.id : null;
  if (element.type.startsWith("multi_")) return here ? [here] : [];
  return here;
}

/**
 * A menu of one: the browser's own, which keyboards and screen readers know.
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 */
export function select(element, spot, surface) {
  const kind = kindOf(element.type);
  const choices = groups(element, surface.store);
  const state = surface.form.hold(spot.block, element.action_id, {
    type: element.type,
    [kind.selected]: initialChoice(element, surface.store),
  });
  const valueOf = (/** @type {any} */ chosen) => (kind.whole ? chosen?.value : chosen) ?? "";
  const entry = (/** @type {Option} */ one) =>
    h("option", { value: one.value, title: one.description && plain(one.description) }, plain(one.text));
  const node = h(
    "select",
    {
      class: "select",
      ...hooks(element, spot),
      "aria-label": plain(element.placeholder) || "Choose an option",
    },
    h("option", { value: "", class: "placeholder" }, plain(element.placeholder) || "Choose an option"),
    choices.map((group) =>
      plain(group.label)
        ? h("optgroup", { label: plain(group.label) }, group.options.map(entry))
        : group.options.map(entry),
    ),
  );
  node.value = valueOf(state[kind.selected]);
  node.addEventListener("change", async () => {
    const before = surface.form.values()[spot.block]?.[element.action_id];
    const picked = choices.flatMap((group) => group.options).find((one) => one.value === node.value);
    const chosen = { [kind.selected]: picked ? (kind.whole ? picked : picked.value) : null };
    surface.form.set(spot.block, element.action_id, { type: element.type, ...chosen });
    if (picked && !(await act(element, spot, surface, chosen))) {
      surface.form.set(spot.block, element.action_id, before);
      node.value = valueOf(before?.[kind.selected]);
    }
  });
  return h("span", { class: "select-wrap" }, node, icon("chevron"));
}

/**
 * A menu of several: the chosen ones as removable chips, the others in a list of checkboxes.
 * @param {any} element
 * @param {Spot} spot
 * @param {Surface} surface
 */
export function multiSelect(element, spot, surface) {
  const kind = kindOf(element.type);
  const choices = groups(element, surface.store);
  const all = choices.flatMap((group) => group.options);
  const most = element.max_selected_items ?? Infinity;
  const state = surface.form.hold(spot.block, element.action_id, {
    type: element.type,
    [kind.selected]: initialChoice(element, surface.store),
  });
  const chosen = new Set(
    state[kind.selected].map((/** @type {any} */ one) => (kind.whole ? one.value : one)),
  );
  let told = [...chosen].join("\n");

  const chips = h("span", { class: "chips" });
  const trigger = h("button", {
    type: "button",
    class: "multi-trigger",
    "data-focus": `multi-${spot.block}-${element.action_id}`,
  });
  const box = popover(trigger, list, {
    role: "dialog",
    label: plain(element.placeholder) || "Options",
    onClose: tell,
  });
  const root = h("div", { class: "multi", ...hooks(element, spot), tabindex: -1 }, chips, trigger, box);

  function report() {
    const picked = all.filter((one) => chosen.has(one.value));
    const fields = { [kind.selected]: kind.whole ? picked : picked.map((one) => one.value) };
    surface.form.set(spot.block, element.action_id, { type: element.type, ...fields });
    return fields;
  }
  function tell() {
    const now = [...chosen].join("\n");
    if (now === told) return;
    told = now;
    void act(element, spot, surface, report());
  }
  /** @param {string} value @param {boolean} on */
  function choose(value, on) {
    if (on) chosen.add(value);
    else chosen.delete(value);
    report();
    draw();
  }
  function draw() {
    chips.replaceChildren(
      ...all
        .filter((one) => chosen.has(one.value))
        .map((one) => {
          const label = plain(one.text);
          const remove = h(
            "button",
            {
              type: "button",
              "aria-label": `Remove ${label}`,
              on: {
                click: () => {
                  choose(one.value, false);
                  tell();
                  trigger.focus();
                },
              },
            },
            icon("close"),
          );
          return h("span", { class: "chip", "data-value": one.value }, h("bdi", {}, label), remove);
        }),
    );
    trigger.replaceChildren(
      chosen.size ? "Change" : plain(element.placeholder) || "Choose options",
      icon("chevron"),
    );
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (
      box.querySelectorAll("input[type=checkbox]")
    )) {
      input.disabled = chosen.size >= most && !input.checked;
    }
  }
  function list() {
    const entry = (/** @type {Option} */ one) => {
      const input = h("input", {
        type: "checkbox",
        value: one.value,
        checked: chosen.has(one.value),
        disabled: chosen.size >= most && !chosen.has(one.value),
      });
      input.addEventListener("change", () => choose(one.value, input.checked));
      return h(
        "label",
        { class: "check" },
        input,
        h("bdi", {}, plain(one.text)),
        one.description && h("small", {}, plain(one.description)),
      );
    };
    const body = h(
      "div",
      { class: "multi-list" },
      choices.map((group) =>
        h(
          "fieldset",
          {},
          plain(group.label) && h("legend", {}, plain(group.label)),
          group.options.map(entry),
        ),
      ),
    );
    const fragment = document.createDocumentFragment();
    if (all.length >= FILTER_FROM) fragment.append(filterFor(body));
    fragment.append(body, most < Infinity ? h("p", { class: "hint" }, `At most ${most}.`) : "");
    return fragment;
  }
  draw();
  return root;
}

/** @param {HTMLElement} body */
function filterFor(body) {
  const input = h("input", {
    type: "search",
    class: "text-input",
    placeholder: "Filter",
    "aria-label": "Filter the options",
  });
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const label of body.querySelectorAll("label"))
      label.hidden = !label.textContent?.toLowerCase().includes(wanted);
  });
  return input;
}
