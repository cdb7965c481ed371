-- The event by which each target, or its building, changed at a moment; the last of several.
SELECT asked.n, e.id, e.kind, e.effective_at
FROM unnest(%(targets)s::text[], %(ids)s::bigint[], %(buildings)s::bigint[], %(moments)s::timestamptz[])
    WITH ORDINALITY AS asked (target, id, building, moment, n)
CROSS JOIN LATERAL (
    SELECT v.id, v.kind, v.effective_at
    FROM buildings_lifecycleevent v JOIN buildings_eventeffect f ON f.event_id = v.id
    WHERE v.effective_at = asked.moment
      AND ((f.target = asked.target AND f.target_id = asked.id) OR f.building_id = asked.building)
    ORDER BY v.id DESC
    LIMIT 1
) e
