"""The process that delivers is killed while a receiver thinks; the next one sends that again, and all that follows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from gisserver.common.access.roles import Role
from gisserver.common.changes.feed import newest
from gisserver.common.webhooks.models import Delivery, Webhook
from tests.databases import cluster_url
from tests.factories import at, building, division, drawn, grid, user
from tests.gisserver.common.webhooks.conftest import Receiver
from tests.gisserver.common.webhooks.test_delivering import told
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[4]


def process() -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "DATABASE_URL": cluster_url(connection.settings_dict["NAME"]),
        "WEBHOOK_NETWORKS": "127.0.0.0/8",
        "GISSERVER_PROCESS": "job",
    }
    return subprocess.Popen([sys.executable, "manage.py", "deliver_webhooks"], cwd=ROOT, env=environment)


@pytest.mark.usefixtures("transactional_db")
def test_a_killed_process_loses_nothing(receiver: Receiver) -> None:
    shape = drawn("A")["A"]
    community = division("440310001001", geometry=shape)
    grid("A", shape, community)
    Webhook.objects.create(owner=user("li", role=Role.COMPONENT, area=community), url=receiver.url, cursor=newest())
    receiver.may_answer.clear()
    first = building(at(0.5, 0.5), community=community).pk
    with process() as killed:
        until(lambda: len(receiver.got), lambda number: number == 1)
        killed.kill()
    second = building(at(0.2, 0.2), community=community).pk
    receiver.may_answer.set()
    with process() as goes_on:
        until(lambda: Delivery.objects.filter(state="delivered").count(), lambda number: number == 2)
        goes_on.terminate()
    assert told(receiver) == [[first], [first], [second]]
