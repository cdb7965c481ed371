-- Households of an event that were changed since without an event of their own: they ended, moved or came back with their
-- homes, or somebody wrote their rows directly.
SELECT DISTINCT e.target_id AS household
FROM buildings_eventeffect e
WHERE e.event_id = %(event)s AND e.target = 'household'
  AND (EXISTS (SELECT FROM buildings_household h
               WHERE h.identity = e.target_id AND h.event_id IS NULL AND h.known_since > %(recorded)s)
       OR EXISTS (SELECT FROM buildings_householdstate s
                  WHERE s.identity = e.target_id AND s.event_id IS NULL AND lower(s.known) > %(recorded)s))
ORDER BY household
LIMIT 100
