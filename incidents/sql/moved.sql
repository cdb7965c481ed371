-- The incidents that went to or from some grids at a moment: only open ones move.
SELECT new.incident_id AS id, ST_AsBinary(i.location) AS place, old.grid_id AS source, new.grid_id AS target
FROM incidents_assignment new
JOIN incidents_assignment old ON old.incident_id = new.incident_id AND upper(old.valid) = lower(new.valid)
JOIN incidents_incident i ON i.id = new.incident_id AND i.occurred_at = new.occurred_at
WHERE lower(new.valid) = %(moment)s AND new.grid_id = ANY (%(grids)s) AND new.grid_id IS DISTINCT FROM old.grid_id
UNION
SELECT new.incident_id, ST_AsBinary(i.location), old.grid_id, new.grid_id
FROM incidents_assignment old
JOIN incidents_assignment new ON old.incident_id = new.incident_id AND upper(old.valid) = lower(new.valid)
JOIN incidents_incident i ON i.id = new.incident_id AND i.occurred_at = new.occurred_at
WHERE upper(old.valid) = %(moment)s AND old.grid_id = ANY (%(grids)s) AND new.grid_id IS DISTINCT FROM old.grid_id
