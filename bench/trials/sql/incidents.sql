-- Incidents at random places: the open ones of the last month, the others of the two years before it.
SELECT setseed(0.43);
INSERT INTO incidents_incidenttype (code, name, valid)
SELECT 'trial-' || n, '事件类型' || n, %(valid)s::tstzrange FROM generate_series(1, %(types)s) n;
INSERT INTO incidents_staging (
    occurred_at, received_at, type_id, source, external_id, title, text, address, location, declared_crs, accuracy_m, status, demo)
SELECT occurred_at, occurred_at + interval '2 minutes', type_id, 'trial', n::text, '路灯不亮', '小区门口的路灯不亮,请处理', '',
       ST_SetSRID(ST_MakePoint(x, y), %(srid)s), 'wgs84', 5 + n %% 40, CASE WHEN is_open THEN 'assigned' ELSE 'closed' END, true
FROM (
    SELECT n, first + n %% %(types)s AS type_id, is_open, x, y,
           CASE WHEN is_open THEN now() - age * interval '30 days'
                ELSE now() - interval '30 days' - age * interval '700 days' END AS occurred_at
    FROM (
        SELECT n, random() AS age, random() < %(open_share)s AS is_open,
               round((%(west)s + random() * (%(east)s - %(west)s))::numeric, 3)::float8 AS x,
               round((%(south)s + random() * (%(north)s - %(south)s))::numeric, 3)::float8 AS y
        FROM generate_series(1, %(incidents)s) n
    ) chance, (SELECT min(id) AS first FROM incidents_incidenttype WHERE code LIKE 'trial-%%') type
) incident;
