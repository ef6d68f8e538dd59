"""Vintages on real Parquet files: lags, first estimates, and frozen values that moved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from include.measure.revisions import MissingVintageError, Vintage, measure_revisions
from include.measure.weekly import measure_week
from include.partitions import published_at, week_name
from include.publish.revisions import mean_absolute_revisions
from tests.measure.warehouse import MONDAY, STAMP, Warehouse


def stamp(week, methodology="1.0.0", taxonomy=STAMP.taxonomy_version):
    return replace(
        STAMP,
        release_id=week_name(week),
        published_at=published_at(week),
        methodology_version=methodology,
        taxonomy_version=taxonomy,
    )


def publish(warehouse, week, folder, earlier=(), **versions):
    measure_week(warehouse.con, week, stamp(week, **versions))
    measure_revisions(
        warehouse.con, stamp(week, **versions), Vintage(name=week_name(week), monday=week), earlier
    )
    path = folder / week_name(week) / "weekly_metrics_v1.parquet"
    path.parent.mkdir()
    warehouse.con.execute(f"COPY out_weekly_metrics_v1 TO '{path}' (FORMAT parquet)")
    warehouse.con.execute(
        f"COPY out_coverage_v1 TO '{path.with_name('coverage_v1.parquet')}' (FORMAT parquet)"
    )
    return Vintage(name=week_name(week), monday=week, metrics=path)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Twelve weeks of forty ads, in a file, and the release ten weeks after the first week."""
    folder = tmp_path_factory.mktemp("released")
    warehouse = Warehouse()
    first_week = MONDAY - timedelta(weeks=11)
    for week in range(12):
        warehouse.add_market(first_week + timedelta(weeks=week), 40)
    before = publish(warehouse, MONDAY - timedelta(weeks=1), folder)
    return warehouse.save(folder / "warehouse.duckdb"), first_week, before


@pytest.fixture
def history(released, tmp_path):
    """A copy of the warehouse, its first week, the release so far and a folder for the next."""
    file, first_week, before = released
    return Warehouse.load(file), first_week, [before], tmp_path


def late_ads(warehouse, week):
    for number in range(10):
        warehouse.add(f"late {number}", week, cert_status="required", cert_timing="at_hire")


def violations(warehouse):
    return warehouse.rows("SELECT DISTINCT week_start, vintage FROM out_revisions_v1 WHERE is_violation")


def means(warehouse):
    """Return weeks behind the mean absolute revision of the posting-weighted M1, and the mean, by lag."""
    return {
        row["lag_weeks"]: (row["n_weeks"], row["mean_absolute_revision"])
        for row in mean_absolute_revisions(warehouse.con)
        if (row["metric_id"], row["weight_scheme"]) == ("M1", "posting")
    }


def test_of_several_revisions_of_a_release_the_last_is_what_a_week_moved_to(history):
    warehouse, _, [before], folder = history
    publish(warehouse, MONDAY, folder, [before])
    own = Vintage(name="2026-W47-r2", monday=MONDAY)
    newest = Vintage(
        name="2026-W47", monday=MONDAY, metrics=folder / "2026-W47" / "weekly_metrics_v1.parquet"
    )
    late_ads(warehouse, before.monday)
    measure_week(warehouse.con, MONDAY, stamp(MONDAY))
    measure_revisions(warehouse.con, stamp(MONDAY), own, [before, newest])
    assert means(warehouse) == {1: (1, pytest.approx(10 / 50))}


def test_a_week_that_is_first_spoken_of_by_a_later_release_had_no_first_look(history):
    warehouse, _, [before], folder = history
    following = MONDAY + timedelta(weeks=1)
    warehouse.add_market(following, 40)
    skipping = publish(warehouse, following, folder, [before])
    late_ads(warehouse, MONDAY)
    late = publish(warehouse, MONDAY, folder, [before, skipping])
    publish(warehouse, MONDAY + timedelta(weeks=2), folder, [before, skipping, late])
    first_looks = warehouse.rows("SELECT DISTINCT week_start FROM out_revisions_v1 WHERE lag_weeks = 0")
    assert {MONDAY, following} <= {row["week_start"] for row in first_looks}
    assert means(warehouse) == {1: (2, 0.0)}  # the weeks before and after


def test_quiet_history_revises_nothing(history):
    warehouse, _, earlier, folder = history
    publish(warehouse, MONDAY, folder, earlier)
    assert violations(warehouse) == []
    assert {row["mean_absolute_revision"] for row in mean_absolute_revisions(warehouse.con)} == {0.0}
    [row] = warehouse.rows("SELECT max(lag_weeks) AS l, count(DISTINCT vintage) AS v FROM out_revisions_v1")
    assert row == {"l": 11, "v": 2}


def test_late_ads_revise_an_open_week_without_alarm(history):
    warehouse, _, earlier, folder = history
    week = MONDAY - timedelta(weeks=3)
    late_ads(warehouse, week)
    publish(warehouse, MONDAY, folder, earlier)
    assert violations(warehouse) == []
    rows = warehouse.rows(
        "SELECT vintage, lag_weeks, revision FROM out_revisions_v1 WHERE metric_id = 'M1' AND "
        f"week_start = '{week}' AND weight_scheme = 'posting' AND basis = 'flow' ORDER BY vintage"
    )
    assert [row["lag_weeks"] for row in rows] == [2, 3]
    assert [row["revision"] for row in rows] == [0.0, pytest.approx(10 / 50)]


def test_frozen_value_that_moves_is_an_alarm(history):
    warehouse, first_week, earlier, folder = history
    late_ads(warehouse, first_week)
    own = publish(warehouse, MONDAY, folder, earlier)
    assert {"week_start": first_week, "vintage": week_name(MONDAY)} in violations(warehouse)
    assert measure_revisions(warehouse.con, stamp(MONDAY), own, earlier) > 0


def test_a_frozen_week_that_went_is_an_alarm(history):
    warehouse, first_week, earlier, folder = history
    warehouse.con.execute("DELETE FROM core_openings WHERE week_start = ?", [first_week])
    publish(warehouse, MONDAY, folder, earlier)
    assert {"week_start": first_week, "vintage": week_name(MONDAY)} in violations(warehouse)


OF_A_DUMP = {"series_kind": "archived", "first_seen_date": None, "last_seen_date": None}


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Twelve weeks of a dump of forty ads a week and as many seen, in a file, and the last week's release."""
    folder = tmp_path_factory.mktemp("imported")
    warehouse = Warehouse()
    for week in range(12):
        opened = MONDAY - timedelta(weeks=week)
        warehouse.add_market(opened, 40, source="import/first", **OF_A_DUMP)
        warehouse.add_market(opened, 40)
    return warehouse.save(folder / "warehouse.duckdb"), publish(warehouse, MONDAY, folder)


@pytest.mark.parametrize(
    ("source", "moved", "is_alarm"),
    [
        ("import/second", "archived", False),
        ("import/first", "archived", True),  # the same imports, so something else changed the past
        ("import/second", "observed", True),  # no import explains what we saw ourselves
    ],
)
def test_a_dump_that_is_imported_besides_may_add_to_frozen_weeks(imported, tmp_path, source, moved, is_alarm):
    file, before = imported
    warehouse = Warehouse.load(file)
    week = MONDAY - timedelta(weeks=10)
    required = {"cert_status": "required", "cert_timing": "at_hire"} if moved == "archived" else {}
    for number in range(40):
        warehouse.add(f"employer {number:03d}", week, source=source, **OF_A_DUMP, **required)
    if moved == "observed":
        late_ads(warehouse, week)
    own = Vintage(name=f"{week_name(MONDAY)}-r2", monday=MONDAY)
    measure_week(warehouse.con, MONDAY, stamp(MONDAY))
    measure_revisions(warehouse.con, stamp(MONDAY), own, [before])
    found = warehouse.rows("SELECT DISTINCT series_kind FROM out_revisions_v1 WHERE is_violation")
    assert found == ([{"series_kind": moved}] if is_alarm else [])
    [moves] = warehouse.rows(
        "SELECT max(abs(revision)) AS largest FROM out_revisions_v1 WHERE metric_id = 'M1' AND is_frozen "
        f"AND series_kind = '{moved}' AND weight_scheme = 'posting'"
    )
    assert moves["largest"] > 0.1  # it is told as a revision all the same


def test_a_week_that_is_published_long_after_later_ones_says_nothing_of_them(history):
    warehouse, first_week, earlier, folder = history
    publish(warehouse, first_week, folder, earlier)
    assert violations(warehouse) == []


def test_the_age_of_a_frozen_week_does_not_hide_it(history):
    warehouse, first_week, _, folder = history
    later = MONDAY + timedelta(weeks=30)
    earlier = [publish(warehouse, later - timedelta(weeks=1), folder)]
    late_ads(warehouse, first_week)
    publish(warehouse, later, folder, earlier)
    [row] = warehouse.rows(
        "SELECT lag_weeks, estimate, first_estimate FROM out_revisions_v1 WHERE is_violation "
        "AND metric_id = 'M1' AND weight_scheme = 'posting' AND basis = 'flow' "
        f"AND week_start = '{first_week}'"
    )
    assert row == {"lag_weeks": 41, "estimate": pytest.approx(10 / 50), "first_estimate": 0.0}


@pytest.mark.parametrize(
    ("versions", "is_excused"),
    [
        ({"methodology": "2.0.0"}, True),
        ({"methodology": "1.1.0"}, False),
        ({"taxonomy": "lexicon 2, rules 1, model 1"}, False),
    ],
    ids=["major", "minor", "classifier"],
)
def test_only_a_new_major_methodology_may_move_the_past(history, versions, is_excused):
    warehouse, first_week, earlier, folder = history
    late_ads(warehouse, first_week)
    publish(warehouse, MONDAY, folder, earlier, **versions)
    assert (violations(warehouse) == []) is is_excused


@pytest.fixture(scope="module")
def trending(tmp_path_factory):
    """Thirty-six weeks with a trend, measured and in a file, and the release of the week before."""
    folder = tmp_path_factory.mktemp("trending")
    warehouse = Warehouse()
    for back in range(36):
        week = MONDAY - timedelta(weeks=back)
        warehouse.add_market(week, 30)
        for number in range(1 + back % 3):
            warehouse.add(f"asks {number}", week, cert_status="required", cert_timing="at_hire")
    before = publish(warehouse, MONDAY - timedelta(weeks=1), folder)
    measure_week(warehouse.con, MONDAY, stamp(MONDAY))
    return warehouse.save(folder / "warehouse.duckdb"), before


@pytest.mark.parametrize(("metric", "is_alarm"), [("M10k", False), ("M10", True)])
def test_places_of_weeks_may_change_but_no_other_frozen_trend(trending, metric, is_alarm):
    file, before = trending
    warehouse = Warehouse.load(file)
    frozen = MONDAY - timedelta(weeks=10)
    assert warehouse.metric(metric, week_start=frozen)["est_raw"] is not None
    warehouse.con.execute(
        "UPDATE out_weekly_metrics_v1 SET est_raw = est_raw + 0.01 WHERE metric_id = ? AND week_start = ?",
        [metric, frozen],
    )
    own = Vintage(name=week_name(MONDAY), monday=MONDAY)
    assert measure_revisions(warehouse.con, stamp(MONDAY), own, [before]) == int(is_alarm)


def test_only_the_release_before_is_compared_not_one_that_a_new_method_has_replaced(history):
    warehouse, first_week, earlier, folder = history
    late_ads(warehouse, first_week)
    replaced = [*earlier, publish(warehouse, MONDAY, folder, earlier, methodology="2.0.0")]
    publish(warehouse, MONDAY + timedelta(weeks=1), folder, replaced, methodology="2.0.0")
    assert violations(warehouse) == []


@pytest.mark.parametrize(
    ("later", "is_alarm"), [({}, True), ({"methodology": "2.0.0"}, False)], ids=["same method", "new method"]
)
def test_an_old_week_published_again_leaves_no_frozen_week_unguarded(history, later, is_alarm):
    """After it the release before is that old week's, which had frozen less than the newest one had."""
    warehouse, first_week, earlier, folder = history
    newest = [*earlier, publish(warehouse, MONDAY, folder, earlier)]
    old = publish(warehouse, MONDAY - timedelta(weeks=4), folder, newest, **later)
    week = first_week + timedelta(weeks=2)
    assert old.monday - timedelta(weeks=8) < week <= MONDAY - timedelta(weeks=8)
    late_ads(warehouse, week)
    publish(warehouse, MONDAY + timedelta(weeks=1), folder, [*newest, old], **later)
    found = violations(warehouse)
    assert found == ([{"week_start": week, "vintage": "2026-W48"}] if is_alarm else [])


def test_missing_vintage_is_named(history):
    warehouse, _, earlier, folder = history
    lost = Vintage(name="2026-W40", monday=MONDAY - timedelta(weeks=7), metrics=folder / "gone.parquet")
    with pytest.raises(MissingVintageError, match=r"2026-W40.*is missing. Restore"):
        measure_revisions(
            warehouse.con, stamp(MONDAY), Vintage(name="2026-W47", monday=MONDAY), [lost, *earlier]
        )


@pytest.fixture(scope="module")
def of_two_years(tmp_path_factory):
    """Sixty-six weeks, measured and in a file, and the release of the week before."""
    folder = tmp_path_factory.mktemp("of_two_years")
    warehouse = Warehouse()
    for back in range(66):
        warehouse.add_market(MONDAY - timedelta(weeks=back), 40)
    before = publish(warehouse, MONDAY - timedelta(weeks=1), folder)
    measure_week(warehouse.con, MONDAY, stamp(MONDAY))
    return warehouse.save(folder / "warehouse.duckdb"), before


@pytest.mark.parametrize(
    ("change", "n_alarms"),
    [("est_raw = est_raw + 0.0009", 0), ("est_raw = est_raw + 0.01", 1), ("est_raw = NULL", 1)],
)
def test_a_frozen_change_on_a_year_stands_still(of_two_years, change, n_alarms):
    file, before = of_two_years
    warehouse = Warehouse.load(file)
    frozen = MONDAY - timedelta(weeks=9)
    assert warehouse.metric("M6y", week_start=frozen)["obs_status"] == "A"
    warehouse.con.execute(
        f"UPDATE out_weekly_metrics_v1 SET {change} WHERE metric_id = 'M6y' AND week_start = ? "
        "AND weight_scheme = 'employer'",
        [frozen],
    )
    own = Vintage(name=week_name(MONDAY), monday=MONDAY)
    assert measure_revisions(warehouse.con, stamp(MONDAY), own, [before]) == n_alarms


def test_a_release_before_the_changes_on_a_year_were_published_stops_nothing(of_two_years, tmp_path):
    file, before = of_two_years
    warehouse = Warehouse.load(file)
    old = tmp_path / "weekly_metrics_v1.parquet"
    warehouse.con.execute(
        f"COPY (FROM '{before.metrics}' WHERE unit <> 'change' OR starts_with(metric_id, 'M10')) TO '{old}'"
    )
    own = Vintage(name=week_name(MONDAY), monday=MONDAY)
    earlier = [replace(before, metrics=old)]
    assert measure_revisions(warehouse.con, stamp(MONDAY), own, earlier) == 0
