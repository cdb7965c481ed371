-- A unit is the door of another one of its building by another spelling. `buildings/quality/doors.py` has read them.
SELECT f.community_id, f.id, f.building_id, f.detail
FROM jsonb_to_recordset(%(doors)s::jsonb) AS f(community_id bigint, id bigint, building_id bigint, detail text)
