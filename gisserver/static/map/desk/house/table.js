/** PURE: the table of a house: entrances across, floors down, units in the cells. */

/**
 * @typedef {object} Unit
 * @property {number} id
 * @property {string} number
 * @property {number|null} floor
 * @property {number|null} entrance
 * @property {string} kind
 * @property {string|null} code
 * @property {Occupancy} occupancy
 * @property {number} households
 * @property {number} residents
 * @property {number} registered
 *
 * @typedef {"vacant"|"registered"|"floating"|"mixed"} Occupancy
 * @typedef {{id: number|null, name: string}} Column  null: units without an entrance
 * @typedef {{floor: number|null, cells: Unit[][]}} Row  a cell for each column
 * @typedef {{columns: Column[], rows: Row[]}} Grid
 */

/** @type {Occupancy[]} */
export const OCCUPANCIES = ["registered", "floating", "mixed", "vacant"];

/**
 * @param {{entrances: {id: number, name: string}[], floors: (number|null)[], units: Unit[]}} table
 * @returns {Grid}
 */
export function gridOf({ entrances, floors, units }) {
  const loose = units.some(({ entrance }) => entrance === null);
  /** @type {Column[]} */
  const columns = [...entrances, ...(loose || entrances.length === 0 ? [{ id: null, name: "" }] : [])];
  const rows = floors.map((floor) => ({
    floor,
    cells: columns.map(({ id }) => units.filter((unit) => unit.floor === floor && unit.entrance === id)),
  }));
  return { columns, rows };
}

/**
 * How many units are in each state, and who lives in all of them.
 * @param {Unit[]} units
 */
export function tally(units) {
  return {
    states: OCCUPANCIES.map((occupancy) => ({
      occupancy,
      units: units.filter((unit) => unit.occupancy === occupancy).length,
    })),
    households: units.reduce((sum, unit) => sum + unit.households, 0),
    residents: units.reduce((sum, unit) => sum + unit.residents, 0),
  };
}

/**
 * The unit that an arrow leads to: beside on the same floor, or above and below; the same one at the rim.
 * @param {Grid} grid
 * @param {number} id
 * @param {string} key  of the keyboard
 * @returns {number}
 */
export function neighbour({ rows }, id, key) {
  const floors = rows.map(({ cells }) => cells.flat().map((unit) => unit.id));
  const y = floors.findIndex((ids) => ids.includes(id));
  if (y < 0) return id;
  const x = floors[y].indexOf(id);
  if (key === "Home") return floors[y][0];
  if (key === "End") return floors[y][floors[y].length - 1];
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  const floor = floors[y + dy] ?? floors[y];
  return floor[Math.max(0, Math.min(x + dx, floor.length - 1))] ?? id;
}

/**
 * What a unit is called in its house: its number, behind its entrance.
 * @param {Unit} unit @param {{id: number, name: string}[]} entrances
 */
export function labelOfUnit(unit, entrances) {
  const entrance = entrances.find(({ id }) => id === unit.entrance)?.name ?? "";
  return [entrance, unit.number].filter(Boolean).join(" ");
}
