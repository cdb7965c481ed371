/** A row in doubt as the clerk sees it: what it says, what it may mean, and what a decision would do. */

import { h } from "../../dom.js";
import { share } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";

/** @typedef {import("../types.js").Review} Review */
/** @typedef {import("../types.js").Candidate} Candidate */
/** @typedef {import("../types.js").Desk} Desk */

/** What the row of a register says besides its address, as far as it helps to decide. */
const WORDS = ["source_ref", "head_name", "phone", "residents", "registered", "unit", "entrance", "name", "floors"];
/** What tells nothing: parts that nobody said, and the wide ones, where they agree. */
const SILENT = ["unsaid", "redundant"];
const WIDE = ["province", "city", "district", "subdistrict", "community"];
/** Verdicts that speak against a candidate. */
const AGAINST = ["conflict", "missing", "left_over"];

/**
 * @param {Desk} desk
 * @param {Review} row
 * @param {string} ahead  what is known ahead of a decision
 * @param {{onChoose: (candidate: number) => void, onPoint: (candidate: number|null) => void}} listeners
 */
export function rowView(desk, row, ahead, { onChoose, onPoint }) {
  const { t } = desk;
  /** @type {[string, unknown][]} */
  const words = WORDS.map((name) => [name, row.row[name]]);
  const said = words.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return h(
    "article",
    { class: "review-row", "aria-labelledby": "review-title", "data-review": row.id },
    h(
      "p",
      { class: "review-tags" },
      h("span", { class: "doubt" }, labelOf(t, "doubt", row.reason)),
      row.status !== "open" && h("span", { class: "doubt" }, labelOf(t, "review_status", row.status)),
      h("span", { class: "quiet" }, t("reviews.where", { run: row.run, n: row.row_number })),
    ),
    h("h2", { id: "review-title" }, row.text || "—"),
    said.length > 0 &&
      h(
        "dl",
        { class: "review-words" },
        ...said.map(([name, value]) =>
          h(
            "div",
            {},
            h("dt", {}, t(`row_field.${name}`)),
            h("dd", {}, typeof value === "boolean" ? t(`answer.${value}`) : String(value)),
          ),
        ),
      ),
    row.masked && h("p", { class: "quiet" }, t("reviews.masked")),
    row.alike > 0 && h("p", { class: "review-alike" }, t("reviews.alike", { n: row.alike })),
    row.candidates.length === 0
      ? h("p", { class: "quiet" }, t("reviews.no_candidates"))
      : h(
          "ol",
          { class: "candidates" },
          ...row.candidates.slice(0, 9).map((one, index) =>
            h(
              "li",
              {},
              h(
                "button",
                {
                  type: "button",
                  "data-key": `candidate-${index + 1}`,
                  onclick: () => onChoose(index + 1),
                  onpointerenter: () => onPoint(index + 1),
                  onpointerleave: () => onPoint(null),
                  onfocus: () => onPoint(index + 1),
                  onblur: () => onPoint(null),
                },
                h("kbd", {}, String(index + 1)),
                h(
                  "span",
                  { class: "candidate-words" },
                  h("b", {}, one.label),
                  h(
                    "span",
                    { class: "quiet" },
                    labelOf(t, "result", one.target),
                    one.confidence > 0 && ` · ${t("reviews.sure", { share: share(one.confidence, desk.lang()) })}`,
                  ),
                  verdicts(t, one),
                ),
              ),
            ),
          ),
        ),
    ahead !== "" && h("p", { class: "review-ahead" }, ahead),
  );
}

/** An address without the divisions before it, for a list in one town. @param {string} text */
export const shortened = (text) => text.replace(/^.{2,30}(?:社区|街道|镇)(?=.{2})/, "");

/** @param {import("../../types.js").Translate} t @param {Candidate} candidate */
function verdicts(t, { reasons }) {
  const told = reasons.filter(
    ({ element, verdict }) => !SILENT.includes(verdict) && (verdict !== "match" || !WIDE.includes(element)),
  );
  return (
    told.length > 0 &&
    h(
      "span",
      { class: "verdicts" },
      ...told.map(({ element, verdict, asked, found }) =>
        h(
          "span",
          { class: AGAINST.includes(verdict) ? "against" : "speaks-for" },
          `${AGAINST.includes(verdict) ? "✗" : "✓"} ${labelOf(t, "element", element)} ${
            asked && found && asked !== found ? `${asked} → ${found}` : asked || found || ""
          }`,
        ),
      ),
    )
  );
}
