-- What an event replaced is believed again, and what it began never was; what it said stays as a former belief. A row
-- that a later event changed, and that was taken back, bears the revert: its states tell that it is of this event.
UPDATE buildings_household h
SET valid = s.valid, unit_id = s.unit_id, head_name = s.head_name, phone = s.phone, residents = s.residents,
    registered = s.registered, children = s.children, elderly = s.elderly, floating = s.floating, source = s.source,
    source_ref = s.source_ref, twin = s.twin, event_id = %(revert)s,
    known_since = greatest(%(known)s, h.known_since + interval '1 microsecond')
FROM buildings_householdstate s
WHERE s.row_id = h.id AND s.superseded_by_id = %(event)s;
UPDATE buildings_household h
SET valid = 'empty', event_id = %(revert)s,
    known_since = greatest(%(known)s, h.known_since + interval '1 microsecond')
WHERE NOT isempty(h.valid)
  AND h.id IN (SELECT b.id FROM buildings_household b WHERE b.event_id = %(event)s
               UNION SELECT s.row_id FROM buildings_householdstate s WHERE s.event_id = %(event)s)
  AND NOT EXISTS (SELECT FROM buildings_householdstate s WHERE s.row_id = h.id AND s.superseded_by_id = %(event)s);
INSERT INTO buildings_eventeffect (event_id, target, target_id, building_id, role, before, after)
SELECT %(revert)s, target, target_id, building_id,
       CASE role WHEN 'begun' THEN 'ended' WHEN 'ended' THEN 'revived' ELSE role END, after, before
FROM buildings_eventeffect
WHERE event_id = %(event)s AND target = 'household'
ORDER BY id
