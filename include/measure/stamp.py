"""What every published row says about the release it belongs to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

import duckdb

from include.settings import DataOrigin


@dataclass(frozen=True, kw_only=True)
class ReleaseStamp:
    """Identity and versions of one release.

    Attributes:
        release_id: ISO week, `2026-W47`.
        published_at: scheduled publication time, UTC.
        data_origin: where the postings come from; openings of another origin are refused.
        methodology_version: version of definitions and estimators.
        taxonomy_version: versions of texts, titles, lexicon, rules and model.
        code_version: SemVer of the code, with the commit when known.
    """

    release_id: str
    published_at: datetime
    data_origin: DataOrigin
    methodology_version: str
    taxonomy_version: str
    code_version: str

    def as_columns(self) -> dict[str, object]:
        """Return the six columns that every out table ends with, by name; a TIMESTAMP has no time zone."""
        return asdict(self) | {"published_at": self.published_at.replace(tzinfo=None)}


def measured_stamp(connection: duckdb.DuckDBPyConnection) -> ReleaseStamp:
    """Return what the rows of the out tables say about their release.

    Args:
        connection: the warehouse with measured out tables.
    """
    names = [field.name for field in fields(ReleaseStamp)]
    # Of the claims, which every release has.
    [values] = connection.table("out_claims_v1").select(*names).distinct().fetchall()
    row = dict(zip(names, values, strict=True))
    return ReleaseStamp(**row | {"published_at": row["published_at"].replace(tzinfo=UTC)})
