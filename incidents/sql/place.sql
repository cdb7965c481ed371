-- The rows staged in incidents_staging that are new get the grid of their place (law 3) and a community.
-- An open incident goes to the grid that is responsible now; a past one to the grid of its time, or to the
-- first that is recorded there when it is older than any record.
-- The confidence is the share of the accuracy disc on this side of a straight border at distance margin_m.
--
-- A source's own id names one incident (law 8): new is who claims it. Claims go in the order of the keys, so that two
-- writers never wait for each other; who comes second waits for the first here, and claims nothing.
--
-- Tells the receipts that have been written, if they are to be ``told``.
WITH claimed AS (
    INSERT INTO incidents_sourcereference (source, external_id, incident_id, occurred_at)
    SELECT DISTINCT ON (source, external_id) source, external_id, id, occurred_at
    FROM incidents_staging WHERE external_id <> '' ORDER BY source, external_id, ordinal
    ON CONFLICT (source, external_id) DO NOTHING
    RETURNING incident_id
), first_record AS (
    SELECT min(lower(valid)) AS moment FROM grids_gridversion
), placed AS MATERIALIZED (
    SELECT s.*, g.grid_id, g.version_id, v.code, coalesce(g.rule, 'none') AS rule, g.margin_m,
           incidents_confidence(coalesce(g.rule, 'none'), g.margin_m, incidents_accuracy(s.placed_by, s.accuracy_m)) AS confidence,
           CASE WHEN s.location IS NULL THEN 'no_location' WHEN g.grid_id IS NULL THEN 'outside_grids' ELSE '' END AS reason,
           coalesce(v.community_id, grids_community_at(s.location, %(moment)s::timestamptz), s.declared_community_id) AS community_id
    FROM incidents_staging s
    CROSS JOIN first_record f
    LEFT JOIN LATERAL incidents_grid_of(
        s.location,
        CASE WHEN s.status = ANY (%(open)s::text[]) THEN %(moment)s::timestamptz ELSE greatest(s.occurred_at, f.moment) END,
        %(tolerance_m)s::float8, s.placing_order_id) g ON true
    LEFT JOIN grids_gridversion v ON v.id = g.version_id
    WHERE s.external_id = '' OR s.id IN (SELECT incident_id FROM claimed)
    ORDER BY s.ordinal
), assignment AS (
    INSERT INTO incidents_assignment (
        incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, valid)
    SELECT id, occurred_at, grid_id, version_id, rule, margin_m, confidence, reason, tstzrange(received_at, NULL)
    FROM placed
), incident AS (
    INSERT INTO incidents_incident (
        id, occurred_at, received_at, type_id, source, external_id, title, text, address, location, declared_crs,
        reported_x, reported_y, accuracy_m, status, community_id, building_id, unit_id,
        placed_by, placing_order_id, demo)
    SELECT id, occurred_at, received_at, type_id, source, external_id, title, text, address, location, declared_crs,
        reported_x, reported_y, accuracy_m, status, community_id, building_id, unit_id,
        placed_by, placing_order_id, demo
    FROM placed
), term AS (
    INSERT INTO incidents_runningterm (incident_id, occurred_at, number, due_at, remind_at, escalate_at)
    SELECT p.id, p.occurred_at, 0, t.due_at, t.remind_at, t.escalate_at
    FROM placed p CROSS JOIN LATERAL incidents_first_term(p.type_id, p.status, p.received_at) t
    WHERE (SELECT EXISTS (SELECT FROM incidents_deadline))
)
SELECT p.ordinal, p.id, p.code, p.version_id, p.rule, p.margin_m, p.confidence, p.reason, p.received_at, NULL::timestamptz,
       p.community_id, p.location IS NOT NULL, p.grid_id, p.placed_by, p.placing_order_id, n.code, n.distance_m, other.community_id
FROM placed p
LEFT JOIN LATERAL incidents_runner_up_within(
    p.location, CASE WHEN p.status = ANY (%(open)s::text[]) THEN %(moment)s::timestamptz ELSE p.occurred_at END, p.grid_id,
    incidents_reach(p.margin_m, incidents_accuracy(p.placed_by, p.accuracy_m), %(near_m)s::float8)) n ON true
LEFT JOIN grids_gridversion other ON other.id = n.version_id
WHERE %(told)s::boolean
