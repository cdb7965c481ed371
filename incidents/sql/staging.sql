-- Stays for the session, and is emptied by each commit: a table made for each report would wear out the catalogues.
CREATE TEMP TABLE IF NOT EXISTS incidents_staging (
    ordinal bigint GENERATED ALWAYS AS IDENTITY,
    id bigint NOT NULL DEFAULT nextval('incidents_incident_id_seq'),
    occurred_at timestamptz NOT NULL, received_at timestamptz NOT NULL, type_id bigint NOT NULL,
    source text NOT NULL, external_id text NOT NULL, title text NOT NULL, text text NOT NULL, address text NOT NULL,
    location geometry, declared_crs text NOT NULL, reported_x float8, reported_y float8, accuracy_m float8,
    status text NOT NULL, declared_community_id bigint, building_id bigint, unit_id bigint, placed_by text NOT NULL DEFAULT '',
    placing_order_id bigint, demo boolean NOT NULL
) ON COMMIT DELETE ROWS;
-- What an earlier call in this transaction has left.
DELETE FROM incidents_staging;
