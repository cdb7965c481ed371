"""From an address text to the building, entrance or unit it names."""
