/** PURE: the events that a clerk records, each with its fields, the order that they make, and what takes it back. */

/**
 * @typedef {"text"|"tel"|"number"|"check"|"lines"|"home"|"units"|"households"|"entrance"} FieldType
 * @typedef {object} Field
 * @property {string} name
 * @property {FieldType} type
 * @property {boolean} [required]
 * @property {(subject: Subject) => unknown} [first]  what it holds to begin with
 *
 * @typedef {object} Subject  what the event is about
 * @property {number} building
 * @property {string|null} [address]  of the building
 * @property {{id: number, name: string}[]} entrances
 * @property {import("../house/table.js").Unit[]} units  of the building
 * @property {import("../house/table.js").Unit & {address?: string|null}} [unit]
 * @property {Record<string, any>} [household]
 * @property {Record<string, any>[]} [neighbours]  other households of the unit
 *
 * @typedef {{method: "post"|"patch", path: string, body: Record<string, any>}} Order
 * @typedef {object} Form
 * @property {string} name
 * @property {boolean} [grave]  ends something: says why
 * @property {Field[]} fields
 * @property {(subject: Subject, values: Record<string, any>) => Order} order
 */

/** @type {Field[]} */
const WORDS = [
  { name: "head_name", type: "text", first: ({ household }) => (household?.masked ? "" : household?.head_name) },
  { name: "phone", type: "tel", first: ({ household }) => (household?.masked ? "" : household?.phone) },
  { name: "residents", type: "number", required: true, first: ({ household }) => household?.residents ?? 1 },
  { name: "registered", type: "check", first: ({ household }) => household?.registered },
  { name: "children", type: "number", first: ({ household }) => household?.children },
  { name: "elderly", type: "number", first: ({ household }) => household?.elderly },
  { name: "floating", type: "number", first: ({ household }) => household?.floating },
  { name: "source_ref", type: "text", first: ({ household }) => household?.source_ref },
];

/** What was said, without what was left empty. @param {Record<string, any>} values */
const said = (values) =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined),
  );

/**
 * What differs from what is known of a household; what was shown (a masked name is not) and is empty now is unsaid.
 * @param {Subject} subject @param {Record<string, any>} values
 */
function changed(subject, values) {
  const known = subject.household ?? {};
  const emptied = WORDS.filter(({ name, first }) => first?.(subject) && values[name] === "");
  return {
    ...Object.fromEntries(Object.entries(said(values)).filter(([name, value]) => known[name] !== value)),
    ...Object.fromEntries(emptied.map(({ name, type }) => [name, type === "number" ? null : ""])),
  };
}

/** @param {string} kind @param {number} id @param {string} act @param {Record<string, any>} body @returns {Order} */
const act = (kind, id, act, body) => ({ method: "post", path: `/api/${kind}/${id}/${act}/`, body });

/**
 * A unit's address under another number; none where the address does not end with its number.
 * @param {Subject["unit"]} unit @param {string} number
 */
const addressOf = (unit, number) =>
  unit?.address?.endsWith(unit.number) ? { address: unit.address.slice(0, -unit.number.length) + number } : {};

/**
 * What a unit that takes the place of another has as that had it.
 * @param {Subject["unit"]} unit @param {string} number
 */
const heir = (unit, number) => ({ number, ...addressOf(unit, number), ...(unit?.code && { issue_code: true }) });

/** @type {Record<"unit"|"household"|"building", Form[]>} */
export const FORMS = {
  unit: [
    {
      name: "move_in",
      fields: WORDS.map((field) => ({ ...field, first: field.name === "residents" ? () => 1 : undefined })),
      order: ({ unit }, values) => ({
        method: "post",
        path: "/api/households/",
        body: { unit: unit?.id, ...said(values) },
      }),
    },
    {
      name: "divide",
      fields: [
        { name: "rooms", type: "lines", required: true, first: ({ unit }) => `${unit?.number}-1\n${unit?.number}-2` },
      ],
      order: ({ unit, entrances }, { rooms }) =>
        act("units", unit?.id ?? 0, "divide", {
          parts: rooms.map((/** @type {string} */ number, /** @type {number} */ index) => ({
            ...heir(unit, number),
            floor: unit?.floor,
            entrance: entrances.find(({ id }) => id === unit?.entrance)?.name ?? null,
            ...(index === 0 && { rest: true }),
          })),
        }),
    },
    {
      name: "combine",
      fields: [
        { name: "units", type: "units", required: true },
        { name: "number", type: "text", required: true, first: ({ unit }) => unit?.number },
      ],
      order: ({ unit }, { units, number }) => act("units", unit?.id ?? 0, "combine", { units, ...heir(unit, number) }),
    },
    {
      name: "renumber",
      fields: [{ name: "number", type: "text", required: true, first: ({ unit }) => unit?.number }],
      order: ({ building, unit }, { number }) =>
        act("buildings", building, "renumber", { units: [{ id: unit?.id, number, ...addressOf(unit, number) }] }),
    },
    {
      name: "readdress",
      fields: [{ name: "address", type: "text", required: true, first: ({ unit }) => unit?.address }],
      order: ({ unit }, { address }) => act("units", unit?.id ?? 0, "readdress", { address }),
    },
    {
      name: "demolish",
      grave: true,
      fields: [{ name: "end_households", type: "check" }],
      order: ({ unit }, values) => act("units", unit?.id ?? 0, "demolish", values),
    },
  ],
  household: [
    {
      name: "change",
      fields: WORDS,
      order: (subject, values) => ({
        method: "patch",
        path: `/api/households/${subject.household?.id}/`,
        body: changed(subject, values),
      }),
    },
    {
      name: "move",
      fields: [{ name: "unit", type: "home", required: true }],
      order: ({ household }, { unit }) => act("households", household?.id, "move", { unit }),
    },
    { name: "move_out", fields: [], order: ({ household }) => act("households", household?.id, "move-out", {}) },
    {
      name: "split",
      fields: [
        ...WORDS.slice(0, 4).map((field) => ({ ...field, first: field.name === "residents" ? () => 1 : undefined })),
        { name: "unit", type: "home" },
      ],
      order: ({ household }, values) => act("households", household?.id, "split", { parts: [said(values)] }),
    },
    {
      name: "join",
      fields: [{ name: "households", type: "households", required: true }],
      order: ({ household }, { households }) => act("households", household?.id, "join", { households }),
    },
    {
      name: "dissolve",
      grave: true,
      fields: [],
      order: ({ household }) => act("households", household?.id, "dissolve", {}),
    },
  ],
  building: [
    {
      name: "add_unit",
      fields: [
        { name: "number", type: "text", required: true },
        { name: "floor", type: "number" },
        { name: "entrance", type: "entrance" },
      ],
      order: ({ building }, values) => act("buildings", building, "contents", { units: [said(values)] }),
    },
    {
      name: "readdress",
      fields: [{ name: "address", type: "text", required: true, first: ({ address }) => address }],
      order: ({ building }, { address }) => act("buildings", building, "readdress", { address }),
    },
    {
      name: "demolish",
      grave: true,
      fields: [{ name: "end_households", type: "check" }],
      order: ({ building }, values) => act("buildings", building, "demolish", values),
    },
  ],
};
