"""Past postings of the market as a dump, for import in the `archived` series kind."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from include.sample_market.boards import posting_title
from include.sample_market.config import MarketConfig
from include.sample_market.employers import Employer
from include.sample_market.market import Market
from include.sample_market.markup import ad_html, style_of
from include.sample_market.native import opening_native_id
from include.sample_market.openings import PostingRecord, openings_of_week, postings_of
from include.storage import atomic_path


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One past posting.

    Attributes:
        id: the board's own posting id.
        board: the employer's board token.
        opening_id: the board's own id of the opening, where its system has one (Greenhouse).
        location: places, separated by semicolons.
        description_html: the text when the posting was opened, which is what flow metrics measure.
        closed_at: first day without the posting; None when it was still open on the dump's last day.
        salary_min: per `salary_period` in `salary_currency`.
    """

    id: str
    opening_id: str | None
    source: str
    board: str
    employer: str
    title: str
    location: str
    country_code: str
    workplace: str
    employment_type: str
    department: str
    language: str
    posted_at: date
    closed_at: date | None
    url: str
    salary_min: float | None
    salary_max: float | None
    salary_currency: str | None
    salary_period: str | None
    description_html: str


def history_rows(config: MarketConfig) -> Iterator[HistoryRow]:
    """Yield the postings opened in the window of `config`, week by week, in constant memory.

    Postings that go up after `config.end_day` are left out, and closings after it are not known yet.
    """
    market = Market(config)
    for monday in config.mondays:
        for employer in market.employers:
            style = style_of(employer.style)
            for opening in openings_of_week(config, employer, monday):
                if opening.opened > config.end_day:
                    continue
                text = ad_html(market.ad(opening), style)
                for posting in postings_of(config, employer, opening):
                    if posting.opened <= config.end_day:
                        yield _row(employer, posting, text, config.end_day)


def _row(employer: Employer, posting: PostingRecord, text: str, last_day: date) -> HistoryRow:
    opening, pay = posting.opening, posting.opening.pay
    return HistoryRow(
        id=posting.native_id,
        opening_id=opening_native_id(employer, posting),
        source=employer.source,
        board=employer.token,
        employer=employer.name,
        title=posting_title(posting),
        location="; ".join(city.text for city in posting.cities),
        country_code=posting.cities[0].country_code,
        workplace=opening.workplace,
        employment_type=opening.employment_type,
        department=opening.department,
        language=opening.language,
        posted_at=posting.opened,
        closed_at=posting.closed if posting.closed <= last_day else None,
        url=f"https://jobs.example.com/{employer.token}/{posting.native_id}",
        salary_min=pay.minimum if pay else None,
        salary_max=pay.maximum if pay else None,
        salary_currency=pay.currency if pay else None,
        salary_period=pay.period if pay else None,
        description_html=text,
    )


def write_history(config: MarketConfig, path: Path) -> int:
    """Write the dump as gzip-compressed JSON lines; the same market gives the same bytes.

    Args:
        config: the market; its window is what the dump covers.
        path: the file to write or replace.

    Returns:
        Number of rows written.

    Raises:
        StorageError: the file could not be written; an older one is left as it was.
    """
    encoder = msgspec.json.Encoder()
    count = 0
    with (
        atomic_path(path) as temporary,
        temporary.open("wb") as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0) as lines,
    ):
        for row in history_rows(config):
            lines.write(encoder.encode(row) + b"\n")
            count += 1
    return count
