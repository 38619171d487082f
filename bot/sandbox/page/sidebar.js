/** The left side: where one can go, what is unread there, and who one is. */

/** @import { Channel } from "./types.js" */
/** @import { Store } from "./store.js" */

import { h, icon, keepingFocus } from "./dom.js";
import { avatar } from "./messages.js";

/** @param {string} name */
const slug = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");

/**
 * @param {Store} store
 * @param {{openDirect: (bot: string) => void, become: (user: string) => void}} actions
 * @returns {HTMLElement}
 */
export function sidebar(store, { openDirect, become }) {
  const nav = h("nav", { class: "places", "aria-label": "Conversations" });
  const name = h("span", { class: "team-name" });
  const foot = h("div", { class: "who" });
  const root = h(
    "aside",
    { class: "sidebar", "aria-label": "Workspace" },
    h(
      "header",
      { class: "team" },
      h("img", { src: "/static/icon.svg", alt: "", width: 26, height: 26 }),
      h("div", {}, h("strong", {}, "Sandbox"), name),
    ),
    nav,
    foot,
  );

  /**
   * @param {{href: string, label: string, glyph: Node, testid: string, current: boolean, unread?: number, muted?: boolean, open?: () => void}} entry
   */
  const entry = ({ href, label, glyph, testid, current, unread = 0, muted, open }) => {
    const node = h(
      "a",
      {
        href,
        class: `place${unread ? " unread" : ""}${muted ? " muted" : ""}`,
        "data-testid": testid,
        "data-focus": testid,
        "aria-current": current ? "page" : null,
        title: label,
      },
      glyph,
      h("bdi", { class: "place-name" }, label),
      unread > 0 &&
        h(
          "span",
          { class: "badge", "data-testid": "unread" },
          unread > 99 ? "99+" : unread,
          h("span", { class: "visually-hidden" }, " unread"),
        ),
    );
    if (open) {
      node.addEventListener("click", (event) => {
        event.preventDefault();
        open();
      });
    }
    return h("li", {}, node);
  };
  const isHere = (/** @type {string | undefined} */ id) =>
    id !== undefined && store.place?.kind === "channel" && store.place.id === id;
  const channelEntry = (/** @type {Channel} */ channel) =>
    entry({
      href: `#/${channel.id}`,
      label: channel.name,
      glyph: icon(channel.archived ? "archive" : channel.kind === "private" ? "lock" : "hash"),
      testid: `channel-${channel.name}`,
      current: isHere(channel.id),
      unread: isHere(channel.id) && document.visibilityState === "visible" ? 0 : store.unread(channel.id),
      muted: channel.archived,
    });
  const section = (/** @type {string} */ title, /** @type {Node[]} */ entries) =>
    entries.length ? [h("h2", {}, title), h("ul", {}, entries)] : [];

  const draw = () => {
    name.textContent = store.workspace.team.name === "Sandbox" ? "" : store.workspace.team.name;
    const byActivity = [...store.channels].sort((a, b) => Number(a.archived) - Number(b.archived));
    const direct = store.bots.map((bot) => {
      const channel = store.directMessages(bot.id);
      return entry({
        href: channel ? `#/${channel.id}` : "#",
        label: bot.real_name || bot.name,
        glyph: avatar(bot.id, bot.real_name || bot.name, true),
        testid: `dm-${slug(bot.name)}`,
        current: isHere(channel?.id),
        unread: channel && !isHere(channel.id) ? store.unread(channel.id) : 0,
        open: () => openDirect(bot.id),
      });
    });
    const homes = store.bots.map((bot) =>
      entry({
        href: "#/home",
        label: `${bot.real_name || bot.name} - Home`,
        glyph: icon("home"),
        testid: `home-${slug(bot.name)}`,
        current: store.place?.kind === "home",
      }),
    );
    const next = /** @type {HTMLElement} */ (nav.cloneNode(false));
    next.append(
      ...section("Channels", byActivity.map(channelEntry)),
      ...section("Direct messages", direct),
      ...section("Apps", homes),
    );
    // A click between two drawings must find the entry it began on.
    if (!nav.isEqualNode(next)) keepingFocus(nav, () => nav.replaceChildren(...next.childNodes));
    drawWho();
    const unread = [
      ...store.channels.map(({ id }) => id),
      ...store.bots.map((bot) => store.directMessages(bot.id)?.id),
    ].reduce((sum, id) => sum + (id ? store.unread(id) : 0), 0);
    document.title = `${unread ? `(${unread}) ` : ""}${placeName(store)} · Sandbox`;
  };

  const switcher = h("select", { "data-testid": "user-switcher", "aria-label": "You are" });
  switcher.addEventListener("change", () => become(switcher.value));
  const face = h("span", {});
  foot.append(face, h("label", {}, h("span", { class: "who-label" }, "You are"), switcher), icon("chevron"));
  const drawWho = () => {
    const people = JSON.stringify(store.people.map(({ id, real_name: real }) => [id, real]));
    if (switcher.dataset.people !== people) {
      switcher.dataset.people = people;
      switcher.replaceChildren(
        ...store.people.map((user) =>
          h(
            "option",
            { value: user.id },
            [user.real_name || user.name, user.title].filter(Boolean).join(", "),
          ),
        ),
      );
    }
    switcher.value = store.me;
    face.replaceChildren(avatar(store.me, store.userName(store.me) ?? "?", false));
  };
  store.on(["workspace", "messages", "place", "read", "me"], draw);
  draw();
  return root;
}

/** @param {Store} store @returns {string} */
export function placeName(store) {
  const { place } = store;
  if (place?.kind === "home") return `${store.userName(place.bot) ?? "App"} - Home`;
  return place ? (store.channelName(place.id) ?? "Sandbox") : "Sandbox";
}
