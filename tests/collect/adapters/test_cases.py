"""Every source against its scripted exchanges: requests made, listings, rejects, completeness."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.board_options import BOARD_OPTIONS, option_problem
from include.collect.protocol import MalformedAnswer
from tests.collect.adapters.exchanges import Case, all_cases, answer_to, list_answer, plain, play

ALL = all_cases()
BY_ID = [pytest.param(case, id=f"{case.source}: {case.name}") for case in ALL]


def _text(value: object) -> object:
    """Write YAML's dates the way `plain` does."""
    return value.isoformat() if isinstance(value, date | datetime) else value


@pytest.mark.parametrize("case", BY_ID)
def test_exchange_gives_exactly_the_expected_records(case: Case) -> None:
    _, listing = case.play()
    expected = [{key: _text(value) for key, value in item.items()} for item in case.expect["listings"]]
    assert [plain(item) for item in listing.listings] == expected
    rejects = [
        {"raw_pointer": reject.raw_pointer, "reason": reject.reason, "native_id": reject.native_id}
        for reject in listing.rejects
    ]
    assert rejects == [{"native_id": None} | item for item in case.expect.get("rejects", [])]
    assert listing.promised == case.expect.get("promised")
    assert listing.is_complete is case.expect.get("complete", True)


@pytest.mark.parametrize("case", BY_ID)
def test_same_answers_give_the_same_records(case: Case) -> None:
    answers, listing = case.play()
    assert ADAPTERS[case.source].parse(case.board, answers) == listing


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.source) for case in {c.source: c for c in ALL}.values()]
)
def test_base_url_replaces_scheme_and_host(case: Case) -> None:
    seen: list[str] = []

    def respond(request: Request) -> Answer:
        step = case.exchange[len(seen)]
        seen.append(request.url)
        return answer_to(request, case.body_of(step), step.get("status", 200), step.get("type", ""))

    play(case.source, case.board, respond, base_url="http://127.0.0.1:8000/prefix/")
    assert seen
    assert all(url.startswith("http://127.0.0.1:8000/prefix/") for url in seen)


@pytest.mark.parametrize("case", BY_ID)
def test_damaged_answers_are_malformed_or_give_records_never_another_error(case: Case) -> None:
    """Cut, scramble and retype the bodies: only `MalformedAnswer` may come out."""
    answers, _ = case.play()
    dice = random.Random(case.name)  # noqa: S311 - a fixed seed makes the test repeatable
    for _ in range(40):
        damaged = [msgspec.structs.replace(answer, body=_damage(answer.body, dice)) for answer in answers]
        try:
            listing = ADAPTERS[case.source].parse(case.board, damaged)
        except MalformedAnswer:
            continue
        assert all(item.native_id and item.title for item in listing.listings)


class _Asked(dict[str, str]):
    """Options that write down which of them are asked for."""

    def __init__(self, options: Mapping[str, str]) -> None:
        super().__init__(options)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> str:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


def test_every_option_that_an_adapter_reads_is_known_and_every_known_one_is_read() -> None:
    asked: dict[str, set[str]] = {}
    for case in ALL:
        options = _Asked(case.board.options)
        board = msgspec.structs.replace(case.board, options=options)
        case.requests = []
        ADAPTERS[case.source].parse(board, play(case.source, board, case.respond))
        asked.setdefault(case.source, set()).update(options.names)
        assert {option_problem(case.source, *item) for item in options.items()} <= {None}
    assert {source: names for source, names in asked.items() if names} == {
        source: set(names) for source, names in BOARD_OPTIONS.items()
    }


def _damage(body: bytes, dice: random.Random) -> bytes:
    if not body:
        return body
    kind = dice.randrange(4)
    at = dice.randrange(len(body))
    if kind == 0:
        return body[:at]
    if kind == 1:
        return body[:at] + bytes([dice.randrange(256)]) + body[at + 1 :]
    if kind == 2:
        return body.replace(b'"', b"", 1)
    swaps = [
        (b"null", b"[]"),
        (b"true", b"7"),
        (b":[", b':{}, "x":['),
        (b'":"', b'":5,"y":"'),
        (b'":1', b'":"z1'),
    ]
    old, new = dice.choice(swaps)
    if kind == 3 and new.endswith(b"z1"):
        return body
    return body.replace(old, new, dice.randrange(1, 4))


def _with_first_list(answers: list[Answer], **changes: object) -> list[Answer]:
    """Return the answers with the first answer to a list request changed."""
    at = next(index for index, answer in enumerate(answers) if answer.request.purpose == "list")
    return [*answers[:at], msgspec.structs.replace(answers[at], **changes), *answers[at + 1 :]]


@pytest.mark.parametrize("source", sorted({case.source for case in ALL}))
@pytest.mark.parametrize(
    "body", [b"", b"null", b"7", b'"jobs"', b"<html><body>Sorry</body></html>"[:9], b"\xff\xfe\x00"]
)
def test_nonsense_is_malformed(source: str, body: bytes) -> None:
    case = next(case for case in ALL if case.source == source)
    answers, _ = case.play()
    with pytest.raises(MalformedAnswer):
        ADAPTERS[source].parse(case.board, _with_first_list(answers, body=body))


@pytest.mark.parametrize("source", sorted({case.source for case in ALL}))
def test_an_error_status_is_malformed_not_an_empty_board(source: str) -> None:
    case = next(case for case in ALL if case.source == source)
    answers, _ = case.play()
    with pytest.raises(MalformedAnswer, match="503"):
        ADAPTERS[source].parse(case.board, _with_first_list(answers, status=503))
    with pytest.raises(MalformedAnswer):
        ADAPTERS[source].parse(case.board, [])


def test_every_adapter_has_a_case() -> None:
    assert set(ADAPTERS) == {case.source for case in ALL}


HALF = "https://[half/jobs/1"  # no address: urllib raises a plain ValueError for it


def test_an_address_that_is_none_costs_no_other_posting() -> None:
    """A link, path or next page of a board can be any text."""
    board = Board(source="any", token="acme", employer="Acme")
    rows = (
        f'<html class="jazzhr"><a href="{HALF}">Home</a>'
        '<a href="/apply/jobs/details/AbCd123456?&">Product Owner</a>'
        f'<li id="bhrPositionID_41"><a href="{HALF}">Product Owner</a></li></html>'
    ).encode()
    paths = {"data": [{"id": n, "title": "Product Owner", "path": "//[half"} for n in (1, 2)]}
    for source, body, n_listed in (("jazzhr", rows, 1), ("bamboohr", rows, 1), ("pinpoint", paths, 2)):
        listing = ADAPTERS[source].parse(board, [list_answer(body)])
        assert (source, len(listing.listings)) == (source, n_listed)
    feed = msgspec.json.encode({"items": [], "next_url": "//[half"})
    assert len(play("teamtailor", board, lambda request: answer_to(request, feed))) == 1


def test_a_page_that_is_none_costs_its_posting_alone() -> None:
    board = Board(source="jazzhr", token="acme", employer="Acme")
    rows = "".join(f'<a href="/apply/jobs/details/AbCd123{n}">Product Owner</a>' for n in (1, 2))
    url = "https://acme.applytojob.com/apply/jobs/details/AbCd1231"
    page = answer_to(Request(url=url, purpose="detail"), b'{"error": "busy"}')
    listing = ADAPTERS["jazzhr"].parse(
        board,
        [list_answer(f"<html>jazz{rows}</html>".encode(), "https://acme.applytojob.com/apply/jobs"), page],
    )
    assert [item.native_id for item in listing.listings] == ["AbCd1232"]
    assert [(reject.reason, reject.native_id) for reject in listing.rejects] == [
        ("malformed_detail", "AbCd1231")
    ]


@pytest.mark.parametrize(
    ("source", "token", "page_size", "page"),
    [
        ("smartrecruiters", "acme", 100, lambda rows: {"content": rows}),
        ("jobtech", "produktägare", 100, lambda rows: {"hits": rows}),
        ("usajobs", "x", 500, lambda rows: {"SearchResult": {"SearchResultItems": rows}}),
        # Some tenants send the postings as the items themselves, without a total.
        ("oracle", "acme.example/CX_1", 200, lambda rows: {"items": rows}),
    ],
)
def test_a_list_without_a_total_is_read_to_its_first_page_that_is_not_full(
    source: str, token: str, page_size: int, page: Callable[[list[object]], object]
) -> None:
    pages = [page([{"n": n} for n in range(size)]) for size in (page_size, page_size, 3)]

    def respond(request: Request) -> Answer:
        return answer_to(request, msgspec.json.encode(pages.pop(0)))

    answers = play(source, Board(source=source, token=token, employer="Acme"), respond)
    assert len(answers) == 3
