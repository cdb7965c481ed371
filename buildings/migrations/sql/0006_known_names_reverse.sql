DROP TRIGGER buildings_address_names ON buildings_address;
DROP FUNCTION buildings_address_names();
DROP FUNCTION buildings_learn_names(text[]);
