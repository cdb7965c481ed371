DROP TRIGGER grids_redraw_logged ON grids_redraw;
DROP FUNCTION grids_demand_line();
