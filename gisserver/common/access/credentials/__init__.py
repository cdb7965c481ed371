"""Who asks: passwords, sessions and tokens, the brake on guessing them, and the middleware that reads them."""
