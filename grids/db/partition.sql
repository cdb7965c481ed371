-- Law 1, proved once for each community that a transaction writes, not once for each row. Writing notes in grids_unproved
-- from when on the partition of a community has changed; the note's deferred trigger proves all from then on, and takes
-- the note away. A note stands for its transaction's own trigger only: nobody can write one that silences another's.

-- What a statement changes: of a row that begins, all from its beginning on; of an end that is moved, all from the
-- earlier end on; of a plan that is called off, all from where it would have begun.
CREATE OR REPLACE FUNCTION grids_note_begun() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'grids_gridversion' THEN
        INSERT INTO grids_unproved (community_id, since)
        SELECT community_id, min(lower(valid)) FROM begun WHERE NOT isempty(valid) GROUP BY community_id
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO grids_unproved (community_id, since)
        SELECT division_id, min(lower(valid)) FROM begun WHERE level = 'community' GROUP BY division_id
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION grids_note_ended() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'grids_gridversion' THEN
        INSERT INTO grids_unproved (community_id, since)
        SELECT o.community_id,
               min(CASE WHEN isempty(n.valid) THEN lower(o.valid) ELSE least(upper(o.valid), upper(n.valid)) END)
        FROM was o JOIN became n ON n.id = o.id WHERE n.valid <> o.valid GROUP BY o.community_id
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO grids_unproved (community_id, since)
        SELECT o.division_id, min(least(upper(o.valid), upper(n.valid)))
        FROM was o JOIN became n ON n.id = o.id WHERE n.valid <> o.valid AND n.level = 'community' GROUP BY o.division_id
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

-- Law 1 for one community at every instant from ``since`` on, in three parts that together say that its grids tile it
-- exactly. First: they sum up to its area. Between two beginnings or ends nothing changes: it is enough to look there.
CREATE OR REPLACE FUNCTION grids_prove_sum(community bigint, since timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT turn.moment, f.code, sum(v.double_area_mm2) - f.double_area_mm2 AS differs INTO wrong
    FROM (
        SELECT since AS moment
        UNION SELECT unnest(ARRAY[lower(valid), upper(valid)]) FROM grids_gridversion WHERE community_id = community
        UNION SELECT unnest(ARRAY[lower(valid), upper(valid)]) FROM grids_divisionversion WHERE division_id = community
    ) turn
    JOIN grids_gridversion v ON v.community_id = community AND v.valid @> turn.moment  -- else not divided at that time
    LEFT JOIN grids_divisionversion f ON f.division_id = community AND f.valid @> turn.moment AND f.geom IS NOT NULL
    WHERE turn.moment >= since
    GROUP BY turn.moment, f.code, f.double_area_mm2
    HAVING f.code IS NULL OR sum(v.double_area_mm2) <> f.double_area_mm2
    ORDER BY turn.moment LIMIT 1;
    IF FOUND AND wrong.code IS NULL THEN
        RAISE EXCEPTION 'community % has grids but no boundary at %', community, wrong.moment
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_partition_exact', TABLE = 'grids_gridversion';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'the grids of community % differ from its polygon by % square millimetres at %',
            wrong.code, round(wrong.differs / 2, 1), wrong.moment
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_partition_exact', TABLE = 'grids_gridversion';
    END IF;
END $$;

-- Second: they lie in its polygon. Only pairs of which one has begun since can be wrong.
CREATE OR REPLACE FUNCTION grids_prove_inside(community bigint, since timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT v.code, v.geom, f.code AS frame, f.geom AS ground, lower(f.valid) >= since AS redrawn INTO wrong
    FROM grids_divisionversion f
    JOIN grids_gridversion v ON v.community_id = f.division_id AND v.valid && f.valid
    WHERE f.division_id = community AND f.geom IS NOT NULL AND greatest(lower(v.valid), lower(f.valid)) >= since
      AND NOT ST_Covers(f.geom, v.geom) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'grid % leaves the %polygon of its community %',
            wrong.code, CASE WHEN wrong.redrawn THEN 'new ' ELSE '' END, wrong.frame
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_inside_community', TABLE = 'grids_gridversion',
                  DETAIL = ST_AsText(ST_PointOnSurface(ST_Difference(wrong.geom, wrong.ground)), 3);
    END IF;
END $$;

-- Third: no two have interior in common. A pair of which both have begun since is looked at once.
CREATE OR REPLACE FUNCTION grids_prove_disjoint(community bigint, since timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT v.code, v.geom, o.code AS other, o.geom AS ground INTO wrong
    FROM grids_gridversion v
    JOIN grids_gridversion o ON o.community_id = v.community_id AND o.valid && v.valid AND o.geom && v.geom
    WHERE v.community_id = community AND lower(v.valid) >= since AND o.id <> v.id
      AND (lower(o.valid) < since OR o.id < v.id) AND ST_Relate(o.geom, v.geom, '2********') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% and % overlap at the same time', wrong.code, wrong.other
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'grids_gridversion_no_overlap', TABLE = 'grids_gridversion',
                  DETAIL = ST_AsText(ST_PointOnSurface(ST_Intersection(wrong.geom, wrong.ground)), 3);
    END IF;
END $$;

-- The locks make two writers who cannot see each other take turns; each statement after them sees what was committed.
CREATE OR REPLACE FUNCTION grids_prove_noted() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM grids_refuse_stale_sight();
    PERFORM pg_advisory_xact_lock(hashtext('grids_gridversion'));
    PERFORM pg_advisory_xact_lock(hashtext('grids_partition'), NEW.community_id::int);
    PERFORM grids_prove_sum(NEW.community_id, NEW.since);
    PERFORM grids_prove_inside(NEW.community_id, NEW.since);
    PERFORM grids_prove_disjoint(NEW.community_id, NEW.since);
    DELETE FROM grids_unproved
    WHERE writer = NEW.writer AND community_id = NEW.community_id AND grids_unproved.since = NEW.since;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER grids_unproved_never_rewritten BEFORE UPDATE ON grids_unproved
    FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_rewrite();

CREATE OR REPLACE TRIGGER grids_gridversion_begun AFTER INSERT ON grids_gridversion
    REFERENCING NEW TABLE AS begun FOR EACH STATEMENT EXECUTE FUNCTION grids_note_begun();

CREATE OR REPLACE TRIGGER grids_gridversion_ended AFTER UPDATE ON grids_gridversion
    REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION grids_note_ended();

CREATE OR REPLACE TRIGGER grids_divisionversion_begun AFTER INSERT ON grids_divisionversion
    REFERENCING NEW TABLE AS begun FOR EACH STATEMENT EXECUTE FUNCTION grids_note_begun();

CREATE OR REPLACE TRIGGER grids_divisionversion_ended AFTER UPDATE ON grids_divisionversion
    REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION grids_note_ended();

-- Deferred to the commit: a redraw ends and begins many versions, and only the whole is a partition.
DROP TRIGGER IF EXISTS grids_unproved_partition ON grids_unproved;
CREATE CONSTRAINT TRIGGER grids_unproved_partition AFTER INSERT ON grids_unproved
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grids_prove_noted();
