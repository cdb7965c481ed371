"""Forecasts of weeks by area beat the seasonal-naive one, on noise by construction and on two cities' data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from incidents.learning.forecasting import (
    forecast,
    held_out_errors,
    interval,
    seasonal_naive,
    with_missing_days,
)

DATA = Path(__file__).parents[4] / "shared" / "data"
WEEKDAYS = np.array([1.4, 1.2, 1.2, 1.0, 1.2, 0.5, 0.5])


def steady(seed: int, days: int = 120) -> np.ndarray:
    """Thirty areas of 0.5 to 5 incidents a day, fewer at weekends."""
    random = np.random.default_rng(seed)
    return random.poisson(np.linspace(0.5, 5, 30)[:, None] * WEEKDAYS[np.arange(days) % 7]).astype(float)


def by_day(moments: pd.Series, areas: pd.Series) -> np.ndarray:
    days = moments.dt.floor("D")
    every = pd.date_range(days.min(), days.max(), freq="D")
    return with_missing_days(pd.crosstab(areas, days).reindex(columns=every, fill_value=0).to_numpy())


def test_what_is_steady_is_expected_to_go_on():
    expected = forecast(steady(1), 28)

    truth = np.linspace(0.5, 5, 30)[:, None] * WEEKDAYS[(120 + np.arange(28)) % 7]
    assert np.abs(expected.sum(axis=1) / truth.sum(axis=1) - 1).mean() < 0.15
    assert np.abs(expected.sum(axis=0) / truth.sum(axis=0) - 1).max() < 0.15


def test_the_last_week_is_much_worse_on_noise():
    errors = held_out_errors(steady(2))

    assert errors.mae < 0.85 * errors.naive_mae and errors.rmse < 0.85 * errors.naive_rmse
    assert errors.inside == pytest.approx(0.9, abs=0.06)


def test_days_without_any_record_are_not_known():
    counts = steady(3)
    counts[:, 50:80] = 0

    known = with_missing_days(counts)

    assert np.isnan(known[:, 50:80]).all() and not np.isnan(known[:, 80:]).any()
    assert forecast(known, 7).sum() == pytest.approx(forecast(steady(3), 7).sum(), rel=0.1)


def test_the_seasonal_naive_forecast_is_the_same_weekday_again():
    counts = np.arange(20.0)[None]
    counts[:, 18] = np.nan

    assert seasonal_naive(counts, 8).tolist() == [[13, 14, 15, 16, 17, 11, 19, 13]]


def test_the_interval_grows_with_the_spread():
    (low, high), (least, most) = interval(np.array([10.0]), 1.0), interval(np.array([10.0]), 3.0)

    assert (low[0], high[0]) == (5, 15) and least[0] < 5 and most[0] > 15


@pytest.mark.parametrize("weeks", [1, 4])
@pytest.mark.parametrize("city", ["pingshan", "dc"])
def test_two_cities(city: str, weeks: int):
    file = DATA / {"pingshan": "pingshan/events_2018.csv", "dc": "dc/requests_311.csv.gz"}[city]
    if not file.exists():
        pytest.skip("the shared data are not here")
    if city == "pingshan":
        rows = pd.read_csv(file, usecols=["CREATE_TIME", "COMMUNITY_NAME"])
        counts = by_day(pd.to_datetime(rows["CREATE_TIME"]), rows["COMMUNITY_NAME"])
    else:
        rows = pd.read_csv(file, usecols=["ADDDATE", "WARD"])
        moments = pd.to_datetime(rows["ADDDATE"]).dt.tz_localize(None)
        counts = by_day(moments[moments < "2017"], rows["WARD"][moments < "2017"])

    errors = held_out_errors(counts, ahead_weeks=weeks)

    assert errors.mae < errors.naive_mae and errors.rmse < errors.naive_rmse
