-- The open incidents on a ground with their grid now.
SELECT i.id, ST_AsBinary(i.location) AS place, a.grid_id
FROM incidents_incident i
JOIN incidents_assignment a ON a.incident_id = i.id AND upper_inf(a.valid)
WHERE i.status = ANY (%(open)s)
  AND i.location && ST_GeomFromWKB(%(ground)s, %(srid)s)
  AND ST_Intersects(ST_GeomFromWKB(%(ground)s, %(srid)s), i.location)
