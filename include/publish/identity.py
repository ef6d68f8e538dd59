"""Which release a week's figures are: the one that is out already, a revision of it, or the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from include.measure.revisions import REVISIONS_TABLE, Vintage
from include.partitions import week_name
from include.publish.exports import file_stem, out_cards
from include.publish.naming import ReleaseName, list_releases
from include.publish.summary import read_summary
from include.publish.vintages import RESTORE_RELEASE, LedgerError, read_ledger
from include.warehouse.cards import Card, quote_text

METRICS_FILE = "weekly_metrics_v1.parquet"


class OtherWeekMeasuredError(RuntimeError):
    """The out tables hold the figures of another week than the one that is to be published."""


@dataclass(frozen=True)
class Identity:
    """What a release's files say about it besides its figures.

    Attributes:
        name: of the release.
        base: the release that it is compared with.
        earlier: names of the releases that were visible before it, in that order.
    """

    name: ReleaseName
    base: ReleaseName | None
    earlier: tuple[str, ...]

    def vintages(self, releases: Path) -> tuple[Vintage, list[Vintage]]:
        """Return this release and those before it, as the revision triangle reads them."""
        own = Vintage(name=str(self.name), monday=self.name.monday)
        return own, [_vintage(releases, name) for name in self.earlier]


def check_measured_week(connection: duckdb.DuckDBPyConnection, monday: date) -> None:
    """Stop when the out tables are not those of the week.

    They hold one week's release at a time. A task that is cleared days later finds those of the week that was
    measured last, and would publish them under its own week's name.

    Args:
        connection: the warehouse.
        monday: the week that is to be published.

    Raises:
        OtherWeekMeasuredError: they are another week's, or were never measured.
    """
    there = {
        row[0]
        for card in out_cards()
        for row in connection.table(card.name).select("release_id").distinct().fetchall()
    }
    week = week_name(monday)
    if there != {week}:
        found = ", ".join(sorted(there)) or "no week"
        raise OtherWeekMeasuredError(
            f"{week} is not published: the warehouse holds the figures of {found}. "
            f"Trigger publish_weekly for {week}, or clear its task measure, so that its figures are computed "
            "and checked again."
        )


def measured_identity(connection: duckdb.DuckDBPyConnection, releases: Path, monday: date) -> Identity:
    """Return the release that the figures just measured are.

    Args:
        connection: with every out table measured; the revision triangle is not looked at, it follows.
        releases: the folder of all releases.
        monday: the week.
    """
    newest = newest_of_week(releases, monday)
    if newest and all(
        _is_same(connection, card, releases / str(newest) / f"{file_stem(card)}.parquet")
        for card in out_cards()
        if card.name != REVISIONS_TABLE
    ):
        return published_identity(releases, newest)
    return new_identity(releases, monday)


def published_identity(releases: Path, name: ReleaseName) -> Identity:
    """Return the identity that a published release was written with."""
    order = [vintage.release for vintage in read_ledger(releases)]
    summary = read_summary(releases / str(name))
    base = ReleaseName.parse(summary.compared_with) if summary.compared_with else None
    return Identity(name, base, tuple(order[: order.index(str(name))]))


def new_identity(releases: Path, monday: date) -> Identity:
    """Return the identity of a week's next release.

    Raises:
        LedgerError: the ledger has a release of this name whose folder is gone.
    """
    order = tuple(vintage.release for vintage in read_ledger(releases))
    newest = newest_of_week(releases, monday)
    name = newest.next_revision if newest else ReleaseName.first_of(monday)
    if str(name) in order:
        # Other bytes under a name that readers have seen would not be what they cite.
        raise LedgerError(f"{releases / str(name)} was published and is no longer there. {RESTORE_RELEASE}")
    if newest:
        return Identity(name, newest, order)
    base = max((other for other in list_releases(releases) if other < name), default=None)
    return Identity(name, base, order)


def newest_of_week(releases: Path, monday: date) -> ReleaseName | None:
    """Return the newest revision of a week that is out, or None."""
    week = week_name(monday)
    return max((name for name in list_releases(releases) if name.week == week), default=None)


def _vintage(releases: Path, name: str) -> Vintage:
    release = ReleaseName.parse(name)
    if release is None:
        raise ValueError(f"{name!r} is not the name of a release")
    return Vintage(name=name, monday=release.monday, metrics=releases / name / METRICS_FILE)


def _is_same(connection: duckdb.DuckDBPyConnection, card: Card, published: Path) -> bool:
    if not published.is_file():
        return False
    file = f"read_parquet({quote_text(str(published))})"
    there = connection.execute(f"SELECT * FROM {file} LIMIT 0").description  # noqa: S608 (our own file, quoted)
    if tuple(column[0] for column in there) != card.column_names:
        return False
    columns = ", ".join(card.column_names)
    one, other = f"SELECT {columns} FROM {card.name}", f"SELECT {columns} FROM {file}"  # noqa: S608 (as above)
    row = connection.execute(
        f"SELECT EXISTS ({one} EXCEPT ALL {other}) OR EXISTS ({other} EXCEPT ALL {one})"
    ).fetchone()
    return row == (False,)
