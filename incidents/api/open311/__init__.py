"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): the doors that other people's apps know."""
