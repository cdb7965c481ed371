DROP FUNCTION incidents_confidence(text, float8, float8);
DROP TRIGGER incidents_incident_other_never_truncated ON incidents_incident_other;
DROP TRIGGER incidents_incident_never_truncated ON incidents_incident;
DROP TRIGGER incidents_incident_never_deleted ON incidents_incident;
DROP FUNCTION incidents_ensure_month(timestamptz);
