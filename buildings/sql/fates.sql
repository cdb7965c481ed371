-- The last event that ended each target, and what stands in its place now: what the event began, or what has taken
-- the place of that since. Of doubles that became one, that one was there before: the event has changed it.
WITH RECURSIVE ending AS (
    SELECT DISTINCT ON (f.target_id) f.target_id AS id, f.event_id AS event, e.kind
    FROM buildings_eventeffect f JOIN buildings_lifecycleevent e ON e.id = f.event_id
    WHERE f.target = %(target)s AND f.target_id = ANY (%(ids)s) AND f.role = 'ended'
    ORDER BY f.target_id, f.event_id DESC
), line AS (
    SELECT n.id, f.target_id AS heir, n.event
    FROM ending n JOIN buildings_eventeffect f ON f.event_id = n.event
    WHERE n.kind IN ('split', 'merge') AND f.target = %(target)s
      AND (f.role = 'begun' OR (n.kind = 'merge' AND f.role = 'changed' AND f.target = 'building'))
    UNION
    SELECT l.id, f.target_id, f.event_id
    FROM line l
    CROSS JOIN LATERAL (
        SELECT o.event_id, e.kind FROM buildings_eventeffect o JOIN buildings_lifecycleevent e ON e.id = o.event_id
        WHERE o.target = %(target)s AND o.target_id = l.heir AND o.role = 'ended' AND e.kind IN ('split', 'merge')
        ORDER BY o.event_id DESC LIMIT 1
    ) again
    JOIN buildings_eventeffect f ON f.event_id = again.event_id AND f.target = %(target)s
        AND (f.role = 'begun' OR (again.kind = 'merge' AND f.role = 'changed' AND f.target = 'building'))
)
SELECT n.id, n.event, n.kind,
       coalesce((
           SELECT array_agg(DISTINCT l.heir ORDER BY l.heir) FROM line l
           LEFT JOIN buildings_building b ON %(target)s = 'building' AND b.id = l.heir
           LEFT JOIN buildings_unit u ON %(target)s = 'unit' AND u.id = l.heir
           WHERE l.id = n.id AND upper_inf(coalesce(b.valid, u.valid))
       ), '{}') AS successors
FROM ending n
