"""The measures by name: each file registers its own."""

from incidents.learning.measures import borders, counting, forecasts, handling, series, where

__all__ = ["borders", "counting", "forecasts", "handling", "series", "where"]
