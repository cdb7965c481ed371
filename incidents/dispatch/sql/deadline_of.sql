SELECT minutes, remind_before, escalate_after
FROM incidents_deadline_of(%(type)s::bigint, %(level)s::integer, %(state)s, %(moment)s::timestamptz)
