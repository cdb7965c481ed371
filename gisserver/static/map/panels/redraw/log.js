/** All that has happened to a redraw; whoever wrote a line may add what is right. */

import { h, refill } from "../../dom.js";
import { moment } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";
import { logOf as entriesOf } from "../../redraw/log.js";
import { keepDrawn } from "./status.js";

/** @typedef {import("../../redraw/log.js").Entry} Entry */

/** @param {import("./panel.js").PanelContext} panelContext */
export function logOf(panelContext) {
  const {
    context: { t, store, timeZone },
    redrawStore,
    user,
  } = panelContext;
  const list = h("ol", { class: "log" });
  const title = h("h3", {});
  const reason = h("p", { class: "reason" });
  /** The line that is being corrected. @type {number|null} */
  let about = null;
  const right = h("textarea", { rows: 2, maxlength: 5000 });

  async function correct(/** @type {number} */ event) {
    if (right.value.trim() === "") return right.focus();
    if (await redrawStore.review("corrections", { event, comment: right.value.trim() })) turn(null);
  }
  function turn(/** @type {number|null} */ event) {
    about = event;
    right.value = "";
    render();
    if (event !== null) right.focus();
  }

  /** @param {number} id */
  const form = (id) =>
    h(
      "div",
      { class: "correction" },
      right,
      h("p", { class: "quiet" }, t("redraw.correction_stays")),
      h(
        "div",
        { class: "row-of-buttons" },
        h(
          "button",
          {
            type: "button",
            class: "primary",
            "data-key": "correct",
            disabled: redrawStore.get().busy,
            onclick: () => correct(id),
          },
          t("redraw.correct_record"),
        ),
        h(
          "button",
          { type: "button", class: "plain", "data-key": "uncorrect", onclick: () => turn(null) },
          t("redraw.cancel"),
        ),
      ),
    );

  /** @param {Entry} entry */
  const heading = ({ action, command, corrects }) =>
    h(
      "p",
      {},
      h(
        "b",
        {},
        action === "command"
          ? `${command?.number}. ${labelOf(t, "redraw.tool", command?.verb)}`
          : labelOf(t, "redraw_action", action),
      ),
      action !== "command" && command && ` ${command.number}. ${labelOf(t, "redraw.tool", command.verb)}`,
      corrects &&
        ` ${t("redraw.corrects", {
          what: labelOf(t, "redraw_action", corrects.action),
          at: moment(corrects.at, store.get().lang, timeZone),
        })}`,
    );

  /** @param {Entry} entry */
  const line = (entry) => {
    const { id, at, author, action, comment, command, corrects, corrected } = entry;
    const may = id !== null && !corrects && author === user && comment !== "" && action !== "created";
    return h(
      "li",
      {
        "data-action": action,
        "data-undone": Boolean(command?.undone_at) && action === "command",
        "data-corrected": corrected,
      },
      heading(entry),
      h(
        "p",
        { class: "quiet" },
        `${author} · ${moment(at, store.get().lang, timeZone)}`,
        corrected && h("span", { class: "change" }, t("redraw.corrected")),
        may &&
          about !== id &&
          h(
            "button",
            { type: "button", class: "link", "data-key": `correct-${id}`, onclick: () => turn(id) },
            t("redraw.correct"),
          ),
      ),
      comment && action !== "created" && h("p", { class: "comment" }, comment),
      about !== null && about === id && form(id),
    );
  };
  const render = () => {
    const { redraw, commands } = redrawStore.get();
    title.textContent = t("redraw.log");
    reason.textContent = redraw?.reason ?? "";
    reason.hidden = !redraw?.reason;
    right.setAttribute("aria-label", t("redraw.correct"));
    if (!redraw?.events.some(({ id }) => id === about)) about = null;
    refill(list, ...entriesOf(redraw?.events ?? [], commands).map(line));
  };
  keepDrawn(panelContext, ["redraw", "commands", "busy"], render);
  return h("div", {}, title, reason, list);
}
