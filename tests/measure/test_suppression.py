"""Which cells are shown, worked out by hand: thresholds, complementary suppression, status codes."""

import duckdb
import numpy as np
import pytest

from include.measure.cells import DenominatorSums
from include.measure.suppression import (
    IS_PUBLISHABLE_SQL,
    complementary,
    is_publishable,
    meets_thresholds,
    observation_status,
)


def flags(text):
    return np.array([letter == "x" for letter in text])


@pytest.mark.parametrize(
    ("n_units", "n_employers", "largest", "is_shown"),
    [
        (40, 15, 10, True),  # a quarter at one employer is no more than a quarter
        (40, 15, 11, False),
        (40, 14, 10, False),
        (30, 15, 7, True),
        (29, 15, 7, False),
    ],
)
def test_a_cell_is_shown_from_30_openings_of_15_employers_none_with_over_a_quarter(
    n_units, n_employers, largest, is_shown
):
    sums = DenominatorSums(*(np.array([float(n)]) for n in (n_units, n_employers, largest)))
    assert meets_thresholds(sums).tolist() == [is_shown]


@pytest.mark.parametrize(
    ("sizes", "n_nameless", "is_shown"),
    [
        ([2] * 15, 0, True),
        ([2] * 14 + [1], 0, False),
        ([3] * 14, 0, False),
        ([2] * 14, 2, False),  # those that name none are no fifteenth employer
        ([2] * 15, 2, True),
        ([2] * 14 + [10], 2, True),
        ([2] * 14 + [11], 1, False),
        ([2] * 15, 10, True),
        ([2] * 15, 11, False),  # but they may be all of one
    ],
)
def test_sql_and_numbers_say_the_same_of_a_window(sizes, n_nameless, is_shown):
    rows = [(f"employer {number}", n) for number, n in enumerate(sizes)]
    rows += [("", n_nameless)] if n_nameless else []
    found = duckdb.sql(f"SELECT {IS_PUBLISHABLE_SQL} FROM (VALUES {str(rows)[1:-1]}) AS t (employer_key, n)")
    assert found.fetchone() == (is_shown,)
    assert is_publishable(sum(sizes) + n_nameless, len(sizes), max(*sizes, n_nameless)) is is_shown


@pytest.mark.parametrize(
    ("suppressed", "pooled", "n_week", "n_units", "extra"),
    [
        ("x..", "...", [9, 40, 50], [9, 40, 50], ".x."),  # the smaller of the other two
        ("..x", "...", [40, 40, 9], [40, 40, 9], "x.."),  # of equals the first
        ("xx.", "...", [9, 8, 50], [9, 8, 50], "..."),  # two hide each other
        ("x..", "...", [0, 40, 50], [0, 40, 50], "..."),  # one without openings is known to have none
        ("x..", "...", [9, 0, 50], [9, 0, 50], "..x"),  # and gives no cover
        ("xx.", "...", [9, 0, 50], [9, 0, 50], "..x"),
        ("xxx", "...", [9, 0, 0], [9, 0, 0], "..."),  # nobody is left to cover it
        ("...", "...", [40, 40, 40], [40, 40, 40], "..."),
        ("...", "x..", [9, 40, 50], [60, 40, 50], ".x."),  # the week behind four weeks would follow
        ("...", "xx.", [9, 8, 50], [60, 70, 50], "..."),
        ("x..", "..x", [9, 40, 8], [9, 60, 40], "..x"),  # what is shown of it counts, not its week
        ("x..", ".x.", [9, 8, 50], [9, 40, 50], ".x."),
    ],
)
def test_no_cell_of_a_week_can_be_found_by_subtraction(suppressed, pooled, n_week, n_units, extra):
    # Two groups alike, which know nothing of each other.
    both = [np.concatenate([side, side]) for side in (flags(suppressed), flags(pooled))]
    week, shown = (np.array([*numbers, *numbers], float) for numbers in (n_week, n_units))
    found = complementary(np.array([0, 0, 0, 1, 1, 1]), *both, week, shown)
    assert found.tolist() == [*flags(extra), *flags(extra)]


def test_no_cells_need_no_cover():
    assert complementary(np.zeros(0, int), flags(""), flags(""), np.zeros(0), np.zeros(0)).tolist() == []


def test_the_status_that_warns_most_wins():
    status = observation_status(
        is_suppressed=flags("x......"),
        is_break=flags("xx....."),
        is_unreliable=flags("xxx...."),
        weeks_old=np.array([9, 9, 9, 0, 7, 8, 9]),
    )
    assert "".join(status) == "QBUPPAA"
