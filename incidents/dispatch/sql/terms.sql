-- The unfinished incidents of whose running term something is due, and where they stand; left out is what has all been told.
SELECT i.id, i.occurred_at, t.number, coalesce(s.after, incidents_state_of(i.status)) AS state, s.officer_id, t.due_at,
       t.remind_at, t.escalate_at, a.grid_id,
       ARRAY(
           SELECT n.kind FROM incidents_notice n WHERE n.incident_id = t.incident_id AND n.about = t.number
       ) AS told
FROM incidents_runningterm t
JOIN incidents_incident i ON i.id = t.incident_id AND i.occurred_at = t.occurred_at
LEFT JOIN incidents_incidentstep s ON s.incident_id = t.incident_id AND s.number = t.number
LEFT JOIN incidents_assignment a
    ON a.incident_id = t.incident_id AND a.occurred_at = t.occurred_at AND a.valid @> %(now)s::timestamptz
WHERE least(t.remind_at, t.due_at) <= %(now)s::timestamptz AND i.status IN ('new', 'assigned', 'in_progress', 'resolved')
  AND NOT EXISTS (
      SELECT FROM incidents_notice n
      WHERE n.incident_id = t.incident_id AND n.about = t.number
        AND n.kind = CASE WHEN t.escalate_at IS NULL THEN 'overdue' ELSE 'escalation' END
  )
ORDER BY i.id
