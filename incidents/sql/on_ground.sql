-- The open incidents on a ground with their grid now; part by part, so that the index finds few others.
WITH part AS MATERIALIZED (SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(ground)s, %(srid)s)) AS d)
SELECT DISTINCT ON (i.id) i.id, ST_AsBinary(i.location) AS place, a.grid_id
FROM part
JOIN incidents_incident i ON ST_Intersects(part.geom, i.location)
JOIN incidents_assignment a ON a.incident_id = i.id AND upper_inf(a.valid)
WHERE i.status = ANY (%(open)s)
