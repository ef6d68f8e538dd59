"""Five whole-board listings of about 111,000 real postings through sightings, against a recount in SQL."""

from __future__ import annotations

import hashlib
import os
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from include.settings import PROJECT_ROOT, Settings
from include.warehouse.connection import open_warehouse
from include.warehouse.load import load_day
from include.warehouse.staging import Staging
from tests.warehouse.staged import posting

SHARED = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))
LISTINGS = SHARED / "corpus" / "raw_api_trimmed" / "feashliaa_history"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not LISTINGS.is_dir(), reason=f"real listings are not at {LISTINGS}"),
]

FIRST_DAY = date(2026, 1, 5)

_ROWS = """
SELECT DISTINCT ON (board, id)
  company_slug AS board, id::VARCHAR AS id, title, coalesce(location, '') AS location, updated_at
FROM (SELECT *, company_slug AS board FROM read_json(?, format = 'array', maximum_object_size = 100000000))
WHERE id IS NOT NULL AND company_slug IS NOT NULL
ORDER BY board, id, updated_at
"""


def test_new_gone_and_changed_agree_with_an_independent_recount(tmp_path: Path) -> None:
    files = sorted(LISTINGS.glob("*.json.gz"))
    assert len(files) == 5
    days = [FIRST_DAY + timedelta(days=offset) for offset in range(5)]
    settings = Settings(data_dir=tmp_path, data_origin="archive")
    with duckdb.connect() as raw, open_warehouse(settings) as con:
        for day, file in zip(days, files, strict=True):
            rows = raw.execute(_ROWS, [str(file)]).fetchall()
            assert len(rows) > 100_000
            raw.execute(f"CREATE TABLE day_{day:%Y%m%d} AS {_ROWS}", [str(file)])
            load_day(con, _stage(tmp_path / "staging", day, rows), day, "archive")
        found = con.execute(
            "SELECT day, sum(n_listed), sum(n_new), sum(n_changed), sum(n_gone) FROM core_board_reads "
            "GROUP BY day ORDER BY day"
        ).fetchall()
        for later, *counts in found[1:]:
            assert tuple(counts) == _recount(raw, later), later


def _stage(root: Path, day: date, rows: list[tuple[str, ...]]) -> Staging:
    staging = Staging(root, day.isoformat())
    boards: dict[str, int] = {}
    with staging.writer("greenhouse", "core_postings") as writer:
        for start in range(0, len(rows), 20_000):
            batch = []
            for board, native_id, *content in rows[start : start + 20_000]:
                boards[board] = boards.get(board, 0) + 1
                digest = hashlib.sha256(repr(content).encode()).hexdigest()
                batch.append(posting(native_id, board=board, content_hash=digest))
            writer.write(batch)
    with staging.writer("greenhouse", "core_board_reads") as writer:
        writer.write(
            [
                {
                    "day": day,
                    "source": "greenhouse",
                    "board": board,
                    "employer": board,
                    "is_expected": True,
                    "status": "complete",
                    "is_complete": True,
                    "n_promised": None,
                    "n_listed": count,
                    "n_rejected": 0,
                    "n_requests": 1,
                    "body_bytes": 0,
                    "elapsed_seconds": 0.0,
                    "error": None,
                    "manifest": None,
                    "format_changes": None,
                }
                for board, count in boards.items()
            ]
        )
    return staging


def _recount(raw: duckdb.DuckDBPyConnection, later: date) -> tuple[int, ...]:
    """Count new, changed and gone by set operations on the raw listings.

    A board that is absent from a listing altogether was not read that day: its postings are not gone, and
    when it comes back they are not new.
    """
    now = f"day_{later:%Y%m%d}"
    seen = " UNION ALL ".join(
        f"SELECT DISTINCT DATE '{FIRST_DAY + timedelta(days=offset)}' AS day, board "
        f"FROM day_{FIRST_DAY + timedelta(days=offset):%Y%m%d}"
        for offset in range((later - FIRST_DAY).days)
    )
    every = " UNION ALL ".join(
        f"SELECT DATE '{FIRST_DAY + timedelta(days=offset)}' AS day, * "
        f"FROM day_{FIRST_DAY + timedelta(days=offset):%Y%m%d}"
        for offset in range((later - FIRST_DAY).days)
    )
    row = raw.execute(
        f"""
        WITH last_read AS (SELECT board, max(day) AS day FROM ({seen}) GROUP BY board),
        previous AS (SELECT e.* FROM ({every}) AS e JOIN last_read USING (board, day)),
        read_now AS (SELECT DISTINCT board FROM {now})
        SELECT
          (SELECT count(*) FROM {now}),
          (SELECT count(*) FROM (SELECT board, id FROM {now} EXCEPT SELECT board, id FROM previous)),
          (SELECT count(*) FROM {now} AS n JOIN previous AS p USING (board, id)
            WHERE (n.title, n.location, n.updated_at) IS DISTINCT FROM (p.title, p.location, p.updated_at)),
          (SELECT count(*) FROM (
            SELECT board, id FROM previous SEMI JOIN read_now USING (board)
            EXCEPT SELECT board, id FROM {now}))
        """
    ).fetchone()
    assert row is not None
    return row
