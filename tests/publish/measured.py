"""A measured warehouse of one market, small enough to publish in a test."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from include.measure.registry import Registry
from include.measure.revisions import measure_revisions
from include.measure.stamp import ReleaseStamp
from include.measure.weekly import measure_week
from include.partitions import published_at, week_name
from include.publish.identity import measured_identity
from include.warehouse.cards import create_table_sql, load_card, load_table_cards
from tests.measure.warehouse import Warehouse

MONDAY = date(2026, 11, 16)
N_EMPLOYERS = 20


def stamp(monday: date, methodology_version: str = "1.0") -> ReleaseStamp:
    """Return the stamp of a week's release."""
    return ReleaseStamp(
        release_id=week_name(monday),
        published_at=published_at(monday).replace(tzinfo=None),
        data_origin="simulated",
        methodology_version=methodology_version,
        taxonomy_version="lexicon 1, rules 1, model 1",
        code_version="0.1.0",
    )


def add_weeks(market: Warehouse, last: date, weeks: int, n_required: int = 2, n_explicit: int = 5) -> None:
    """Add `weeks` weeks of 40 openings at 20 employers, the last of them the week of `last`."""
    for number in range(weeks):
        monday = last - timedelta(weeks=number)
        for index in range(2 * N_EMPLOYERS):
            labels: dict[str, Any] = {"framework_use": "scrum" if index % 3 == 0 else "none"}
            mentions = []
            if index < n_required:
                labels |= {"cert_status": "required", "cert_timing": "at_hire"}
                mentions = [{"cert_name": 'CSPO, "Certified"; <b>Owner</b>'}]
            if index >= 2 * N_EMPLOYERS - n_explicit:
                labels |= {"criteria_status": "explicit", "criteria_tiers": ["E1"]}
            market.add(f"employer {index % N_EMPLOYERS:02d}", monday, mentions=mentions, **labels)
        market.read(monday, source="greenhouse")
    _add_postings(market)


def empty_market() -> Warehouse:
    """Return a warehouse with every table and no row."""
    market = Warehouse()
    for card in load_table_cards().values():
        market.con.execute(create_table_sql(card))
    return market


def _add_postings(market: Warehouse) -> None:
    """Give every opening the posting that it was made of."""
    fillers = {"VARCHAR": "''", "VARCHAR[]": "[]", "DATE": "o.opened_date", "TIMESTAMP": "o.opened_date",
               "BOOLEAN": "false", "INTEGER": "0", "BIGINT": "0", "DOUBLE": "0"}  # fmt: skip
    known = {"posting_key": "o.opening_key", "board": "'acme'", "native_id": "o.opening_key"}
    openings = load_card("core_openings").column_names
    columns = {}
    for column in load_card("core_postings").columns:
        if column.name in known:
            columns[column.name] = known[column.name]
        elif column.name in openings:
            columns[column.name] = f"o.{column.name}"
        elif not column.nullable:
            columns[column.name] = f"'{column.allowed[0]}'" if column.allowed else fillers[column.type]
    market.con.execute(
        f"INSERT INTO core_postings ({', '.join(columns)}) SELECT {', '.join(columns.values())} "
        "FROM core_openings AS o WHERE o.opening_key NOT IN (SELECT posting_key FROM core_postings)"
    )


def measured_market(last: date = MONDAY, weeks: int = 2, **counts: int) -> Warehouse:
    """Return a market of `weeks` weeks, measured up to the week of `last`."""
    market = empty_market()
    add_weeks(market, last, weeks, **counts)
    measure(market.con, last)
    return market


def measure(
    con: duckdb.DuckDBPyConnection,
    monday: date,
    methodology_version: str = "1.0",
    releases: Path = Path("no release so far"),
    registry: Registry | None = None,
) -> None:
    """Measure a week after the releases in a folder, as the pipeline does."""
    release = stamp(monday, methodology_version)
    con.begin()
    measure_week(con, monday, release, registry)
    own, earlier = measured_identity(con, releases, monday).vintages(releases)
    measure_revisions(con, release, own, earlier)
    con.commit()


def visible(releases: Path) -> list[str]:
    """Return what a reader sees in the folder of releases."""
    return sorted(path.name for path in releases.iterdir() if not path.name.startswith("."))
