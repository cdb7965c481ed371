DROP TRIGGER grids_divisionversion_isolation ON grids_divisionversion;
DROP TRIGGER grids_gridversion_isolation ON grids_gridversion;
DROP FUNCTION grids_demand_read_committed();
CREATE OR REPLACE FUNCTION grids_refuse_stale_sight() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF current_setting('transaction_isolation') = 'repeatable read' THEN
        RAISE EXCEPTION 'boundaries are written in READ COMMITTED or SERIALIZABLE transactions'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_isolation';
    END IF;
END $$;
