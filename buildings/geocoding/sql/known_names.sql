SELECT name FROM buildings_knownname WHERE name = ANY (%(names)b::text[])
