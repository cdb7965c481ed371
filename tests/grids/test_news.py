"""What the database notifies, at the commit, when grids or redraws of a community change."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.databases import cluster_url
from tests.factories import community_of
from tests.redrawing import COMMUNITY, Draft, line, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
ACROSS_A = {"grid": "A", "line": line((0, 1), (2, 1))}


@pytest.fixture
def community() -> Division:
    """AAB
    AAB
    """
    with transaction.atomic():
        return community_of("AAB/AAB")


@pytest.fixture
def listener(community: Division) -> Iterator[psycopg.Connection[Any]]:
    """A connection that listens, from when the community is there."""
    with psycopg.connect(cluster_url(connection.settings_dict["NAME"]), autocommit=True) as listening:
        listening.execute("LISTEN gisserver_news")
        yield listening


@pytest.fixture
def draft(community: Division, listener: psycopg.Connection[Any]) -> Draft:
    return Draft(signed_in("wang", Role.SUPERVISOR, community), COMMUNITY)


def received(listener: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Return what was notified by now."""
    listener.execute("SELECT 1")
    return [json.loads(news.payload) for news in listener.notifies(timeout=0)]


def test_a_publish_is_news_of_the_partition_to_those_who_see_the_community(
    community: Division, draft: Draft, listener: psycopg.Connection[Any]
) -> None:
    reviewer: Client = signed_in("zhao", Role.REVIEWER, community)
    draft.draw("split", **ACROSS_A)
    draft.approved(reviewer)
    received(listener)
    draft.step("publish", by=reviewer)
    assert {"event": "partition", "channels": [f"community:{community.pk}"]} in received(listener)


def test_a_command_is_news_of_the_redraw(community: Division, draft: Draft, listener: psycopg.Connection[Any]) -> None:
    received(listener)
    draft.draw("split", **ACROSS_A)
    assert received(listener) == [{"event": "redraw", "channels": [f"community:{community.pk}"]}]
