"""Which moments a redraw may be published for."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from grids.models import GridVersion, Redraw
from tests.factories import LONG_AGO
from tests.redrawing import Draft
from tests.scheduling import cut_a, planned

pytestmark = pytest.mark.usefixtures("laws")


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2020-01-01T00:00:00+08:00", "effective_in_past"),
        ("2031-01-01T00:00:00", "effective_without_offset"),
        ("9000-01-01T00:00:00Z", "effective_too_far"),
    ],
)
def test_another_moment_is_refused(draft: Draft, reviewer: Client, moment: str, code: str) -> None:
    draft.draw("split", **cut_a())
    assert draft.approved(reviewer).step("publish", expect=422, effective_at=moment)["code"] == code


@pytest.mark.parametrize("moment", ["tomorrow", 7, [], "2031-02-30T00:00:00Z", True, "0001-01-01T00:00:00+14:00"])
def test_what_is_no_moment_is_refused(draft: Draft, reviewer: Client, moment: Any) -> None:
    draft.draw("split", **cut_a())
    draft.approved(reviewer).step("publish", expect=400, effective_at=moment)
    assert Redraw.objects.get().status == "approved"


def test_versions_hold_since_they_began(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    planned(draft, reviewer, tomorrow, "split", **cut_a())
    assert GridVersion.objects.filter(valid__startswith=LONG_AGO, valid__endswith=tomorrow).count() == 1
    assert GridVersion.objects.filter(valid__startswith=tomorrow, valid__upper_inf=True).count() == 2
