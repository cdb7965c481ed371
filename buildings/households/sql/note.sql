-- What an event did to households, in the order of its changes.
INSERT INTO buildings_eventeffect (event_id, target, target_id, building_id, role, before, after)
SELECT %(event)s, 'household', n.identity, n.building, n.role, n.before::jsonb, n.after::jsonb
FROM unnest(%(identity)s::bigint[], %(building)s::bigint[], %(role)s::text[], %(before)s::text[], %(after)s::text[])
     WITH ORDINALITY AS n(identity, building, role, before, after, number)
ORDER BY n.number
