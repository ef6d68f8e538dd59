"""An attacker who adds and subtracts shown sums finds no thin week; without the guard he does."""

from datetime import timedelta

import numpy as np
import pytest

from include.measure.cells import DenominatorSums
from include.measure.differencing import safe_windows
from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, Warehouse

THICK = 30


def windows_of(n, is_safe):
    """Return the shown windows (first, last week) of weekly counts, four weeks beside every week."""
    four = np.array([n[max(w - 3, 0) : w + 1].sum() for w in range(len(n))])
    shown = [(w, w) for w in range(len(n)) if n[w] >= THICK]
    return shown + [(max(w - 3, 0), w) for w in range(len(n)) if four[w] >= THICK and is_safe[w]]


def guarded(n):
    four = np.array([n[max(w - 3, 0) : w + 1].sum() for w in range(len(n))])
    keys = [("observed", w, "all") for w in range(len(n))]
    sums = DenominatorSums(n.astype(float), n.astype(float), np.minimum(n, 1.0))  # one ad by each employer
    return safe_windows(keys, sums, four >= THICK, four >= THICK)


def thin_stretches_found(n, windows):
    """Return the stretches under the threshold whose sum is a linear combination of the shown sums.

    That a week has no openings is known: their number stands in every row.
    """
    windows = [*windows, *((week, week) for week in range(len(n)) if n[week] == 0)]
    shown = np.zeros((len(windows), len(n)))
    for row, (first, last) in enumerate(windows):
        shown[row, first : last + 1] = 1
    rank = np.linalg.matrix_rank(shown) if len(windows) else 0
    found = []
    for first in range(len(n)):
        for last in range(first, len(n)):
            if 0 < n[first : last + 1].sum() < THICK:
                stretch = np.zeros((1, len(n)))
                stretch[0, first : last + 1] = 1
                if np.linalg.matrix_rank(np.vstack([shown, stretch])) == rank:
                    found.append((first, last))
    return found


def test_without_the_guard_a_lone_thin_week_is_found():
    n = np.array([40, 40, 40, 12, 40, 40])
    assert (3, 3) in thin_stretches_found(n, windows_of(n, np.ones(6, dtype=bool)))
    assert thin_stretches_found(n, windows_of(n, guarded(n))) == []


@pytest.mark.parametrize("level", [8, 20, 28, 34, 45])
def test_whatever_the_counts_no_thin_stretch_is_found(level):
    rng = np.random.default_rng(level)
    unguarded = shown = 0
    for _ in range(40):
        n = rng.poisson(level, 14) * (rng.random(14) > 0.1)
        unguarded += len(thin_stretches_found(n, windows_of(n, np.ones(14, dtype=bool))))
        windows = windows_of(n, guarded(n))
        shown += len(windows)
        assert thin_stretches_found(n, windows) == []
    assert unguarded > 0
    assert shown > 40  # the guard does not keep its promise by showing nothing


def test_a_week_without_openings_gives_no_other_one_away():
    # Two sums of four weeks differ by the week that came and the one that went, which is known to be zero.
    n = np.array([9, 10, 7, 0, 11, 14, 8, 5])
    assert (7, 7) in thin_stretches_found(n, windows_of(n, np.ones(8, dtype=bool)))
    assert thin_stretches_found(n, windows_of(n, guarded(n))) == []
    assert guarded(n)[:7].any()


def test_series_without_a_thin_week_shows_everything():
    n = np.array([40] * 12)
    assert guarded(n).all()


def test_thin_series_keeps_its_sums_of_four_weeks():
    assert guarded(np.array([9] * 20))[3:].all()


def test_what_was_decided_stays_when_weeks_are_added():
    n = np.random.default_rng(2).poisson(31, 30) * (np.arange(30) % 7 > 0)
    whole = guarded(n)
    for length in range(5, 30):
        assert (guarded(n[:length]) == whole[:length]).all()


def test_published_counts_of_a_breakdown_give_no_thin_week_away():
    market = Warehouse()
    counts = {"europe": [40, 40, 40, 12, 40, 40, 35, 9, 40], "asia_pacific": [45] * 9, "africa": [50] * 9}
    for region, weekly in counts.items():
        for back, n in enumerate(reversed(weekly)):
            for number in range(n):
                required = {"cert_status": "required", "cert_timing": "at_hire"} if number % 10 == 0 else {}
                market.add(f"{region} {number}", MONDAY - timedelta(weeks=back), region=region, **required)
    measure_week(market.con, MONDAY, STAMP)
    rows = market.rows(
        "SELECT date_diff('week', week_start, DATE '2026-11-16') AS back, window_weeks AS weeks, x_raw "
        "FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' AND weight_scheme = 'posting' AND basis = 'flow' "
        "AND stratum_dim = 'region' AND stratum_value = 'europe' AND obs_status <> 'Q'"
    )
    n = np.array(counts["europe"])
    windows = [(max(8 - row["back"] - row["weeks"] + 1, 0), 8 - row["back"]) for row in rows]
    assert len(windows) >= 5
    assert thin_stretches_found(n, windows) == []
