WITH RECURSIVE below (id) AS (
    SELECT unnest(%(top)s::bigint[])
    UNION
    SELECT t.id FROM incidents_incidenttype t JOIN below ON t.parent_id = below.id
)
SELECT id FROM below
