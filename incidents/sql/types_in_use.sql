-- The time, and the types in use that have these codes; a row without a type when there is none.
SELECT clock_timestamp(), t.code, t.id
FROM (VALUES (1)) AS one
LEFT JOIN incidents_incidenttype t ON t.code = ANY ((SELECT %(codes)s::text[])::text[]) AND t.valid @> statement_timestamp()
