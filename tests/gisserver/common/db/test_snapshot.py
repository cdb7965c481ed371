"""One look sees one state, also when somebody commits in the middle of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import InternalError, connection, transaction

from gisserver.common.db.snapshot import one_look

pytestmark = pytest.mark.usefixtures("transactional_db")


def commit_a_user() -> None:
    """Make a user on a connection of its own."""
    try:
        User.objects.create(username="late")
    finally:
        connection.close()


def elsewhere() -> None:
    with ThreadPoolExecutor(1) as other:
        other.submit(commit_a_user).result()


def test_what_is_committed_meanwhile_is_not_seen() -> None:
    with one_look():
        before = User.objects.count()
        elsewhere()
        assert User.objects.count() == before
    assert User.objects.count() == before + 1


def test_a_look_writes_nothing() -> None:
    with pytest.raises(InternalError, match="read-only"), one_look():
        User.objects.create(username="wang")
    assert not User.objects.exists()


def test_inside_a_transaction_its_own_sight_holds() -> None:
    with transaction.atomic():
        User.objects.create(username="wang")
        with one_look():
            assert User.objects.count() == 1
