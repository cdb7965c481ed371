/**
 * The words that the desk's modules share, as types; nothing runs here.
 *
 * @typedef {import("../types.js").Translate} Translate
 * @typedef {import("../types.js").Lang} Lang
 *
 * @typedef {object} Desk  what a page may use
 * @property {HTMLElement} main  where it shows itself
 * @property {import("../api.js").Api} api
 * @property {Translate} t
 * @property {() => Lang} lang
 * @property {(listener: () => void) => () => void} onSpeak  tells when another language is chosen
 * @property {string} timeZone
 * @property {string[]} may  permissions
 * @property {string} user  who is signed in
 * @property {number} building  the one that the address names; 0: none
 *
 * @typedef {object} Candidate  what a row may mean
 * @property {"building"|"entrance"|"unit"} target
 * @property {number} id
 * @property {number} building
 * @property {string} label
 * @property {string} level
 * @property {number} confidence
 * @property {number} lon
 * @property {number} lat
 * @property {{element: string, verdict: string, asked: string, found: string}[]} reasons
 *
 * @typedef {object} Review  a row in doubt
 * @property {number} id
 * @property {string} register
 * @property {string} run
 * @property {number} row_number
 * @property {string} source
 * @property {string} text
 * @property {string} reason
 * @property {Candidate[]} candidates
 * @property {string|null} community
 * @property {number} alike  other waiting rows of the same text
 * @property {string} status
 * @property {Record<string, unknown>} row
 * @property {boolean} masked
 *
 * @typedef {object} Effect  what a decision does
 * @property {string|null} alias
 * @property {{review: number, what: string|null, unit: number|null, makes_unit: boolean}[]} loads
 * @property {{review: number, code: string, detail: string}[]} left_open
 *
 * @typedef {object} Outcome  of a decision on many rows
 * @property {number[]} done
 * @property {number} loads
 * @property {number} makes_units
 * @property {{review: number, code: string, detail: string}[]} refused
 */
export {};
