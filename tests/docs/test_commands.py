"""Every page is typed in, in order, on a fresh demo: each command works, and gives what the page says."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import requests

from gisserver.runtime.processes import wait_until
from gisserver.runtime.web_command import web_command
from tests.databases import demo, new_database, shell_of
from tests.docs.pages import Block, blocks_of, missing

ROOT = Path(__file__).resolve().parents[2]
# In this order: one demo serves them all, and what a page has changed stays so.
PAGES = ["README.md", "README.zh.md"]
PAGES += [
    f"docs/{name}.md"
    for name in (
        "incidents",
        "geocoding",
        "ogc",
        "analysts",
        "frames",
        "buildings",
        "bulk",
        "households",
        "quality",
        "posts",
        "dispatch",
        "changes",
        "redraws",
        "learning",
        "cities",
        "operations",
    )
]
PEOPLE = Path(__file__).with_name("people.py")
# Where the pages say that the server is.
WRITTEN = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The shell of somebody who has just said `make run`, on a copy of the demo."""
    with new_database(f"docs_{os.getpid()}", demo()) as url:
        yield shell_of(tmp_path_factory.mktemp("home"), url)


@pytest.fixture(scope="module")
def served(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The same shell with the demo district served, and tokens of an administrator, a supervisor and a reviewer."""
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "--command", PEOPLE.read_text()]
    shown = subprocess.run(shell, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    tokens = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = web_command(sys.executable, host="127.0.0.1", port=port)
    jobs = [sys.executable, "manage.py", "procrastinate", "worker"]
    with (
        (Path(environment["GISSERVER_HOME"]) / "web.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as server,
        subprocess.Popen(
            jobs, cwd=ROOT, env=environment | {"GISSERVER_PROCESS": "job"}, stdout=log, stderr=log
        ) as worker,
    ):
        try:
            assert wait_until(lambda: server.poll() is not None or answers(port), timeout_s=120), "it does not answer"
            yield environment | tokens | {"HERE": f"http://127.0.0.1:{port}"}
        finally:
            server.terminate()
            worker.terminate()


def answers(port: int) -> bool:
    """Whether the server answers by now, its workers and its database too."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=30).ok
    except requests.RequestException:
        return False


def script(blocks: list[Block], here: str) -> str:
    """Return the blocks as one shell script that marks where each begins and ends at the first that fails."""
    return "\n".join(
        [
            "set -e -o pipefail",
            *(f"printf '\\n### {block.line}\\n'\n{as_shell(block)}".replace(WRITTEN, here) for block in blocks),
        ]
    )


def as_shell(block: Block) -> str:
    return block.text if block.language == "sh" else f"{sys.executable} - <<'END_OF_BLOCK'\n{block.text}END_OF_BLOCK\n"


def typed_in(blocks: list[Block], environment: Mapping[str, str]) -> dict[int, str]:
    """Run the blocks in one shell in the checkout, as their reader does; return what each prints by its line."""
    text = script(blocks, environment["HERE"])
    done = subprocess.run(
        ["bash", "-c", text], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    parts = (part.partition("\n") for part in done.stdout.split("\n### ")[1:])
    return {int(line): output for line, _, output in parts}


@pytest.mark.parametrize("page", PAGES)
def test_each_command_of_a_page_gives_what_it_says(page: str, served: dict[str, str], tmp_path: Path) -> None:
    blocks = list(blocks_of((ROOT / page).read_text(encoding="utf-8")))
    printed = typed_in(blocks, served | {"TMPDIR": str(tmp_path)})
    wrong = {block.line: missing(block.gives, printed[block.line]) for block in blocks}
    assert {line: (piece, printed[line][:3000]) for line, piece in wrong.items() if piece} == {}
    assert blocks
