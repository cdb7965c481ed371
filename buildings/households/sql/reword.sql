-- Let rows of households say something else, known since the event, or since just after what they replace: an event that
-- was recorded later may have been written before. One without a beginning is valid never.
UPDATE buildings_household h
SET valid = CASE WHEN n.since IS NULL THEN 'empty'::tstzrange ELSE tstzrange(n.since, n.until) END,
    unit_id = coalesce(n.unit_id, h.unit_id), head_name = coalesce(n.head_name, h.head_name),
    phone = coalesce(n.phone, h.phone), residents = coalesce(n.residents, h.residents),
    registered = coalesce(n.registered, h.registered),
    children = CASE WHEN n.since IS NULL THEN h.children ELSE n.children END,
    elderly = CASE WHEN n.since IS NULL THEN h.elderly ELSE n.elderly END,
    floating = CASE WHEN n.since IS NULL THEN h.floating ELSE n.floating END,
    source = coalesce(n.source, h.source), source_ref = coalesce(n.source_ref, h.source_ref),
    twin = coalesce(n.twin, h.twin), event_id = %(event)s,
    known_since = CASE WHEN h.event_id = %(event)s THEN h.known_since
                       ELSE greatest(%(known)s, h.known_since + interval '1 microsecond') END
FROM json_to_recordset(%(edits)s)
     AS n(row bigint, since timestamptz, until timestamptz, unit_id bigint, head_name text, phone text, residents smallint,
          registered boolean, children smallint, elderly smallint, floating smallint, source text, source_ref text,
          twin smallint)
WHERE h.id = n.row
