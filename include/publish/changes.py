"""What a release changes against the one before: `diff.json`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from include.measure.derived import TEXT_METRICS
from include.measure.pooled import DIMENSION
from include.measure.registry import load_registry
from include.measure.revisions import Vintage, imports_before_and_now
from include.publish.exports import file_stem, out_cards
from include.publish.identity import METRICS_FILE
from include.publish.naming import ReleaseName
from include.publish.revisions import mean_absolute_revisions
from include.warehouse.rows import read_rows, read_single

DIFF = "diff.json"
_N_SHOWN = 20
_KEYS = "week_start, metric_id, weight_scheme, basis, series_kind, stratum_dim, stratum_value"


def _differ(before: str, after: str) -> str:
    return f"coalesce(abs({before} - {after}) > 1e-9, ({before} IS NULL) <> ({after} IS NULL))"


_MOVED = _differ("o.est_raw", "n.est_raw")
_INTERVAL_MOVED = (
    f"NOT {_MOVED} AND ({_differ('o.ci_low', 'n.ci_low')} OR {_differ('o.ci_high', 'n.ci_high')})"
)
_CORRECTED = f"NOT {_MOVED} AND {_differ('o.est_ppi', 'n.est_ppi')}"


class _Figure(msgspec.Struct, frozen=True, kw_only=True):
    """Which figure of the whole market is spoken of."""

    week_start: date
    metric_id: str
    unit: str
    weight_scheme: str
    basis: str
    series_kind: str


class Revised(_Figure, frozen=True, kw_only=True):
    """One figure of the whole market that is another one now; None is suppressed.

    Attributes:
        unit: in which people are told the figure: change is a difference in points.
    """

    before: float | None
    after: float | None
    status_before: str
    status_after: str


class RevisedInterval(_Figure, frozen=True, kw_only=True):
    """One figure of the whole market that is the same, with another interval; None is no interval.

    Attributes:
        unit: of the figure and its interval.
        estimate: the figure, in both releases.
        corrected_before, corrected_after: the estimate corrected by audit labels, whose interval it then is.
    """

    estimate: float | None
    corrected_before: float | None
    corrected_after: float | None
    ci_low_before: float | None
    ci_low_after: float | None
    ci_high_before: float | None
    ci_high_after: float | None


class TableChange(msgspec.Struct, frozen=True, kw_only=True):
    """Rows and columns of one published table, then and now."""

    table: str
    rows_before: int | None
    rows_after: int
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Differences between two releases.

    Attributes:
        compared_with: the release before; None for the first.
        versions_before, versions_after: of methodology, taxonomy and code.
        imports_added, imports_removed: imported sources that only one of the two has in weeks of both; frozen
            figures of the archived series may differ then.
        weeks_added: Mondays that the release before did not have.
        n_compared: figures that both have.
        n_revised: of these, how many differ (by more than rounding).
        n_intervals_revised: of the others, how many have another interval.
        n_corrected: of the others, how many are corrected to another figure by audit labels, or are no more.
        n_removed: figures that only the release before has, without those of a release's own week alone.
        revised: the largest revisions of the whole market.
        intervals_revised: of the whole market, the intervals that moved most around a figure that did not.
        mean_absolute_revisions: of the headline figures, at 1, 4 and 8 weeks after the first release.
    """

    release: str
    compared_with: str | None
    versions_before: dict[str, str] | None
    versions_after: dict[str, str] | None
    imports_added: tuple[str, ...] = ()
    imports_removed: tuple[str, ...] = ()
    weeks_added: tuple[date, ...]
    n_compared: int
    n_revised: int
    n_intervals_revised: int = 0
    n_corrected: int = 0
    n_removed: int
    revised: tuple[Revised, ...]
    intervals_revised: tuple[RevisedInterval, ...] = ()
    tables: tuple[TableChange, ...]
    mean_absolute_revisions: tuple[dict[str, Any], ...]

    @property
    def is_method_changed(self) -> bool:
        """Definitions, estimators or the classifier differ: figures are not comparable one to one."""
        if self.versions_before is None or self.versions_after is None:
            return False
        names = ("methodology_version", "taxonomy_version")
        return any(self.versions_before[name] != self.versions_after[name] for name in names)


def compare(
    connection: duckdb.DuckDBPyConnection,
    releases: Path,
    folder: Path,
    release: ReleaseName,
    base: ReleaseName | None,
) -> Changes:
    """Compare the exports in `folder` with those of `base`.

    Args:
        connection: with out_revisions_v1 filled.
        releases: the folder of all releases.
        folder: the release in the making, its Parquet files written.
        release: its name.
        base: the release before, or None.
    """
    new = str(folder / METRICS_FILE)
    old = str(releases / str(base) / METRICS_FILE) if base else None
    summary: dict[str, Any] = {
        "weeks_added": (),
        "n_compared": 0,
        "n_revised": 0,
        "n_removed": 0,
        "revised": (),
    }
    if old:
        summary = _compare_figures(connection, old, new)
    imports = None
    if base and old:
        former = Vintage(name=str(base), monday=base.monday, metrics=Path(old))
        imports = imports_before_and_now(
            connection, former, Vintage(name=str(release), monday=release.monday)
        )
    before, now = imports or (set(), set())
    return Changes(
        release=str(release),
        compared_with=str(base) if base else None,
        versions_before=_versions(connection, old) if old else None,
        versions_after=_versions(connection, new),
        imports_added=tuple(sorted(now - before)),
        imports_removed=tuple(sorted(before - now)),
        tables=tuple(_compare_table(connection, releases, folder, base)),
        mean_absolute_revisions=tuple(mean_absolute_revisions(connection)),
        **summary,
    )


def _compare_figures(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> dict[str, Any]:
    files = {"old": old, "new": new}
    counts = connection.execute(
        f"""
        SELECT count(*) FILTER (n.week_start IS NOT NULL AND o.week_start IS NOT NULL),
          count(*) FILTER (n.week_start IS NOT NULL AND o.week_start IS NOT NULL AND {_MOVED}),
          count(*) FILTER (n.week_start IS NOT NULL AND o.week_start IS NOT NULL AND {_INTERVAL_MOVED}),
          count(*) FILTER (n.week_start IS NOT NULL AND o.week_start IS NOT NULL AND {_CORRECTED}),
          count(*) FILTER (n.week_start IS NULL AND o.stratum_dim <> '{DIMENSION}'
            AND NOT list_contains($texts, o.metric_id))
        FROM read_parquet($old) AS o FULL JOIN read_parquet($new) AS n USING ({_KEYS})
        """,  # noqa: S608 - constants of this module
        files | {"texts": list(TEXT_METRICS)},
    ).fetchall()[0]
    weeks = connection.execute(
        "SELECT DISTINCT week_start FROM read_parquet($new) WHERE week_start NOT IN "
        "(SELECT week_start FROM read_parquet($old)) ORDER BY 1",
        files,
    ).fetchall()
    revised = _largest(
        connection,
        files,
        "o.est_raw AS before, n.est_raw AS after, "
        "o.obs_status AS status_before, n.obs_status AS status_after",
        where=_MOVED,
        size="abs(n.est_raw - o.est_raw)",
    )
    moved = _largest(
        connection,
        files,
        "n.est_raw AS estimate, o.est_ppi AS corrected_before, n.est_ppi AS corrected_after, "
        "o.ci_low AS ci_low_before, n.ci_low AS ci_low_after, o.ci_high AS ci_high_before, "
        "n.ci_high AS ci_high_after",
        where=_INTERVAL_MOVED,
        size="abs(n.ci_low - o.ci_low) + abs(n.ci_high - o.ci_high)",
    )
    return {
        "weeks_added": tuple(week for (week,) in weeks),
        "n_compared": counts[0],
        "n_revised": counts[1],
        "n_intervals_revised": counts[2],
        "n_corrected": counts[3],
        "n_removed": counts[4],
        "revised": tuple(Revised(**row) for row in revised),
        "intervals_revised": tuple(RevisedInterval(**row) for row in moved),
    }


def _largest(
    connection: duckdb.DuckDBPyConnection, files: dict[str, str], columns: str, *, where: str, size: str
) -> list[dict[str, Any]]:
    """Return the figures of the whole market that differ most, with `columns` of both releases."""
    rows = read_rows(
        connection,
        f"""
        SELECT week_start, metric_id, weight_scheme, basis, series_kind, {columns}
        FROM read_parquet($old) AS o JOIN read_parquet($new) AS n USING ({_KEYS})
        WHERE stratum_dim = 'all' AND {where}
        ORDER BY {size} DESC NULLS FIRST, {_KEYS} LIMIT {_N_SHOWN}
        """,  # noqa: S608 - constants of this module
        files,
    )
    return [row | {"unit": load_registry()[row["metric_id"]].published_unit} for row in rows]


def _versions(connection: duckdb.DuckDBPyConnection, file: str) -> dict[str, str] | None:
    return read_single(
        connection,
        "SELECT methodology_version, taxonomy_version, code_version FROM read_parquet(?) LIMIT 1",
        [file],
    )


def _compare_table(
    connection: duckdb.DuckDBPyConnection, releases: Path, folder: Path, base: ReleaseName | None
) -> list[TableChange]:
    changes = []
    for card in out_cards():
        name = f"{file_stem(card)}.parquet"
        rows, columns = _shape(connection, folder / name)
        former = releases / str(base) / name if base else None
        if former and former.is_file():
            rows_before, columns_before = _shape(connection, former)
        else:
            rows_before, columns_before = None, columns
        changes.append(
            TableChange(
                table=card.name,
                rows_before=rows_before,
                rows_after=rows,
                columns_added=tuple(name for name in columns if name not in columns_before),
                columns_removed=tuple(name for name in columns_before if name not in columns),
            )
        )
    return changes


def _shape(connection: duckdb.DuckDBPyConnection, file: Path) -> tuple[int, list[str]]:
    result = connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(file)])
    columns = [column[0] for column in result.description]
    count = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall()[0][0]
    return count, columns
