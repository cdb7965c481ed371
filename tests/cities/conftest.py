"""Each real city in a database of its own, set up by the documented commands as a new customer would."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.databases import migrated, new_database
from tests.docs.pages import blocks_of, missing

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "cities.md"


@dataclass(frozen=True)
class City:
    """A city's own instance: its database and its home."""

    url: str
    home: Path
    survey_srid: int

    @property
    def environment(self) -> dict[str, str]:
        """What this instance's commands and server are told."""
        return os.environ | {
            "DATABASE_URL": self.url,
            "SURVEY_SRID": str(self.survey_srid),
            "GISSERVER_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "gisserver.settings.dev",
        }

    def manage(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py`` with these arguments as this instance."""
        command = [sys.executable, str(REPOSITORY / "manage.py"), *map(str, arguments)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300, check=False)

    def done(self, *arguments: str | Path) -> str:
        """Run a command that must succeed, and return what it says."""
        result = self.manage(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def refused(self, *arguments: str | Path) -> str:
        """Run a command that must be refused in one sentence, and return it."""
        result = self.manage(*arguments)
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        return result.stderr

    def set_up(self, name: str, *folders: Path) -> list[str]:
        """Type in what docs/cities.md says of a city, where the files of ``folders`` lie; return what is printed."""
        (block,) = blocks_of(PAGE.read_text(encoding="utf-8"), f"city {name}")
        desk = self.home / "desk"
        desk.mkdir()
        for file in (REPOSITORY / "manage.py", *(file for folder in folders for file in folder.iterdir())):
            (desk / file.name).symlink_to(file)
        typed = ["bash", "-e", "-c", block.text]
        done = subprocess.run(
            typed, cwd=desk, env=self.environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert missing(block.gives, done.stdout) is None, done.stdout
        return done.stdout.splitlines()

    def rows(self, statement: str) -> list[Any]:
        """Return the rows that a query finds in the city's database."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def found(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str, int], City]]:
    """Found a city: ``found("dc", 32618)``; it goes when the module is done."""
    open_databases = []

    def make(name: str, survey_srid: int) -> City:
        opened = new_database(f"city_{name}_{os.getpid()}", migrated(survey_srid))
        open_databases.append(opened)
        return City(opened.__enter__(), tmp_path_factory.mktemp(name), survey_srid)

    yield make
    for opened in open_databases:
        opened.__exit__(None, None, None)
