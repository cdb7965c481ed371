"""GeoDjango's PostGIS backend as `DATABASES` names it, but for how it asks whether a connection still lives."""
