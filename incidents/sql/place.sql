-- The rows staged in incidents_staging that are new get the grid of their place (law 3) and a community.
-- An open incident goes to the grid that is responsible now; a past one to the grid of its time, or to the
-- first that is recorded there when it is older than any record.
-- The confidence is the share of the accuracy disc on this side of a straight border at distance margin_m.
WITH first_record AS (
    SELECT min(lower(valid)) AS moment FROM grids_gridversion
), placed AS MATERIALIZED (
    SELECT s.*, g.grid_id, g.version_id, coalesce(g.rule, 'none') AS rule, g.margin_m,
           coalesce(v.community_id, grids_community_at(s.location, %(moment)s::timestamptz), s.declared_community_id) AS community_id
    FROM incidents_staging s
    CROSS JOIN first_record f
    LEFT JOIN LATERAL grids_grid_of(
        s.location,
        CASE WHEN s.status = ANY (%(open)s::text[]) THEN %(moment)s::timestamptz ELSE greatest(s.occurred_at, f.moment) END,
        %(tolerance_m)s::float8) g ON true
    LEFT JOIN grids_gridversion v ON v.id = g.version_id
    WHERE s.external_id = '' OR EXISTS (
        SELECT FROM incidents_sourcereference r
        WHERE r.source = s.source AND r.external_id = s.external_id AND r.incident_id = s.id)
    ORDER BY s.ordinal
), assignment AS (
    INSERT INTO incidents_assignment (
        incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, valid)
    SELECT id, occurred_at, grid_id, version_id, rule, margin_m,
           incidents_confidence(rule, margin_m, accuracy_m),
           CASE WHEN location IS NULL THEN 'no_location' WHEN grid_id IS NULL THEN 'outside_grids' ELSE '' END,
           tstzrange(received_at, NULL)
    FROM placed
)
INSERT INTO incidents_incident (
    id, occurred_at, received_at, type_id, source, external_id, title, text, address, location, declared_crs,
    reported_x, reported_y, accuracy_m, status, community_id, building_id, demo)
SELECT id, occurred_at, received_at, type_id, source, external_id, title, text, address, location, declared_crs,
    reported_x, reported_y, accuracy_m, status, community_id, building_id, demo
FROM placed
