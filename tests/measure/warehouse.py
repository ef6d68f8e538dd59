"""A small warehouse for measuring: real core tables, rows written out with defaults."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from include.measure.registry import Registry, load_registry
from include.measure.stamp import ReleaseStamp
from include.partitions import week_start
from include.warehouse.cards import create_table_sql, load_card
from include.warehouse.macros import create_macros

CORE_TABLES = (
    "core_openings",
    "core_postings",
    "core_signals",
    "core_certification_mentions",
    "core_board_reads",
    "core_rejected_records",
    "core_audit_labels",
)
STAMP = ReleaseStamp(
    release_id="2026-W47",
    published_at=datetime(2026, 11, 23, 12),
    data_origin="simulated",
    methodology_version="1.0.0",
    taxonomy_version="lexicon 1, rules 1, model 1",
    code_version="0.1.0",
)
MONDAY = date(2026, 11, 16)
WHOLE_MARKET = Registry(
    metrics=tuple(metric.model_copy(update={"dimensions": ()}) for metric in load_registry().metrics)
)
"""The metrics without their breakdowns, for tests that look at none: they take half of the time."""

OPENING = {
    "series_kind": "observed", "data_origin": "simulated", "source": "greenhouse", "title": "Product Manager",
    "role_family": "pm", "seniority": "mid", "country_code": "DE", "region": "europe", "language": "en",
    "workplace": "remote", "is_text_complete": True, "n_words": 500, "closed_date": None, "n_postings": 1,
    "n_locations": 1, "n_reposts": 0,
}  # fmt: skip
SIGNALS = {
    "cert_status": "none", "cert_timing": None, "is_cert_legally_mandated": False, "criteria_status": "none",
    "criteria_tiers": [], "has_generic_kpi": False, "degree_status": "none", "dev_support": [],
    "framework_use": "none", "archetype": "generalist_other", "requires_clearance": False,
    "n_certification_mentions": 0, "n_criteria_mentions": 0, "lexicon_version": "1", "rules_version": "1",
    "model_version": "1",
}  # fmt: skip
MENTION = {
    "mention_index": 0, "cert_key": "sa_cspo", "cert_name": "CSPO", "cert_class": "framework_agile",
    "status": "required", "timing": "at_hire", "substitutable": None, "is_legally_mandated": False,
    "cue": "modal", "rule": "r", "quote": "CSPO required", "start_offset": 0, "end_offset": 13,
    "lexicon_version": "1", "rules_version": "1", "model_version": "1",
}  # fmt: skip
READ = {
    "source": "greenhouse", "board": "acme", "employer": "Acme", "is_expected": True, "status": "complete",
    "is_complete": True, "n_promised": None, "n_listed": 0, "n_rejected": 0, "n_new": 0, "n_changed": 0,
    "n_gone": 0, "n_requests": 1, "body_bytes": 100, "elapsed_seconds": 0.1, "error": None, "manifest": None,
}  # fmt: skip


def load_database(file: Path) -> duckdb.DuckDBPyConnection:
    """Return a database in memory with the tables of a file."""
    con = duckdb.connect()
    con.execute(f"ATTACH '{file}' AS file (READ_ONLY)")
    con.execute("COPY FROM DATABASE file TO memory")
    con.execute("DETACH file")
    return con


class Warehouse:
    """Core tables in memory; `add` writes one opening with its labels and mentions."""

    def __init__(self) -> None:
        self._con = duckdb.connect()
        create_macros(self._con)
        self._numbers = itertools.count()
        self._waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for table in CORE_TABLES:
            self._con.execute(create_table_sql(load_card(table)))

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection, with every row added so far."""
        for table, rows in self._waiting.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            batch = pa.table({name: [row.get(name) for row in rows] for name in names})
            self._con.register("_batch", batch)
            self._con.execute(f"INSERT INTO {table} BY NAME FROM _batch")
            self._con.unregister("_batch")
        self._waiting.clear()
        return self._con

    def save(self, file: Path) -> Path:
        """Write every table into a new DuckDB file; return the file."""
        self.con.execute(f"ATTACH '{file}' AS file")
        self._con.execute("COPY FROM DATABASE memory TO file")
        self._con.execute("DETACH file")
        return file

    @classmethod
    def load(cls, file: Path) -> Warehouse:
        """Return a warehouse in memory with the tables of a file; the file stays as it is."""
        loaded = cls.__new__(cls)
        loaded._con = load_database(file)
        loaded._waiting = defaultdict(list)
        [n_openings] = loaded._con.execute("SELECT count(*) FROM core_openings").fetchone() or (0,)
        loaded._numbers = itertools.count(n_openings)
        return loaded

    def add(
        self,
        employer: str,
        opened: date | None = MONDAY,
        *,
        mentions: Iterable[Mapping[str, Any]] = (),
        copies: int = 1,
        **fields: Any,
    ) -> None:
        """Add `copies` openings of `employer`; `fields` override the defaults of opening and labels."""
        for _ in range(copies):
            number = next(self._numbers)
            key = f"greenhouse:{employer}:{number}"
            content_hash = fields.get("content_hash", f"{number:064x}")
            seen = {
                "first_seen_date": opened,
                "last_seen_date": (opened or MONDAY) + timedelta(days=6),
                "opened_date": opened,
                "week_start": week_start(opened) if opened else None,
            }
            row = {
                **OPENING,
                **seen,
                **{name: value for name, value in fields.items() if name not in SIGNALS},
                "opening_key": key,
                "employer": employer,
                "employer_key": employer,
                "content_hash": content_hash,
            }
            self.insert("core_openings", row)
            labels = {name: value for name, value in fields.items() if name in SIGNALS}
            if "content_hash" not in fields:
                self.insert("core_signals", {**SIGNALS, **labels, "content_hash": content_hash})
            for index, mention in enumerate(mentions):
                row = {**MENTION, **mention, "content_hash": content_hash, "mention_index": index}
                self.insert("core_certification_mentions", row)

    def add_market(self, opened: date, n_employers: int, ads_each: int = 1, **fields: Any) -> None:
        """Add the same number of openings for each of `n_employers`."""
        for number in range(n_employers):
            self.add(f"employer {number:03d}", opened, copies=ads_each, **fields)

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert one row by name, together with others when the connection is next asked for."""
        self._waiting[table].append(dict(row))

    def read(self, day: date, **fields: Any) -> None:
        """Add one board read."""
        self.insert("core_board_reads", {**READ, "day": day, **fields})

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return a query's rows as dictionaries."""
        result = self.con.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def metric(self, metric_id: str, **where: Any) -> dict[str, Any]:
        """Return one row: last week, whole market, posting-weighted, flow, observed, or as asked."""
        wanted = {
            "week_start": MONDAY, "weight_scheme": "posting", "basis": "flow", "series_kind": "observed",
            "stratum_dim": "all", "stratum_value": "all", **where, "metric_id": metric_id,
        }  # fmt: skip
        condition = " AND ".join(f"{name} = '{value}'" for name, value in wanted.items())
        rows = self.rows(f"SELECT * FROM out_weekly_metrics_v1 WHERE {condition}")
        assert len(rows) == 1, (wanted, rows)
        return rows[0]
