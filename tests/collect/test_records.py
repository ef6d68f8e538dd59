"""From the bytes of answers to records, each on its own: charsets, damage, rows under one id."""

from __future__ import annotations

import msgspec
import pytest

from include.archive.reads import Request
from include.collect.completeness import shortfall
from include.collect.parsing.decoding import decode_envelope, utf8_body
from include.collect.parsing.paging import board_listing
from include.collect.parsing.records import RecordRefused, merge_same_id, read_records
from include.collect.protocol import Listing, MalformedAnswer, Place
from tests.collect.adapters.exchanges import answer_to, list_answer


def test_bodies_of_every_charset() -> None:
    text = '[{"name": "Zoë"}]'
    request = Request(url="https://x.example")
    for body, content_type in [
        (text.encode(), "application/json; charset=iso-8859-1"),  # a lie: it is UTF-8
        (b"\xef\xbb\xbf" + text.encode(), ""),
        (text.encode("utf-16"), ""),
        (text.encode("latin-1"), "application/json; charset=ISO-8859-1"),
    ]:
        answer = answer_to(request, body, content_type=content_type)
        assert decode_envelope(answer, list[dict[str, str]]) == [{"name": "Zoë"}]
    for content_type in ("", "text/html; charset=klingon"):
        with pytest.raises(MalformedAnswer):
            utf8_body(answer_to(request, b"\xff\xfa", content_type=content_type))


def test_half_an_emoji_costs_no_board() -> None:
    body = rb'[{"text": "cut \ud83d"}, {"text": "\udc00, \ud83d\ude00 and \\ud83d"}]'
    assert decode_envelope(list_answer(body), list[dict[str, str]]) == [
        {"text": "cut \ufffd"},
        {"text": "\ufffd, \U0001f600 and \\ud83d"},
    ]


def test_deep_nesting_is_malformed_and_costs_only_its_record() -> None:
    bomb = b"[" * 200_000
    with pytest.raises(MalformedAnswer):
        decode_envelope(list_answer(bomb), list[msgspec.Raw])


def test_each_record_is_a_listing_or_a_reject_with_a_short_detail() -> None:
    def read(record: dict[str, str], pointer: str) -> Listing:
        if "bad" in record:
            raise RecordRefused("bad", "x" * 1_000)
        return Listing(native_id=record["id"], title="t", raw_pointer=pointer)

    listings, rejects = read_records([("a", {"id": "1"}), ("b", {"id": "2", "bad": ""})], read)
    assert [item.native_id for item in listings] == ["1"]
    assert (rejects[0].native_id, rejects[0].raw_pointer, len(rejects[0].detail)) == ("2", "b", 200)
    with pytest.raises(KeyError):  # a fault of ours is not a reject
        read_records([("c", {})], read)


def listing(native_id: str, where: str = "X", title: str = "t", text: str | None = None) -> Listing:
    return Listing(
        native_id=native_id, title=title, raw_pointer="p", places=(Place(text=where),), description_text=text
    )


def test_same_ids_are_merged_per_place_and_case_counts() -> None:
    rows = [listing("a"), listing("A"), listing("a", "Y"), listing("a")]
    merged, rejects = merge_same_id(rows)
    assert [(item.native_id, [p.text for p in item.places]) for item in merged] == [
        ("a", ["X", "Y"]),
        ("A", ["X"]),
    ]
    assert rejects == []


def test_the_row_with_a_text_is_kept() -> None:
    ((kept,), _) = merge_same_id([listing("a"), listing("a", "Y", "T ", "Own it."), listing("a", text="Z")])
    assert (kept.description_text, [p.text for p in kept.places]) == ("Own it.", ["X", "Y"])


def test_another_title_under_the_same_id_is_refused_not_lost() -> None:
    board = board_listing([listing("a"), listing("a", title="other")], [], promised=2)
    assert [item.title for item in board.listings] == ["t"]
    assert [(reject.reason, reject.native_id) for reject in board.rejects] == [("duplicate_id", "a")]
    assert "'t'" in board.rejects[0].detail
    assert (board.promised, shortfall(board)) == (2, None)
