/**
 * The words the modules share, as types; nothing runs here.
 *
 * @typedef {"zh"|"en"} Lang
 * @typedef {"divisions"|"grids"|"buildings"|"incidents"} LayerName
 * @typedef {LayerName|"units"|"place"|"edge"|"published"} SubjectKind  what the inspector can show; "place" is any
 *   point of the map, "edge" the border near it
 *
 * @typedef {"point"|"line"|"polygon"|"any"} Geometry
 * @typedef {"land"|"water"|"roads"} Role  of a layer in the base map
 * @typedef {object} Published  a published layer that is not one of the map's own
 * @property {string} id
 * @property {string} title      both languages, as the server joins them
 * @property {Geometry} geometry
 * @property {string[]} fields   names of its attributes
 * @property {Role|null} role    null: an overlay
 * @property {string} key        the attribute that tells the class of a base map's feature, or ""
 *
 * @typedef {object} Selection  what the user asked about
 * @property {SubjectKind} kind
 * @property {number|string|null} id     id of the feature in its tile layer, for highlighting
 * @property {string} [code]             issued code, when the kind has one
 * @property {{id: string, title: string}} [layer]  of what was published
 * @property {[number, number]} [at]     lon, lat (WGS 84) of the click or of the found place
 * @property {Record<string, any>} [properties]  what the tile or the search already gave
 *
 * @typedef {{status: "idle"}} DetailIdle
 * @typedef {{status: "loading"}} DetailLoading
 * @typedef {{status: "ready", record: Record<string, any>}} DetailReady
 * @typedef {{status: "failed", code: string, message: string}} DetailFailed
 * @typedef {DetailIdle|DetailLoading|DetailReady|DetailFailed} Detail
 *
 * @typedef {object} State
 * @property {Lang} lang
 * @property {Record<LayerName, boolean>} visible
 * @property {string[]} statuses  of the incidents that are drawn
 * @property {Published[]} published
 * @property {Record<string, boolean>} switched  published layers that the user turned on or off, by id
 * @property {Selection|null} selection
 * @property {Detail} detail
 * @property {[number, number]|null} pin   lon, lat of the marked place
 * @property {string|null} at   the moment that is shown, ISO 8601; null is now
 * @property {boolean} history    whether the panel of moments is open
 * @property {boolean} online
 *
 * @typedef {(key: string, values?: Record<string, string|number>) => string} Translate
 *
 * @typedef {{label: string, value: string, href?: Selection, url?: string, mono?: boolean}} Row  `url`: another page
 * @typedef {{at: string, when: string, title: string, more: string}} Past  `at`: since when, ISO 8601
 * @typedef {{label: string, value: string}} Stat
 * @typedef {object} Card  one subject, ready to be shown
 * @property {string} badge     what kind of thing it is
 * @property {string} title
 * @property {string} [code]    shown with a copy button
 * @property {{text: string, color: string}} [state]
 * @property {Stat[]} stats
 * @property {Row[]} rows
 * @property {string} [note]
 * @property {Past[]} [past]    earlier forms of the same, latest first
 *
 * @typedef {object} Context  what a panel may use
 * @property {import("./store.js").Store} store
 * @property {import("./api.js").Api} api
 * @property {Translate} t
 * @property {string} timeZone  of the city, as IANA names it
 * @property {Actions} actions
 *
 * @typedef {object} Actions
 * @property {(selection: Selection|null) => void} select
 * @property {(lonLat: [number, number], zoom?: number) => void} flyTo
 * @property {(bounds: [number, number, number, number]) => void} fit
 * @property {(lonLat: [number, number]|null) => void} pin
 * @property {(moment: string|null) => void} travel  show the grids of another moment; null is now
 * @property {(lang: Lang) => void} speak
 */
export {};
