"""`python -m bench [NAME …]`: run each bench/NAME.py (its `run()` yields Ratios), print a table of each.

`serving` is a bench of its own, which runs only when it is named first, and takes arguments
(`bench/serving/command.py`).
"""

import contextlib
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import django

import bench
from bench.database import database_in_use
from bench.serving import command

# These ask the database in use; the others need none, or make their own.
ON_THE_DATABASE = {
    "calibrate", "formats", "geocoding", "geocoding_jobs", "geocoding_speed", "hostile", "quality", "registers",
    "reliability", "tiles",
}  # fmt: skip
# No benches, but what they share.
SHARED = {"__main__", "database"}


def main(names: Sequence[str]) -> int:
    """Run the benches called ``names``, or all; return 1 when a name is unknown or a bench is broken."""
    if names and names[0] == "serving":
        return command.main(names[1:])
    here = pkgutil.iter_modules([str(Path(__file__).parent)])
    known = [module.name for module in here if module.name not in SHARED and not module.ispkg]
    unknown = sorted(set(names) - set(known))
    if unknown:
        print(f"No such bench: {', '.join(unknown)}. There are: {', '.join(known) or 'none yet'}.")
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisserver.settings.dev")
    wanted = list(names or known)
    with database_in_use() if set(wanted) & ON_THE_DATABASE else contextlib.nullcontext():
        django.setup()
        return run(wanted)


def run(names: Sequence[str]) -> int:
    """Run the benches; return 1 when one is broken."""
    broken = False
    for name in names:
        try:
            show(name, importlib.import_module(f"bench.{name}").run())
        except bench.Broken as found:
            broken = True
            print(f"{name} IS BROKEN: {found}")
    return int(broken)


def show(name: str, ratios: Iterable[bench.Ratio]) -> None:
    """Print one bench as a table, line by line; a factor above 1 means that we are faster."""
    print(f"\n{name}\n{'work':<44} {'ours ms':>10} {'peer ms':>10} {'factor':>7}  peer", flush=True)
    for ratio in ratios:
        ours_ms, peer_ms = ratio.ours_s * 1000, ratio.peer_s * 1000
        print(f"{ratio.work:<44} {ours_ms:>10.2f} {peer_ms:>10.2f} {ratio.factor:>7.2f}  {ratio.peer}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
