"""Postings as rows of core_postings, with defaults for what a test does not speak of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from include.warehouse.cards import create_table_sql, load_card
from include.warehouse.macros import create_macros

DAY = date(2026, 3, 2)


def text_of(topic: str, n_words: int = 200) -> str:
    """Return a text of distinct words; texts of different topics share nothing."""
    return " ".join(f"{topic}{number}" for number in range(n_words))


def edited(text: str, n_changes: int) -> str:
    """Change words that stand far apart, so that each change breaks runs of its own."""
    words = text.split()
    for change in range(n_changes):
        words[5 + change * (len(words) // (n_changes + 1))] = f"edit{change}"
    return " ".join(words)


class Warehouse:
    """An in-memory warehouse with the three tables that grouping reads and writes."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        create_macros(self.con)
        self.texts: dict[str, str] = {}
        for table in ("core_postings", "core_openings", "core_opening_members"):
            self.con.execute(create_table_sql(load_card(table)))

    def add(self, native_id: str, text: str = "", **values: Any) -> str:
        """Insert one posting; return its key."""
        content_hash = hashlib.sha256(text.encode()).hexdigest()
        self.texts[content_hash] = text
        row: dict[str, Any] = {
            "source": "greenhouse",
            "board": "acme",
            "native_id": native_id,
            "opening_native_id": None,
            "series_kind": "observed",
            "data_origin": "simulated",
            "employer": "Acme",
            "employer_key": "acme",
            "title": "Product Manager",
            "title_key": "product manager",
            "role_family": "pm",
            "seniority": "mid",
            "country_code": "DE",
            "region": "europe",
            "city": None,
            "locations": ["Berlin"],
            "workplace": "unknown",
            "pay_period": "unknown",
            "language": "en",
            "is_text_complete": True,
            "n_words": len(text.split()),
            "opened_date": DAY,
            "closed_date": None,
            "first_seen_date": DAY,
            "last_seen_date": DAY,
            "is_left_censored": False,
            "n_reopened": 0,
            "n_versions": 1,
            "first_content_hash": content_hash,
            "content_hash": content_hash,
        } | values
        row["posting_key"] = f"{row['source']}:{row['board']}:{native_id}"
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        self.con.execute(f"INSERT INTO core_postings ({names}) VALUES ({marks})", list(row.values()))
        return str(row["posting_key"])

    def read_texts(self, hashes: Sequence[str]) -> Mapping[str, str]:
        """Serve texts as the text store does."""
        return {one: self.texts[one] for one in hashes if one in self.texts}

    def members(self) -> dict[str, tuple[str, str]]:
        """Return opening key and link rule by posting key."""
        rows = self.con.execute(
            "SELECT posting_key, opening_key, link_rule FROM core_opening_members"
        ).fetchall()
        members = {posting: (opening, rule) for posting, opening, rule in rows}
        assert len(members) == len(rows), "a posting is a member of two openings"
        return members

    def openings(self) -> list[dict[str, Any]]:
        """Return core_openings as dictionaries, by key."""
        answer = self.con.execute("SELECT * FROM core_openings ORDER BY opening_key")
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
