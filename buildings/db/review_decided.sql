-- A decision on a doubtful row is taken back as a whole: the row waits again, and what it said before stays in its history.
CREATE OR REPLACE TRIGGER buildings_reviewitem_decided_once BEFORE UPDATE ON buildings_reviewitem
    FOR EACH ROW WHEN (OLD.status <> 'open' AND NEW.status <> 'open') EXECUTE FUNCTION gis_refuse_rewrite();
