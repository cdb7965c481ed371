-- Incidents that are given with the statement, in the place of those staged in incidents_staging.
WITH incidents_staging AS MATERIALIZED (
    SELECT ordinal, nextval('incidents_incident_id_seq') AS id, occurred_at, received_at, type_id, source, external_id,
           title, text, address, location::geometry, declared_crs, reported_x, reported_y, accuracy_m, status,
           declared_community_id, building_id, unit_id, placed_by, placing_order_id, demo
    FROM unnest(
        (SELECT %(occurred_at)b::timestamptz[]), (SELECT %(received_at)b::timestamptz[]), (SELECT %(type_id)b::bigint[]),
        (SELECT %(source)b::text[]), (SELECT %(external_id)b::text[]), (SELECT %(title)b::text[]),
        (SELECT %(text)b::text[]), (SELECT %(address)b::text[]), (SELECT %(location)b::text[]),
        (SELECT %(declared_crs)b::text[]), (SELECT %(reported_x)b::float8[]), (SELECT %(reported_y)b::float8[]),
        (SELECT %(accuracy_m)b::float8[]), (SELECT %(status)b::text[]), (SELECT %(declared_community_id)b::bigint[]),
        (SELECT %(building_id)b::bigint[]), (SELECT %(unit_id)b::bigint[]), (SELECT %(placed_by)b::text[]),
        (SELECT %(placing_order_id)b::bigint[]), (SELECT %(demo)b::boolean[])
    ) WITH ORDINALITY AS given (
        occurred_at, received_at, type_id, source, external_id, title, text, address, location, declared_crs,
        reported_x, reported_y, accuracy_m, status, declared_community_id, building_id, unit_id,
        placed_by, placing_order_id, demo, ordinal)
)
