"""Jobs in a home of the test's own."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from gisserver.common.jobs import kinds
from gisserver.common.jobs.models import Job
from gisserver.common.jobs.services import start_job
from tests.capitals import CAPITALS, Start


@pytest.fixture(autouse=True)
def capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know the kind while a test runs."""
    monkeypatch.setitem(kinds._kinds, CAPITALS.name, CAPITALS)


@pytest.fixture(autouse=True)
def home(settings: object, tmp_path: Path) -> Path:
    """Keep files in a home of the test's own."""
    settings.GISSERVER_HOME = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def start(db: None) -> Start:
    """Start a job of so many lines for a user of this name."""

    def started(lines: int = 35, name: str = "ana", text: str = "") -> Job:
        user, _created = User.objects.get_or_create(username=name)
        source = text or "".join(f"line {number}\n" for number in range(lines))
        return start_job(user=user, kind="capitals", arguments={}, source=[source.encode()])

    return started
