"""What time itself will bring: the change of the partition that is planned next, for whoever tells open maps of it."""

from pathlib import Path
from typing import Final

# A query whose one row holds the seconds until then and the news; no row when nothing is planned.
NEXT_CHANGE: Final = (Path(__file__).parent / "sql" / "upcoming.sql").read_text(encoding="utf-8")
