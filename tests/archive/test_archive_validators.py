"""What the archive lets a host answer `not modified` to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.archive.manifest import object_path
from include.archive.reads import Request
from include.archive.store import Archive
from include.archive.validators import PastAnswers
from tests.archive.samples import ACME, DAY, answer_of, read_of, record


def test_validators_come_from_the_latest_answer_to_the_same_request(archive: Archive) -> None:
    url = "https://boards.example/acme"
    request = Request(url=url)
    for offset, tag in enumerate(("old", "new")):
        record(
            archive,
            read_of(day=DAY + timedelta(days=offset)),
            [answer_of(tag.encode(), headers=(("etag", f'"{tag}"'),))],
        )
    record(archive, read_of(day=DAY + timedelta(days=2), status="failed"), [answer_of(b"err", status=500)])

    latest = PastAnswers(archive).validators(ACME, request, DAY + timedelta(days=3))
    assert latest is not None
    assert (latest.etag, latest.answer.body) == ('"new"', b"new")
    at_first = PastAnswers(archive).validators(ACME, request, DAY)
    assert at_first is not None
    assert at_first.etag == '"old"'
    assert PastAnswers(archive).validators(ACME, Request(url=url, method="POST"), DAY) is None
    assert PastAnswers(archive).validators(ACME, Request(url=url + "?page=2"), DAY) is None
    assert PastAnswers(archive).validators(ACME, request, DAY - timedelta(days=1)) is None


def test_the_same_question_is_one_of_the_same_body_whatever_key_it_carries(archive: Archive) -> None:
    def search(offset: int, key: str) -> Request:
        url = f"https://boards.example/search?app_key={key}"
        return Request(
            url=url, method="POST", body=b'{"offset": %d, "client_secret": "%s"}' % (offset, key.encode())
        )

    answers = [
        answer_of(request=search(offset, "old key"), headers=(("etag", str(offset)),)) for offset in (0, 20)
    ]
    record(archive, read_of(), answers)
    found = [PastAnswers(archive).validators(ACME, search(offset, "new key"), DAY) for offset in (0, 20, 40)]
    assert [known and known.etag for known in found] == ["0", "20", None]


def test_a_damaged_body_is_asked_for_again(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    answer = answer_of(headers=(("last-modified", "Mon, 16 Nov 2026 08:00:00 GMT"),))
    record(archive, read_of(), [answer])
    object_path(archive.root, answer.sha256).write_bytes(b"")
    assert PastAnswers(archive).validators(ACME, answer.request, DAY) is None
    assert "Asking without condition" in caplog.text


def test_bytes_that_nobody_could_read_are_asked_for_anew(archive: Archive) -> None:
    first, second, damaged = (answer_of(tag.encode(), headers=(("etag", tag),)) for tag in ("1", "2", "3"))
    record(archive, read_of(), [first])
    record(archive, read_of(), [second])  # the same day's second attempt
    record(archive, read_of(status="malformed"), [damaged])
    found = PastAnswers(archive).validators(ACME, first.request, DAY)
    assert found is not None
    assert found.etag == "2"


@pytest.mark.parametrize("n_since", [2, 3])
def test_what_three_reads_did_not_ask_is_asked_without_condition(archive: Archive, n_since: int) -> None:
    detail = answer_of(url="https://boards.example/acme/1", headers=(("etag", "1"),))
    record(archive, read_of(), [detail])
    for number in range(n_since):
        record(archive, read_of(day=DAY + timedelta(days=1 + number)), [answer_of()])
    found = PastAnswers(archive).validators(ACME, detail.request, DAY + timedelta(days=9))
    assert (found is not None) == (n_since < 3)
