"""Two hundred honest clients on kept connections, each asking about once a second, forty at each door."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import quote

from bench.serving import wrk
from bench.serving.faults.stack import Stack
from bench.serving.figures import Load
from bench.serving.wrk import Plan, Request, Running

CLIENTS = 200
HEALTH = "/healthz"


def plans(stack: Stack) -> dict[str, Plan]:
    """Return what is asked at each door."""
    samples = stack.samples
    headers = {"Authorization": f"Bearer {stack.tokens['bench']}", "Accept-Encoding": "gzip"}
    asked = {
        "tiles": [f"/tiles/buildings/{z}/{x}/{y}.mvt" for z, x, y in samples.tiles],
        "grids/at": [f"/api/grids/at?lon={lon}&lat={lat}&crs=wgs84" for lon, lat in samples.places],
        "search": [f"/geocode/search?q={quote(text)}" for text in samples.addresses],
        "items": [
            f"/ogc/collections/buildings/items?limit=20&bbox={lon - 0.002:.6f},{lat - 0.002:.6f},"
            f"{lon + 0.002:.6f},{lat + 0.002:.6f}"
            for lon, lat in samples.places
        ],
        HEALTH: [HEALTH],
    }
    return {door: Plan(stack.address, [Request(path) for path in paths], headers) for door, paths in asked.items()}


@contextmanager
def at_work(stack: Stack, seconds: float, *, scale: float = 1) -> Iterator[dict[str, Running]]:
    """Have them work for so many seconds beside the block."""
    doors = plans(stack)
    each = max(1, round(CLIENTS * scale / len(doors)))
    with ExitStack() as held:
        yield {
            door: held.enter_context(wrk.begun(plan, clients=each, seconds=seconds, rate=each))
            for door, plan in doors.items()
        }


def results(running: dict[str, Running]) -> dict[str, Load]:
    """Wait for the end and return each door's load."""
    return {door: load.load() for door, load in running.items()}
