"""How well an address answers a query, and how sure that is. Pure."""
