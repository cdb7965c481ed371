-- The incidents of a span, in the communities given (null: all, also those of no known community), as columns of numbers
-- and codes; no text that people wrote. An incident that is not open was resolved when its row was last rewritten from
-- an open status to another; of what came in resolved, that is not known.
SELECT i.id, extract(epoch FROM i.occurred_at)::float8, ST_X(i.location), ST_Y(i.location), t.code,
       i.status = ANY (%(open)s::text[]), i.source, i.building_id, i.community_id,
       CASE WHEN i.status <> ALL (%(open)s::text[]) THEN (
           SELECT extract(epoch FROM max(h.replaced_at) - i.received_at)::float8 / 3600
           FROM common_rowhistory h JOIN pg_class c ON c.oid = i.tableoid AND h.table_name = c.relname
           WHERE h.row_id = i.id AND h.row ->> 'status' = ANY (%(open)s::text[])) END
FROM incidents_incident i JOIN incidents_incidenttype t ON t.id = i.type_id
WHERE i.occurred_at >= %(since)s AND i.occurred_at < %(until)s
  AND (%(communities)s::bigint[] IS NULL OR i.community_id = ANY (%(communities)s::bigint[]))
ORDER BY i.occurred_at, i.id
