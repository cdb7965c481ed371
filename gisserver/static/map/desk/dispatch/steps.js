/** PURE: what the steps of an incident ask for, and who may take them; the server has the last word. */

/** @typedef {"reason"|"officer"|"duplicate_of"|"level"|"grid"} Field */
/**
 * @typedef {object} Act
 * @property {string} name
 * @property {string} permission
 * @property {readonly Field[]} fields  what its form asks for
 * @property {readonly Field[]} needs  those of them that must be said
 */

const DISPATCH = "dispatch_incidents";
const HANDLE = "handle_incidents";

/** @type {Record<string, Omit<Act, "name">>} */
const ACTS = {
  accept: { permission: DISPATCH, fields: ["level"], needs: [] },
  dispatch: { permission: DISPATCH, fields: ["officer", "level", "reason"], needs: [] },
  start: { permission: HANDLE, fields: [], needs: [] },
  handle: { permission: HANDLE, fields: ["reason"], needs: [] },
  return: { permission: HANDLE, fields: ["reason"], needs: ["reason"] },
  suspend: { permission: DISPATCH, fields: ["reason"], needs: ["reason"] },
  resume: { permission: DISPATCH, fields: [], needs: [] },
  verify: { permission: DISPATCH, fields: [], needs: [] },
  rework: { permission: DISPATCH, fields: ["reason"], needs: ["reason"] },
  close: { permission: DISPATCH, fields: [], needs: [] },
  merge: { permission: DISPATCH, fields: ["duplicate_of", "reason"], needs: ["duplicate_of"] },
  invalidate: { permission: DISPATCH, fields: ["reason"], needs: ["reason"] },
  reopen: { permission: DISPATCH, fields: ["reason"], needs: ["reason"] },
  grid: { permission: DISPATCH, fields: ["grid", "reason"], needs: ["grid", "reason"] },
  withdraw: { permission: DISPATCH, fields: ["reason"], needs: ["reason"] },
};
const OPEN = ["new", "assigned", "in_progress"];

/**
 * What somebody may do with an incident: the steps that start where it stands, and the grid decided by hand.
 * @param {Record<string, any>} progress
 * @param {Record<string, any>} incident
 * @param {readonly string[]} may  permissions
 * @returns {Act[]}
 */
export function actsOf({ possible, status }, { rule }, may) {
  const names = [.../** @type {string[]} */ (possible)];
  if (OPEN.includes(status)) names.push("grid");
  if (OPEN.includes(status) && rule === "manual") names.push("withdraw");
  return names
    .filter((name) => name in ACTS)
    .map((name) => ({ name, ...ACTS[name] }))
    .filter(({ permission }) => may.includes(permission));
}

/**
 * The address and the body of an act.
 * @param {number} id  of the incident
 * @param {string} name
 * @param {Record<string, string>} said  what the form holds, empty for nothing
 * @returns {{path: string, body: Record<string, unknown>}}
 */
export function requestOf(id, name, said) {
  const words = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ""));
  if (name === "grid") return { path: `/api/incidents/${id}/grid/`, body: words };
  if (name === "withdraw") return { path: `/api/incidents/${id}/grid/withdraw/`, body: words };
  const numbers = ["officer", "level", "duplicate_of"].filter((field) => field in words);
  const body = { ...words, ...Object.fromEntries(numbers.map((field) => [field, Number(words[field])])) };
  return { path: `/api/incidents/${id}/steps/`, body: { step: name, ...body } };
}
