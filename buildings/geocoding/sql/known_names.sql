SELECT name FROM buildings_knownname WHERE name = ANY ((SELECT %(names)b::text[])::text[])
