"""Adapters on real captured answers, where they are at hand: postings in = postings out, no field empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.protocol import BoardListing, Listing
from tests.collect.adapters.exchanges import answer_to, list_answer
from tests.collect.evaluation_data import CORPUS, needs_corpus

pytestmark = [needs_corpus, pytest.mark.corpus]

FOLDERS = ("raw_api", "raw_api_trimmed")
TOKENS = {
    "workday": "x.wd1.myworkdayjobs.com/x",
    "oracle": "x.oraclecloud.com/CX",
    "icims": "careers-x.icims.com",
    "adzuna": "gb:x",
}
# Captures that are one record, a detail or a collection of pages, not a list as the source sends it.
OTHER_SHAPES = {
    "manwithaplandy__smartrecruiters.json",
    "Sjensen13__raw_jobs.json",
    "workday_detail.json",
    "careerkit_oracle_detail.json",
    "icims_detail_no_jsonld.html",
    "icims_detail_with_jsonld.html",
}


def ids(records: list[dict[str, Any]], field: str) -> int:
    """Count the distinct ids: rows that repeat one are merged."""
    return len({record[field] for record in records})


COUNTS: dict[str, Callable[[Any], int]] = {
    "greenhouse": lambda answer: ids(answer["jobs"], "id"),
    "lever": lambda answer: ids(answer, "id"),
    "ashby": lambda answer: ids(answer["jobs"], "id"),
    "smartrecruiters": lambda answer: ids(answer["content"], "id"),
    "workable": lambda answer: ids(answer["jobs"], "shortcode"),
    "recruitee": lambda answer: ids(answer["offers"], "id"),
    "teamtailor": lambda answer: ids(answer["items"], "id"),
    "bamboohr": lambda answer: ids(answer["result"], "id"),
    "pinpoint": lambda answer: ids(answer["data"], "id"),
    "rippling": lambda answer: ids(answer, "uuid"),
    "workday": lambda answer: ids(answer["jobPostings"], "externalPath"),
    "oracle": lambda answer: ids(answer["items"][0]["requisitionList"], "Id"),
    "remotive": lambda answer: ids(answer["jobs"], "id"),
    "jobicy": lambda answer: ids(answer["jobs"], "id"),
    "himalayas": lambda answer: ids(answer["jobs"], "guid"),
    "remoteok": lambda answer: ids([item for item in answer if "id" in item], "id"),
    "adzuna": lambda answer: ids(answer["results"], "id"),
}


def captures(source: str) -> list[Path]:
    """Return the captured lists of a source."""
    found = [path for folder in FOLDERS for path in sorted((CORPUS / folder / source).glob("*"))]
    return [path for path in found if path.name not in OTHER_SHAPES]


def parse(source: str, *answers: Answer) -> BoardListing:
    board = Board(source=source, token=TOKENS.get(source, "x"), employer="X")
    return ADAPTERS[source].parse(board, answers)


def parse_captures(source: str) -> Iterator[tuple[Path, BoardListing]]:
    for path in captures(source):
        yield path, parse(source, list_answer(path.read_bytes()))


@pytest.mark.parametrize("source", sorted(COUNTS))
def test_postings_in_are_postings_out(source: str) -> None:
    parsed = list(parse_captures(source))
    assert parsed
    for path, listing in parsed:
        expected = COUNTS[source](json.loads(path.read_bytes()))
        assert len(listing.listings) + len(listing.rejects) == expected, path
        assert not listing.rejects, (path, listing.rejects[:1])
        assert all(item.native_id and item.title and item.raw_pointer for item in listing.listings)


# What a source can give must not be empty over all its captures together.
FIELDS = {
    "greenhouse": "opening_native_id employer description_html places workplace posted_on updated_at url",
    "lever": "description_html places workplace employment_type department pay posted_on url",
    "ashby": "description_html places workplace employment_type department pay posted_on url",
    "smartrecruiters": "employer places workplace employment_type posted_on",
    "workable": "employer places workplace department posted_on url",
    "recruitee": "employer description_html places workplace pay posted_on updated_at url",
    "personio": "employer places employment_type department posted_on url",
    "teamtailor": "places posted_on url",
    "bamboohr": "places department",
    "pinpoint": "description_html places workplace pay opening_native_id expires_on url",
    "rippling": "places workplace department url",
    "workday": "places posted_on url",
    "oracle": "places posted_on url",
    "icims": "places url",
    "jobvite": "places url",
    "remotive": "employer description_html places posted_on url",
    "jobicy": "employer description_html places posted_on url",
    "himalayas": "employer description_html places pay posted_on expires_on url",
    "weworkremotely": "employer description_html places employment_type posted_on expires_on url",
    "remoteok": "employer description_html posted_on url",
    "adzuna": "employer description_text places pay posted_on url",
}


@pytest.mark.parametrize("source", sorted(FIELDS))
def test_no_field_is_silently_empty(source: str) -> None:
    listings = [item for _, listing in parse_captures(source) for item in listing.listings]
    assert listings
    for field in FIELDS[source].split():
        filled = sum(getattr(item, field) not in (None, (), "unknown") for item in listings)
        assert filled, field


def test_hybrid_is_not_remote_and_escaping_is_undone() -> None:
    for _, listing in parse_captures("greenhouse"):
        for item in listing.listings:
            assert "&lt;p" not in (item.description_html or "")
            assert item.employer == (item.employer or "").strip()
    flagged = CORPUS / "raw_api_trimmed" / "ashby" / "brete_ashby.json"
    hybrid = [
        job["id"] for job in json.loads(flagged.read_bytes())["jobs"] if job["workplaceType"] == "Hybrid"
    ]
    found = {
        item.native_id: item.workplace for item in parse("ashby", list_answer(flagged.read_bytes())).listings
    }
    assert hybrid
    assert {found[native_id] for native_id in hybrid} == {"hybrid"}


def test_lever_texts_are_joined() -> None:
    """The joined text must hold every list of the posting, which the plain description leaves out."""
    for path, listing in parse_captures("lever"):
        for posting, item in zip(json.loads(path.read_bytes()), listing.listings, strict=True):
            assert all(part["content"] in (item.description_html or "") for part in posting.get("lists", []))


def test_smartrecruiters_list_with_details() -> None:
    capture = CORPUS / "raw_api" / "smartrecruiters" / "manwithaplandy__smartrecruiters.json"
    content = json.loads(capture.read_bytes())
    lists = [list_answer(page) for page in content["list_pages"]]
    root = "https://api.smartrecruiters.com/v1/companies/x/postings/"
    details = [
        answer_to(Request(url=root + key, purpose="detail"), json.dumps(value).encode())
        for key, value in content["details"].items()
    ]
    listing = parse("smartrecruiters", *lists, *details)
    assert len(listing.listings) == listing.promised == 3
    assert [item.is_text_complete for item in listing.listings] == [True, True, True]
    assert sum(bool(item.description_html) for item in listing.listings) == 2  # the third has no sections


def test_hacker_news_comments_all_give_roles_or_a_reject() -> None:
    (path,) = captures_of("hn_firebase")
    jobs = [job for job in json.loads(path.read_bytes())["jobs"] if job["source"] == "who_is_hiring"]
    children = [{"id": job["id"], "text": job.get("text"), "created_at_i": job["time"]} for job in jobs]
    thread = {"id": 1, "title": "Ask HN: Who is hiring? (April 2026)", "children": children}
    listing = parse("hn_hiring", list_answer(thread))
    named = {item.native_id.split("-")[0] for item in listing.listings}
    refused = {reject.native_id for reject in listing.rejects}
    assert named | refused == {str(job["id"]) for job in jobs}
    assert not named & refused
    assert len(named) > 0.6 * len(jobs)


def captures_of(folder: str) -> list[Path]:
    return sorted((CORPUS / "raw_api" / folder).glob("*"))


def test_france_travail_records() -> None:
    (path,) = captures_of("france_travail")
    offers = json.loads(path.read_bytes())
    listing = parse("france_travail", list_answer({"resultats": offers}))
    assert len(listing.listings) == len(offers)
    assert any(item.pay for item in listing.listings)


def test_career_pages_with_json_ld() -> None:
    found: list[Listing] = []
    for path in captures_of("html_jsonld"):
        body = path.read_bytes()
        if b"schema.org" not in body:  # a page without structured data
            continue
        listing = parse("career_page", list_answer(body, "https://x.example/jobs"))
        assert len(listing.listings) == 1, path
        found += listing.listings
    assert len(found) >= 5
    for item in found:
        assert item.employer
        assert item.posted_on
        assert item.places
        assert len(item.description_html or "") > 1_000
