"""Long work keeps nobody from what is quick, and is ended when nobody waits for it."""

import asyncio
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import OperationalError, connection
from gisserver.serving.gateway import Gateway
from gisserver.serving.lanes import Clients
from gisserver.serving.running import RunningRequest

from gisserver.serving import gateway as gateway_module
from tests.gisserver.serving.stand_ins import Protocol, Scope
from tests.gisserver.serving.test_gateway import silent

OK = "200 OK"


class Stuck:
    """An application that answers nothing but quick doors until it is let go."""

    def __init__(self) -> None:
        self.entered, self.let_go = threading.Event(), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/ogc/long":
            self.entered.set()
            self.let_go.wait(30)
        start_response(OK, [])
        return [environ["PATH_INFO"].encode()]


@pytest.mark.parametrize("path", ["/healthz", "/tiles/grids/1/0/0.mvt", "/api/grids/at"])
def test_what_is_quick_answers_while_long_requests_hold_every_thread(path: str) -> None:
    stuck = Stuck()

    async def ask() -> Protocol:
        gateway, quick = Gateway(stuck, silent(), threads=1), Protocol()
        long = asyncio.create_task(gateway.__rsgi__(Scope(path="/ogc/long"), Protocol()))
        await asyncio.to_thread(stuck.entered.wait, 30)
        await gateway.__rsgi__(Scope(path=path), quick)
        stuck.let_go.set()
        await long
        return quick

    assert asyncio.run(ask()).answer[0] == 200  # type: ignore[index]


class Counted:
    """An application that notes who asks, and holds those who want much until they are let go."""

    def __init__(self) -> None:
        self.let_go, self.order = threading.Event(), []  # type: ignore[var-annotated]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.order.append(environ["REMOTE_ADDR"])
        if environ["REMOTE_ADDR"] == "192.0.2.66":
            self.let_go.wait(30)
        start_response(OK, [])
        return [b""]


def test_who_asks_for_much_at_once_leaves_threads_for_others() -> None:
    counted = Counted()

    async def ask() -> Protocol:
        gateway, other = Gateway(counted, silent(), threads=2), Protocol()
        many = [Scope(path="/ogc", client="192.0.2.66:1") for _ in range(10)]
        greedy = [asyncio.create_task(gateway.__rsgi__(scope, Protocol())) for scope in many]
        await asyncio.sleep(0)
        await gateway.__rsgi__(Scope(path="/ogc", client="192.0.2.7:1"), other)
        counted.let_go.set()
        await asyncio.gather(*greedy)
        return other

    assert asyncio.run(ask()).answer[0] == 200  # type: ignore[index]


def test_turns_go_round() -> None:
    counted = Counted()

    async def ask() -> None:
        gateway = Gateway(counted, silent(), threads=1)
        asked = ["192.0.2.66", "192.0.2.66", "192.0.2.66", "192.0.2.7"]
        tasks = [gateway.__rsgi__(Scope(path="/ogc", client=f"{address}:1"), Protocol()) for address in asked]
        gathered = asyncio.gather(*tasks)
        await asyncio.sleep(0)
        counted.let_go.set()
        await gathered

    asyncio.run(ask())
    assert counted.order.index("192.0.2.7") <= 2


def test_strangers_of_one_address_are_one_and_who_is_known_is_himself() -> None:
    clients = Clients()
    stranger, guest = Scope(headers={"authorization": "Bearer no"}), Scope(headers={"cookie": "sessionid=yes"})
    clients.learn(stranger.headers, 401)
    clients.learn(guest.headers, 200)
    assert clients.client_of(stranger) == "192.0.2.7"
    assert clients.client_of(guest) == "yes"


def test_a_request_whose_client_has_gone_before_its_turn_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, noted = Stuck(), threading.Event()

    class Noted(RunningRequest):
        def cancel(self) -> None:
            super().cancel()
            noted.set()

    monkeypatch.setattr(gateway_module, "RunningRequest", Noted)

    async def ask() -> Protocol:
        gateway, waiting = Gateway(stuck, silent(), threads=1), Protocol()
        long = asyncio.create_task(gateway.__rsgi__(Scope(path="/ogc/long"), Protocol()))
        await asyncio.to_thread(stuck.entered.wait, 30)
        late = asyncio.create_task(gateway.__rsgi__(Scope(path="/ogc/late"), waiting))
        waiting.gone.set()
        await asyncio.to_thread(noted.wait, 30)
        stuck.let_go.set()
        await asyncio.gather(long, late)
        return waiting

    assert asyncio.run(ask()).answer is None


def test_the_statement_of_a_client_who_has_gone_is_cancelled(transactional_db: None) -> None:
    with connection.cursor() as cursor, RunningRequest() as running:
        cursor.execute("SELECT 1")
        threading.Timer(0.2, running.cancel).start()
        with pytest.raises(OperationalError, match="canceling statement due to user request"):
            cursor.execute("SELECT pg_sleep(30)")


def test_a_request_that_is_done_cancels_nothing(transactional_db: None) -> None:
    running = RunningRequest()
    with running:
        pass
    running.cancel()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
