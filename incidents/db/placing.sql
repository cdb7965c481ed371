-- The order of placing that holds for a type at a moment: its own, or that of the nearest type above it that has one, else
-- that of all types. No row: none has been set.
CREATE OR REPLACE FUNCTION incidents_order_of(kind bigint, moment timestamptz)
    RETURNS TABLE (id bigint, members text[], road_side boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    WITH RECURSIVE line (id, parent_id, steps) AS (
        SELECT t.id, t.parent_id, 0 FROM incidents_incidenttype AS t WHERE t.id = kind
        UNION ALL
        SELECT above.id, above.parent_id, line.steps + 1
        FROM line JOIN incidents_incidenttype AS above ON above.id = line.parent_id
    )
    SELECT found.id, found.members::text[], found.road_side
    FROM incidents_placingorder AS found LEFT JOIN line ON line.id = found.type_id
    WHERE found.valid @> moment AND (found.type_id IS NULL OR line.id IS NOT NULL)
    ORDER BY line.steps NULLS LAST
    LIMIT 1;
END;

-- The grid of an incident's place: that of law 3; where its order of placing says so, a road along a border is one side's.
-- ``margin_m`` is then how far it is to the road's edge.
CREATE OR REPLACE FUNCTION incidents_grid_of(place geometry, moment timestamptz, tolerance_m float8, order_id bigint)
    RETURNS TABLE (grid_id bigint, version_id bigint, rule text, margin_m float8)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT coalesce(road.grid_id, g.grid_id), coalesce(road.version_id, g.version_id),
           CASE WHEN road.grid_id IS NULL THEN g.rule ELSE 'road_side' END, coalesce(road.margin_m, g.margin_m)
    FROM grids_grid_of(place, moment, tolerance_m) AS g
    LEFT JOIN LATERAL (
        SELECT v.grid_id, v.id AS version_id, r.width_m - ST_Distance(v.geom, place) AS margin_m
        FROM incidents_placingorder AS o, incidents_roadside AS r, grids_gridversion AS v
        WHERE o.id = order_id AND o.road_side AND g.rule <> 'nearest'
          AND r.other_id = g.grid_id AND r.valid @> moment
          AND v.grid_id = r.grid_id AND v.valid @> moment AND ST_DWithin(v.geom, place, r.width_m)
        ORDER BY ST_Distance(v.geom, place), v.code
        LIMIT 1
    ) AS road ON order_id IS NOT NULL;
END;

-- How exact the place of an incident is: as its fix was, if that has placed it; the place of a house is taken for exact.
CREATE OR REPLACE FUNCTION incidents_accuracy(placed_by text, accuracy_m float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN placed_by = '' THEN accuracy_m ELSE 0 END;
END;
