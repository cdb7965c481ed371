/**
 * The form of a new redraw: a title, a reason, communities by name or by clicking on the map; drawn by hand or
 * proposed.
 */

import { h, refill } from "../../dom.js";
import { MEASURES } from "../../redraw/measures.js";
import { keepDrawn } from "./status.js";

/** @param {import("./panel.js").PanelContext} panelContext */
export function newRedraw(panelContext) {
  const {
    context: { t, store },
    redrawStore,
    look,
  } = panelContext;
  const title = h("input", { id: "redraw-title", required: true, maxlength: 200, autocomplete: "off" });
  const reason = h("textarea", { id: "redraw-reason", rows: 3, maxlength: 5000 });
  const chosen = h("div", { class: "chosen" });
  const labels = { title: h("label", { for: "redraw-title" }), reason: h("label", { for: "redraw-reason" }) };
  const propose = proposal(panelContext);
  const submit = h("button", { type: "submit", class: "primary wide" });
  const alert = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const form = h(
    "form",
    {
      class: "redraw-form",
      async onsubmit(/** @type {Event} */ event) {
        event.preventDefault();
        const { communities } = redrawStore.get();
        const words = { title: title.value.trim(), reason: reason.value.trim() };
        if (communities.length === 0) return tellMissing();
        const proposed = propose.read();
        const made = await (proposed
          ? redrawStore.propose({ ...words, communities, ...proposed })
          : redrawStore.create({ ...words, communities }));
        if (made) form.reset(); // the next one begins empty
      },
    },
    labels.title,
    title,
    labels.reason,
    reason,
    chosen,
    propose.element,
    alert,
    submit,
  );

  function tellMissing() {
    alert.textContent = t("redraw.choose_community");
    alert.hidden = false;
  }

  keepDrawn(panelContext, ["view", "communities", "allCommunities", "trouble", "busy"], () => {
    const { communities, allCommunities, trouble, busy, view } = redrawStore.get();
    const { lang } = store.get();
    labels.title.textContent = t("redraw.field.title");
    labels.reason.textContent = t("redraw.field.reason");
    reason.placeholder = t("redraw.reason_hint");
    submit.textContent = t("redraw.create");
    submit.disabled = busy;
    propose.render();
    const nameOf = (/** @type {typeof allCommunities[number]} */ one) => (lang === "en" && one.name_en) || one.name;
    refill(
      chosen,
      h("label", { for: "redraw-community" }, t("redraw.field.communities")),
      h(
        "p",
        { class: "chips" },
        ...communities.map((code) =>
          h(
            "button",
            {
              type: "button",
              class: "chip",
              "data-key": `chip-${code}`,
              "aria-label": t("redraw.remove", { what: code }),
              onclick: () => redrawStore.choose(code),
            },
            allCommunities.filter((one) => one.code === code).map(nameOf)[0] ?? code,
            " ×",
          ),
        ),
      ),
      h(
        "select",
        {
          id: "redraw-community",
          "data-key": "community",
          onchange: (/** @type {any} */ { target: { value } }) => {
            redrawStore.choose(value);
            look(allCommunities.find(({ code }) => code === value)?.geometry);
          },
        },
        h("option", { value: "" }, t("redraw.pick_community")),
        ...allCommunities
          .filter(({ code }) => !communities.includes(code))
          .map((one) => h("option", { value: one.code }, `${nameOf(one)} ${one.code}`)),
      ),
    );
    alert.hidden = !trouble;
    alert.textContent = trouble?.message ?? "";
    if (view === "new" && communities.length === 0 && !form.contains(document.activeElement)) title.focus();
  });
  return form;
}

/**
 * Let the server propose a division into equal grids instead.
 * @param {import("./panel.js").PanelContext} panelContext
 */
function proposal({ context: { t } }) {
  const on = h("input", { type: "checkbox", id: "redraw-propose" });
  const label = h("label", { for: "redraw-propose" });
  const measure = h("select", { id: "redraw-measure" });
  const tolerance = h("input", { id: "redraw-tolerance", type: "number", min: 1, max: 50, value: 10 });
  const words = { measure: h("label", { for: "redraw-measure" }), tolerance: h("label", { for: "redraw-tolerance" }) };
  const more = h(
    "div",
    { class: "pair", hidden: true },
    h("div", {}, words.measure, measure),
    h("div", {}, words.tolerance, tolerance),
  );
  on.addEventListener("change", () => {
    more.hidden = !on.checked;
  });
  return {
    element: h("div", { class: "proposal" }, h("p", { class: "check" }, on, label), more),
    render() {
      more.hidden = !on.checked;
      label.textContent = t("redraw.propose");
      words.measure.textContent = t("redraw.field.measure");
      words.tolerance.textContent = t("redraw.field.tolerance");
      const value = measure.value || MEASURES[0];
      measure.replaceChildren(
        ...MEASURES.map((name) => h("option", { value: name, selected: name === value }, t(`field.${name}`))),
      );
    },
    /** @returns {{measure: string, tolerance: number}|null} */
    read: () => (on.checked ? { measure: measure.value, tolerance: Number(tolerance.value) / 100 } : null),
  };
}
