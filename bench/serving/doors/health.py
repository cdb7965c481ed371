"""The health check, beside a web server that knows nothing else, and beside nginx."""

from collections.abc import Iterator
from contextlib import ExitStack

from bench.serving import wrk
from bench.serving.figures import Load
from bench.serving.peers import hello, nginx
from bench.serving.running import ours
from bench.serving.stage import Stage
from bench.serving.table import Row
from bench.serving.wrk import Plan, Request

CLIENTS = 8


def rows(stage: Stage) -> Iterator[Row]:
    """Measure it."""
    with ExitStack() as stack:
        address = stack.enter_context(ours(stage.url))
        mine = wrk.loop(Plan(address, [Request("/healthz")]), clients=CLIENTS, seconds=stage.seconds)
        peers = (
            (stage.begun(stack, hello.NAME, hello.hello()), "/"),
            (stage.begun(stack, nginx.NAME, nginx.nginx(b"")), "/healthz"),
        )
        for peer, path in peers:
            theirs: Load | None = None
            if peer.address is not None:
                plan = Plan(peer.address, [Request(path)])
                theirs = wrk.loop(plan, clients=CLIENTS, seconds=stage.seconds)
            yield Row(f"/healthz, {CLIENTS} clients, and {peer.name}", mine, peer=peer, theirs=theirs)
