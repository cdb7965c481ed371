"""docs/observability.md names every kind of security event, every figure, and every setting."""

import re
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

import tiles.delivery
from gisserver.common.access.security import Kind, Outcome
from gisserver.common.db import pool_figures
from gisserver.common.web import observed
from gisserver.serving.front import metrics

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "observability.md").read_text(encoding="utf-8")
BASE = (Path(__file__).resolve().parents[2] / "gisserver" / "settings" / "base.py").read_text(encoding="utf-8")
COUNTED = (tiles.delivery, pool_figures, observed, metrics)


@pytest.mark.parametrize("word", [*Kind, *Outcome])
def test_every_kind_and_outcome_of_a_security_event(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_every_figure() -> None:
    ours = {
        f"{each.name}{'_total' * (each.type == 'counter')}" for each in REGISTRY.collect() if "gisserver_" in each.name
    }
    documented = {name.replace("…", "gisserver_pool") for name in re.findall(r"`((?:gisserver|…)_\w+)`", PAGE)}
    assert ours - documented == set()


@pytest.mark.parametrize("setting", ["LOG_FORMAT", "SLOW_QUERY_MS", "SECURITY_LOG"])
def test_every_setting(setting: str) -> None:
    assert f'"{setting}"' in BASE and f"| `{setting}` |" in PAGE
