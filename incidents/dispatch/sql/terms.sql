-- The unfinished incidents of which something of a term is due, and where they stand; left out is what has all been told.
WITH standing AS (
    SELECT i.id, i.occurred_at, coalesce(s.number, 0) AS number, coalesce(s.after, c.state) AS state, s.officer_id,
           CASE WHEN s.number IS NULL THEN i.received_at + make_interval(mins => d.minutes) ELSE s.due_at END AS due_at,
           CASE WHEN s.number IS NULL THEN i.received_at + make_interval(mins => d.minutes - d.remind_before)
                ELSE s.remind_at END AS remind_at,
           CASE WHEN s.number IS NULL THEN i.received_at + make_interval(mins => d.minutes + d.escalate_after)
                ELSE s.escalate_at END AS escalate_at
    FROM incidents_incident i
    JOIN unnest(%(statuses)s::text[], %(states)s::text[]) AS c (status, state) ON c.status = i.status
    LEFT JOIN LATERAL (
        SELECT number, after, officer_id, due_at, remind_at, escalate_at FROM incidents_incidentstep
        WHERE incident_id = i.id ORDER BY number DESC LIMIT 1
    ) s ON true
    LEFT JOIN LATERAL incidents_deadline_of(i.type_id, NULL, c.state, i.received_at) d ON s.number IS NULL
    WHERE i.status IN ('new', 'assigned', 'in_progress', 'resolved')
)
SELECT t.*, a.grid_id
FROM standing t
LEFT JOIN incidents_assignment a
    ON a.incident_id = t.id AND a.occurred_at = t.occurred_at AND a.valid @> %(now)s::timestamptz
WHERE least(t.remind_at, t.due_at) <= %(now)s::timestamptz
  AND NOT EXISTS (
      SELECT FROM incidents_notice n
      WHERE n.incident_id = t.id AND n.about = t.number
        AND n.kind = CASE WHEN t.escalate_at IS NULL THEN 'overdue' ELSE 'escalation' END
  )
ORDER BY t.id
