/** PURE: moments as a date field writes them, in the city's own time, and as the API takes them. */

/** How far a time zone is ahead of UTC at a moment, in milliseconds. @param {number} ms @param {string} timeZone */
function offset(ms, timeZone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(ms);
  const of = (/** @type {string} */ type) => Number(parts.find((part) => part.type === type)?.value);
  return (
    Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) -
    Math.floor(ms / 1000) * 1000
  );
}

/**
 * @param {string} local  "2026-12-01T00:00" as `<input type="datetime-local">` gives it
 * @param {string} timeZone  in which that is meant, wherever the reader sits
 * @returns {string|null} ISO 8601 in UTC; null for what is no moment
 */
export function momentOf(local, timeZone) {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return null;
  // Twice, because the first guess may lie on the other side of a change of the clocks.
  const guess = asUtc - offset(asUtc, timeZone);
  return new Date(asUtc - offset(guess, timeZone)).toISOString().replace(".000Z", "Z");
}

/**
 * @param {number} ms
 * @param {string} timeZone
 * @returns {string} for `<input type="datetime-local">`, to the minute
 */
export function localOf(ms, timeZone) {
  return new Date(ms + offset(ms, timeZone)).toISOString().slice(0, 16);
}
