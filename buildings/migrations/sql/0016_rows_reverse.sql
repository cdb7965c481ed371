-- Back to rows of their own: what is valid never is not told there.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE buildings_household DISABLE TRIGGER USER;
DELETE FROM buildings_household WHERE isempty(valid);
ALTER TABLE buildings_household ENABLE TRIGGER USER;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
