"""The terms that incidents are under now, kept in `RunningTerm`: so that what is overdue is read off an index."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from gisserver.common.db import sql

SQL = Path(__file__).parent / "sql"


@transaction.atomic
def renew_first_terms(moment: datetime) -> None:
    """Write anew the terms of incidents without a step, received from ``moment`` on: deadlines of then have changed."""
    sql.run(SQL / "first_terms.sql", moment=moment)
