/** PURE: what an import did, or would do, in numbers and sentences. */

import { count } from "../../format.js";
import { labelOf, refusal } from "../../i18n/translate.js";

/** @typedef {import("../../types.js").Translate} Translate */
/**
 * @typedef {object} Report
 * @property {boolean} dry_run
 * @property {string[]} fields  that a register may have
 * @property {Record<string, string>} columns  the column that each field was read from
 * @property {string[]} file_columns
 * @property {Record<string, number>} counts
 * @property {string[]} notes
 * @property {{row: number, code: string, detail: string}[]} rejected
 * @property {{code: string, detail: string, data: Record<string, any>}|null} refused  why a preview took nothing
 */

/** What an import tells of its rows, in this order. */
const NUMBERS = ["read", "begun", "changed", "ended", "unchanged", "rejected", "in doubt", "missing"];

/**
 * The numbers of rows that are not none.
 * @param {Translate} t
 * @param {import("../../types.js").Lang} lang
 * @param {Record<string, number>} counts
 */
export const numbersOf = (t, lang, counts) =>
  NUMBERS.filter((name) => counts[name]).map((name) => {
    const what = labelOf(t, "import_count", name.replace(" ", "_"));
    return t("imports.number", { what, n: count(counts[name], lang) });
  });

/** The columns of a file that nothing was read from. @param {Report} report */
export const unread = ({ file_columns: all, columns }) => all.filter((name) => !Object.values(columns).includes(name));

/**
 * Why nothing would be taken; of a full register also how many it lacks, which is what has to be confirmed.
 * @param {Translate} t
 * @param {Pick<Report, "refused">} report
 */
export function refusedLine(t, { refused }) {
  if (!refused) return "";
  const { missing } = refused.data;
  const words = refusal(t, { ...refused, status: 0 });
  return missing === undefined ? words : `${words} ${t("imports.missing", refused.data)}`;
}

/**
 * Why a row is rejected, in the language spoken where it is known, else as the server says it.
 * @param {Translate} t
 * @param {Report["rejected"][number]} problem
 */
export function rejectedLine(t, { row, code, detail }) {
  const label = labelOf(t, "row_problem", code);
  return t("imports.rejected", { row, detail: label === code ? detail : label });
}
