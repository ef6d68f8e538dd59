"""Career sites read over HTTP: where their links lead, and which of their records is which posting."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.protocol import BoardListing
from include.collect.reader import read_board
from tests.collect.adapters.exchanges import answer_to, play
from tests.collect.fakes import DAY, archive_for, client_for
from tests.collect.servers import CountingServer, Reply, Seen

SITE = Board(source="career_page", token="acme.example/careers", employer="Acme")


def ld(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def posting(title: str, **properties: object) -> dict[str, object]:
    return {"@type": "JobPosting", "title": title, "datePosted": "2026-11-02"} | properties


def read_site(tmp_path: Path, pages: dict[str, str | Reply], status: str = "complete") -> BoardListing:
    """Read a site whose pages stand at the given paths, from `/careers` on."""

    def respond(seen: Seen) -> Reply:
        page = pages.get(seen.path, Reply(404))
        return page if isinstance(page, Reply) else Reply(body=f"<html>{page}</html>".encode())

    archive = archive_for(tmp_path)
    with CountingServer(respond) as server, client_for(tmp_path) as client:
        read = read_board(ADAPTERS["career_page"], SITE, DAY, client, archive, server.url)
        assert read.status == status, read.error
        (archived,) = archive.effective_reads(DAY)
        return ADAPTERS["career_page"].parse(SITE, archive.answers(archived))


def paths_of(listing: BoardListing) -> dict[str, str]:
    """Return the titles by id, without scheme and host."""
    return {item.native_id.split("/", 3)[-1]: item.title for item in listing.listings}


def test_links_are_those_of_the_page_that_answered(tmp_path: Path) -> None:
    listing = read_site(
        tmp_path,
        {
            "/careers": Reply(302, b"", {"Location": "/en/careers/"}),
            "/en/careers/": '<a href="jobs/1-po">Product Owner</a><a href="/jobs/2-pm">Product Manager</a>',
            "/en/careers/jobs/1-po": ld(posting("Product Owner")),
            "/jobs/2-pm": ld(posting("Product Manager")),
        },
    )
    assert paths_of(listing) == {"en/careers/jobs/1-po": "Product Owner", "jobs/2-pm": "Product Manager"}


def test_a_page_that_leads_to_a_front_page_holds_no_posting(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply()) as front_page:
        listing = read_site(
            tmp_path,
            {
                "/careers": '<a href="/jobs/1">a</a><a href="/jobs/2">b</a>',
                "/jobs/1": ld(posting("Product Owner")),
                "/jobs/2": Reply(302, b"", {"Location": front_page.url}),
            },
        )
    assert paths_of(listing) == {"jobs/1": "Product Owner"}


def test_the_site_is_also_where_its_address_redirects_to(tmp_path: Path) -> None:
    pages: dict[str, str | Reply] = {"/jobs/1-po": ld(posting("Product Owner"))}

    def respond(seen: Seen) -> Reply:
        port = seen.headers["host"].rpartition(":")[2]
        if seen.path == "/careers" and not seen.headers["host"].startswith("localhost"):
            return Reply(301, b"", {"Location": f"http://localhost:{port}/careers"})
        link = f'<html><a href="http://localhost:{port}/jobs/1-po">Product Owner</a></html>'
        return Reply(body=str(pages.get(seen.path, link)).encode())

    with CountingServer(respond) as server, client_for(tmp_path) as client:
        read = read_board(ADAPTERS["career_page"], SITE, DAY, client, archive_for(tmp_path), server.url)
    assert (read.status, read.error) == ("complete", None)
    assert len(server.of("/jobs/1-po")) == 1


def test_a_list_is_followed_to_its_next_pages(tmp_path: Path) -> None:
    numbers = '<a href="/careers?page=2">2</a><a href="/careers?page=3">3</a>'
    listing = read_site(
        tmp_path,
        {
            "/careers": f'<a href="/jobs/1">a</a>{numbers}<a rel="next" href="/careers?page=2">next</a>',
            "/careers?page=2": f'<link rel="next" href="/careers?page=3"><a href="/jobs/2">b</a>{numbers}'
            + ld(posting("Cook")),
            "/careers?page=3": f'<a href="/jobs/3">c</a>{numbers}<a href="/careers?page=1">1</a>',
            "/jobs/1": ld(posting("Product Owner")),
            "/jobs/2": ld(posting("Product Manager")),
            "/jobs/3": ld(posting("Product Lead")),
        },
    )
    assert paths_of(listing) == {
        "jobs/1": "Product Owner",
        "jobs/2": "Product Manager",
        "jobs/3": "Product Lead",
        "careers#cook": "Cook",
    }


@pytest.mark.parametrize(
    "more",
    [
        '<a href="?page=2">2</a>',
        '<a href="/careers/?offset=20">more</a>',
        '<a rel="next" href="https://stranger.example/careers?page=2">next</a>',
    ],
)
def test_a_list_with_pages_that_were_not_read_is_not_whole(tmp_path: Path, more: str) -> None:
    """A posting that moved to the second page would look closed."""
    pages: dict[str, str | Reply] = {
        "/careers": f'<a href="/jobs/1">a</a>{more}',
        "/jobs/1": ld(posting("Cook")),
    }
    assert len(read_site(tmp_path, pages, "partial").listings) == 1


def test_links_to_the_list_itself_are_no_further_pages(tmp_path: Path) -> None:
    links = '<a href="/careers?page=1">1</a><a rel="next" href="/careers">x</a><a href="/blog?page=2">2</a>'
    pages: dict[str, str | Reply] = {
        "/careers": f'<a href="/jobs/1">a</a>{links}',
        "/jobs/1": ld(posting("Cook")),
    }
    assert len(read_site(tmp_path, pages).listings) == 1


def test_links_below_the_base_that_a_page_names(tmp_path: Path) -> None:
    listing = read_site(
        tmp_path,
        {"/careers": '<base href="/en/"><a href="jobs/1">a</a>', "/en/jobs/1": ld(posting("Product Owner"))},
    )
    assert paths_of(listing) == {"en/jobs/1": "Product Owner"}


def test_what_all_postings_share_is_no_identifier(tmp_path: Path) -> None:
    """Else all of them would be one posting."""
    shared = {"identifier": {"@type": "PropertyValue", "name": "Acme", "value": "DE-4711"}}
    listing = read_site(
        tmp_path,
        {
            "/careers": '<a href="/jobs/1">a</a><a href="/jobs/2">b</a><a href="/jobs/3">c</a>',
            "/jobs/1": ld(posting("Product Owner", **shared)),
            "/jobs/2": ld(posting("Product Manager", **shared)),
            "/jobs/3": ld(posting("Nurse", identifier="ACME", hiringOrganization={"name": "Acme"})),
        },
    )
    assert paths_of(listing) == {"jobs/1": "Product Owner", "jobs/2": "Product Manager", "jobs/3": "Nurse"}
    assert listing.rejects == ()


def test_a_record_that_is_refused_with_a_shared_identifier_has_none(tmp_path: Path) -> None:
    """Which posting it is cannot be told, so that none of them may count as closed."""
    pages: dict[str, str] = {
        "/careers": '<a href="/jobs/1">a</a><a href="/jobs/2">b</a><a href="/jobs/3">c</a>'
    }
    for number, (title, day) in enumerate(
        [("Owner", "2026-11-02"), ("Manager", "2026-11-02"), ("Cook", "?")], 1
    ):
        pages[f"/jobs/{number}"] = ld(posting(title, identifier="DE-4711", datePosted=day))

    def respond(seen: Seen) -> Reply:
        return Reply(body=f"<html>{pages[seen.path]}</html>".encode())

    with CountingServer(respond) as server, client_for(tmp_path) as client:
        read = read_board(ADAPTERS["career_page"], SITE, DAY, client, archive_for(tmp_path), server.url)
    assert read.status == "partial"
    assert "1 of 3 records have no id" in (read.error or "")


def test_postings_that_are_on_the_list_page_only_are_told_apart_by_title(tmp_path: Path) -> None:
    nodes = [posting("Product Owner"), posting("Product Manager (m/f/d)"), posting("Product Owner")]
    listing = read_site(tmp_path, {"/careers": ld({"@graph": nodes})})
    assert paths_of(listing) == {
        "careers#product-owner": "Product Owner",
        "careers#product-manager-m-f-d": "Product Manager (m/f/d)",
    }


def test_a_posting_in_short_gives_way_to_its_own_page(tmp_path: Path) -> None:
    short = [
        posting("Product Owner", url="/jobs/1-po", description="Own it ..."),
        posting("Cook", url="/jobs/2"),
    ]
    full = posting("Product Owner", url="/jobs/1-po?src=page", description="<p>Own it all.</p>")
    full["identifier"] = {"value": "R-1"}
    short[0]["identifier"] = {"value": "R-1"}
    listing = read_site(
        tmp_path,
        {
            "/careers": ld({"@type": "ItemList", "itemListElement": short}) + '<a href="/jobs/1-po">a</a>',
            # Another posting stands beside it ("similar jobs").
            "/jobs/1-po": ld(full | {"url": "/jobs/1-po"}, short[1]),
        },
    )
    texts = {item.native_id.split("/", 3)[-1]: item.description_html for item in listing.listings}
    assert texts == {"R-1": "<p>Own it all.</p>", "jobs/2": None}


def test_nodes_of_several_scripts_name_each_other(tmp_path: Path) -> None:
    organization = {"@type": "Organization", "@id": "#org", "name": "Acme GmbH", "location": {"@id": "#hq"}}
    office = {"@type": "Place", "@id": "#hq", "address": {"@id": "#address"}, "owner": {"@id": "#org"}}
    address = {"@id": "#address", "addressLocality": "Graz", "addressCountry": "AT"}
    job = posting("Product Owner", hiringOrganization={"@id": "#org"}, jobLocation={"@id": "#hq"})
    page = {"@type": "WebPage", "mainEntity": {"@type": "JobPosting", "@id": "#job"}}
    (found,) = read_site(
        tmp_path,
        {
            "/careers": '<a href="/jobs/1">a</a>',
            "/jobs/1": ld({"@graph": [page, job | {"@id": "#job"}]}, [organization, office], address),
        },
    ).listings
    assert (found.employer, [place.text for place in found.places]) == ("Acme GmbH", ["Graz"])


def asked_of(
    pages: Mapping[str, str | bytes | int], token: str = SITE.token, **options: str
) -> tuple[list[str], BoardListing]:
    """Return the paths below the site that are asked for, strangers' in full, and what they give.

    Args:
        pages: by path what it answers; a number is the status of an answer without a page.
        token: of the site.
        options: of the board.
    """
    board = msgspec.structs.replace(SITE, token=token, options=options)
    asked: list[str] = []

    def respond(request: Request) -> Answer:
        asked.append(request.url.removeprefix("https://acme.example"))
        page = pages.get(asked[-1], 404)
        if isinstance(page, int):
            return answer_to(request, b"", page)
        return answer_to(request, page.encode() if isinstance(page, str) else page)

    answers = play("career_page", board, respond)
    return asked, ADAPTERS["career_page"].parse(board, answers)


def test_a_next_page_at_a_stranger_is_not_asked_for() -> None:
    following = '<a rel="next" href="https://stranger.example/careers?page=2">next</a>'
    asked, _ = asked_of({"/careers": f'<html><a href="/jobs/1">a</a>{following}', "/jobs/1": "<html>"})
    assert asked == ["/careers", "/jobs/1"]


@pytest.mark.parametrize(("n_pages", "is_whole"), [(20, True), (21, False)])
def test_twenty_pages_of_a_list_are_read(n_pages: int, is_whole: bool) -> None:
    pages = {"/jobs/1": f"<html>{ld(posting('Cook'))}"}
    for number in range(1, n_pages + 1):
        following = f'<a rel="next" href="/careers?page={number + 1}">next</a>' if number < n_pages else ""
        pages["/careers" if number == 1 else f"/careers?page={number}"] = (
            f'<html><a href="/jobs/1">a</a>{following}'
        )
    asked, found = asked_of(pages)
    assert asked == ["/careers", *(f"/careers?page={number}" for number in range(2, 21)), "/jobs/1"]
    assert found.is_complete is is_whole


def sitemap(*urls: str, kind: str = "url") -> str:
    entries = "".join(f"<{kind}><loc>https://acme.example{url}</loc></{kind}>" for url in urls)
    root = {"url": "urlset", "sitemap": "sitemapindex"}[kind]
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'


@pytest.mark.parametrize(("n_maps", "is_whole"), [(20, True), (21, False)])
def test_twenty_sitemaps_of_an_index_are_read_those_of_jobs_before_others(
    n_maps: int, is_whole: bool
) -> None:
    names = [f"/jobs-{number}.xml" for number in range(n_maps)]
    pages = {name: sitemap("/jobs/1") for name in names}
    pages |= {
        "/careers": sitemap("/blog.xml", *names, kind="sitemap"),
        "/jobs/1": f"<html>{ld(posting('Cook'))}",
    }
    asked, found = asked_of(pages)
    assert asked == ["/careers", *names[:20], "/jobs/1"]
    assert found.is_complete is is_whole


@pytest.mark.parametrize(("n_jobs", "is_whole"), [(2, True), (3, False)])
def test_a_site_is_read_as_far_as_its_option_says(n_jobs: int, is_whole: bool) -> None:
    jobs = [f"/jobs/{number}" for number in range(n_jobs)]
    pages = {"/careers": sitemap(*jobs, *jobs, "/blog/1")} | dict.fromkeys(
        jobs, f"<html>{ld(posting('Cook'))}"
    )
    asked, found = asked_of(pages, max_pages="2")
    assert asked == ["/careers", "/jobs/0", "/jobs/1"]
    assert found.is_complete is is_whole


@pytest.mark.parametrize("missing", ["/jobs-1.xml", "/jobs/1"])
def test_a_posting_that_is_gone_is_no_gap_and_a_sitemap_that_is_gone_is_one(missing: str) -> None:
    pages = {
        "/careers": sitemap("/jobs-0.xml", "/jobs-1.xml", kind="sitemap"),
        "/jobs-0.xml": sitemap("/jobs/0"),
        "/jobs-1.xml": sitemap("/jobs/1"),
        "/jobs/0": f"<html>{ld(posting('Cook'))}",
        "/jobs/1": f"<html>{ld(posting('Nurse'))}",
    }
    _, found = asked_of({path: page for path, page in pages.items() if path != missing})
    assert [item.title for item in found.listings] == ["Cook"]
    assert found.is_complete is (missing == "/jobs/1")


def test_a_list_whose_next_page_is_a_former_one_ends() -> None:
    def page(following: str) -> str:
        return f'<html><a href="/jobs/1">a</a><a rel="next" href="{following}">next</a>'

    pages = {"/careers": page("/careers?page=2"), "/careers?page=2": page("/careers")}
    asked, found = asked_of(pages | {"/jobs/1": f"<html>{ld(posting('Cook'))}"})
    assert asked == ["/careers", "/careers?page=2", "/jobs/1"]
    assert found.is_complete


def test_a_site_may_begin_with_a_packed_sitemap() -> None:
    packed = gzip.compress(sitemap("/jobs/1").encode(), mtime=0)
    assert b"<" not in packed
    pages = {"/sitemap.xml.gz": packed, "/jobs/1": f"<html>{ld(posting('Cook'))}"}
    _, found = asked_of(pages, token="acme.example/sitemap.xml.gz")
    assert [item.title for item in found.listings] == ["Cook"]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (b"%PDF-1.7", "malformed_page"),
        (b'<html><script type="application/ld+json">{"@type":"JobPosting", oops</script>', "not_json"),
    ],
)
def test_a_page_that_cannot_be_read_is_a_reject(damaged: bytes, reason: str) -> None:
    pages = {
        "/careers": sitemap("/jobs/1", "/jobs/2"),
        "/jobs/1": f"<html>{ld(posting('Cook'))}",
        "/jobs/2": damaged,
    }
    _, found = asked_of(pages)
    assert [item.title for item in found.listings] == ["Cook"]
    (reject,) = found.rejects
    assert (reject.reason, reject.native_id) == (reason, None)
    assert reject.raw_pointer.startswith("https://acme.example/jobs/2")


def test_a_damaged_sitemap_of_several_is_a_reject_and_the_others_are_read() -> None:
    whole = gzip.compress(sitemap("/jobs/1").encode())
    pages = {
        "/careers": sitemap("/jobs-1.xml.gz", "/jobs-2.xml.gz", kind="sitemap"),
        "/jobs-1.xml.gz": whole[:-12],
        "/jobs-2.xml.gz": whole,
        "/jobs/1": f"<html>{ld(posting('Cook'))}",
    }
    _, found = asked_of(pages)
    assert [item.title for item in found.listings] == ["Cook"]
    assert [reject.raw_pointer for reject in found.rejects] == ["https://acme.example/jobs-1.xml.gz"]


def test_a_record_that_is_refused_names_its_posting_by_an_id_of_its_own() -> None:
    """Its board lists it still, so it is not closed."""
    pages = {
        "/careers": '<html><a href="/jobs/1">a</a><a href="/jobs/2">b</a>',
        "/jobs/1": f"<html>{ld(posting('Cook', identifier='R-1'))}",
        "/jobs/2": f"<html>{ld(posting('Nurse', identifier='R-2', datePosted='?'))}",
    }
    _, found = asked_of(pages)
    assert [(item.native_id, item.title) for item in found.listings] == [("R-1", "Cook")]
    assert [(reject.native_id, reject.reason) for reject in found.rejects] == [("R-2", "unreadable_date")]


@pytest.mark.parametrize(
    ("status", "is_whole"), [(200, True), (404, True), (410, True), (403, False), (500, False)]
)
def test_a_page_that_failed_may_hold_a_posting_and_one_that_is_gone_holds_none(
    status: int, is_whole: bool
) -> None:
    page = f"<html>{ld(posting('Cook'))}"
    pages = {"/careers": sitemap("/jobs/1", "/jobs/2"), "/jobs/1": page, "/jobs/2": page}
    _, found = asked_of(pages if status == 200 else pages | {"/jobs/2": status})
    assert found.is_complete is is_whole


def test_the_name_of_a_host_makes_no_sitemap_one_of_jobs() -> None:
    site = "https://careers.acme.example"
    index = sitemap("/blog.xml", "/jobs.xml", kind="sitemap").replace("https://acme.example", site)
    pages = {
        f"{site}/sitemap.xml": index,
        f"{site}/jobs.xml": sitemap("/jobs/1").replace("https://acme.example", site),
        f"{site}/jobs/1": f"<html>{ld(posting('Cook'))}",
    }
    asked, found = asked_of(pages, token="careers.acme.example/sitemap.xml")
    assert asked == list(pages)
    assert found.is_complete


def test_a_site_is_the_same_with_www_before_its_name_and_no_other() -> None:
    www, other = "https://www.acme.example/jobs/1", "https://jobs.acme.example/jobs/2"
    pages = {
        "/careers": f'<html><a href="{www}">a</a><a href="{other}">b</a>',
        www: f"<html>{ld(posting('Cook'))}",
    }
    asked, _ = asked_of(pages)
    assert asked == ["/careers", www]
