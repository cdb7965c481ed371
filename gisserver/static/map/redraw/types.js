/**
 * The words of redrawing, as types; nothing runs here.
 *
 * @typedef {[number, number]} LonLat  degrees, WGS 84
 *
 * @typedef {object} Grid  one grid of a draft, in full precision
 * @property {string} code
 * @property {string} name
 * @property {string} kind
 * @property {GeoJSON.Polygon|GeoJSON.MultiPolygon} geometry
 *
 * @typedef {Record<string, Grid>} Grids  by code
 * @typedef {object} Draft
 * @property {Grids} base   what is current
 * @property {Grids} now    what the commands have made of it
 * @property {string[]} places  names of the communities, with which names of grids begin
 *
 * @typedef {object} Row  a redraw as the list tells it
 * @property {number} id
 * @property {string} title
 * @property {string} reason
 * @property {string} status
 * @property {string[]} communities
 * @property {string} author
 * @property {string} created_at
 * @property {string|null} effective_at
 * @property {number} commands
 *
 * @typedef {{number: number, verb: string, arguments: Record<string, any>, author: string, created_at: string,
 *   undone_at: string|null}} Command
 * @typedef {{id: number, action: string, author: string, at: string, comment: string, command: number|null,
 *   corrects: number|null}} Event_  `corrects`: the id of another
 * @typedef {{at: LonLat, counts: Record<string, number>}} Thing  a building or an open incident
 * @typedef {{frame: GeoJSON.Polygon|GeoJSON.MultiPolygon, things: Thing[]}} Assets
 *
 * @typedef {Row & {events: Event_[], conflict: Record<string, any>|null, may: string[], version?: string,
 *   reverses?: number|null, reversed_by?: number[]}} Redraw
 *
 * @typedef {{code: string, name: string|null, kind: string|null, geometry: any, community_name?: string|null}}
 *   ChangedGrid
 * @typedef {{code: string, detail: string, geometry: GeoJSON.Geometry|null, about?: Record<string, any>}} Warning_
 * @typedef {{number: number, changed: ChangedGrid[], warnings: Warning_[]}} Drawn
 *
 * @typedef {object} Trouble  why something did not go
 * @property {string} code
 * @property {string} message
 * @property {GeoJSON.Geometry|null} geometry  where
 * @property {boolean} retry  whether the same may go through when it is sent again
 * @property {Record<string, any>} [problem]  of a conflict: command, verb, drawn_by, competing, way_out
 *
 * @typedef {Record<string, any>} Measures  by name: counts, square metres, ratios
 * @typedef {{code: string, name: string, kind: string, change: string, before: Measures, after: Measures,
 *   geometry: any}} PreviewGrid
 * @typedef {{grids: PreviewGrid[], moved: Record<string, number>, warnings: Warning_[],
 *   totals?: {before: Measures, after: Measures}}} Preview
 *
 * @typedef {Record<string, any>} Body  of a command
 * @typedef {"line"|"polygon"|"rectangle"} Shape  what the hand draws
 *
 * @typedef {object} RedrawState
 * @property {boolean} open
 * @property {"list"|"new"|"one"} view
 * @property {Row[]} rows
 * @property {string} status        of the rows that are listed; "" for all
 * @property {string|null} more     where the next rows are
 * @property {{code: string, name: string, name_en: string, geometry: GeoJSON.Geometry}[]} allCommunities
 *   to choose from
 * @property {string[]} communities   chosen for a new redraw
 * @property {Redraw|null} redraw   the one that is open
 * @property {Draft|null} draft
 * @property {string|null} tool   the verb that is chosen
 * @property {string[]} picks       grids clicked with the tool
 * @property {string|null} keep     of the grids that are merged, whose code stays; null: the lowest
 * @property {boolean} byBuildings  a transfer of chosen buildings instead of an area
 * @property {{id: number, at: LonLat}[]} buildings   chosen
 * @property {boolean} drawn        a drawing lies on the map, finished, perhaps to be mended
 * @property {Grid[]} dragged       grids as they follow a corner that is being moved
 * @property {Trouble|null} trouble
 * @property {Warning_[]} warnings
 * @property {Command[]} commands    of the redraw, undone ones too
 * @property {Preview|null} preview
 * @property {string|null} focus    the grid pointed at in a table
 * @property {Assets|null} assets  the frame of the redraw and the assets in it, once known
 * @property {GeoJSON.LineString|GeoJSON.Polygon|null} hand  what is being drawn, up to the pointer
 * @property {string} measure       what is counted while drawing, and by which grids are coloured
 * @property {boolean} shaded       whether grids are coloured by it
 * @property {boolean} busy
 * @property {string} notice        what has just been done
 */
export {};
