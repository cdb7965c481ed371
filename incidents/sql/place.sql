-- A source's own id names one incident (law 8). Claims go in the order of the keys, so that two writers never wait for each
-- other; who comes second waits for the first here, and finds its incident below.
INSERT INTO incidents_sourcereference (source, external_id, incident_id, occurred_at)
SELECT DISTINCT ON (source, external_id) source, external_id, id, occurred_at
FROM incidents_staging WHERE external_id <> '' ORDER BY source, external_id, ordinal
ON CONFLICT (source, external_id) DO NOTHING;
-- The rows staged in incidents_staging that are new get the grid of their place (law 3) and a community.
-- An open incident goes to the grid that is responsible now; a past one to the grid of its time, or to the
-- first that is recorded there when it is older than any record.
CREATE TEMP TABLE incidents_placed ON COMMIT DROP AS
WITH first_record AS (SELECT min(lower(valid)) AS moment FROM grids_gridversion)
SELECT s.*, g.grid_id, g.version_id, coalesce(g.rule, 'none') AS rule, g.margin_m,
       coalesce(v.community_id, grids_community_at(s.location, %(moment)s), s.declared_community_id) AS community_id
FROM incidents_staging s
CROSS JOIN first_record f
LEFT JOIN LATERAL grids_grid_of(
    s.location,
    CASE WHEN s.status = ANY (%(open)s) THEN %(moment)s ELSE greatest(s.occurred_at, f.moment) END,
    %(tolerance_m)s) g ON true
LEFT JOIN grids_gridversion v ON v.id = g.version_id
WHERE s.external_id = '' OR EXISTS (
    SELECT FROM incidents_sourcereference r
    WHERE r.source = s.source AND r.external_id = s.external_id AND r.incident_id = s.id)
ORDER BY s.ordinal;
INSERT INTO incidents_incident (
    id, occurred_at, received_at, type_id, source, external_id, title, text, address, location, declared_crs,
    reported_x, reported_y, accuracy_m, status, community_id, building_id, demo)
SELECT id, occurred_at, received_at, type_id, source, external_id, title, text, address, location, declared_crs,
    reported_x, reported_y, accuracy_m, status, community_id, building_id, demo
FROM incidents_placed ORDER BY ordinal;
-- The confidence is the share of the accuracy disc on this side of a straight border at distance margin_m.
INSERT INTO incidents_assignment (
    incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, valid)
SELECT id, occurred_at, grid_id, version_id, rule, margin_m,
       incidents_confidence(rule, margin_m, accuracy_m),
       CASE WHEN location IS NULL THEN 'no_location' WHEN grid_id IS NULL THEN 'outside_grids' ELSE '' END,
       tstzrange(received_at, NULL)
FROM incidents_placed ORDER BY ordinal;
