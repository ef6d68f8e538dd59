"""Measure a week: fill every out table with the whole series up to and including that week."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final, get_args

import duckdb
import pyarrow as pa

from include.classify.credentials import buckets
from include.measure.breaks import find_breaks, sources_not_read
from include.measure.claims import measure_claims
from include.measure.corrected import load_audit
from include.measure.crosstab import WINDOWS as CROSSTAB_WINDOWS
from include.measure.crosstab import measure_crosstab
from include.measure.derived import Figures, measure_derived, measure_panels
from include.measure.dissimilarity import dissimilarity_figures
from include.measure.flow import flows_by_kind, published_counts
from include.measure.nesting import suppress_nested
from include.measure.pooled import measure_pooled
from include.measure.positive_control import load_control
from include.measure.registry import Basis, Registry, check_predicates, load_registry
from include.measure.series import Inputs, measure_basis
from include.measure.stamp import ReleaseStamp
from include.measure.suppression import MINIMUM_EMPLOYERS, MINIMUM_POSTINGS, POOLED_WEEKS
from include.measure.units import Units, load_units
from include.measure.weeks import week_index
from include.measure.write import replace_by_query, replace_rows
from include.partitions import week_start
from include.sources.cards import load_source_cards
from include.warehouse.texts import ReadTexts

WEEKLY_TABLE: Final = "out_weekly_metrics_v1"
CLAIMS_TABLE: Final = "out_claims_v1"
CROSSTAB_TABLE: Final = "out_cert_by_criteria_v1"
POPULATION_FILE: Final = Path(__file__).with_name("population.sql")


class MeasureError(ValueError):
    """The core tables cannot be measured; the message says what is wrong and how to mend it."""


def measure_week(
    con: duckdb.DuckDBPyConnection,
    week: date,
    release: ReleaseStamp,
    registry: Registry | None = None,
    read_texts: ReadTexts | None = None,
) -> None:
    """Replace the content of the out tables by the series up to and including `week`.

    The revision triangle follows, once it is known which release this is (`measure_revisions`).

    Runs inside the caller's transaction: nothing is visible to others before the caller commits. The same
    core tables, week and stamp give the same rows in the same order. Nothing that opened after the week is
    read. A week without openings gets its rows too; so does a count of zero.

    Args:
        con: the warehouse, with the core tables of include/tables.
        week: any day of the last ISO week to measure.
        release: stamped on every row.
        registry: the metrics; metrics.yaml when None.
        read_texts: the text store, for M14t; without it M14t is withheld.

    Raises:
        MeasureError: openings of another data origin, or openings without labels.
        NothingToMeasure: no opening and no complete board read up to the week.
        RegistryError: a metric's predicate cannot be evaluated; the message names the metric.
    """
    monday = week_start(week)
    last = week_index(monday)
    registry = registry or load_registry()
    _check_inputs(con, monday, release)
    _register_source_families(con)
    _register_buckets(con)
    _register_units(con, monday)
    check_predicates(con, registry, "measure_units")
    units = load_units(con, registry.counted)
    audit = load_audit(con, registry.counted, last)
    panels = measure_panels(units, last)
    breaks = find_breaks(units, last, sources_not_read(con, monday))
    inputs = Inputs(con, units, audit, panels, breaks, last)
    blocks = [block for basis in get_args(Basis) for block in measure_basis(inputs, registry, basis)]
    blocks += measure_pooled(registry, units, audit, last)
    control = load_control(con, monday)

    def texts(kind: str) -> Figures:
        return dissimilarity_figures(con, read_texts, kind, last) if read_texts else {}

    blocks.append(measure_derived(registry, units, panels, control, last, texts))
    replace_rows(con, WEEKLY_TABLE, blocks, release)
    suppress_nested(con)
    replace_rows(con, CROSSTAB_TABLE, [measure_crosstab(con, last, audit)], release)
    replace_rows(con, CLAIMS_TABLE, [measure_claims(con, registry, last)], release)
    _register_windows(con, units, last)
    for table in ("out_coverage_v1", "out_certifications_v1"):
        replace_by_query(con, table, monday, release)
    for table in ("measure_units", "measure_source_families", "measure_buckets", "measure_windows"):
        con.execute(f"DROP TABLE {table}")


def _register_units(con: duckdb.DuckDBPyConnection, monday: date) -> None:
    """Write measure_units, as population.sql says."""
    con.execute(
        POPULATION_FILE.read_text(encoding="utf-8"),
        {
            "last_week": monday,
            "window_weeks": POOLED_WEEKS,
            "minimum_postings": MINIMUM_POSTINGS,
            "minimum_employers": MINIMUM_EMPLOYERS,
        },
    )


def _register_source_families(con: duckdb.DuckDBPyConnection) -> None:
    """Write what kind of source each is, as its card says, for population.sql."""
    con.execute("CREATE OR REPLACE TEMP TABLE measure_source_families (source VARCHAR, family VARCHAR)")
    con.executemany(
        "INSERT INTO measure_source_families VALUES (?, ?)",
        [[card.name, card.kind] for card in load_source_cards().values()],
    )


def _register_buckets(con: duckdb.DuckDBPyConnection) -> None:
    """Write what the lexicon calls keys that stand for no single credential, for out_certifications_v1."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE measure_buckets "
        "(cert_key VARCHAR, cert_name VARCHAR, cert_class VARCHAR)"
    )
    con.executemany(
        "INSERT INTO measure_buckets VALUES (?, ?, ?)",
        [[key, name, cert_class] for key, (name, cert_class) in buckets().items()],
    )


def _register_windows(con: duckdb.DuckDBPyConnection, units: Units, last: int) -> None:
    """Write the windows of out_certifications_v1 that may be published."""
    windows = [
        {"series_kind": kind, "week_index": index, "window_weeks": weeks}
        for kind, flow in flows_by_kind(units, (), last).items()
        for index in range(int(flow.week[0]), last + 1)
        for weeks in CROSSTAB_WINDOWS
        if published_counts(flow.window(index, weeks))
    ]
    names = ("series_kind", "week_index", "window_weeks")
    types = (pa.string(), pa.int64(), pa.int64())
    table = pa.Table.from_pylist(windows, schema=pa.schema(list(zip(names, types, strict=True))))
    con.register("_windows", table)
    con.execute("CREATE OR REPLACE TEMP TABLE measure_windows AS FROM _windows")
    con.unregister("_windows")


def _check_inputs(con: duckdb.DuckDBPyConnection, monday: date, release: ReleaseStamp) -> None:
    origins = [row[0] for row in con.execute("SELECT DISTINCT data_origin FROM core_openings").fetchall()]
    foreign = sorted(set(origins) - {release.data_origin})
    if foreign:
        raise MeasureError(
            f"core_openings holds openings of origin {', '.join(foreign)}, the release is of origin "
            f"{release.data_origin}. Origins never share a warehouse: point HIRING_SIGNALS_DATA_DIR at the "
            "right data folder."
        )
    unlabelled = con.execute(
        """
        SELECT count(*), min(opening_key)
        FROM core_openings ANTI JOIN core_signals USING (content_hash)
        WHERE is_measured(role_family, language, is_text_complete)
            AND (week_start <= $last_week OR first_seen_date < $last_week + INTERVAL 7 DAYS)
        """,
        {"last_week": monday},
    ).fetchone()
    if unlabelled and unlabelled[0]:
        raise MeasureError(
            f"{unlabelled[0]} product openings have no row in core_signals (the first: {unlabelled[1]}), so "
            "every denominator would be short. Build the warehouse again with reclassify set."
        )
