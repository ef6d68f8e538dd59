"""Dumps that the tests write, and reading them to the end."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from include.collect.dumps.reading import Dump
from include.collect.dumps.rows import DumpRow
from include.collect.protocol import Reject

ROWS: list[dict[str, Any]] = [
    {
        "id": "a1",
        "title": "Product Manager",
        "company": "Acme",
        "location": "Berlin; Vienna",
        "posted_at": "2026-03-02",
        "scraped_at": "2026-03-05T10:00:00Z",
        "description": "<p>Own the <b>roadmap</b>.</p>",
        "url": "https://acme.example/1",
        "lang": "en",
    },
    {
        "id": "a2",
        "title": "Product Owner",
        "company": "Bravo",
        "location": "",
        "posted_at": "",
        "scraped_at": "2026-03-06T10:00:00Z",
        "description": "Plain text.\nTwo lines, and a , comma",
        "url": "",
        "lang": "de",
    },
]


def write_jsonl(path: Path, rows: list[dict[str, Any]] = ROWS) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def csv_text(delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue()


def read_all(dump: Dump, size: int = 5_000) -> tuple[list[DumpRow], list[Reject]]:
    rows: list[DumpRow] = []
    rejects: list[Reject] = []
    n_records = 0
    for batch in dump.batches(size):
        rows += batch.rows
        rejects += batch.rejects
        n_records += batch.n_records
        assert batch.n_records == len(batch.rows) + len(batch.rejects) + batch.n_skipped <= size
    assert n_records >= len(rows) + len(rejects)
    return rows, rejects
