-- Rows of households that the event begins; their ids are drawn before.
INSERT INTO buildings_household (id, identity, valid, unit_id, head_name, phone, residents, registered, children, elderly,
                                 floating, source, source_ref, twin, invented, known_since, event_id)
SELECT n.id, n.identity, tstzrange(n.since, n.until), n.unit_id, n.head_name, n.phone, n.residents, n.registered,
       n.children, n.elderly, n.floating, n.source, n.source_ref, n.twin, false, %(known)s, %(event)s
FROM unnest(%(row)s::bigint[], %(identity)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[],
            %(unit_id)s::bigint[], %(head_name)s::text[], %(phone)s::text[], %(residents)s::smallint[],
            %(registered)s::boolean[], %(children)s::smallint[], %(elderly)s::smallint[], %(floating)s::smallint[],
            %(source)s::text[], %(source_ref)s::text[], %(twin)s::smallint[])
     AS n(id, identity, since, until, unit_id, head_name, phone, residents, registered, children, elderly, floating,
          source, source_ref, twin)
