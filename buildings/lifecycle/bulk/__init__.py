"""One event on many buildings: which ones, what it would do to each, and doing it to all of them or to none."""
