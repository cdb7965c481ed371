-- What an event replaced is believed again, and what it began never was; what it said stays as a former belief.
UPDATE buildings_household h
SET valid = s.valid, unit_id = s.unit_id, head_name = s.head_name, phone = s.phone, residents = s.residents,
    registered = s.registered, children = s.children, elderly = s.elderly, floating = s.floating, source = s.source,
    source_ref = s.source_ref, twin = s.twin, known_since = %(known)s, event_id = %(revert)s
FROM buildings_householdstate s
WHERE s.row_id = h.id AND s.superseded_by_id = %(event)s;
UPDATE buildings_household SET valid = 'empty', known_since = %(known)s, event_id = %(revert)s
WHERE event_id = %(event)s AND NOT isempty(valid);
INSERT INTO buildings_eventeffect (event_id, target, target_id, building_id, role, before, after)
SELECT %(revert)s, target, target_id, building_id,
       CASE role WHEN 'begun' THEN 'ended' WHEN 'ended' THEN 'revived' ELSE role END, after, before
FROM buildings_eventeffect
WHERE event_id = %(event)s AND target = 'household'
ORDER BY id
