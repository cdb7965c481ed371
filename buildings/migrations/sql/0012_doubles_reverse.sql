UPDATE buildings_building SET source_ref = substring(source_ref FROM '^(.*)#double-[0-9]+$')
WHERE source_ref ~ '#double-[0-9]+$' AND upper_inf(valid);
ALTER TABLE buildings_household DISABLE TRIGGER USER;
UPDATE buildings_household SET source_ref = 'demo' WHERE invented AND source = 'demo';
ALTER TABLE buildings_household ENABLE TRIGGER USER;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
