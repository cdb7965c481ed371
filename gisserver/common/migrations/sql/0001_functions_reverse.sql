DROP FUNCTION gis_keep_history();
DROP FUNCTION gis_only_end();
DROP FUNCTION gis_refuse_rewrite();
DROP FUNCTION gis_refuse_delete();
DROP FUNCTION gis_double_area_mm2(geometry);
DROP FUNCTION gis_is_millimetre(geometry);
