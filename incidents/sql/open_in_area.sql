-- The open incidents in an area with their grid now, but those whose grid was decided by hand or has a road along
-- a border, which stay; part by part, so
-- that the index finds few others.
WITH part AS MATERIALIZED (SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(area)s, %(srid)s)) AS d)
SELECT DISTINCT ON (i.id) i.id, ST_AsBinary(i.location) AS place, a.grid_id
FROM part
CROSS JOIN LATERAL (
    SELECT id, location FROM incidents_incident
    WHERE ST_Intersects(part.geom, location) AND status = ANY (%(open)s)
    OFFSET 0  -- keeps the planner from reading all incidents: the index of the open ones is asked for each part
) i
JOIN incidents_assignment a ON a.incident_id = i.id AND a.valid @> statement_timestamp() AND a.rule NOT IN ('manual', 'road_side')
