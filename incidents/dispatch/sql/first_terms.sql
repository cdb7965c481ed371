-- The running terms of the unfinished incidents without a step that were received from a moment on, by the deadlines on record.
-- First whoever takes a step waits, or is waited for: a step says the term from then on.
SELECT FROM incidents_incident WHERE received_at >= %(moment)s AND status IN ('new', 'assigned', 'in_progress', 'resolved')
ORDER BY id FOR NO KEY UPDATE;
DELETE FROM incidents_runningterm t USING incidents_incident i
WHERE i.id = t.incident_id AND i.occurred_at = t.occurred_at AND t.number = 0 AND i.received_at >= %(moment)s;
INSERT INTO incidents_runningterm (incident_id, occurred_at, number, due_at, remind_at, escalate_at)
SELECT i.id, i.occurred_at, 0, t.due_at, t.remind_at, t.escalate_at
FROM incidents_incident i CROSS JOIN LATERAL incidents_first_term(i.type_id, i.status, i.received_at) t
WHERE i.received_at >= %(moment)s AND i.status IN ('new', 'assigned', 'in_progress', 'resolved')
  AND NOT EXISTS (SELECT FROM incidents_incidentstep s WHERE s.incident_id = i.id);
