/** What two people have drawn that does not go together: the command, the person, and the way out. */

import { h } from "../../dom.js";
import { labelOf } from "../../i18n/translate.js";

/**
 * @param {Record<string, any>} problem  members of a conflict's problem document
 * @param {import("../../types.js").Translate} t
 * @returns {HTMLElement[]} nothing where the server tells of no command
 */
export function conflictOf({ command, verb, drawn_by: author, competing = [], way_out: way }, t) {
  if (!command || !verb) return [];
  const name = author ?? "—";
  return [
    h("p", {}, t("conflict.command", { n: command, verb: labelOf(t, "redraw.tool", verb), author: name })),
    ...competing.map((/** @type {any} */ { title, author: other }) =>
      h("p", {}, title ? t("conflict.with", { title, author: other }) : t("conflict.unseen")),
    ),
    ...(way
      ? [
          h(
            "p",
            { class: "way-out" },
            labelOf((key) => t(key, { author: name }), "way_out", way),
          ),
        ]
      : []),
  ];
}
