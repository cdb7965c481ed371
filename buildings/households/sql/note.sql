-- What an event did to households, in the order of its changes.
INSERT INTO buildings_eventeffect (event_id, target, target_id, building_id, role, before, after)
SELECT %(event)s, 'household', n.identity, n.building, n.role, n.before, n.after
FROM json_to_recordset(%(effects)s) AS n(identity bigint, building bigint, role text, before jsonb, after jsonb)
