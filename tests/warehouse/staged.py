"""Builds staged partitions by hand, so that loading is tested without collecting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from include.warehouse.staging import Staging, staged_schema


def posting(
    native_id: str, *, board: str = "acme", source: str = "greenhouse", **changes: Any
) -> dict[str, Any]:
    """Return one staged posting."""
    return {
        "posting_key": f"{source}:{board}:{native_id}",
        "source": source,
        "board": board,
        "native_id": native_id,
        "opening_native_id": None,
        "series_kind": "observed",
        "employer": "Acme",
        "employer_key": "acme",
        "title": "Product Manager",
        "title_key": "product manager",
        "role_family": "pm",
        "seniority": "mid",
        "titles_version": "1",
        "texts_version": "1",
        "country_code": "US",
        "region": "north_america",
        "city": None,
        "locations": ["Denver, CO"],
        "workplace": "unknown",
        "employment_type": None,
        "department": None,
        "pay_minimum": None,
        "pay_maximum": None,
        "pay_currency": None,
        "pay_period": "unknown",
        "language": "en",
        "is_text_complete": True,
        "n_words": 100,
        "posted_date": None,
        "closed_date": None,
        "content_hash": f"hash-{native_id}",
        "url": None,
    } | changes


def reject(day: date, native_id: str | None, *, reason: str = "missing_title") -> dict[str, Any]:
    """Return one staged row of core_rejected_records."""
    return {
        "day": day,
        "source": "greenhouse",
        "board": "acme",
        "stage": "parse",
        "raw_pointer": f"digest#jobs[{native_id}]",
        "native_id": native_id,
        "reason": reason,
        "detail": "`title` is absent or blank",
    }


def signal(content_hash: str, **changes: Any) -> dict[str, Any]:
    """Return one staged row of labels."""
    return {
        "content_hash": content_hash,
        "cert_status": "none",
        "cert_timing": None,
        "is_cert_legally_mandated": False,
        "criteria_status": "none",
        "criteria_tiers": [],
        "has_generic_kpi": False,
        "degree_status": "none",
        "dev_support": [],
        "framework_use": "none",
        "archetype": None,
        "requires_clearance": False,
        "n_certification_mentions": 0,
        "n_criteria_mentions": 0,
        "lexicon_version": "1",
        "rules_version": "1",
        "model_version": "1",
    } | changes


def mention(table: str, content_hash: str, index: int) -> dict[str, Any]:
    """Return one staged row of a table of mentions, whose other columns say nothing."""
    nothing: dict[pa.DataType, Any] = {pa.string(): "", pa.int32(): 0, pa.bool_(): False}
    row = {field.name: nothing[field.type] for field in staged_schema(table)}
    return row | {"content_hash": content_hash, "mention_index": index}


def stage(
    root: Path,
    partition_key: str,
    day: date,
    postings: Sequence[Mapping[str, Any]],
    *,
    boards: Iterable[str] = ("acme",),
    source: str = "greenhouse",
    signals: Sequence[Mapping[str, Any]] | None = None,
    rejects: Sequence[Mapping[str, Any]] = (),
    **read_changes: Any,
) -> Staging:
    """Stage one partition with one board read for each of `boards`."""
    staging = Staging(root, partition_key)
    with staging.writer(source, "core_postings") as writer:
        writer.write(postings)
    with staging.writer(source, "core_rejected_records") as writer:
        writer.write(rejects)
    with staging.writer(source, "core_board_reads") as writer:
        for board in boards:
            listed = sum(row["board"] == board for row in postings)
            writer.write(
                [
                    {
                        "day": day,
                        "source": source,
                        "board": board,
                        "employer": "Acme",
                        "is_expected": True,
                        "status": "complete",
                        "is_complete": True,
                        "n_promised": listed,
                        "n_listed": listed,
                        "n_rejected": sum(row["board"] == board for row in rejects),
                        "n_requests": 1,
                        "body_bytes": 10,
                        "elapsed_seconds": 0.1,
                        "error": None,
                        "manifest": None,
                        "format_changes": None,
                    }
                    | read_changes
                ]
            )
    with staging.writer(source, "core_signals") as writer:
        writer.write(signals if signals is not None else [signal(row["content_hash"]) for row in postings])
    for table in ("core_certification_mentions", "core_criteria_mentions"):
        with staging.writer(source, table):
            pass
    return staging
