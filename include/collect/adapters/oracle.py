"""Oracle Recruiting Cloud candidate sites: a paged list, a detail per posting.

The token is `host/site number`, such as `acme.fa.us2.oraclecloud.com/CX_1`. The list stands inside the first
item of the envelope; some tenants send the postings as the items themselves.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from urllib.parse import quote, unquote, urlsplit

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.decoding import decode_envelope, successful_lists, utf8_body
from include.collect.parsing.endpoints import endpoint, host_and_rest
from include.collect.parsing.markup import join_parts, section
from include.collect.parsing.paging import (
    MAX_PAGES,
    FreshRecords,
    board_listing,
    detail_answers,
    greatest_total,
    may_go_on,
    wanted_details,
)
from include.collect.parsing.places import place, places, workplace
from include.collect.parsing.records import blank_to_none, pointed, read_records, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, Reject, SeriesKind

_PAGE = 200
_RESOURCES = "/hcmRestApi/resources/latest"


class _Secondary(msgspec.Struct):
    name: str | None = msgspec.field(name="Name", default=None)
    country: str | None = msgspec.field(name="CountryCode", default=None)


class _Requisition(msgspec.Struct, rename="pascal"):
    id: str | int | None = None
    title: str | None = None
    posted_date: str | None = None
    posting_end_date: str | None = None
    primary_location: str | None = None
    primary_location_country: str | None = None
    workplace_type: str | None = None
    job_schedule: str | None = None
    job_family: str | None = None
    secondary_locations: list[_Secondary] | None = msgspec.field(name="secondaryLocations", default=None)


class _Search(msgspec.Struct):
    requisitions: list[msgspec.Raw] | None = msgspec.field(name="requisitionList", default=None)
    total: int | None = msgspec.field(name="TotalJobsCount", default=None)
    id: str | int | None = msgspec.field(name="Id", default=None)


class _Envelope(msgspec.Struct):
    items: list[msgspec.Raw]


class _DetailFields(msgspec.Struct, rename="pascal"):
    external_description_str: str | None = None
    external_responsibilities_str: str | None = None
    external_qualifications_str: str | None = None
    external_posted_start_date: str | None = None
    external_posted_end_date: str | None = None
    workplace_type: str | None = None
    job_schedule: str | None = None
    category: str | None = None


_SEARCH = msgspec.json.Decoder(_Search)
_REQUISITION = msgspec.json.Decoder(_Requisition)


class Oracle:
    """Reads `recruitingCEJobRequisitions`; details only for possible product roles (option `details=all`)."""

    name = "oracle"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the list page by page, then for the details wanted."""
        origin, site = host_and_rest(board)
        wanted: list[str] = []
        for number in range(MAX_PAGES):
            answer = yield Request(url=_list_url(origin, site, number * _PAGE, base_url))
            try:
                raws, total = _requisitions(answer)
            except MalformedAnswer:
                return  # said when parsed
            wanted += wanted_details(board, raws, _head)
            if not raws or not may_go_on(len(raws), _PAGE, (number + 1) * _PAGE, total):
                break
        for native_id in dict.fromkeys(wanted):
            path = f"{_RESOURCES}/recruitingCEJobRequisitionDetails"
            finder = f'ById;Id="{quote(native_id, safe="")}",siteNumber={quote(site)}'
            url = (
                endpoint(origin, path, base_url)
                + f"?expand=all&onlyData=true&finder={quote(finder, safe=';,=%')}"
            )
            yield Request(url=url, purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read pages and details."""
        origin, site = host_and_rest(board)
        details = detail_answers(answers, key=_detail_id)
        listings: list[Listing] = []
        rejects: list[Reject] = []
        totals: list[int | None] = []
        fresh = FreshRecords()
        for number, answer in enumerate(successful_lists(answers)):
            raws, total = _requisitions(answer)
            totals.append(total)
            read, refused = read_records(
                pointed(raws, f"pages[{number}].requisitionList"),
                lambda raw, pointer: _listing(
                    raw, pointer, details, f"{origin}/hcmUI/CandidateExperience/en/sites/{site}"
                ),
            )
            fresh.add_page([*(item.native_id for item in read), *(item.native_id for item in refused)])
            listings += read
            rejects += refused
        return board_listing(listings, rejects, promised=greatest_total(totals), n_records=fresh.count)


def _list_url(origin: str, site: str, offset: int, base_url: str | None) -> str:
    finder = f"findReqs;siteNumber={quote(site)},limit={_PAGE},offset={offset},sortBy=POSTING_DATES_DESC"
    path = f"{_RESOURCES}/recruitingCEJobRequisitions"
    query = f"?onlyData=true&expand=requisitionList.secondaryLocations&finder={finder}"
    return endpoint(origin, path, base_url) + query


def _requisitions(answer: Answer) -> tuple[list[msgspec.Raw], int | None]:
    items = decode_envelope(answer, _Envelope).items
    found: list[msgspec.Raw] = []
    total: int | None = None
    for item in items:
        try:
            search = _SEARCH.decode(item)
        except msgspec.DecodeError:
            search = _Search()
        total = total or search.total
        found += [item] if search.requisitions is None else search.requisitions
    return found, total


def _head(raw: msgspec.Raw) -> tuple[str | int | None, str | None]:
    requisition = _REQUISITION.decode(raw)
    return requisition.id, requisition.title


def _detail_id(url: str) -> str:
    match = re.search(r'Id="([^"]+)"', unquote(urlsplit(url).query))
    return match[1] if match else ""


def _detail(answer: Answer) -> _DetailFields:
    body = utf8_body(answer)
    try:
        raw = msgspec.json.decode(body, type=_Envelope).items[0]
    except (msgspec.ValidationError, IndexError):
        raw = msgspec.Raw(body)  # some tenants send the detail bare
    return msgspec.json.decode(raw, type=_DetailFields)


def _listing(raw: msgspec.Raw, pointer: str, details: Mapping[str, Answer], site: str) -> Listing:
    requisition = _REQUISITION.decode(raw)
    native_id = require_id(requisition.id, "Id")
    page = details.get(native_id)
    detail = _detail(page) if page else _DetailFields()
    text = join_parts(
        (
            detail.external_description_str,
            section("Responsibilities", detail.external_responsibilities_str),
            section("Qualifications", detail.external_qualifications_str),
        )
    )
    first = place(requisition.primary_location, country=requisition.primary_location_country)
    others = (place(item.name, country=item.country) for item in requisition.secondary_locations or ())
    return Listing(
        native_id=native_id,
        title=require_title(requisition.title, native_id, "Title"),
        raw_pointer=pointer,
        description_html=text,
        is_text_complete=text is not None,
        places=places((first, *others)),
        workplace=workplace(detail.workplace_type or requisition.workplace_type),
        employment_type=blank_to_none(detail.job_schedule) or blank_to_none(requisition.job_schedule),
        department=blank_to_none(detail.category) or blank_to_none(requisition.job_family),
        posted_on=iso_day(requisition.posted_date) or iso_day(detail.external_posted_start_date),
        expires_on=iso_day(requisition.posting_end_date) or iso_day(detail.external_posted_end_date),
        url=f"{site}/job/{quote(native_id, safe='')}",
    )


ADAPTER = Oracle()
