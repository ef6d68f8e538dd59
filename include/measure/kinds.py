"""What the kinds of series can show, and which of them pooled figures are shown for."""

from __future__ import annotations

from datetime import date
from typing import Final

import duckdb

SURVIVORS: Final = "reconstructed"
"""Of the past it has only the ads that nobody had closed when we first looked: the older a week, the more of
them are of a kind that stays open. Its weeks differ where nothing has changed: no change is measured."""


def kinds_by_size(con: duckdb.DuckDBPyConnection, monday: date) -> list[str]:
    """Return the series kinds of a release in the order in which pooled figures are looked for.

    The kind with most openings in the pooled windows comes first, so that every pooled figure of a release
    comes from the same ads wherever it can. Reconstructed dates come last: only ads that are still open are
    in them. Reads out_cert_by_criteria_v1, which must be filled before.
    """
    rows = con.execute(
        "SELECT series_kind FROM out_cert_by_criteria_v1 WHERE week_start = ? GROUP BY series_kind "
        "ORDER BY series_kind = 'reconstructed', max(n_postings) DESC, series_kind",
        [monday],
    ).fetchall()
    return [str(kind) for (kind,) in rows]
