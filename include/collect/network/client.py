"""The polite HTTP client: the only way out of the house.

It says who it is, obeys robots.txt, keeps rate and concurrency per host across processes, asks conditionally,
backs off when told to, and gives up within the board's time and bytes. It goes to public addresses only, and
keeps every answer's bytes as they came: what a Content-Type or charset claims is the parser's business.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import httpx
import msgspec
import stamina

from include.archive.reads import Answer, Request
from include.archive.redaction import carries_secret, host_of, redact_url
from include.archive.validators import Validators
from include.collect.network.content_coding import BrokenBody
from include.collect.network.credentials import Credential
from include.collect.network.failures import NoAnswer, OutOfBudget, Refused, TurnTooLate, UnsafeAddress
from include.collect.network.keyring import Keyring
from include.collect.network.redirects import MAX_REDIRECTS, leads_to_front_page, next_hop, redirect_target
from include.collect.network.retry_after import retry_after_seconds
from include.collect.network.robots import Robots, RobotsFile
from include.collect.network.safety import Resolver, system_resolver
from include.collect.network.sending import Sender
from include.collect.network.transport import in_words, is_permanent
from include.collect.network.visit import RetryPolicy, Visit
from include.collect.network.walls import wall
from include.collect.protocol import HostLimits
from include.settings import Settings

_log = logging.getLogger(__name__)

RETRIED_STATUSES = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524))
_ROBOTS_SECONDS = 20.0  # for each exchange
_ROBOTS_BYTES = 4_000_000  # what is received; less of it is read


class _TryAgain(Exception):
    """An answer that is worth another try."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"status {answer.status}")
        self.answer = answer


class PoliteClient:
    """Fetches one request after the other; one client per process, closed after use.

    Args:
        settings: contact, limits and budgets.
        credentials: of the hosts that want some.
        retry: patience.
        limits: what the source's card allows to one host; the strictest of them and the settings hold.
        ssl_context: replaced in tests. By default the system's and certifi's authorities are trusted, and
            SSL_CERT_FILE is respected.
        resolver: replaced in tests.

    Proxy settings of the environment are ignored: a proxy would resolve names itself, unchecked.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        credentials: Sequence[Credential] = (),
        retry: RetryPolicy | None = None,
        limits: HostLimits | None = None,
        ssl_context: ssl.SSLContext | None = None,
        resolver: Resolver = system_resolver,
    ) -> None:
        self._settings = settings
        self._keyring = Keyring(credentials)
        self._retry = retry or RetryPolicy()
        self._sender = Sender(settings, self._keyring, limits, ssl_context, resolver)
        self._robots = Robots(settings.paths.politeness / "robots")

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._sender.close()

    def visit(self, on_answer: Callable[[Answer], None] = lambda _: None) -> Visit:
        """Start the budget of one board's read."""
        return Visit(
            seconds=self._settings.board_time_budget_seconds,
            max_bytes=self._settings.board_byte_budget,
            on_answer=on_answer,
        )

    def fetch(self, request: Request, visit: Visit, validators: Validators | None = None) -> Answer:
        """Return the final answer, whatever its status, after redirects and repeated tries.

        A redirect to the front page of another host is such an answer: see `leads_to_front_page`.

        Args:
            request: what to ask.
            visit: whose budget it uses.
            validators: of the archived answer that a 304 would confirm; the confirmed answer is returned.

        Raises:
            MissingContact: the host is public and no contact is set.
            UnsafeAddress: the URL or a redirect leads to a forbidden place.
            Refused: robots.txt forbids it, or a log-in page or bot check stands in the way.
            OutOfBudget: the visit's time or bytes ran out, or the host wants a longer pause than is left.
            NoAnswer: no usable answer after all tries.
        """
        repeated: list[Answer] = []
        longest = min(self._retry.longest_wait_seconds, visit.seconds_left / 4)
        try:
            for attempt in stamina.retry_context(
                on=lambda error: _is_worth_another_try(error, visit, repeated),
                attempts=self._retry.attempts,
                timeout=None,  # the visit's deadline is harder than stamina's
                wait_initial=self._retry.first_wait_seconds,
                wait_max=longest,  # of each wait, jitter included
                wait_jitter=self._retry.jitter_seconds,
            ):
                with attempt:
                    if attempt.num > 1:
                        _log.info("%s: try %d", host_of(request.url), attempt.num)
                    if repeated:
                        visit.on_answer(repeated.pop())
                    return self._follow(request, visit, validators)
        except _TryAgain as last:
            return last.answer
        except httpx.HTTPError as error:
            visit.check()
            raise NoAnswer(f"{host_of(request.url)} gave no usable answer: {in_words(error)}") from error
        except httpx.InvalidURL as error:
            raise NoAnswer(f"{redact_url(request.url)} is not a usable URL: {error}") from error
        except BrokenBody as error:
            raise NoAnswer(f"{host_of(request.url)} sent a broken body: {error}") from error
        raise AssertionError("stamina always returns or raises")

    def _follow(self, request: Request, visit: Visit, validators: Validators | None) -> Answer:
        hop = request
        seen = {request.url}
        has_new_token = False
        while True:
            answer = self._exchange(request, hop, visit, validators)
            if answer.status == 401 and not has_new_token and self._keyring.forget_token(hop):
                visit.on_answer(answer)
                has_new_token = True
                continue
            target = redirect_target(answer)
            if target is None:
                break
            if leads_to_front_page(hop.url, target):
                self._sender.check(next_hop(hop, answer.status, target).url)
                return answer
            visit.on_answer(answer)
            if carries_secret(hop):
                raise UnsafeAddress(f"{host_of(hop.url)} redirects a request that carries a key")
            hop = next_hop(hop, answer.status, target)
            if hop.url in seen or len(seen) > MAX_REDIRECTS:
                raise NoAnswer(
                    f"{host_of(request.url)} redirects in a circle or more than {MAX_REDIRECTS} times, "
                    f"last to {redact_url(hop.url)}"
                )
            seen.add(hop.url)
        return self._judge(answer, validators, visit)

    def _judge(self, answer: Answer, validators: Validators | None, visit: Visit) -> Answer:
        headers = dict(answer.headers)
        if answer.status == 304:
            if validators is None:
                raise NoAnswer(f"{host_of(answer.url)} answered 304 to a request without condition")
            return _revalidated(answer, validators)
        obstacle = wall(answer.request.url, answer.url, headers, answer.body)
        if obstacle is not None:
            visit.on_answer(answer)
            raise Refused(f"{host_of(answer.url)} shows {obstacle}; it is skipped, not evaded")
        if answer.status in RETRIED_STATUSES:
            self._heed_retry_after(answer, headers, visit)
            raise _TryAgain(answer)
        return answer

    def _heed_retry_after(self, answer: Answer, headers: Mapping[str, str], visit: Visit) -> None:
        """Close the host for every process, ours too; stop when it wants a longer pause than we have."""
        seconds = retry_after_seconds(headers, datetime.now(UTC))
        if seconds is None:
            return
        self._sender.close_host(answer.url, seconds)
        if seconds >= visit.seconds_left:
            visit.on_answer(answer)
            come_back_at = datetime.now(UTC) + timedelta(seconds=seconds)
            raise OutOfBudget(
                f"{host_of(answer.url)} answered {answer.status} and wants a pause of {seconds:.0f} s: "
                f"come back at {come_back_at:%Y-%m-%d %H:%M:%S} UTC"
            )

    def _exchange(
        self, request: Request, hop: Request, visit: Visit, validators: Validators | None
    ) -> Answer:
        """Make one HTTP request with everything that politeness and safety ask for."""
        self._sender.check(hop.url)
        crawl_delay = self._robots.check(
            hop.url, visit.seconds_left, lambda url: self._fetch_robots(url, visit)
        )
        self._fetch_token(hop, visit)
        return self._sender.send(request, hop, visit, validators, crawl_delay)

    def _fetch_token(self, hop: Request, visit: Visit) -> None:
        """Have a token for a host that wants one, before there is a turn at that host."""
        grant = self._keyring.missing_token(hop)
        if grant is not None:
            answer = self.fetch(grant.request(), visit)  # returned to us: it is not archived
            self._keyring.keep_token(hop, grant, answer)

    def _fetch_robots(self, url: str, outer: Visit) -> RobotsFile:
        """Ask for a robots.txt within a visit, following redirects, trying twice."""
        inner = Visit(seconds=outer.seconds_left, max_bytes=_ROBOTS_BYTES)
        request = hop = Request(url=url)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                self._sender.check(hop.url)
                answer = self._send_twice(request, hop, inner)
                target = redirect_target(answer)
                if target is None:
                    return RobotsFile.of_answer(answer.status, answer.body)
                hop = next_hop(hop, answer.status, target)
            return RobotsFile(verdict="no_rules", status=answer.status)  # RFC 9309, 2.3.1.2
        except TurnTooLate:
            raise
        except OutOfBudget as error:
            outer.check()
            raise NoAnswer(str(error)) from error
        except httpx.HTTPError as error:
            outer.check()
            raise NoAnswer(in_words(error)) from error
        except BrokenBody as error:
            raise NoAnswer(f"a broken body: {error}") from error
        finally:
            outer.n_requests += inner.n_requests

    def _send_twice(self, request: Request, hop: Request, visit: Visit) -> Answer:
        try:
            answer = self._sender.send(request, hop, visit, None, most_seconds=_ROBOTS_SECONDS)
            if answer.status not in RETRIED_STATUSES:
                return answer
        except httpx.TransportError as error:
            if is_permanent(error):
                raise
        time.sleep(min(self._retry.first_wait_seconds, visit.seconds_left / 4))
        return self._sender.send(request, hop, visit, None, most_seconds=_ROBOTS_SECONDS)


def _is_worth_another_try(error: Exception, visit: Visit, repeated: list[Answer]) -> bool:
    if not visit.seconds_left:
        return False
    if isinstance(error, _TryAgain):
        repeated[:] = [error.answer]
        return True  # a pause that the host named is waited for in its turns
    if isinstance(error, httpx.TransportError):
        return not is_permanent(error)
    return isinstance(error, BrokenBody)


def _revalidated(answer: Answer, validators: Validators) -> Answer:
    headers = dict(validators.answer.headers) | dict(answer.headers)
    return msgspec.structs.replace(
        validators.answer,
        request=answer.request,
        headers=tuple(headers.items()),
        fetched_at=answer.fetched_at,
        is_revalidated=True,
    )
