"""What grids would have had of the incidents of the past."""

import numpy as np

from incidents.learning.trial import hour_of_week, loads


def test_monday_midnight_is_hour_0_and_sunday_evening_the_last():
    assert hour_of_week(np.array(["2026-03-02T00:59", "2026-03-08T23:00"], dtype="datetime64[s]")).tolist() == [0, 167]


def test_loads():
    grid = np.array([1, 1, 1, -1], dtype=np.int32)
    xy = np.array([(0, 0), (10, 0), (20, 0), (99, 99)], dtype=float)

    none, some = loads(grid, 2, xy, np.array([34, 34, 9, 0]), weeks=2)

    assert (none.incidents, none.way_m) == (0, None)
    assert (some.incidents, some.per_week, some.busiest_weekday, some.busiest_hour, some.busiest) == (3, 1.5, 2, 10, 2)
    assert (some.way_m, some.way_p90_m) == (6.7, 10.0)
