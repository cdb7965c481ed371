-- Rows of households that the event begins; their ids are drawn before.
INSERT INTO buildings_household (id, identity, valid, unit_id, head_name, phone, residents, registered, children, elderly,
                                 floating, source, source_ref, twin, invented, known_since, event_id)
SELECT n.row, n.identity, tstzrange(n.since, n.until), n.unit_id, n.head_name, n.phone, n.residents, n.registered,
       n.children, n.elderly, n.floating, n.source, n.source_ref, n.twin, false, %(known)s, %(event)s
FROM json_to_recordset(%(edits)s)
     AS n(row bigint, identity bigint, since timestamptz, until timestamptz, unit_id bigint, head_name text, phone text,
          residents smallint, registered boolean, children smallint, elderly smallint, floating smallint, source text,
          source_ref text, twin smallint)
