"""Web Data Commons N-Quads: pages put together from facts, in constant memory."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from include.collect.dumps.column_map import ColumnMap
from include.collect.dumps.files import DumpError
from include.collect.dumps.reading import open_dump
from include.collect.protocol import Place, Reject

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def page(url: str, title: str, posted: str = "2023-10-02", scheme: str = "http", node: str = "_:n1") -> str:
    """Write the facts of one page with one JobPosting."""
    vocabulary = f"{scheme}://schema.org"
    facts = [
        f"{node} {TYPE} <{vocabulary}/JobPosting>",
        f'{node} <{vocabulary}/JobPosting/title> "{title}"@en',
        f'{node} <{vocabulary}/datePosted> "{posted}"^^<http://www.w3.org/2001/XMLSchema#date>',
        f'{node} <{vocabulary}/description> "<p>Own the \\"map\\" caf\\u00E9\\nline</p>"',
        f"{node} <{vocabulary}/hiringOrganization> {node}org",
        f'{node}org <{vocabulary}/name> "Acme"',
        f"{node}org <{vocabulary}/owns> {node}",
        f"{node} <{vocabulary}/jobLocation> {node}place",
        f"{node}place <{vocabulary}/address> {node}address",
        f'{node}address <{vocabulary}/addressLocality> "Porto"',
        f'{node}address <{vocabulary}/addressCountry> "PT"',
    ]
    return "".join(f"{fact} <{url}> .\n" for fact in facts)


def test_pages_become_listings_in_both_vocabularies(tmp_path: Path) -> None:
    path = tmp_path / "part_0.nq.gz"
    text = page("https://a.example/1", "Product Manager") + page(
        "https://b.example/2", "Product Owner", scheme="https"
    )
    path.write_bytes(gzip.compress(text.encode()))
    dump = open_dump(path)
    (batch,) = dump.batches()
    assert dump.series_kind == "reconstructed"
    assert batch.rejects == ()
    first, second = batch.rows
    assert first.listing.native_id == first.listing.url == "https://a.example/1"
    assert first.board == "a.example"
    assert first.listing.description_html == '<p>Own the "map" café\nline</p>'
    assert first.listing.employer == "Acme"
    assert first.listing.places == (Place(text="Porto", country_code="PT"),)
    assert first.listing.posted_on == date(2023, 10, 2)
    assert second.listing.title == "Product Owner"


def test_double_encoding_of_a_page_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "jobs.nq"
    twice = "Chef de produit – gérer l’équipe".encode().decode("latin-1")
    path.write_text(page("https://a.example/1", twice), encoding="utf-8")
    (batch,) = open_dump(path).batches()
    assert [row.listing.title for row in batch.rows] == ["Chef de produit – gérer l’équipe"]


def test_two_postings_on_a_page_and_repeated_facts(tmp_path: Path) -> None:
    path = tmp_path / "part.nq"
    url = "https://a.example/all"
    path.write_text(page(url, "Product Manager") * 2 + page(url, "Product Owner", node="_:n2"))
    (batch,) = open_dump(path).batches()
    assert [(row.listing.native_id, row.listing.title) for row in batch.rows] == [
        (url, "Product Manager"),
        (f"{url}#1", "Product Owner"),
    ]


def test_a_posting_in_markup_and_in_json_ld_is_one(tmp_path: Path) -> None:
    path = tmp_path / "part.nq"
    url = "https://a.example/1"
    in_json = page(url, "Product Manager &amp; Owner", node="_:n2").replace(
        "Own the", "&lt;b&gt;Own&lt;/b&gt; the"
    )
    short = page(url, "Product Manager & Owner", node="_:n3").splitlines(keepends=True)[:2]
    path.write_text(page(url, "Product Manager & Owner") + in_json + "".join(short))
    (batch,) = open_dump(path).batches()
    assert [(row.listing.native_id, row.listing.title) for row in batch.rows] == [
        (url, "Product Manager & Owner")
    ]


def test_postings_of_one_title_that_differ_in_place_or_text_are_several(tmp_path: Path) -> None:
    path = tmp_path / "part.nq"
    url = "https://a.example/all"
    there = page(url, "Product Manager", node="_:n2").replace("Porto", "Lisbon")
    other = page(url, "Product Manager", node="_:n3").replace("Own the", "Sell the")
    path.write_text(page(url, "Product Manager") + there + other)
    (batch,) = open_dump(path).batches()
    assert [row.listing.native_id for row in batch.rows] == [url, f"{url}#1", f"{url}#2"]


def test_bad_lines_and_undated_postings_are_rejects(tmp_path: Path) -> None:
    path = tmp_path / "part.nq"
    path.write_text(
        "# a comment\n\nthis is no quad\n"
        + page("https://a.example/1", "Product Manager", posted="soon")
        + page("https://a.example/2", "Product Manager", posted="")
        + page("https://a.example/3", "")
        + page("https://a.example/4", "Product Manager", posted="October 2, 2023")
    )
    (batch,) = open_dump(path).batches()
    assert [(reject.raw_pointer, reject.reason) for reject in batch.rejects] == [
        ("record 1", "not_a_quad"),
        ("record 2", "unreadable_date"),
        ("record 3", "missing_date"),
        ("record 4", "missing_title"),
    ]
    assert [row.listing.posted_on for row in batch.rows] == [date(2023, 10, 2)]
    assert batch.n_records == 5


def test_postings_far_from_the_crawl_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "part.nq"
    path.write_text(
        page("https://a.example/1", "Product Manager")
        + page("https://a.example/2", "Product Manager", "2021-01-01")
    )
    (batch,) = open_dump(path, ColumnMap(columns={}, seen_on=date(2023, 10, 20))).batches()
    assert len(batch.rows) == 1
    assert [reject.reason for reject in batch.rejects] == ["far_from_crawl"]


def test_memory_stays_flat_however_long_the_file(tmp_path: Path) -> None:
    path = tmp_path / "part.nq"
    with path.open("w") as file:
        for number in range(1_500):
            file.write(page(f"https://a.example/{number}", "Nurse"))
    dump = open_dump(path, ColumnMap(columns={}, only_product_titles=True))
    tracemalloc.start()
    try:
        skipped = sum(batch.n_skipped for batch in dump.batches(100))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert skipped == 1_500
    assert path.stat().st_size > 1_000_000
    assert peak < 400_000


def test_a_page_of_endless_facts_is_a_reject_not_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.collect.dumps.nquads._MAX_PAGE_FACTS", 50)
    path = tmp_path / "part.nq"
    noise = "".join(f'_:x <http://schema.org/name> "{n}" <https://a.example/big> .\n' for n in range(100))
    path.write_text(noise + page("https://a.example/2", "Product Manager"))
    (batch,) = open_dump(path).batches()
    assert [reject.reason for reject in batch.rejects] == ["too_large"]
    assert isinstance(batch.rejects[0], Reject)
    assert len(batch.rows) == 1


def test_what_was_read_of_such_a_page_is_kept_and_the_rest_is_a_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.collect.dumps.nquads._MAX_PAGE_FACTS", 20)
    path = tmp_path / "part.nq"
    url = "https://a.example/all"
    path.write_text(page(url, "Product Manager") + page(url, "Product Owner", node="_:n2"))
    (batch,) = open_dump(path).batches()
    assert [row.listing.title for row in batch.rows] == ["Product Manager", "Product Owner"]
    assert [(reject.raw_pointer, reject.reason) for reject in batch.rejects] == [("record 3", "too_large")]


def test_a_character_written_as_two_escapes_is_one(tmp_path: Path) -> None:
    path = tmp_path / "part.nq"
    path.write_text(page("https://a.example/1", r"\uD83D\uDE80 PM \U0001F680 \uD83D \u00E9"))
    (batch,) = open_dump(path).batches()
    assert [row.listing.title for row in batch.rows] == ["\N{ROCKET} PM \N{ROCKET} \ufffd é"]


def test_a_cut_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "part.nq.gz"
    path.write_bytes(gzip.compress((page("https://a.example/1", "PM") * 500).encode())[:-200])
    with pytest.raises(DumpError, match="cut off"):
        list(open_dump(path).batches())


@pytest.mark.parametrize("beyond", [1, 2, 5_000])
def test_a_line_that_is_too_long_costs_itself_and_not_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beyond: int
) -> None:
    monkeypatch.setattr("include.collect.dumps.nquads._MAX_LINE_BYTES", 1_000)
    path = tmp_path / "part.nq"
    long = "x" * (1_000 + beyond - 1) + "\n"
    path.write_text(long + page("https://a.example/1", "Product Manager"))
    (batch,) = open_dump(path).batches()
    assert [(reject.raw_pointer, reject.reason) for reject in batch.rejects] == [("record 1", "not_a_quad")]
    (row,) = batch.rows
    assert row.listing.title == "Product Manager"
