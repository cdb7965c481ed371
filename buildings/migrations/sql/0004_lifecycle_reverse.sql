DROP FUNCTION buildings_refuse_reissue();
DROP FUNCTION buildings_refuse_left_open();
DROP FUNCTION buildings_refuse_orphans();
DROP FUNCTION buildings_keep_life();
DROP FUNCTION buildings_keep_state();
