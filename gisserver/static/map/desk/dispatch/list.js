/** The list of a queue: an incident a line, how long it has still, and who serves its grid. */

import { h } from "../../dom.js";
import { moment, text } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";
import { leftOf } from "./timeline.js";

/**
 * @param {import("../types.js").Desk} desk
 * @param {Record<string, any>} row
 * @param {boolean} isShown
 * @param {(id: number) => void} onShow
 */
export function lineOf(desk, row, isShown, onShow) {
  const { t, lang, timeZone } = desk;
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        "data-key": `row-${row.id}`,
        "aria-current": isShown && "true",
        onclick: () => onShow(row.id),
      },
      h("span", { class: "row-title" }, text(row.title || row.type_name)),
      dueOf(desk, row),
      h(
        "span",
        { class: "row-more" },
        [labelOf(t, "state", row.state), row.grid, row.main_officer || row.unit, row.address]
          .filter(Boolean)
          .join(" · "),
      ),
      h("span", { class: "row-more" }, t("dispatch.received_at", { at: moment(row.received_at, lang(), timeZone) })),
    ),
  );
}

/** @param {import("../types.js").Desk} desk @param {Record<string, any>} row */
function dueOf({ t }, { due_at: due, level }) {
  const left = leftOf(due, Date.now());
  const told = left && t(left.late ? "dispatch.late_by" : "dispatch.left", { hours: left.hours.toFixed(1) });
  const words = [level !== null && labelOf(t, "level", level), told].filter(Boolean).join(" · ");
  return words !== "" && h("span", { class: "due", "data-late": left?.late ?? false }, words);
}
