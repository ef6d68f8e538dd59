"""Which week of an imported history is worth a release, and what a dump has in it."""

from __future__ import annotations

from datetime import date

import msgspec

from include.measure.suppression import IS_PUBLISHABLE_SQL, MINIMUM_POSTINGS
from include.partitions import import_key, week_name
from include.plurals import counted
from include.settings import Settings
from include.warehouse.connection import open_warehouse

_WEEKS = f"""
WITH employers AS (
  SELECT week_start, series_kind, employer_key, count(*) AS n
  FROM core_openings
  WHERE week_start IS NOT NULL AND is_measured(role_family, language, is_text_complete)
  GROUP BY ALL
)
SELECT week_start, sum(n)::BIGINT AS n_openings, {IS_PUBLISHABLE_SQL} AS is_publishable
FROM employers
GROUP BY week_start, series_kind
"""  # noqa: S608 - constants of the publication rule


class WeekChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The week to publish, and why.

    Attributes:
        monday: Monday of the week.
        n_openings: its product openings, in the series that has most of them.
        newest: Monday of the newest week with any product opening.
        n_newest: product openings of that week.
    """

    monday: date
    n_openings: int
    newest: date
    n_newest: int

    @property
    def reason(self) -> str:
        """What an operator is told: which week, and which newer one was passed over."""
        chosen = f"{week_name(self.monday)} with {counted(self.n_openings, 'product opening')}"
        if self.monday == self.newest:
            return f"the newest week, {chosen}"
        return (
            f"{chosen}, the newest week with enough for a figure; the newest of all, "
            f"{week_name(self.newest)}, has {self.n_newest}"
        )


def choose_week(settings: Settings) -> WeekChoice | None:
    """Return the newest week that reaches the publication thresholds in one series.

    Where no week does, the newest with thirty product openings is taken, and where none has, the newest.

    Returns:
        None when no product opening has a week.
    """
    with open_warehouse(settings) as connection:
        weeks = connection.execute(
            f"{_WEEKS} ORDER BY is_publishable DESC, n_openings >= {MINIMUM_POSTINGS} DESC, week_start DESC, "
            "n_openings DESC"
        ).fetchall()
    if not weeks:
        return None
    newest = max(weeks, key=lambda week: (week[0], week[1]))
    return WeekChoice(monday=weeks[0][0], n_openings=weeks[0][1], newest=newest[0], n_newest=newest[1])


class ImportedOpenings(msgspec.Struct, frozen=True, kw_only=True):
    """What figures can speak of in one dump.

    Attributes:
        n_openings: its product openings that are counted in a week.
        first, last: Mondays of their first and last week; None without any.
        n_in_week: those of the week that is published.
        n_without_employer: those that name no employer.
    """

    n_openings: int
    first: date | None
    last: date | None
    n_in_week: int
    n_without_employer: int

    @property
    def told(self) -> str:
        """What the importer is told, for the published week may be one of earlier imports."""
        if self.first is None or self.last is None:
            return "no product opening of this dump is counted: the week is one of earlier imports"
        weeks = f"{week_name(self.first)} to {week_name(self.last)}"
        if self.first == self.last:
            weeks = week_name(self.first)
        are = "is" if self.n_openings == 1 else "are"
        said = f"of this dump {counted(self.n_openings, 'product opening')} of {weeks} {are} counted, "
        said += f"{self.n_in_week:,} in the published week"
        if self.n_in_week == 0:
            said += ", which is one of earlier imports: all that were imported are measured together"
        if self.n_without_employer:
            said += f"; {self.n_without_employer:,} without an employer's name count by opening only"
        return said


def openings_of_import(settings: Settings, name: str, monday: date) -> ImportedOpenings:
    """Return what a dump has in the figures, and in the week that is published.

    Args:
        settings: of the installation.
        name: of the import.
        monday: the week.
    """
    with open_warehouse(settings) as connection:
        [row] = connection.execute(
            "SELECT count(*), min(week_start), max(week_start), count(*) FILTER (week_start = $monday), "
            "count(*) FILTER (employer_key = '') FROM core_openings "
            "WHERE week_start IS NOT NULL AND is_measured(role_family, language, is_text_complete) "
            # An ad that an earlier import has too is a copy in its opening.
            "AND opening_key IN "
            "(SELECT opening_key FROM core_opening_members WHERE starts_with(posting_key, $source || ':'))",
            {"monday": monday, "source": import_key(name)},
        ).fetchall()
    n_openings, first, last, n_in_week, n_without_employer = row
    return ImportedOpenings(
        n_openings=n_openings,
        first=first,
        last=last,
        n_in_week=n_in_week,
        n_without_employer=n_without_employer,
    )
