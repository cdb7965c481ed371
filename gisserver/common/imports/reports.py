"""Where the reports of imports lie, and for how long: their rows may name people (law 7)."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from gisserver.common.db.clock import database_now

KEPT = timedelta(days=30)


def folder() -> Path:
    """Return the folder of the reports that no `--report` puts elsewhere."""
    return Path(settings.GISSERVER_HOME) / "reports"


def forget_old(*, now: datetime | None = None) -> int:
    """Remove the reports in the folder that were written a month ago; return how many."""
    before = ((now or database_now()) - KEPT).timestamp()
    old = [path for path in folder().glob("*") if path.is_file() and path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
