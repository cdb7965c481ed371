"""The runtime's command line: `run`, `up`, `install`, `test`; the Makefile calls it."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from . import environment, packages, processes
from .say import Problem, say

TREE = environment.Tree(Path(__file__).resolve().parents[2])


def main(arguments: Sequence[str]) -> int:
    """Do what ``arguments`` say; return the exit code. A Problem is printed plainly, without a traceback."""
    os.environ.pop("PYTHONPATH", None)  # it served to find this package; no child may see it
    parser = argparse.ArgumentParser(prog="runtime", description=__doc__)
    parser.add_argument("--end-with-parent", action="store_true", help="end when the calling process ends")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="install what is missing, then serve")
    commands.add_parser("up", help="serve with what is installed")
    install = commands.add_parser("install", help="install what is missing")
    install.add_argument("--dev", action="store_true", help="also what tests and checks need")
    commands.add_parser("test", help="run pytest on a throw-away cluster; what follows goes to pytest")
    commands.add_parser("npm", help="run npm with the Node that was found; what follows goes to npm")
    own, passed_on = _split(arguments)
    chosen = parser.parse_args(own)
    if chosen.end_with_parent:
        processes.die_with_parent(signal.SIGTERM)
    try:
        return _do(chosen, passed_on)
    except Problem as problem:
        say(f"\n{problem}")
        return 1
    except KeyboardInterrupt:
        return 130


def _do(chosen: argparse.Namespace, passed_on: Sequence[str]) -> int:
    environment.check_python()
    if chosen.command == "npm":
        return subprocess.run([*environment.npm(TREE), *passed_on], check=False, cwd=TREE.root).returncode
    if chosen.command == "install":
        install(dev=chosen.dev)
    elif chosen.command == "test":
        from .testing import run_pytest

        install(dev=True)
        return run_pytest(TREE.root, TREE.python, passed_on)
    else:
        from .up import site_from_environment, up

        if chosen.command == "run":
            install(dev=False)
        up(site_from_environment(TREE.root, TREE.python), under_make=chosen.end_with_parent)
    return 0


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part our own arguments from those after `test` or `npm`, which argparse shall not read."""
    words = list(arguments)
    end = next((number + 1 for number, word in enumerate(words) if word in {"test", "npm"}), len(words))
    return words[:end], words[end:]


def install(*, dev: bool) -> None:
    """Install what is missing: the machine's packages, the Python environment, the map's packages."""
    with_database = not os.environ.get("DATABASE_URL")
    ready = environment.python_is_ready(TREE, dev=dev)
    needs = packages.needs_of_server(with_database=with_database, environment_exists=ready)
    if dev:
        needs += packages.needs_of_browser_tests()
    packages.install(needs, log=TREE.log)
    environment.install_python(TREE, dev=dev)
    environment.install_ui(TREE, dev=dev)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
