"""Reads one board: drives the adapter's requests through the client and archives whatever comes back."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
from collections.abc import Generator
from datetime import UTC, date, datetime
from urllib.parse import urljoin, urlsplit

from include.archive.journal import OpenRead, open_read
from include.archive.reads import Answer, Board, BoardRead, ReadStatus, Request
from include.archive.redaction import redact_url
from include.archive.store import Archive
from include.archive.validators import PastAnswers
from include.collect.completeness import shortfall
from include.collect.field_profile import field_profile
from include.collect.network.client import PoliteClient
from include.collect.network.failures import MissingContact, NoAnswer, OutOfBudget, ReadEnded, Refused
from include.collect.network.redirects import redirect_target
from include.collect.network.visit import Visit
from include.collect.parsing.volume import MOST_PARTS, n_parts
from include.collect.protocol import Adapter, MalformedAnswer
from include.errors import printable
from include.locks import LockTimeout
from include.storage import StorageError

_log = logging.getLogger(__name__)

_MOST_REQUESTS = 20_000  # an adapter that never ends; the time budget usually comes first
_FORBIDDEN = frozenset((401, 403, 407))
_SERVER_ERROR = 500
_MOST_FAILED_DETAILS = 5  # in a row: the host is ill, and asking on would not help it
_NO_ANSWER = 0  # status of what an adapter is given for a detail that nobody answered; never archived


def read_board(
    adapter: Adapter,
    board: Board,
    day: date,
    client: PoliteClient,
    archive: Archive,
    base_url: str | None = None,
    *,
    force: bool = False,
) -> BoardRead:
    """Read one board for one day, once.

    A board that was read whole on this day is not asked again; one that gave a part, or something else than
    its format, is. While one process reads a board, another that wants it waits and then finds it read. Every
    answer is archived as it arrives, and however the read ends there is a record of it; a killed process's
    record is written by the next read of the board.

    Args:
        adapter: the board's source.
        board: what to read.
        day: partition of the read. Only today's state of a board can be read, whatever the day says.
        client: makes the requests.
        archive: receives answers and record.
        base_url: replaces the source's scheme and host.
        force: read again what was read whole already (as a further attempt).

    Returns:
        How the read ended; one failing board raises nothing.

    Raises:
        MissingContact: public hosts need a contact in the settings. Recorded as `missing`.
        StorageError: the archive cannot be written.
        Exception: a fault in the adapter, recorded as `failed`, then raised.
    """
    started = time.monotonic()
    with contextlib.ExitStack() as held:
        try:
            wait_seconds = client.settings.board_time_budget_seconds
            journal = held.enter_context(open_read(archive, board, day, wait_seconds))
        except LockTimeout:
            return record_unread(
                archive,
                board,
                day,
                "out_of_budget",
                "another process was reading this board all the time; its own record says how that ended",
                time.monotonic() - started,
            )
        if not force and (archived := archive.whole_read(board.source, board.token, day)):
            _log.info("%s/%s was read on %s already", board.source, board.token, day)
            return archived.read
        return _BoardReading(adapter, board, day, client, archive, journal).run(base_url)


def record_unread(
    archive: Archive, board: Board, day: date, status: ReadStatus, error: str, waited_seconds: float = 0.0
) -> BoardRead:
    """Write down that a board was not asked at all, and why.

    Raises:
        StorageError: the archive cannot be written.
    """
    read = BoardRead(
        day=day,
        board=board,
        attempt=archive.next_attempt(board.source, board.token, day),
        status=status,
        n_requests=0,
        body_bytes=0,
        elapsed_seconds=waited_seconds,
        started_at=datetime.now(UTC),
        error=error,
    )
    return archive.record_entries(read, ()).read


class _BoardReading:
    """One attempt; see `read_board`."""

    def __init__(
        self,
        adapter: Adapter,
        board: Board,
        day: date,
        client: PoliteClient,
        archive: Archive,
        journal: OpenRead,
    ) -> None:
        self._adapter = adapter
        self._board = board
        self._day = day
        self._client = client
        self._past = PastAnswers(archive)
        self._journal = journal
        self._visit: Visit = client.visit(on_answer=lambda answer: journal.add(answer, is_delivered=False))
        self._delivered: list[Answer] = []
        self._n_parts = 0
        self._failed_details = 0
        self._lost_details: list[str] = []
        self._missing: Answer | None = None

    def run(self, base_url: str | None) -> BoardRead:
        """Read, and record how it ended whatever happens."""
        started_at, started = datetime.now(UTC), time.monotonic()  # the one clock the house rules allow
        self._journal.start(started_at)

        def finish(status: ReadStatus, error: str | None = None) -> BoardRead:
            read = BoardRead(
                day=self._day,
                board=self._board,
                attempt=self._journal.attempt,
                status=status,
                n_requests=self._visit.n_requests,
                body_bytes=self._visit.body_bytes,
                elapsed_seconds=round(time.monotonic() - started, 3),
                started_at=started_at,
                error=None if error is None else printable(error),
            )
            return self._journal.finish(read, field_profile(self._delivered)).read

        try:
            status = self._read(self._adapter.requests(self._board, base_url))
            problem = None if status == "gone" else self._problem()
        except ReadEnded as end:
            return finish(end.status, str(end))
        except MalformedAnswer as error:
            if elsewhere := self._sent_elsewhere():
                return finish("gone", elsewhere)
            unanswered = self._unanswered()
            return finish("failed", unanswered) if unanswered else finish("malformed", str(error))
        except StorageError:
            raise  # nothing can be recorded; the journal stays and the next read records this one
        except MissingContact as error:
            finish("missing", str(error))
            raise
        except BaseException as error:
            # Also KeyboardInterrupt and Airflow's time-out: the record comes first, then the way out.
            name = type(error).__name__
            finish("failed", f"the adapter {self._adapter.name} or its process stopped with {name}: {error}")
            raise
        if status == "gone" and self._missing is not None:
            return finish("gone", f"{_said(self._missing)}: there is no such board (any more)")
        return finish("partial", problem) if problem else finish(status)

    def _read(self, requests: Generator[Request, Answer, None]) -> ReadStatus:
        try:
            request = next(requests)
            while True:
                request = requests.send(self._ask(request))
                # The adapter had another place to look: the missing page was not the board's last word.
                self._missing = None
        except StopIteration:
            pass
        except MalformedAnswer:
            if self._missing is None:
                raise
        if self._missing is not None and self._delivered:
            # A board whose list began is there; a later page that is not costs that page.
            raise NoAnswer(f"{_said(self._missing)}, though the list before it was answered")
        if self._missing is not None:
            return "gone"
        if not self._delivered:
            raise MalformedAnswer(f"the adapter {self._adapter.name} made no request that was answered")
        return "unchanged" if all(answer.is_revalidated for answer in self._delivered) else "complete"

    def _sent_elsewhere(self) -> str | None:
        """Say where a list that cannot be read was redirected to, None when its own host answered.

        Hosts send whoever asks for a tenant they do not have (any more) to their front page.
        """
        for answer in self._delivered:
            asked, got = urlsplit(answer.request.url).netloc, urlsplit(answer.url).netloc
            if answer.request.purpose == "list" and asked != got:
                return f"{asked} redirects to {got}, where there is no such board (any more)"
        return None

    def _unanswered(self) -> str | None:
        """Say why nothing came at all, None when something did.

        Only a detail may go without an answer; where an adapter needs one before any list, its complaint
        about the format would hide that the host was not there.
        """
        if any(answer.status < _SERVER_ERROR for answer in self._delivered):
            return None
        if self._delivered:
            return (
                f"{redact_url(self._delivered[-1].url)} answered {self._delivered[-1].status} to the last try"
            )
        return self._lost_details[-1] if self._lost_details else None

    def _problem(self) -> str | None:
        """Say what the answers lack, so that a board that gave no more than a part is asked again.

        Raises:
            MalformedAnswer: the answers are not of the source's format: a log-in page with status 200, say.
        """
        listing = self._adapter.parse(self._board, self._delivered)
        if self._lost_details:
            return f"{len(self._lost_details)} details were not answered, the last: {self._lost_details[-1]}"
        return shortfall(listing, is_census=self._adapter.is_census)

    def _ask(self, request: Request) -> Answer:
        if len(self._delivered) >= _MOST_REQUESTS:
            raise OutOfBudget(f"{_MOST_REQUESTS:,} requests were not enough to read the board")
        validators = self._past.validators(self._board, request, self._day)
        try:
            answer = self._client.fetch(request, self._visit, validators)
        except NoAnswer as error:
            if request.purpose != "detail":
                raise
            return self._lose_detail(request, error)
        if answer.status in _FORBIDDEN:
            self._journal.add(answer, is_delivered=False)
            raise Refused(f"{redact_url(answer.url)} answered {answer.status}")
        if request.purpose == "detail":
            self._take_detail(answer)
        else:
            self._take_list(answer)
        return answer

    def _take_list(self, answer: Answer) -> None:
        self._deliver(answer, is_delivered=answer.is_success)
        if answer.is_success and answer.url != answer.request.url:
            _log.warning(
                "%s/%s has moved: %s answered for %s. If that lasts, correct its row in boards.csv.",
                self._board.source,
                self._board.token,
                redact_url(answer.url),
                redact_url(answer.request.url),
            )
        if answer.is_not_there or redirect_target(answer):
            self._missing = answer
        elif not answer.is_success:
            raise NoAnswer(f"{redact_url(answer.url)} answered {answer.status} to the last try")

    def _take_detail(self, answer: Answer) -> None:
        # A posting can close between the list and its detail, so the adapter is shown every status.
        self._deliver(answer, is_delivered=True)
        is_failed = answer.status >= 400 and not answer.is_not_there
        self._failed_details = self._failed_details + 1 if is_failed else 0
        self._give_up_on_details(f"with status {answer.status}")

    def _lose_detail(self, request: Request, error: NoAnswer) -> Answer:
        """Go on without one detail; what the list says of the posting stays."""
        self._lost_details.append(str(error))
        self._failed_details += 1
        self._give_up_on_details(f"because {error}")
        return Answer(
            request=request,
            url=request.url,
            status=_NO_ANSWER,
            headers=(),
            fetched_at=datetime.now(UTC),
            body=b"",
            sha256=hashlib.sha256(b"").hexdigest(),
        )

    def _give_up_on_details(self, how_the_last_failed: str) -> None:
        if self._failed_details >= _MOST_FAILED_DETAILS:
            raise NoAnswer(f"{_MOST_FAILED_DETAILS} details in a row failed, the last {how_the_last_failed}")

    def _deliver(self, answer: Answer, *, is_delivered: bool) -> None:
        self._n_parts += n_parts(answer.body)
        if self._n_parts > MOST_PARTS:  # before anybody parses it
            self._journal.add(answer, is_delivered=False)
            raise OutOfBudget(
                f"the answers hold more than {MOST_PARTS:,} tags and values, more than any board has"
            )
        self._journal.add(answer, is_delivered=is_delivered)
        if is_delivered:
            self._delivered.append(answer)


def _said(answer: Answer) -> str:
    """Say with what a host answered that there is no such page."""
    target = redirect_target(answer)
    led_to = f" and leads to {redact_url(urljoin(answer.url, target))}" if target else ""
    return f"{redact_url(answer.url)} answered {answer.status}{led_to}"
