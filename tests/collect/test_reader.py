"""However a read ends, there is one record of it, and nothing half-written."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from include.archive.manifest import object_path
from include.archive.reads import Answer, Board, Request
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, Reject
from include.collect.reader import read_board
from tests.collect.fakes import ACME, DAY, DetailAdapter, ListAdapter, archive_for, client_for
from tests.collect.servers import CountingServer, Reply, by_path


def test_a_board_with_details(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with (
        by_path(
            acme=Reply(body=b'["1","2"]'), acme_1=Reply(body=b"one"), acme_2=Reply(body=b"two")
        ) as server,
        client_for(tmp_path) as client,
    ):
        read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
    assert (read.status, read.attempt, read.n_requests, read.body_bytes) == ("complete", 1, 4, 15)
    assert read.error is None
    (archived,) = archive.effective_reads(DAY)
    assert archived.read == read
    assert [answer.body for answer in archive.answers(archived)] == [b'["1","2"]', b"one", b"two"]
    assert [answer.request.purpose for answer in archive.answers(archived)] == ["list", "detail", "detail"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_board_that_is_no_more(tmp_path: Path, status: int) -> None:
    archive = archive_for(tmp_path)
    with by_path(acme=Reply(status, b"no such board")) as server, client_for(tmp_path) as client:
        read = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "gone"
    assert f"/acme answered {status}" in (read.error or "")
    (archived,) = archive.reads(DAY)
    assert archive.answers(archived) == ()
    assert [archive.objects.read(entry.sha256) for entry in archived.entries] == [b"no such board"]


@pytest.mark.parametrize("path", ["", "/"])
def test_the_front_page_of_another_host_is_not_asked(tmp_path: Path, path: str) -> None:
    """Some of them answer programs with 429, which would look like a busy board for ever."""
    archive = archive_for(tmp_path)
    with CountingServer(lambda _: Reply(429)) as front_page:
        target = f"{front_page.url}{path}"
        with (
            by_path(acme=Reply(307, b"", {"Location": target})) as server,
            client_for(tmp_path) as client,
        ):
            read = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
        assert front_page.seen == []
    assert read.status == "gone"
    assert f"/acme answered 307 and leads to {target}: there is no such board" in (read.error or "")
    assert archive.answers(archive.reads(DAY)[0]) == ()


def test_a_board_that_moved_to_another_host_is_followed(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with by_path(acme=Reply(body=b"[]")) as new_home:
        there = Reply(301, b"", {"Location": f"{new_home.url}/acme"})
        with by_path(acme=there) as server, client_for(tmp_path) as client:
            read = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "complete"


def test_a_detail_that_is_sent_to_another_hosts_front_page_is_a_posting_that_closed(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with by_path() as front_page:
        away = Reply(302, b"", {"Location": front_page.url})
        with by_path(acme=Reply(body=b'["1"]'), acme_1=away) as server, client_for(tmp_path) as client:
            read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
        assert front_page.seen == []
    assert (read.status, read.n_requests) == ("complete", 3)


def test_a_later_page_that_is_not_there_does_not_make_the_board_gone(tmp_path: Path) -> None:
    class TwoPages(ListAdapter):
        def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
            yield Request(url=f"{base_url}/{board.token}")
            yield Request(url=f"{base_url}/{board.token}_2")

    archive = archive_for(tmp_path)
    with by_path(acme=Reply(body=b"[]")) as server, client_for(tmp_path) as client:
        read = read_board(TwoPages(), ACME, DAY, client, archive, server.url)
    assert read.status == "failed"  # staged as `partial`, with the postings of the first page
    assert "/acme_2 answered 404, though the list before it was answered" in (read.error or "")
    (archived,) = archive.effective_reads(DAY)
    assert [answer.body for answer in archive.answers(archived)] == [b"[]"]


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_board_that_is_closed_to_us(tmp_path: Path, status: int) -> None:
    archive = archive_for(tmp_path)
    with by_path(acme=Reply(status, b"{}")) as server, client_for(tmp_path) as client:
        read = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
        assert len(server.of("/acme")) == 1
    assert (read.status, len(archive.reads(DAY)[0].entries)) == ("refused", 1)


@pytest.mark.parametrize("status", [400, 500, 503])
def test_a_board_that_only_fails(tmp_path: Path, status: int) -> None:
    archive = archive_for(tmp_path)
    with by_path(acme=Reply(status, b"{}")) as server, client_for(tmp_path) as client:
        read = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
        n_asked = len(server.of("/acme"))
    assert read.status == "failed"
    assert f"answered {status}" in (read.error or "")
    # Every answer is archived, those of repeated tries too; none is given to the parser.
    assert len(archive.reads(DAY)[0].entries) == n_asked
    assert archive.answers(archive.reads(DAY)[0]) == ()


def test_an_error_answer_that_passed_is_archived_but_not_parsed(tmp_path: Path) -> None:
    replies = [Reply(500, b"oops"), Reply(body=b"[]")]
    archive = archive_for(tmp_path)
    with CountingServer(lambda _: replies.pop(0)) as server, client_for(tmp_path) as client:
        assert read_board(ListAdapter(), ACME, DAY, client, archive, server.url).status == "complete"
    (archived,) = archive.reads(DAY)
    assert [answer.body for answer in archive.answers(archived)] == [b"[]"]
    assert [(entry.status, entry.is_delivered) for entry in archived.entries] == [(500, False), (200, True)]


class FallbackAdapter(ListAdapter):
    """Tries another address when the first has no board."""

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        for path in ("old", "new"):
            answer = yield Request(url=f"{base_url}/{path}")
            if answer.status == 200:
                return


def test_an_adapter_may_look_in_another_place(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with by_path(new=Reply(body=b"found")) as server, client_for(tmp_path) as client:
        read = read_board(FallbackAdapter(), ACME, DAY, client, archive, server.url)
        assert read.status == "complete"
        assert [answer.body for answer in archive.answers(archive.reads(DAY)[0])] == [b"found"]
    with by_path() as server, client_for(tmp_path) as client:
        later = DAY + timedelta(days=1)
        assert read_board(FallbackAdapter(), ACME, later, client, archive, server.url).status == "gone"


def test_a_posting_that_closed_between_list_and_detail(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with (
        by_path(acme=Reply(body=b'["1","2"]'), acme_2=Reply(body=b"two")) as server,
        client_for(tmp_path) as client,
    ):
        assert read_board(DetailAdapter(), ACME, DAY, client, archive, server.url).status == "complete"
    assert [answer.status for answer in archive.answers(archive.reads(DAY)[0])] == [200, 404, 200]


class PromisingAdapter(DetailAdapter):
    """Reads the list and its details strictly; `{"promised": 2, "ids": [...]}` or a list of ids."""

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        try:
            ids = msgspec.json.decode(answers[0].body, type=list[str])
        except msgspec.DecodeError as error:
            raise MalformedAnswer(f"{answers[0].url}: not a list of ids ({error})") from error
        good = [Listing(native_id=one, title="PM", raw_pointer=one) for one in ids if one]
        bad = [Reject(raw_pointer="x", reason="missing_id", detail="no id") for one in ids if not one]
        promised = int(board.options["promised"]) if "promised" in board.options else None
        return BoardListing(listings=tuple(good), rejects=tuple(bad), promised=promised)


@pytest.mark.parametrize("body", [b"<html><h1>Welcome</h1></html>", b'["1', b'{"error": "try later"}', b""])
def test_an_answer_of_another_format_is_asked_again_on_the_same_day(tmp_path: Path, body: bytes) -> None:
    class OneRequest(PromisingAdapter):
        requests = ListAdapter.requests

    archive = archive_for(tmp_path)
    headers = {"ETag": '"always-the-same"'}
    replies = [Reply(body=body, headers=headers), Reply(body=b'["1"]', headers=headers)]
    with CountingServer(lambda _: replies.pop(0)) as server, client_for(tmp_path) as client:
        first = read_board(OneRequest(), ACME, DAY, client, archive, server.url)
        assert (first.status, first.n_requests) == ("malformed", 2)
        assert "not a list of ids" in (first.error or "")
        assert archive.answers(archive.reads(DAY)[0])[0].body == body
        second = read_board(OneRequest(), ACME, DAY, client, archive, server.url)
        assert (second.status, second.attempt) == ("complete", 2)
        # A 304 would confirm bytes that nobody could read, so the question has no condition.
        assert "if-none-match" not in server.of("/acme")[1].headers
        assert read_board(OneRequest(), ACME, DAY, client, archive, server.url) == second
    assert archive.effective_reads(DAY)[0].read == second


def test_fewer_postings_than_promised_are_a_part_and_asked_again(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    board = Board(source="fake", token="acme", employer="Acme", options={"promised": "3"})
    with by_path(acme=Reply(body=b'["1"]'), acme_1=Reply()) as server, client_for(tmp_path) as client:
        for attempt in (1, 2):
            read = read_board(PromisingAdapter(), board, DAY, client, archive, server.url)
            assert (read.status, read.attempt) == ("partial", attempt)
            assert read.error == "1 records read, 3 promised"


def test_a_record_without_id_makes_a_part(tmp_path: Path) -> None:
    with by_path(acme=Reply(body=b'["1", ""]'), acme_1=Reply()) as server, client_for(tmp_path) as client:
        read = read_board(PromisingAdapter(), ACME, DAY, client, archive_for(tmp_path), server.url)
    assert read.status == "partial"
    assert "1 of 2 records have no id" in (read.error or "")


def test_one_detail_that_nobody_answers_costs_that_detail(tmp_path: Path) -> None:
    """The connection is cut on every try for /acme/2; the third detail is still asked for."""
    cut = Reply(headers={"Content-Encoding": "gzip"}, body=b"no gzip")
    archive = archive_for(tmp_path)
    with (
        by_path(
            acme=Reply(body=b'["1","2","3"]'), acme_1=Reply(body=b"one"), acme_2=cut, acme_3=Reply(body=b"3")
        ) as server,
        client_for(tmp_path) as client,
    ):
        read = read_board(PromisingAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "partial"
    assert "1 details were not answered" in (read.error or "")
    bodies = [answer.body for answer in archive.answers(archive.reads(DAY)[0])]
    assert bodies == [b'["1","2","3"]', b"one", b"3"]


def test_a_worse_attempt_does_not_replace_a_better_one(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    board = Board(source="fake", token="acme", employer="Acme", options={"promised": "2"})
    replies = [Reply(body=b'["1"]'), Reply(), Reply(body=b"<html>"), Reply(404)]
    with CountingServer(lambda _: replies.pop(0)) as server, client_for(tmp_path) as client:
        statuses = [
            read_board(PromisingAdapter(), board, DAY, client, archive, server.url).status for _ in range(3)
        ]
    assert statuses == ["partial", "malformed", "gone"]
    assert archive.effective_reads(DAY)[0].read.status == "partial"


class IndexAdapter(ListAdapter):
    """Needs an index, asked for as a detail, before it knows what to list."""

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        index = yield Request(url=f"{base_url}/index", purpose="detail")
        if index.body != b"good":
            raise MalformedAnswer("no index")


@pytest.mark.parametrize(
    ("reply", "status", "error"),
    [
        (
            Reply(headers={"Content-Encoding": "gzip"}, body=b"no gzip"),
            "failed",
            "compressed body is damaged",
        ),
        (Reply(503, b"down"), "failed", "/index answered 503 to the last try"),
        (Reply(body=b"bad"), "malformed", "no index"),
    ],
    ids=["no answer", "server error", "another format"],
)
def test_a_first_detail_without_an_answer_is_a_failure_and_no_other_format(
    tmp_path: Path, reply: Reply, status: str, error: str
) -> None:
    archive = archive_for(tmp_path)
    with by_path(index=reply) as server, client_for(tmp_path) as client:
        read = read_board(IndexAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == status
    assert error in (read.error or "")
    assert ("no index" in (read.error or "")) == (status == "malformed")


def test_an_ill_host_is_not_asked_for_every_detail(tmp_path: Path) -> None:
    listed = Reply(body=b"[" + b",".join(b'"%d"' % number for number in range(100)) + b"]")
    archive = archive_for(tmp_path)
    with (
        CountingServer(lambda seen: listed if seen.path == "/acme" else Reply(500)) as server,
        client_for(tmp_path) as client,
    ):
        read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
        assert (read.status, read.error) == ("failed", "5 details in a row failed, the last with status 500")
        assert len(server.boards_asked()) == 1 + 5 * 3


def test_an_answer_the_adapter_cannot_read(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with by_path(acme=Reply(body=b"<html>")) as server, client_for(tmp_path) as client:
        read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "malformed"
    assert "not a list of ids" in (read.error or "")
    assert archive.answers(archive.reads(DAY)[0])[0].body == b"<html>"


def test_an_adapter_that_asks_nothing(tmp_path: Path) -> None:
    class Silent(ListAdapter):
        def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
            yield from ()

    with client_for(tmp_path) as client:
        read = read_board(Silent(), ACME, DAY, client, archive_for(tmp_path), "http://127.0.0.1:9")
    assert read.status == "malformed"


def test_a_faulty_adapter_is_recorded_and_raised(tmp_path: Path) -> None:
    class Faulty(ListAdapter):
        def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
            yield Request(url=f"{base_url}/acme")
            raise KeyError("jobs")

    archive = archive_for(tmp_path)
    with by_path(acme=Reply()) as server, client_for(tmp_path) as client:
        with pytest.raises(KeyError):
            read_board(Faulty(), ACME, DAY, client, archive, server.url)
        (archived,) = archive.reads(DAY)
        assert archived.read.status == "failed"
        assert "KeyError" in (archived.read.error or "")
        assert read_board(ListAdapter(), ACME, DAY, client, archive, server.url).attempt == 2


def test_an_interrupted_read_is_recorded_before_it_ends(tmp_path: Path) -> None:
    """Airflow ends a task that runs too long by raising in it."""

    class Interrupted(ListAdapter):
        def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
            yield Request(url=f"{base_url}/acme")
            raise KeyboardInterrupt

    archive = archive_for(tmp_path)
    with by_path(acme=Reply()) as server, client_for(tmp_path) as client, pytest.raises(KeyboardInterrupt):
        read_board(Interrupted(), ACME, DAY, client, archive, server.url)
    (archived,) = archive.reads(DAY)
    assert (archived.read.status, len(archived.entries)) == ("failed", 1)


def test_a_board_out_of_time_keeps_the_answers_it_had(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with (
        by_path(acme=Reply(body=b'["1","2"]'), acme_1=Reply(body=b"one"), acme_2=Reply(delay=3)) as server,
        client_for(tmp_path, board_time_budget_seconds=1.0) as client,
    ):
        read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "out_of_budget"
    assert 0.8 < read.elapsed_seconds < 3  # the late answer comes after three seconds
    assert [answer.body for answer in archive.answers(archive.reads(DAY)[0])] == [b'["1","2"]', b"one"]


def test_an_empty_board_is_kept_as_it_is(tmp_path: Path) -> None:
    """Whether emptiness can be believed is decided where the board's past is known, not here."""
    replies = [Reply(body=b'["1"]'), Reply(body=b"one"), Reply(body=b"[]")]
    archive = archive_for(tmp_path)
    with CountingServer(lambda _: replies.pop(0)) as server, client_for(tmp_path) as client:
        for offset in range(2):
            day = DAY + timedelta(days=offset)
            assert read_board(DetailAdapter(), ACME, day, client, archive, server.url).status == "complete"
    assert archive.answers(archive.reads(DAY + timedelta(days=1))[0])[0].body == b"[]"


def test_a_failed_board_is_tried_again_by_the_next_run(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with CountingServer(lambda _: Reply(500)) as server, client_for(tmp_path) as client:
        assert read_board(ListAdapter(), ACME, DAY, client, archive, server.url).status == "failed"
        server.respond = lambda _: Reply()
        second = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
    assert (second.status, second.attempt) == ("complete", 2)
    assert archive.effective_reads(DAY)[0].read.attempt == 2


def test_a_board_whose_damaged_answer_was_moved_away_is_asked_again(tmp_path: Path) -> None:
    """So the message on a damaged object says; the record of a whole read must not keep it from that."""
    archive = archive_for(tmp_path)
    with by_path(acme=Reply(body=b'["1"]')) as server, client_for(tmp_path) as client:
        first = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
        assert archive.whole_read("fake", "acme", DAY) is not None
        (stored,) = archive.objects.digests()
        object_path(archive.root, stored).unlink()
        assert archive.whole_read("fake", "acme", DAY) is None
        again = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
    assert (first.attempt, again.attempt, again.status) == (1, 2, "complete")
    assert [answer.body for answer in archive.answers(archive.effective_reads(DAY)[0])] == [b'["1"]']


def test_one_failing_board_takes_nothing_from_another(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    good = Board(source="fake", token="good", employer="Good")
    with by_path(acme=Reply(500), good=Reply(body=b"[]")) as server, client_for(tmp_path) as client:
        reads = [read_board(ListAdapter(), board, DAY, client, archive, server.url) for board in (ACME, good)]
    assert [read.status for read in reads] == ["failed", "complete"]
    assert len(archive.effective_reads(DAY)) == 2


def test_a_moved_board_is_read_and_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    archive = archive_for(tmp_path)
    with (
        by_path(acme=Reply(301, b"", {"Location": "/moved"}), moved=Reply(body=b"[]")) as server,
        client_for(tmp_path) as client,
    ):
        read = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "complete"
    assert "fake/acme has moved" in caplog.text
    assert "/moved answered" in caplog.text
    (archived,) = archive.reads(DAY)
    assert [entry.status for entry in archived.entries] == [301, 200]
    (answer,) = archive.answers(archived)
    assert answer.request.url.endswith("/acme")


def test_a_board_that_is_sent_to_another_hosts_page_without_a_board_is_gone(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with (
        by_path(front=Reply(body=b"<html>The best software for hiring</html>")) as elsewhere,
        by_path(acme=Reply(302, b"", {"Location": f"{elsewhere.url}/front"})) as server,
        client_for(tmp_path) as client,
    ):
        read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "gone"
    assert "no such board" in (read.error or "")
    (archived,) = archive.reads(DAY)
    assert [entry.status for entry in archived.entries] == [302, 200]


def test_malformed_answers_are_not_hidden_by_a_missing_page(tmp_path: Path) -> None:
    class Strict(ListAdapter):
        def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
            answer = yield Request(url=f"{base_url}/{board.token}")
            raise MalformedAnswer(f"status {answer.status}")

    archive = archive_for(tmp_path)
    with by_path(acme=Reply()) as server, client_for(tmp_path) as client:
        assert read_board(Strict(), ACME, DAY, client, archive, server.url).status == "malformed"
        nobody = Board(source="fake", token="nobody", employer="N")
        assert read_board(Strict(), nobody, DAY, client, archive, server.url).status == "gone"
