-- Later events that touched something this one touched, or what is in a building that this one began. One that was
-- taken back counts no more, nor does its revert.
WITH touched AS (
    SELECT f.event_id
    FROM buildings_eventeffect mine
    JOIN buildings_eventeffect f ON (f.target, f.target_id) = (mine.target, mine.target_id)
    WHERE mine.event_id = %(event)s AND f.event_id > %(event)s
    UNION
    SELECT f.event_id
    FROM buildings_eventeffect mine
    JOIN buildings_eventeffect f ON f.building_id = mine.target_id
    WHERE mine.event_id = %(event)s AND mine.target = 'building' AND mine.role = 'begun' AND f.event_id > %(event)s
)
SELECT e.id
FROM touched t
JOIN buildings_lifecycleevent e ON e.id = t.event_id
LEFT JOIN buildings_lifecycleevent taken_back ON taken_back.reverts_id = e.id
WHERE taken_back.id IS NULL AND NOT (e.kind = 'revert' AND e.reverts_id > %(event)s)
ORDER BY e.id
