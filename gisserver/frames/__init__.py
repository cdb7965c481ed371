"""Published collections as GeoDataFrames, for analysis in Python beside the database: `docs/frames.md`."""

from gisserver.frames.diff import partition_diff
from gisserver.frames.reading import read

__all__ = ["partition_diff", "read"]
