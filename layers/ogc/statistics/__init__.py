"""Counts, sums and the like over the features of a collection, by groups: `terms` reads them, `statement` asks them."""
