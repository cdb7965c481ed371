DROP TRIGGER grids_redrawcommand_told_update ON grids_redrawcommand;
DROP TRIGGER grids_redrawcommand_told_insert ON grids_redrawcommand;
DROP TRIGGER grids_redrawevent_told ON grids_redrawevent;
DROP TRIGGER grids_gridversion_told_update ON grids_gridversion;
DROP TRIGGER grids_gridversion_told_insert ON grids_gridversion;
DROP FUNCTION grids_tell_redraw();
DROP FUNCTION grids_tell_partition();
DROP FUNCTION grids_notify(text, bigint[]);
