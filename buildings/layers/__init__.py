"""What the app `buildings` publishes; Django finds it at start (layers/registry.py)."""

from buildings.layers import numbers, places

__all__ = ["numbers", "places"]
