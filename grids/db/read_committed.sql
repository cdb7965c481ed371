-- A transaction that keeps the sight of its beginning cannot see what was committed while it waited for the lock: neither
-- REPEATABLE READ nor SERIALIZABLE, which notices only writers that are SERIALIZABLE themselves.
CREATE OR REPLACE FUNCTION grids_refuse_stale_sight() RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'the partition, and what follows it, is written in READ COMMITTED transactions'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_isolation';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION grids_demand_read_committed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM grids_refuse_stale_sight();
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER grids_gridversion_isolation BEFORE INSERT OR UPDATE ON grids_gridversion
    FOR EACH STATEMENT EXECUTE FUNCTION grids_demand_read_committed();

CREATE OR REPLACE TRIGGER grids_divisionversion_isolation BEFORE INSERT OR UPDATE ON grids_divisionversion
    FOR EACH STATEMENT EXECUTE FUNCTION grids_demand_read_committed();
