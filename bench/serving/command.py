"""`python -m bench serving [PART …]`: what is measured, and for how long."""

import argparse
import os
from collections.abc import Sequence

from bench.serving import speed
from bench.serving.faults import clients, kills, soak
from gisserver.runtime import supervisor

PARTS = ("speed", "faults", "clients", "kills", "soak")


def main(arguments: Sequence[str]) -> int:
    """Run the parts that ``arguments`` name, `speed` by default; return 1 when something is not as it must be."""
    parser = argparse.ArgumentParser(prog="bench serving", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="speed (default); faults, which is clients, kills and soak"
    )
    parser.add_argument("--demo", default=os.environ.get("BENCH_DEMO") or "full", help="full or small (BENCH_DEMO)")
    parser.add_argument("--seconds", type=float, default=5, help="of each load of `speed`")
    parser.add_argument("--only", action="append", default=[], choices=list(speed.DOORS), help="these doors of `speed`")
    parser.add_argument("--without", action="append", default=[], help="a peer not to start: martin, tipg, nginx …")
    parser.add_argument(
        "--fault-seconds", type=float, default=60, help="of each fault; the database stops twice so long"
    )
    parser.add_argument("--scale", type=float, default=1, help="of the crowds: 0.1 is 100 slow clients")
    parser.add_argument("--kills", type=int, default=50, help="how many processes are killed")
    parser.add_argument("--minutes", type=float, default=5, help="of the soak")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    wanted = chosen.parts or ["speed"]
    if "faults" in wanted:
        wanted = [*wanted, "clients", "kills", "soak"]
    supervisor.on_signals_stop()
    try:
        return max(_done(part, chosen) for part in dict.fromkeys(wanted) if part != "faults")
    except supervisor.Stop:
        return 130


def _done(part: str, chosen: argparse.Namespace) -> int:
    if part == "speed":
        return speed.run(chosen.demo, seconds=chosen.seconds, only=chosen.only, without=chosen.without)
    if part == "clients":
        return clients.run(chosen.demo, seconds=chosen.fault_seconds, scale=chosen.scale)
    if part == "kills":
        return kills.run(chosen.demo, kills=chosen.kills)
    return soak.run(chosen.demo, minutes=chosen.minutes)
