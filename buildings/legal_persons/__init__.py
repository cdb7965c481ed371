"""Legal persons: their codes, the words that registers use of them, and reading them."""
