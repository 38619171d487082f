/** An app's Home tab. */

/** @import { Surface } from "./act.js" */
/** @import { Store } from "./store.js" */

import { dispatcher } from "./act.js";
import { post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { h, keepingFocus } from "./dom.js";
import { Form } from "./form.js";

/**
 * @param {Store} store
 * @returns {HTMLElement}
 */
export function homeView(store) {
  const content = h("div", { class: "home-content" });
  const view = h(
    "div",
    { class: "home-view", "data-testid": "home-view", tabindex: 0, role: "region", "aria-label": "Home" },
    content,
  );
  /** @type {{of: string | undefined, form: Form}} */
  let kept = { of: undefined, form: new Form() };
  let drawn = "";

  const draw = () => {
    view.hidden = store.place?.kind !== "home";
    if (view.hidden) return;
    const home = store.workspace.homes?.[store.me];
    const now = JSON.stringify([home?.id, home?.blocks, store.me]);
    if (now === drawn) return;
    drawn = now;
    if (!home?.blocks?.length) {
      content.replaceChildren(
        h(
          "p",
          { class: "empty" },
          "Backchannel has not published its Home for you yet. It does so when it is connected and you open this page.",
        ),
      );
      return;
    }
    if (kept.of !== home.id) kept = { of: home.id, form: new Form(home.state?.values) };
    const { scrollTop } = view;
    keepingFocus(content, () =>
      content.replaceChildren(kept.form.drawing(() => renderBlocks(home.blocks, surface()))),
    );
    view.scrollTop = scrollTop;
  };

  /** @returns {Surface} */
  const surface = () => ({
    store,
    form: kept.form,
    key: `home-${store.me}`,
    dispatch: dispatcher(store, "main", { home: true }),
  });

  const opened = async () => {
    draw();
    if (store.place?.kind !== "home") return;
    try {
      await post("open-home", { user: store.me });
    } catch (error) {
      store.report(error);
    }
    await store.refreshWorkspace();
  };
  store.on(["workspace"], draw);
  store.on(["place", "me"], opened);
  return view;
}
