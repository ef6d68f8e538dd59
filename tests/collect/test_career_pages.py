"""JobPosting data in pages: JSON-LD of every shape, microdata, damage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from include.archive.reads import Answer
from include.collect.parsing.career_pages import job_postings, links, page_soup
from include.collect.parsing.records import RecordRefused
from include.collect.parsing.schema_org import job_posting
from include.collect.protocol import MalformedAnswer, Pay, Place
from tests.collect.adapters.exchanges import list_answer


def html_answer(text: str | bytes) -> Answer:
    return list_answer(text if isinstance(text, bytes) else text.encode())


def found(body: str) -> tuple[list[Mapping[str, object]], list[str]]:
    items, rejects = job_postings(page_soup(html_answer(f"<html><body>{body}</body></html>")), "page")
    return [item for _, item in items], [reject.reason for reject in rejects]


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "text",
    [
        '{"@context":"https://schema.org","@type":"JobPosting","title":"PM"}',
        '[{"@type":"Organization"},{"@type":["Thing","JobPosting"],"title":"PM"}]',
        '{"@graph":[{"@type":"WebPage"},{"@type":"http://schema.org/JobPosting","title":"PM"}]}',
        '{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":"JobPosting","title":"PM"}}]}',
        '<!-- {"@type":"JobPosting","title":"PM"} -->',
        '//<![CDATA[\n{"@type":"JobPosting","title":"PM"}\n//]]>',
        '{"@type":"JobPosting","title":"PM","description":"two\nlines\tand a tab",}',
        '{"@type":"JobPosting","title":"PM"};',
        r'{"@type":"JobPosting","title":"PM","description":"owner\'s C:\dir \"map\" \u00e9"}',
        '/*<![CDATA[*/ {"@type":"JobPosting","title":"PM"} /*]]>*/',
        '\ufeff{"@type":"JobPosting","title":"PM"}',
        '{"@type":"Organization"},\n{"@type":"JobPosting","title":"PM"};',
        '{"@type":"JobPosting","title":"PM","description":"&lt;p class=&quot;a&quot;&gt;Own&lt;/p&gt;"}',
        "{&quot;@type&quot;:&quot;JobPosting&quot;,&quot;title&quot;:&quot;PM&quot;}",
        '{"@graph":[{"@id":"#a","@type":"JobPosting"},{"@id":"#a","@type":"JobPosting","title":"PM"}]}',
    ],
)
def test_json_ld_in_every_shape(text: str) -> None:
    items, rejects = found(ld(text))
    assert [item["title"] for item in items] == ["PM"]
    assert rejects == []


def test_unreadable_json_ld_of_a_posting_is_a_reject_and_other_scripts_are_not() -> None:
    assert found(ld('{"@type":"JobPosting", "title": oops')) == ([], ["not_json"])
    assert found(ld("{broken") + ld("") + "<script>{</script>") == ([], [])


def test_half_a_pair_of_surrogates_is_replaced() -> None:
    """Its escape alone is JSON, and no text that can be written to a file."""
    (item,), rejects = found(ld(r'{"@type":"JobPosting","identifier":"a\ud83d","title":"PM \ud83d\ude80"}'))
    assert (item["identifier"], item["title"], rejects) == ("a?", "PM \N{ROCKET}", [])


def test_microdata_only_where_there_is_no_json_ld() -> None:
    microdata = """
      <div itemscope itemtype="http://schema.org/JobPosting">
        <h1 itemprop="title">Product <b>Owner</b></h1>
        <time itemprop="datePosted" datetime="2026-11-02">last week</time>
        <div itemprop="description"><p>Own it.</p></div>
        <span itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization">
          <span itemprop="name">Acme</span></span>
        <span itemprop="employmentType">FULL_TIME</span><span itemprop="employmentType">CONTRACTOR</span>
      </div>"""
    (item,), _ = found(microdata)
    listing = job_posting(item, "p", page_url="https://acme.example/1")
    assert (listing.title, listing.employer, listing.posted_on) == (
        "Product Owner",
        "Acme",
        date(2026, 11, 2),
    )
    assert listing.description_html == "<p>Own it.</p>"
    assert listing.employment_type == "FULL_TIME, CONTRACTOR"
    (item,), _ = found(microdata + ld('{"@type":"JobPosting","title":"PM"}'))
    assert item["title"] == "PM"


FULL: dict[str, Any] = {
    "@type": "JobPosting",
    "title": "Product Manager &amp; Owner",
    "identifier": {"@type": "PropertyValue", "name": "Acme", "value": 4711},
    "hiringOrganization": {"@type": "Organization", "name": "Acme"},
    "description": "&lt;p&gt;Own &amp;amp; grow.&lt;/p&gt;",
    "datePosted": "2026-11-01T09:00:00.000+0000",
    "validThrough": "2026-12-01",
    "employmentType": ["FULL_TIME"],
    "jobLocation": [
        {
            "@type": "Place",
            "address": {
                "addressLocality": "Porto",
                "addressRegion": "Norte",
                "addressCountry": {"name": "PT"},
            },
        },
        {"@type": "Place", "address": "Lisbon, Portugal"},
    ],
    "baseSalary": {"currency": "EUR", "value": {"minValue": 50000, "maxValue": "60,000", "unitText": "YEAR"}},
    "url": "https://acme.example/jobs/4711",
}


def test_every_field_of_a_full_posting() -> None:
    listing = job_posting(FULL, "p")
    assert listing.native_id == "4711"
    assert listing.title == "Product Manager & Owner"
    assert listing.description_html == "<p>Own &amp; grow.</p>"
    assert listing.places == (Place(text="Porto, Norte", country_code="PT"), Place(text="Lisbon, Portugal"))
    assert listing.pay == (Pay(minimum=50000, maximum=60000, currency="EUR", period="year"),)
    assert (listing.posted_on, listing.expires_on) == (date(2026, 11, 1), date(2026, 12, 1))
    assert (listing.employer, listing.employment_type, listing.url) == ("Acme", "FULL_TIME", FULL["url"])
    assert listing.workplace == "unknown"


def test_remote_takes_its_places_from_the_requirements() -> None:
    remote = {k: v for k, v in FULL.items() if k != "jobLocation"} | {
        "jobLocationType": "TELECOMMUTE",
        "applicantLocationRequirements": [{"@type": "Country", "name": "Portugal"}, {"name": "ES"}],
    }
    listing = job_posting(remote, "p")
    assert listing.workplace == "remote"
    assert listing.places == (Place(text="Portugal"), Place(text="ES"))


@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        ({"currency": "USD", "value": {"value": 40, "unitText": "HOUR"}}, (40.0, 40.0, "USD", "hour")),
        ({"currency": "USD", "minValue": 1, "maxValue": 2, "unitText": "MONTH"}, (1.0, 2.0, "USD", "month")),
        ({"currency": "USD", "value": {"minValue": 0, "maxValue": 0, "unitText": "YEAR"}}, None),
        (120000, None),
    ],
)
def test_pay_in_every_shape(salary: object, expected: tuple[float, float, str, str] | None) -> None:
    pay = job_posting(FULL | {"baseSalary": salary}, "p").pay
    assert [(p.minimum, p.maximum, p.currency, p.period) for p in pay] == ([expected] if expected else [])


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 02 Nov 2026 23:30:00 GMT",
        "Mon Nov 02 2026 00:00:00 GMT+0100 (Central European Standard Time)",
        "2026-11-02 09:00:00+00",
        "2026-11-02T09:00:00.0000000+01:00[Europe/Vienna]",
        "2026-11-2",
        1793577600,
        1793577600000,
        {"@type": "Date", "@value": "2026-11-02"},
    ],
)
def test_days_as_sites_write_them(written: object) -> None:
    assert job_posting(FULL | {"datePosted": written}, "p").posted_on == date(2026, 11, 2)


@pytest.mark.parametrize("written", ["11/02/2026", "02-11-2026", "soon", "1793577"])
def test_days_that_may_be_another_are_not_guessed(written: str) -> None:
    with pytest.raises(RecordRefused, match="unreadable_date"):
        job_posting(FULL | {"datePosted": written}, "p")


def test_a_deadline_in_words_costs_no_posting() -> None:
    listing = job_posting(FULL | {"validThrough": "until filled"}, "p")
    assert (listing.native_id, listing.expires_on) == ("4711", None)


@pytest.mark.parametrize(
    ("organization", "employer"),
    [
        ("Acme", "Acme"),
        ({"legalName": "Acme GmbH"}, "Acme GmbH"),
        ({"name": {"@value": "Acme"}}, "Acme"),
        ({"@id": "#org"}, None),
        ({"@type": "Organization", "url": "https://acme.example"}, None),
        ("https://acme.example", None),
    ],
)
def test_an_address_is_no_name_of_an_employer(organization: object, employer: str | None) -> None:
    assert job_posting(FULL | {"hiringOrganization": organization}, "p").employer == employer


def test_relative_addresses_are_those_of_the_page() -> None:
    item = {"@type": "JobPosting", "title": "PM", "url": "../7?a=1"}
    listing = job_posting(item, "p", page_url="https://acme.example/jobs/list/")
    assert listing.native_id == listing.url == "https://acme.example/jobs/7?a=1"


def test_a_currency_beside_the_salary() -> None:
    salary = {"value": {"minValue": 50_000, "maxValue": 60_000, "unitText": "YEAR"}}
    (pay,) = job_posting(FULL | {"baseSalary": salary, "salaryCurrency": "EUR"}, "p").pay
    assert pay.currency == "EUR"


def test_microdata_of_links_and_figures() -> None:
    (item,), _ = found("""<div itemscope itemtype="https://schema.org/JobPosting">
      <a itemprop="title" href="/jobs/1">Product Owner</a><a itemprop="url" href="/jobs/1">More</a>
      <div itemprop="baseSalary" itemscope><meta itemprop="currency" content="EUR">
        <div itemprop="value" itemscope><data itemprop="value" value="50000">50k</data>
        <meta itemprop="unitText" content="YEAR"></div></div></div>""")
    listing = job_posting(item, "p", page_url="https://acme.example/list")
    assert (listing.title, listing.url) == ("Product Owner", "https://acme.example/jobs/1")
    assert listing.pay == (Pay(minimum=50_000, maximum=50_000, currency="EUR", period="year"),)


def test_circles_of_references_end_and_many_of_them_are_no_work() -> None:
    nodes = [
        {"@id": f"#{n}", "name": f"n{n}", "knows": [{"@id": f"#{m}"} for m in range(100)]} for n in range(100)
    ]
    job = {"@type": "JobPosting", "title": "PM", "hiringOrganization": {"@id": "#7"}}
    (item,), _ = found(ld(json.dumps({"@graph": [*nodes, job]})))
    assert job_posting(item, "p", page_url="https://acme.example/1").employer == "n7"


def test_a_place_whose_parts_name_each_other_is_read() -> None:
    job = {"@type": "JobPosting", "title": "PM", "jobLocation": {"@id": "#office"}}
    office = {"@id": "#office", "@type": "Place", "address": {"@id": "#address"}}
    address = {"@id": "#address", "addressLocality": "Porto", "addressCountry": {"@id": "#country"}}
    country = {"@id": "#country", "@type": "Country", "name": "PT"}
    (item,), _ = found(ld(json.dumps({"@graph": [job, office, address, country]})))
    listing = job_posting(item, "p", page_url="https://acme.example/1")
    assert listing.places == (Place(text="Porto", country_code="PT"),)


def test_what_is_nested_too_deeply_is_left_out_of_its_posting() -> None:
    deep = '{"a":' * 600 + "1" + "}" * 600
    (item,), rejects = found(ld(f'{{"@type":"JobPosting","title":"PM","url":"/1","potentialAction":{deep}}}'))
    assert job_posting(item, "p", page_url="https://acme.example/").url == "https://acme.example/1"
    assert rejects == []


def test_refusals_name_the_posting() -> None:
    with pytest.raises(RecordRefused) as caught:
        job_posting(FULL | {"datePosted": "some day"}, "p")
    assert (caught.value.reason, caught.value.native_id) == ("unreadable_date", "4711")
    with pytest.raises(RecordRefused, match="missing_title"):
        job_posting(FULL | {"title": ""}, "p")
    with pytest.raises(RecordRefused, match="missing_id"):
        job_posting({"@type": "JobPosting", "title": "PM"}, "p")


def test_links_are_absolute_in_order_and_once() -> None:
    targets = ("/jobs/1#top", "https://x.example/2", "/jobs/1", "mailto:x")
    body = "".join(f'<a href="{target}">a</a>' for target in targets)
    assert list(links(page_soup(html_answer(body)), "https://acme.example/careers")) == [
        "https://acme.example/jobs/1",
        "https://x.example/2",
    ]


def test_pages_of_other_charsets_and_pages_that_are_none() -> None:
    soup = page_soup(html_answer('<html><meta charset="iso-8859-1"><p>Café</p></html>'.encode("latin-1")))
    assert soup.p is not None
    assert soup.p.text == "Café"
    with pytest.raises(MalformedAnswer, match="not an HTML page"):
        page_soup(html_answer("{}"))
