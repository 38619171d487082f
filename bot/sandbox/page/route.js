/** Addresses of places: `#/CHANNEL`, `#/CHANNEL/TS`, `#/home`, and Slack's `/archives/CHANNEL/pTS`. */

/** @typedef {{kind: "home"} | {kind: "channel", id: string, target: string | null} | null} Route */

/** @param {string} digits of a permalink @returns {string} as a `ts` */
const toTs = (digits) => `${digits.slice(0, -6)}.${digits.slice(-6)}`;

/**
 * @param {string} path of an address of this page
 * @returns {string | null} the same place as a hash
 */
export function hashOfPermalink(path) {
  const found = /^\/archives\/([^/]+)(?:\/p(\d{7,}))?\/?$/.exec(path);
  if (!found) return null;
  return `#/${found[1]}${found[2] ? `/${toTs(found[2])}` : ""}`;
}

/** @param {string} hash @returns {Route} */
export function routeOf(hash) {
  const [, first, second] = /^#\/([^/]+)(?:\/(\d+\.\d+))?\/?$/.exec(hash) ?? [];
  if (!first) return null;
  if (first === "home") return { kind: "home" };
  return { kind: "channel", id: decodeURIComponent(first), target: second ?? null };
}

/**
 * Follows the address bar: permalinks become hashes, links within the page stay in the page.
 * @param {(route: Route) => void} onRoute
 */
export function followRoutes(onRoute) {
  const first = hashOfPermalink(location.pathname);
  if (first) history.replaceState(null, "", `/${first}`);
  addEventListener("hashchange", () => onRoute(routeOf(location.hash)));
  document.addEventListener("click", (event) => {
    const anchor = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(anchor instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || anchor.origin !== location.origin) return;
    const hash =
      hashOfPermalink(anchor.pathname) ?? (anchor.pathname === location.pathname ? anchor.hash : "");
    if (!hash.startsWith("#/")) return;
    event.preventDefault();
    // Going again to where one is still leads to the message.
    if (hash === location.hash) onRoute(routeOf(hash));
    else location.hash = hash;
  });
}
