/** Times as the reader has them: browser's time zone, their habit of 12 or 24 hours, English words as the page speaks English. */

import { h } from "./dom.js";

const LOCALE = navigator.language?.startsWith("en") ? navigator.language : "en-GB";
const READER_HOURS = new Intl.DateTimeFormat(navigator.language || undefined, {
  hour: "numeric",
}).resolvedOptions().hour12;
const DAY_MS = 86_400_000;

/** @param {Intl.DateTimeFormatOptions} options */
const formatter = (options) => {
  const format = new Intl.DateTimeFormat(LOCALE, options);
  return (/** @type {Date} */ date) => format.format(date);
};
const clock = formatter({
  hour: READER_HOURS ? "numeric" : "2-digit",
  minute: "2-digit",
  hour12: READER_HOURS,
});
const clockWithSeconds = formatter({
  hour: READER_HOURS ? "numeric" : "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: READER_HOURS,
});
const month = formatter({ month: "long" });
const shortMonth = formatter({ month: "short" });
const weekday = formatter({ weekday: "long" });
const complete = formatter({
  weekday: "long",
  year: "numeric",
  month: "long",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
  hour12: READER_HOURS,
  timeZoneName: "short",
});

/** @param {string | number} ts seconds since 1970 */
const toDate = (ts) => new Date(Number(ts) * 1000);

/** @param {Date} date the local day as `2026-11-04` */
function dayNumber(date) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** @param {number} day */
function ordinal(day) {
  if (day > 3 && day < 21) return `${day}th`;
  return `${day}${{ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th"}`;
}

/**
 * "today", "yesterday" or "tomorrow", else null.
 * @param {Date} date
 * @param {Date} now
 */
function nearDay(date, now) {
  const midnight = (/** @type {Date} */ d) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  const days = (midnight(date) - midnight(now)) / DAY_MS;
  return { 0: "today", "-1": "yesterday", 1: "tomorrow" }[String(days)] ?? null;
}

/**
 * @param {Date} date
 * @param {Date} now
 */
function ago(date, now) {
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return seconds >= 0 ? "just now" : "in a moment";
  const [count, unit] =
    size < 3570
      ? [size / 60, "minute"]
      : size < 84_600
        ? [size / 3600, "hour"]
        : size < 2_600_000
          ? [size / 86_400, "day"]
          : size < 31_000_000
            ? [size / 2_629_800, "month"]
            : [size / 31_557_600, "year"];
  const whole = Math.max(1, Math.round(count));
  const span = `${whole} ${unit}${whole === 1 ? "" : "s"}`;
  return seconds >= 0 ? `${span} ago` : `in ${span}`;
}

/** @type {Record<string, (date: Date, now: Date) => string>} */
const TOKENS = {
  date_num: dayNumber,
  date_slash: (d) => dayNumber(d).replaceAll("-", "/"),
  date: (d) => `${month(d)} ${ordinal(d.getDate())}, ${d.getFullYear()}`,
  date_short: (d) => `${shortMonth(d)} ${d.getDate()}, ${d.getFullYear()}`,
  date_long: (d) => `${weekday(d)}, ${TOKENS.date(d, d)}`,
  date_pretty: (d, now) => nearDay(d, now) ?? TOKENS.date(d, now),
  date_short_pretty: (d, now) => nearDay(d, now) ?? TOKENS.date_short(d, now),
  date_long_pretty: (d, now) => nearDay(d, now) ?? TOKENS.date_long(d, now),
  time: clock,
  time_secs: clockWithSeconds,
  ago,
};

/**
 * Slack's date format: `{date_short_pretty} at {time}`; unknown tokens stay as they are, and the first
 * letter becomes a capital as Slack does it.
 * @param {string | number} ts seconds since 1970
 * @param {string} format
 * @param {Date} [now]
 * @returns {string | null} null when `ts` is no time
 */
export function formatDate(ts, format, now = new Date()) {
  const date = toDate(ts);
  if (ts === "" || Number.isNaN(date.getTime())) return null;
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => TOKENS[token]?.(date, now) ?? whole);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * A time that stays right while the page is open ("today", "3 minutes ago"), the full time on hover.
 * @param {string | number} ts
 * @param {string} format
 * @param {string} [className]
 * @returns {HTMLTimeElement | null} null when `ts` is no time
 */
export function timeNode(ts, format, className) {
  const text = formatDate(ts, format);
  if (text === null) return null;
  const date = toDate(ts);
  return h(
    "time",
    {
      datetime: date.toISOString(),
      title: complete(date),
      class: className,
      "data-ts-seconds": ts,
      "data-format": format,
    },
    text,
  );
}

/** Writes every time on the page anew; called by a timer. */
export function refreshTimes() {
  for (const node of document.querySelectorAll("time[data-format]")) {
    const { tsSeconds, format } = /** @type {HTMLElement} */ (node).dataset;
    const text = formatDate(tsSeconds ?? "", format ?? "");
    if (text !== null && text !== node.textContent) node.textContent = text;
  }
}

/** @param {string} ts @returns {string} the reader's day, as a key */
export const dayOf = (ts) => dayNumber(toDate(ts));

/** @param {string} ts heading of a day: "Today", "Tuesday, December 2nd", with the year when it is another */
export function dayHeading(ts) {
  const date = toDate(ts);
  const now = new Date();
  const near = nearDay(date, now);
  if (near) return near.charAt(0).toUpperCase() + near.slice(1);
  const year = date.getFullYear() === now.getFullYear() ? "" : `, ${date.getFullYear()}`;
  return `${weekday(date)}, ${month(date)} ${ordinal(date.getDate())}${year}`;
}
