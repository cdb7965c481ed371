"""How the server answers: the front, which talks to clients, and the workers behind it, which run Django."""
