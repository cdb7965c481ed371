-- The time, and the types in use that have these codes, each with its order of placing if one has been set; a row without
-- a type when there is none.
SELECT clock_timestamp(), t.code, t.id, o.id, o.members
FROM (VALUES (1)) AS one
LEFT JOIN incidents_incidenttype t ON t.code = ANY ((SELECT %(codes)s::text[])::text[]) AND t.valid @> statement_timestamp()
LEFT JOIN LATERAL (
    SELECT * FROM incidents_order_of(t.id, statement_timestamp()) WHERE (SELECT EXISTS (SELECT FROM incidents_placingorder))
) o ON true
