-- What an open incident holds ends, what is planned for it is called off; a decided grid begins.
UPDATE incidents_assignment SET valid = 'empty' WHERE incident_id = %(incident)s AND lower(valid) > %(moment)s;
UPDATE incidents_assignment SET valid = tstzrange(lower(valid), %(moment)s)
WHERE incident_id = %(incident)s AND valid @> %(moment)s::timestamptz;
INSERT INTO incidents_assignment (
    incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, reason, decided_by_id, note, valid)
SELECT i.id, i.occurred_at, v.grid_id, v.id, 'manual', ST_Distance(ST_Boundary(v.geom), i.location), 'decided',
       %(user)s, %(note)s, tstzrange(%(moment)s, NULL)
FROM incidents_incident i, grids_gridversion v
WHERE i.id = %(incident)s AND i.occurred_at = %(occurred_at)s AND v.id = %(version)s;
UPDATE incidents_incident SET community_id = %(community)s
WHERE id = %(incident)s AND occurred_at = %(occurred_at)s AND community_id IS DISTINCT FROM %(community)s;
