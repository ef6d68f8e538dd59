"""The change on a year earlier: by hand, and only of two windows that are shown and can be compared."""

from datetime import date, timedelta

import numpy as np
import pytest

from benchmarks.year_on_year import simulate
from include.measure import comparisons, estimators
from include.measure.estimators import ClusterSums
from include.measure.weekly import measure_week
from include.measure.year_on_year import CHANGE_OF, window_correlation
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse

REQUIRED = {"cert_status": "required", "cert_timing": "at_hire"}
EXPLICIT = {"criteria_status": "explicit"}
N = 40


def add_week(market, monday, n_required=4, n_explicit=8, n=N, **fields):
    """Add `n` openings at as many employers; the first require, the last are explicit."""
    for number in range(n):
        labels = REQUIRED if number < n_required else EXPLICIT if number >= n - n_explicit else {}
        market.add(f"employer {number:02d}", monday, **labels, **fields)


def market_of(weeks, last=MONDAY, **fields):
    """Return a market of steady weeks up to `last`, not yet measured."""
    market = Warehouse()
    for back in range(weeks):
        add_week(market, last - timedelta(weeks=back), **fields)
    return market


def changes(market, metric="M1y", weight="posting", kind="observed"):
    """Return the rows of a change, newest week first."""
    return market.rows(
        f"SELECT * FROM out_weekly_metrics_v1 WHERE metric_id = '{metric}' AND weight_scheme = '{weight}' "
        f"AND series_kind = '{kind}' ORDER BY week_start DESC"
    )


@pytest.fixture(scope="module")
def moved():
    """A year ago 2 of 40 required and 8 were explicit, now 14 and 6; employers 0 to 13 post twice a week."""
    market = Warehouse()
    for back in range(58):
        n_required, n_explicit = (14, 6) if back < 10 else (2, 8)
        monday = MONDAY - timedelta(weeks=back)
        add_week(market, monday, n_required, n_explicit)
        for number in range(14):
            market.add(f"employer {number:02d}", monday, **(REQUIRED if number < n_required else {}))
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    return market


def test_correlation_by_hand():
    # Now 1 of 2, 0 of 2, 2 of 2: p = 1/2, residuals 0, -1, 1. Then 0 of 1, 0 of 1, 1 of 2: p = 1/4,
    # residuals -1/4, -1/4, 1/2. Cosine: (1/4 + 1/2) / (sqrt 2 * sqrt 3/8) = 0.866. Five of each employer.
    now = np.tile([1.0, 0.0, 2.0], 5), np.tile([2.0, 2.0, 2.0], 5)
    then = np.tile([0.0, 0.0, 1.0], 5), np.tile([1.0, 1.0, 2.0], 5)
    assert window_correlation(now, then) == pytest.approx(0.75 / np.sqrt(2 * 3 / 8))


def test_few_labelled_employers_do_not_narrow_the_interval():
    few = np.repeat([1.0, 0.0], [9, 31]), np.ones(40)
    assert window_correlation(few, few) == 0.0
    ten = np.repeat([1.0, 0.0], [10, 30]), np.ones(40)
    assert window_correlation(ten, ten) == pytest.approx(1.0)
    # Against each other they widen it, whatever their number.
    assert window_correlation(few, (few[0][::-1], few[1])) == pytest.approx(-9 / 31)
    nothing = np.zeros(40), np.ones(40)
    assert window_correlation(nothing, few) == 0.0


def test_employers_of_one_window_only_leave_the_windows_independent():
    label, there = np.tile([1.0, 0.0], 20), np.ones(40)
    nobody = np.zeros(40)
    now, then = (
        (np.append(label, nobody), np.append(there, nobody)),
        (
            np.append(nobody, label),
            np.append(nobody, there),
        ),
    )
    assert window_correlation(now, then) == 0.0


def test_change_by_hand(moved):
    # Four weeks of 40 + 14 openings: 14 employers with two required a week each now, two of them a year ago.
    by_opening = 28 / 54 - 4 / 54
    assert moved.metric("M1y")["est_raw"] == pytest.approx(by_opening)
    assert moved.metric("M1by")["est_raw"] == pytest.approx(by_opening)
    assert moved.metric("M5y")["est_raw"] == pytest.approx(6 / 54 - 8 / 54)
    assert moved.metric("M6y")["est_raw"] == pytest.approx(by_opening + 2 / 54)
    assert moved.metric("M1y", weight_scheme="employer")["est_raw"] == pytest.approx(14 / 40 - 2 / 40)
    assert moved.metric("M6y", weight_scheme="employer")["est_raw"] == pytest.approx(12 / 40 + 2 / 40)
    row = moved.metric("M1y")
    assert (row["unit"], row["window_weeks"], row["n_postings"], row["n_employers"]) == ("change", 4, 216, 40)
    assert (row["conf_status"], row["x_raw"], row["est_ppi"]) == ("F", None, None)
    assert row["est_raw"] == pytest.approx(
        moved.metric("M1")["est_trailing4"]
        - moved.metric("M1", week_start=MONDAY - timedelta(weeks=52))["est_trailing4"]
    )


def _sums(sizes, counts):
    return ClusterSums.of_clusters(np.array([sizes], float), np.array([counts], float))


@pytest.mark.parametrize("metric", ["M1y", "M5y"])
def test_interval_knows_that_the_same_employers_stand_in_both_windows(moved, metric):
    sizes = np.repeat([8.0, 4.0], [14, 26])
    if metric == "M1y":
        now, then = (sizes * (np.arange(40) < n) for n in (14, 2))
    else:
        now, then = (4.0 * (np.arange(40) >= 40 - n) for n in (6, 8))
    one, other = _sums(sizes, now), _sums(sizes, then)
    cross = {"xx": now @ then, "xd": now @ sizes, "dx": sizes @ then, "dd": sizes @ sizes}
    r = comparisons.pair_correlation(one, other, **{name: np.array([sum_]) for name, sum_ in cross.items()})
    if metric == "M5y":  # eight employers carry the label
        r = np.minimum(r, 0.0)
    wanted = comparisons.difference(estimators.posting_weighted(one), estimators.posting_weighted(other), r)
    row = moved.metric(metric)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((wanted.low[0], wanted.high[0]))
    assert (row["n_eff"], row["ci_method"]) == (pytest.approx(wanted.n_eff[0]), "mover_cluster")
    assert (r[0] > 0.1) == (metric == "M1y")
    half = (wanted.high[0] - wanted.low[0]) / 2
    assert half < row["mde_change"] < 2 * half


def test_a_change_needs_56_weeks_and_every_week_from_then_on_has_a_row():
    short = market_of(55)
    measure_week(short.con, MONDAY, STAMP, WHOLE_MARKET)
    assert short.rows(
        f"SELECT * FROM out_weekly_metrics_v1 WHERE metric_id IN {tuple(CHANGE_OF)}"
    ) == []  # fmt: skip
    add_week(short, MONDAY - timedelta(weeks=55), n_required=6)
    add_week(short, MONDAY - timedelta(weeks=56), n_required=40)
    measure_week(short.con, MONDAY, STAMP, WHOLE_MARKET)
    for metric, weight in (("M1y", "posting"), ("M1by", "employer"), ("M5y", "employer"), ("M6y", "posting")):
        assert [row["week_start"] for row in changes(short, metric, weight)] == [
            MONDAY,
            MONDAY - timedelta(weeks=1),
        ]
    assert [row["est_raw"] for row in changes(short)] == pytest.approx([-2 / 160, -(2 + 36) / 160])


def test_old_changes_are_final():
    market = market_of(66)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    assert "".join(row["obs_status"] for row in changes(market)) == "PPPPPPPPAAA"


def test_windows_of_few_effective_openings_are_of_low_reliability():
    market = market_of(56, n=15, n_required=3, n_explicit=5)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    row = market.metric("M1y", weight_scheme="employer")
    assert row["n_eff"] < 30
    assert (row["est_raw"], row["obs_status"], row["conf_status"]) == (0.0, "U", "F")


def test_where_an_iso_year_has_53_weeks_the_days_of_the_year_are_kept():
    """2026 has 53: the weeks up to 17 January 2027 stand against those up to 18 January 2026."""
    last = date(2027, 1, 11)
    assert last.isocalendar()[:2] == (2027, 2)
    market = Warehouse()
    for back in range(58):
        monday = last - timedelta(weeks=back)
        of_then = date(2025, 12, 22) <= monday <= date(2026, 1, 12)
        add_week(market, monday, n_required=10 if of_then else 4)
    measure_week(market.con, last, STAMP, WHOLE_MARKET)
    row = market.metric("M1y", week_start=last)
    assert row["est_raw"] == pytest.approx(4 / 40 - 10 / 40)
    assert date(2026, 1, 12).isocalendar()[:2] == (2026, 3)


@pytest.mark.parametrize(("came", "is_shown"), [(55, True), (54, False), (30, False), (3, False)])
def test_nothing_is_compared_across_a_break(came, is_shown):
    """A second source comes `came` weeks ago; from its first week on the windows of then have it, too."""
    market = market_of(60)
    for back in range(came + 1):
        market.add_market(MONDAY - timedelta(weeks=back), 10, source="lever")
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    breaks = market.rows(
        "SELECT DISTINCT week_start FROM out_weekly_metrics_v1 WHERE obs_status = 'B' AND basis = 'flow'"
    )
    assert breaks == [{"week_start": MONDAY - timedelta(weeks=came)}]
    row = market.metric("M1y")
    assert (row["est_raw"] is not None) == is_shown
    assert row["obs_status"] == ("P" if is_shown else "Q")


@pytest.mark.parametrize("back", [1, 53])
def test_a_withheld_window_withholds_the_change(back):
    """One thin week: four weeks with it would give it away, so neither they nor the change are shown."""
    market = Warehouse()
    for number in range(58):
        n = 12 if number == back else N
        add_week(market, MONDAY - timedelta(weeks=number), n_required=2, n_explicit=2, n=n)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = changes(market)
    thin = rows[back % 52] if back < 52 else rows[back - 52]
    assert (thin["est_raw"], thin["obs_status"], thin["conf_status"]) == (None, "Q", "C")
    assert (thin["n_postings"], thin["mde_change"], thin["ci_method"]) == (3 * N + 12, None, None)


@pytest.mark.parametrize("level", [12, 34])
def test_shown_is_what_both_windows_show(level):
    """Whatever the counts: no change without both trailing figures, and it is their difference."""
    market, rng = Warehouse(), np.random.default_rng(level)
    for back in range(75):
        add_week(market, MONDAY - timedelta(weeks=back), 2, 3, n=int(rng.poisson(level)))
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    n_shown = n_withheld = 0
    for change, of in CHANGE_OF.items():
        for weight in ("posting", "employer"):
            trailing = {
                row["week_start"]: row["est_trailing4"]
                for row in market.rows(
                    f"SELECT * FROM out_weekly_metrics_v1 WHERE metric_id = '{of}' AND basis = 'flow' "
                    f"AND stratum_dim = 'all' AND weight_scheme = '{weight}'"
                )
            }
            for row in changes(market, change, weight):
                now, then = (trailing[row["week_start"] - timedelta(weeks=back)] for back in (0, 52))
                if now is None or then is None:
                    n_withheld += 1
                    assert (row["est_raw"], row["obs_status"]) == (None, "Q")
                else:
                    n_shown += 1
                    assert row["est_raw"] == pytest.approx(now - then)
                    assert row["ci_low"] <= row["est_raw"] <= row["ci_high"]
    assert n_shown > 20
    assert n_withheld > 0 or level == 12


def test_series_of_two_kinds_are_not_joined():
    market = market_of(30)
    for back in range(30, 60):
        add_week(market, MONDAY - timedelta(weeks=back), series_kind="archived")
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    for kind in ("observed", "archived"):
        assert changes(market, kind=kind) == [] or {
            row["obs_status"] for row in changes(market, kind=kind)
        } == {"Q"}


def test_reconstructed_dates_have_no_change_on_a_year():
    market = market_of(60, series_kind="reconstructed")
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    assert market.metric("M1", series_kind="reconstructed")["est_trailing4"] == pytest.approx(0.1)
    assert changes(market, kind="reconstructed") == []


def test_windows_of_an_import_are_whole():
    """Not after its end, nor where a week of either window is missing in it."""
    missing = 20
    market = Warehouse()
    for back in range(2, 76):
        if back != missing:
            add_week(market, MONDAY - timedelta(weeks=back), series_kind="archived")
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    shown = {
        (MONDAY - row["week_start"]).days // 7: row["est_raw"] is not None
        for row in changes(market, kind="archived")
    }
    assert shown == {back: back >= 2 and not missing - 3 <= back <= missing for back in range(21)}


@pytest.mark.parametrize(
    ("then", "now", "rho", "employers", "keeps"),
    [(0.03, 0.03, 0.1, 60, 1.0), (0.08, 0.08, 0.4, 250, 1.0), (0.03, 0.08, 0.1, 250, 0.5)],
)
def test_intervals_hold_what_they_promise_and_are_shorter_where_employers_stay(
    then, now, rho, employers, keeps
):
    """Simulated employers; benchmarks/year_on_year.py has the whole table."""
    *published, separate, _ = simulate(then, now, rho, employers, keeps, runs=400, seed=3)
    for found in published:
        assert found.held >= 0.92
        if then == now:
            assert found.leaves_zero <= 0.08
    assert published[0].width < separate.width
