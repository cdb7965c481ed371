-- A geometry of any CRS in EPSG:3857, cut to the part of the world that Web Mercator can show: the poles lie
-- at infinity there, so that Antarctica cannot be transformed whole. NULL when nothing of it is left.
-- The search path is fixed because the function stands in generated columns, which a restore computes with an empty one.
CREATE OR REPLACE FUNCTION gis_layers_to_web_mercator(source geometry) RETURNS geometry(Geometry, 3857)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    lonlat geometry;
    world constant geometry := ST_MakeEnvelope(-180, -85.0511287798066, 180, 85.0511287798066, 4326);
BEGIN
    IF ST_IsEmpty(source) THEN
        RETURN NULL;
    END IF;
    lonlat := ST_Force2D(ST_Transform(source, 4326));
    IF lonlat @ world THEN
        RETURN ST_Transform(ST_Force2D(source), 3857);
    END IF;
    lonlat := ST_CollectionExtract(ST_Intersection(ST_MakeValid(lonlat), world), ST_Dimension(source) + 1);
    RETURN CASE WHEN ST_IsEmpty(lonlat) THEN NULL ELSE ST_Transform(lonlat, 3857) END;
END
$$;
