"""The doors of uploads."""
