"""Months of releases in random order against a model of what readers were promised (docs/releases.md).

The steps are drawn by a seed: weeks that follow each other over a year's end, weeks left out and published
late, ads that come late, a week or an old one again, a check of a day that reads otherwise, a kill, a release
withdrawn. The model knows nothing of the code but the files.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from markupsafe import Markup

from include.publish import charts
from include.publish import release as release_module
from include.publish.naming import CHECKSUMS, DATABASE
from include.publish.release import publish_week, verify_releases
from include.publish.vintages import LEDGER, as_of
from include.storage import sha256_of_file
from tests.measure.warehouse import WHOLE_MARKET, Warehouse
from tests.publish.measured import add_weeks, empty_market, measure

FIRST_WEEK = date(2026, 12, 21)  # W52; the ISO year 2026 has a week 53
WEEK = timedelta(weeks=1)
TRIANGLE = "SELECT week_start, vintage, lag_weeks, estimate, revision FROM read_parquet(?) WHERE {where}"
M1 = "metric_id = 'M1' AND weight_scheme = 'posting' AND basis = 'flow' AND series_kind = 'observed'"


class Killed(BaseException):
    """What ends a process in mid-release."""


@dataclass
class Known:
    """One release as the model knows it: its name and time, the bytes of its files, its M1 by week."""

    name: str
    at: datetime
    digests: dict[str, str]
    figures: dict[date, float | None]

    @property
    def order(self) -> tuple[date, int]:
        match = re.fullmatch(r"(\d{4})-W(\d\d)(?:-r(\d+))?", self.name)
        assert match
        return date.fromisocalendar(int(match[1]), int(match[2]), 1), int(match[3] or 1)

    @property
    def monday(self) -> date:
        return self.order[0]


@dataclass
class Months:
    """The market, the folder of releases, the clock, and what the model knows."""

    releases: Path
    random: np.random.Generator
    market: Warehouse = field(default_factory=empty_market)
    week: date = FIRST_WEEK
    now: datetime = datetime(2026, 12, 27, 5, tzinfo=UTC)
    known: list[Known] = field(default_factory=list)

    def publish(self, monday: date, *, dies: bool = False) -> None:
        """Publish a week now; what is new in the folder is known from then on."""
        self.now += timedelta(hours=int(self.random.choice([1, 20, 50])))
        measure(self.market.con, monday, releases=self.releases, registry=WHOLE_MARKET)
        try:
            with pytest.MonkeyPatch.context() as patch:
                if dies:
                    patch.setattr(release_module, "record", _die)
                publish_week(self.market.con, self.releases, monday, "simulated", now=self.now)
        except Killed:
            assert dies
        names = {known.name for known in self.known}
        for folder in sorted(self.releases.glob("20*")):
            if folder.name not in names:
                if dies:  # it has the time of its checksums then
                    os.utime(folder / CHECKSUMS, (self.now.timestamp(),) * 2)
                self.known.append(_read(folder, self.now))
                self.check_new(self.known[-1], self.known[:-1])

    def follow(self) -> None:
        self.week += WEEK
        self.now = max(self.now, datetime(*self.week.timetuple()[:3], 4, tzinfo=UTC) + timedelta(days=6))
        add_weeks(self.market, self.week, 1, n_required=int(self.random.integers(5)))

    # One step each: what happens.

    def next_week(self) -> None:
        self.follow()
        self.publish(self.week)

    def leave_a_week_out(self) -> None:
        self.follow()
        self.next_week()

    def late_ads(self) -> None:
        day = self.week - WEEK * int(self.random.integers(3))
        self.market.add("employer 03", day, cert_status="required", cert_timing="at_hire")
        self.publish(self.week)

    def some_week_again(self) -> None:
        monday = self.week - WEEK * int(self.random.integers(4))
        self.publish(monday)
        n_known = len(self.known)
        self.publish(monday)
        assert len(self.known) == n_known

    def a_check_reads_otherwise(self) -> None:
        self.market.con.execute(
            "INSERT INTO core_validation_results BY NAME SELECT ? AS partition_key, 'warning' AS severity, "
            "false AS is_success, 'core_board_reads' AS table_name, ? AS expectation_id, "
            "'Boards answer.' AS description, 'why' AS reason",
            [self.week.isoformat(), f"boards_answer_{len(self.known)}"],
        )
        self.some_week_again()

    def killed(self) -> None:
        self.follow()
        self.publish(self.week, dies=True)
        self.publish(self.week)

    def withdrawn(self) -> None:
        if len(self.known) < 2:
            return
        gone = self.known[int(self.random.integers(len(self.known)))]
        shutil.rmtree(self.releases / gone.name)
        lines = (self.releases / LEDGER).read_text().splitlines(keepends=True)
        (self.releases / LEDGER).write_text("".join(x for x in lines if not x.startswith(f"{gone.name},")))
        self.known.remove(gone)
        stays = max(self.known, key=lambda known: known.order)
        self.publish(stays.monday)
        self.publish(stays.monday)

    # What holds after each.

    def check(self) -> None:
        newest = max(self.known, key=lambda known: known.order)
        assert (self.releases / "latest").readlink() == Path(newest.name)
        for known in self.known:
            assert _digests(self.releases / known.name) == known.digests, known.name
        with (self.releases / LEDGER).open(newline="") as file:
            ledger = [tuple(row.values()) for row in csv.DictReader(file)]
        assert ledger == [
            (known.name, known.at.isoformat(), known.digests[CHECKSUMS], known.digests[DATABASE])
            for known in self.known
        ]
        assert verify_releases(self.releases) == []
        for known in self.known:
            for day in (known.at.date(), known.at.date() - timedelta(days=1)):
                latest, found = self.latest(day, self.known), as_of(self.releases, day)
                assert (found.name if found else None) == (latest.name if latest else None), day
        names = [known.name for known in sorted(self.known, key=lambda known: known.order, reverse=True)]
        index = (self.releases / "index.html").read_text()
        assert re.findall(r'<th scope="row"><a href="([^/]+)/', index) == names
        feed = (self.releases / "feed.atom").read_text()
        assert re.findall(r'rel="alternate" type="text/html" href="([^/"]+)/', feed) == names
        assert f"<updated>{max(known.at for known in self.known).isoformat()}</updated>\n  <author>" in feed

    def check_new(self, new: Known, before: list[Known]) -> None:
        folder = self.releases / new.name
        of_week = [known for known in before if known.monday == new.monday]
        base = max(of_week or [known for known in before if known.order < new.order],
                   key=lambda known: known.order, default=None)  # fmt: skip
        diff = json.loads((folder / "diff.json").read_text())
        assert (diff["release"], diff["compared_with"]) == (new.name, base.name if base else None)
        package = json.loads((folder / "datapackage.json").read_text())
        assert package["version"] == new.name
        for resource in package["resources"]:
            assert resource["hash"] == f"sha256:{new.digests[resource['path']]}"
        expected, first = set(), {}
        for vintage in [*before, new]:
            for week, estimate in vintage.figures.items():
                lag = (vintage.monday - week).days // 7
                if lag <= 12 and week <= new.monday:
                    first.setdefault(week, estimate)
                    expected.add((week, vintage.name, lag, estimate, estimate - first[week]))
        with duckdb.connect() as con:
            file = [str(folder / "revisions_v1.parquet")]
            assert set(con.execute(TRIANGLE.format(where=M1), file).fetchall()) == expected
        with duckdb.connect(str(folder / DATABASE), read_only=True) as con:
            for day in {known.at.date() for known in [*before, new]}:
                latest = self.latest(day, [*before, new])
                if latest is None or latest.monday > new.monday:
                    continue  # of later weeks it does not speak
                seen = con.execute("SELECT week_start, estimate, vintage FROM as_of(?)", [day]).fetchall()
                assert {row for row in seen if row[0] >= latest.monday - 12 * WEEK} == {
                    (week, estimate, latest.name)
                    for week, estimate in latest.figures.items()
                    if week >= latest.monday - 12 * WEEK
                }

    def latest(self, day: date, known: list[Known]) -> Known | None:
        """Return what `latest` stood for at the end of a day."""
        visible = [one for one in known if one.at.date() <= day]
        return max(visible, key=lambda one: one.order, default=None)


def _die(*_: object) -> None:
    raise Killed


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256_of_file(path) for path in sorted(folder.iterdir())}


def _read(folder: Path, at: datetime) -> Known:
    with duckdb.connect() as con:
        figures = con.execute(
            f"SELECT week_start, est_raw FROM read_parquet(?) WHERE stratum_dim = 'all' AND {M1}",
            [str(folder / "weekly_metrics_v1.parquet")],
        ).fetchall()
    return Known(folder.name, at, _digests(folder), dict(figures))


STEPS: tuple[Callable[[Months], None], ...] = (
    Months.next_week, Months.leave_a_week_out, Months.late_ads,
    Months.a_check_reads_otherwise, Months.killed, Months.withdrawn,
)  # fmt: skip


@pytest.mark.parametrize("seed", [1])
def test_what_readers_were_promised_holds_whatever_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    # Drawing takes two thirds of the time of a release, and other tests look at the charts.
    monkeypatch.setattr(charts, "draw", lambda name, label, chart: Markup("<svg></svg>"))
    months = Months(tmp_path / "releases", np.random.default_rng(seed))
    add_weeks(months.market, FIRST_WEEK, 3)
    months.publish(FIRST_WEEK)
    for number in months.random.permutation(len(STEPS)):
        STEPS[number](months)
        months.check()
