-- Turn the new, empty table into one partitioned by month of occurrence, which Django cannot declare.
-- Indexes and constraints follow in this migration and so exist on every partition.
ALTER TABLE incidents_incident RENAME TO incidents_incident_plain;
CREATE TABLE incidents_incident (LIKE incidents_incident_plain INCLUDING DEFAULTS INCLUDING GENERATED)
    PARTITION BY RANGE (occurred_at);
DROP TABLE incidents_incident_plain;
CREATE SEQUENCE incidents_incident_id_seq OWNED BY incidents_incident.id;
ALTER TABLE incidents_incident ALTER COLUMN id SET DEFAULT nextval('incidents_incident_id_seq'),
    ADD CONSTRAINT incidents_incident_pkey PRIMARY KEY (id, occurred_at);
-- What lies outside the months made so far is kept here: never refused, never lost.
CREATE TABLE incidents_incident_other PARTITION OF incidents_incident DEFAULT;
