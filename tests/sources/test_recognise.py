"""Careers addresses and pages are told to their systems."""

from __future__ import annotations

import pytest

from include.collect.adapters import ADAPTERS
from include.sources.recognise import recognise_page, recognise_url


@pytest.mark.parametrize(
    ("url", "source", "token"),
    [
        ("https://boards.greenhouse.io/acme", "greenhouse", "acme"),
        ("https://job-boards.greenhouse.io/acme/jobs/4001?gh_src=x", "greenhouse", "acme"),
        ("https://job-boards.eu.greenhouse.io/acme", "greenhouse", "acme"),
        ("https://boards.greenhouse.io/embed/job_board?for=acme&b=1", "greenhouse", "acme"),
        ("https://boards-api.greenhouse.io/v1/boards/acme/jobs", "greenhouse", "acme"),
        ("jobs.lever.co/Acme/5b1d", "lever", "Acme"),
        ("https://jobs.ashbyhq.com/Acme%20Labs/7a00", "ashby", "Acme Labs"),
        ("https://jobs.gem.com/acme", "gem", "acme"),
        ("https://careers.smartrecruiters.com/AcmeGroup", "smartrecruiters", "AcmeGroup"),
        ("https://apply.workable.com/acme/j/A1B2C3/", "workable", "acme"),
        ("https://acme.workable.com/jobs/1", "workable", "acme"),
        ("https://acme.recruitee.com/o/po", "recruitee", "acme"),
        ("https://acme.jobs.personio.de/job/1", "personio", "acme"),
        ("https://acme.teamtailor.com/jobs", "teamtailor", "acme"),
        ("https://acme.na.teamtailor.com/jobs/1", "teamtailor", "acme.na.teamtailor.com"),
        ("https://acme.bamboohr.com/careers/86", "bamboohr", "acme"),
        ("https://acme.breezy.hr/p/x", "breezy", "acme"),
        ("https://acme.pinpointhq.com", "pinpoint", "acme"),
        ("https://ats.rippling.com/en-GB/acme/jobs", "rippling", "acme"),
        ("https://jobs.jobvite.com/careers/acme/job/ox", "jobvite", "acme"),
        ("https://acme.applytojob.com/apply/AbCd", "jazzhr", "acme"),
        ("https://careers-acme.icims.com/jobs/8214/x/job", "icims", "careers-acme.icims.com"),
        ("https://acme.jobs2web.com/", "successfactors", "acme.jobs2web.com"),
        (
            "https://career5.successfactors.eu/career?company=ACME&career_ns=job_listing_summary",
            "successfactors",
            "career5.successfactors.eu/ACME",
        ),
        (
            "https://acme.wd5.myworkdayjobs.com/en-US/External/job/X_1",
            "workday",
            "acme.wd5.myworkdayjobs.com/External",
        ),
        (
            "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/External/jobs",
            "workday",
            "acme.wd5.myworkdayjobs.com/External",
        ),
        (
            "https://wd5.myworkdaysite.com/en-US/recruiting/acme/External/job/X_1",
            "workday",
            "wd5.myworkdaysite.com/acme/External",
        ),
        (
            "https://x.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/9",
            "oracle",
            "x.fa.us2.oraclecloud.com/CX_1",
        ),
    ],
)
def test_addresses(url: str, source: str, token: str) -> None:
    found = recognise_url(url)
    assert found is not None
    assert (found.source, found.token) == (source, token)


def test_options_follow_from_the_host() -> None:
    eu = recognise_url("https://jobs.eu.lever.co/acme")
    com = recognise_url("https://acme.jobs.personio.com")
    assert eu is not None
    assert com is not None
    assert (dict(eu.options), dict(com.options)) == ({"region": "eu"}, {"domain": "com"})
    shared = recognise_url("https://wd5.myworkdaysite.com/recruiting/acme/External")
    assert shared is not None
    request = next(ADAPTERS["workday"].requests(shared.board("Acme")))
    assert request.url == "https://wd5.myworkdaysite.com/wday/cxs/acme/External/jobs"


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.example/careers",
        "https://www.teamtailor.com/pricing",
        "https://api.workable.com/x",
        "https://greenhouse.io.evil.example/acme",
        "https://boards.greenhouse.io/",
        "https://evil.example/?u=https://jobs.lever.co/acme",
    ],
)
def test_other_addresses_are_not_recognised(url: str) -> None:
    assert recognise_url(url) is None


def test_pages_by_their_links_marks_and_markup() -> None:
    page = "https://acme.example/careers"
    embed = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme&amp;b=1"></script>'
    noise = '<a href="https://jobs.lever.co/other/1">partner</a>'
    found = recognise_page(page, embed * 2 + noise)
    assert found is not None
    assert (found.source, found.token) == ("greenhouse", "acme")
    own = recognise_page(page, '<img src="//images.teamtailor-cdn.com/x.png">')
    assert own is not None
    assert (own.source, own.token) == ("teamtailor", "acme.example")
    marked = recognise_page(page + "/", '{"@type":"JobPosting"}')
    assert marked is not None
    assert (marked.source, marked.token) == ("career_page", "acme.example/careers")
    assert recognise_page(page, "<html>nothing</html> http://[broken") is None
