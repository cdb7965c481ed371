-- GCJ-02 and BD-09, the shifted positions of Chinese web maps, for whoever asks in SQL: the same formulas as
-- gisserver/common/geo/gcj02.py, held to them by one shared fixture (tests/gisserver/common/positions.csv).
-- Degrees, longitude then latitude; points of SRID 4326, which in SQL stands for all three.

CREATE OR REPLACE FUNCTION gis_gcj02_shift(lon float8, lat float8, OUT east float8, OUT north float8)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    x float8 := lon - 105;
    y float8 := lat - 35;
    flattening float8 := 1 - 0.00669342162296594323 * sin(radians(lat)) ^ 2;
    ripple float8 := 20 * sin(6 * pi() * x) + 20 * sin(2 * pi() * x);
BEGIN
    east := 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
        + (ripple + 20 * sin(pi() * x) + 40 * sin(pi() * x / 3)
           + 150 * sin(pi() * x / 12) + 300 * sin(pi() * x / 30)) * 2 / 3;
    north := -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
        + (ripple + 20 * sin(pi() * y) + 40 * sin(pi() * y / 3)
           + 160 * sin(pi() * y / 12) + 320 * sin(pi() * y / 30)) * 2 / 3;
    -- From metres to degrees, on Krasovsky's ellipsoid.
    east := degrees(east * sqrt(flattening) / (6378245.0 * cos(radians(lat))));
    north := degrees(north * flattening ^ 1.5 / (6378245.0 * (1 - 0.00669342162296594323)));
END $$;

CREATE OR REPLACE FUNCTION gis_in_china(lon float8, lat float8) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lon BETWEEN 72.004 AND 137.8347 AND lat BETWEEN 0.8293 AND 55.8271;

CREATE OR REPLACE FUNCTION gis_baidu(lon float8, lat float8, OUT x float8, OUT y float8)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    turn float8 := pi() * 3000 / 180;
    radius float8 := sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * turn);
    angle float8 := atan2(lat, lon) + 0.000003 * cos(lon * turn);
BEGIN
    x := radius * cos(angle) + 0.0065;
    y := radius * sin(angle) + 0.006;
END $$;

CREATE OR REPLACE FUNCTION gis_wgs84_to_gcj02(place geometry) RETURNS geometry
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    shift record;
BEGIN
    IF NOT gis_in_china(ST_X(place), ST_Y(place)) THEN
        RETURN place;
    END IF;
    shift := gis_gcj02_shift(ST_X(place), ST_Y(place));
    RETURN ST_SetSRID(ST_MakePoint(ST_X(place) + shift.east, ST_Y(place) + shift.north), 4326);
END $$;

-- There is no closed inverse: both inverses iterate the forward step until it meets the target (1e-12 degrees).
CREATE OR REPLACE FUNCTION gis_gcj02_to_wgs84(place geometry) RETURNS geometry
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    lon float8 := ST_X(place);
    lat float8 := ST_Y(place);
    miss_x float8;
    miss_y float8;
    shift record;
BEGIN
    FOR round IN 1..30 LOOP
        shift := gis_gcj02_shift(lon, lat);
        miss_x := lon + shift.east - ST_X(place);
        miss_y := lat + shift.north - ST_Y(place);
        lon := lon - miss_x;
        lat := lat - miss_y;
        EXIT WHEN greatest(abs(miss_x), abs(miss_y)) <= 1e-12;
    END LOOP;
    IF gis_in_china(ST_X(place), ST_Y(place)) OR gis_in_china(lon, lat) THEN
        RETURN ST_SetSRID(ST_MakePoint(lon, lat), 4326);
    END IF;
    RETURN place;
END $$;

CREATE OR REPLACE FUNCTION gis_gcj02_to_bd09(place geometry) RETURNS geometry
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    baidu record := gis_baidu(ST_X(place), ST_Y(place));
BEGIN
    RETURN ST_SetSRID(ST_MakePoint(baidu.x, baidu.y), 4326);
END $$;

CREATE OR REPLACE FUNCTION gis_bd09_to_gcj02(place geometry) RETURNS geometry
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    lon float8 := ST_X(place);
    lat float8 := ST_Y(place);
    miss_x float8;
    miss_y float8;
    baidu record;
BEGIN
    FOR round IN 1..30 LOOP
        baidu := gis_baidu(lon, lat);
        miss_x := baidu.x - ST_X(place);
        miss_y := baidu.y - ST_Y(place);
        lon := lon - miss_x;
        lat := lat - miss_y;
        EXIT WHEN greatest(abs(miss_x), abs(miss_y)) <= 1e-12;
    END LOOP;
    RETURN ST_SetSRID(ST_MakePoint(lon, lat), 4326);
END $$;

CREATE OR REPLACE FUNCTION gis_wgs84_to_bd09(place geometry) RETURNS geometry
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN gis_gcj02_to_bd09(gis_wgs84_to_gcj02(place));

CREATE OR REPLACE FUNCTION gis_bd09_to_wgs84(place geometry) RETURNS geometry
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN gis_gcj02_to_wgs84(gis_bd09_to_gcj02(place));

-- Law 6 in SQL: a point as a source declares it (wgs84, cgcs2000, gcj02, bd09, EPSG:n) in another system, east first.
CREATE OR REPLACE FUNCTION gis_srid_of(declared text) RETURNS integer
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    named text := replace(replace(lower(trim(declared)), '-', ''), '_', '');
    code integer := CASE
        WHEN named IN ('wgs84', 'crs84', 'gcj02', 'bd09') THEN 4326
        WHEN named = 'cgcs2000' THEN 4490
        WHEN named ~ '^epsg:[0-9]{1,6}$' THEN substr(named, 6)::integer
    END;
BEGIN
    IF code IS NULL OR NOT EXISTS (SELECT FROM spatial_ref_sys WHERE srid = code) THEN
        RAISE EXCEPTION 'unknown coordinate system %: accepted are wgs84, cgcs2000, gcj02, bd09 or EPSG:n', declared
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN code;
END $$;

CREATE OR REPLACE FUNCTION gis_shifted(place geometry, declared text, back boolean) RETURNS geometry
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN CASE replace(replace(lower(trim(declared)), '-', ''), '_', '') || CASE WHEN back THEN ' back' ELSE '' END
        WHEN 'gcj02' THEN gis_wgs84_to_gcj02(place)
        WHEN 'bd09' THEN gis_wgs84_to_bd09(place)
        WHEN 'gcj02 back' THEN gis_gcj02_to_wgs84(place)
        WHEN 'bd09 back' THEN gis_bd09_to_wgs84(place)
        ELSE place
    END;
END $$;

CREATE OR REPLACE FUNCTION gis_transform(place geometry, source text, target text) RETURNS geometry
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    -- Read before the place is looked at, so that an unknown name is refused even for a place of no interest.
    source_srid integer := gis_srid_of(source);
    target_srid integer := gis_srid_of(target);
BEGIN
    IF ST_GeometryType(place) <> 'ST_Point' OR ST_IsEmpty(place) THEN
        RAISE EXCEPTION 'gis_transform takes one point, not %', ST_GeometryType(place)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Take the points of a line or polygon by ST_DumpPoints.';
    END IF;
    place := gis_shifted(ST_SetSRID(ST_Force2D(place), source_srid), source, true);
    RETURN gis_shifted(ST_Transform(place, target_srid), target, false);
END $$;
