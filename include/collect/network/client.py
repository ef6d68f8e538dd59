"""The polite HTTP client: the only way out of the house.

It says who it is, obeys robots.txt, keeps rate and concurrency per host across processes, asks conditionally,
backs off when told to, and gives up within the board's time and bytes. It goes to public addresses only, and
keeps every answer's bytes as they came: what a Content-Type or charset claims is the parser's business.
"""

from __future__ import annotations

import hashlib
import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec
import stamina

from include.archive.validators import Validators
from include.collect.network.content_coding import ACCEPT_ENCODING, BrokenBody, decoded
from include.collect.network.credentials import TOKENS, Credential
from include.collect.network.failures import (
    MissingContact,
    NoAnswer,
    OutOfBudget,
    ReadEnded,
    Refused,
    UnsafeAddress,
)
from include.collect.network.redaction import carries_secret, keep_headers, redact_url
from include.collect.network.retry_after import retry_after_seconds
from include.collect.network.robots import PRODUCT_TOKEN, Robots, RobotsFile
from include.collect.network.safety import (
    CheckedBackend,
    Resolver,
    check_url,
    deadline,
    is_loopback,
    system_resolver,
)
from include.collect.network.transport import (
    CheckedTransport,
    hide_queries_in_logs,
    in_words,
    is_permanent,
    trusted_authorities,
)
from include.collect.network.turns import HostTurns, NoTurn
from include.collect.network.visit import RetryPolicy, Visit
from include.collect.network.walls import wall
from include.collect.protocol import Answer, Request
from include.settings import Settings

_log = logging.getLogger(__name__)

VERSION = "0.1"
MAX_REDIRECTS = 5
RETRIED_STATUSES = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0
_ROBOTS_SECONDS = 20.0
_ROBOTS_BYTES = 4_000_000  # what is received; less of it is read
# What may follow a request to another host; everything else an adapter sets stays behind.
_PORTABLE_HEADERS = frozenset(("accept", "accept-language", "content-type"))
_OWN_HEADERS = frozenset(("user-agent", "from", "accept-encoding", "host", "content-length", "connection"))


class _TryAgain(Exception):
    """An answer that is worth another try."""

    def __init__(self, answer: Answer, wait_seconds: float | None) -> None:
        super().__init__(f"status {answer.status}")
        self.answer = answer
        self.wait_seconds = wait_seconds


class PoliteClient:
    """Fetches one request after the other; one client per process, closed after use.

    Args:
        settings: contact, limits and budgets.
        credentials: of the hosts that want some.
        retry: patience.
        requests_per_second: what the source's card allows to one host; the slower of it and the
            setting holds.
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
        requests_per_second: float | None = None,
        ssl_context: ssl.SSLContext | None = None,
        resolver: Resolver = system_resolver,
    ) -> None:
        self._settings = settings
        self._credentials = {credential.host: credential for credential in credentials}
        self._retry = retry or RetryPolicy()
        self._contact = _checked_contact(settings.contact)
        state = settings.paths.politeness
        self._turns = HostTurns(
            state / "hosts",
            requests_per_second=min(
                settings.requests_per_second_per_host,
                requests_per_second or settings.requests_per_second_per_host,
            ),
            concurrency=settings.concurrency_per_host,
        )
        self._robots = Robots(state / "robots")
        hide_queries_in_logs()
        self._http = httpx.Client(
            transport=CheckedTransport(
                ssl_context or trusted_authorities(),
                CheckedBackend(allow_loopback=settings.allow_loopback, resolver=resolver),
            ),
            follow_redirects=False,
            trust_env=False,
        )

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
        self._http.close()

    def visit(self, on_answer: Callable[[Answer], None] = lambda _: None) -> Visit:
        """Start the budget of one board's read."""
        return Visit(
            seconds=self._settings.board_time_budget_seconds,
            max_bytes=self._settings.board_byte_budget,
            on_answer=on_answer,
        )

    def fetch(self, request: Request, visit: Visit, validators: Validators | None = None) -> Answer:
        """Return the final answer, whatever its status, after redirects and repeated tries.

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
                on=lambda error: _backoff(error, visit, repeated),
                attempts=self._retry.attempts,
                timeout=None,  # the visit's deadline is harder than stamina's
                wait_initial=min(self._retry.first_wait_seconds, longest),
                wait_max=longest,
                wait_jitter=min(self._retry.jitter_seconds, longest),
            ):
                with attempt:
                    if attempt.num > 1:
                        _log.info("%s: try %d", _host(request.url), attempt.num)
                    if repeated:
                        visit.on_answer(repeated.pop())
                    return self._follow(request, visit, validators)
        except _TryAgain as last:
            return last.answer
        except httpx.HTTPError as error:
            visit.check()
            raise NoAnswer(f"{_host(request.url)} gave no usable answer: {in_words(error)}") from error
        except httpx.InvalidURL as error:
            raise NoAnswer(f"{redact_url(request.url)} is not a usable URL: {error}") from error
        except BrokenBody as error:
            raise NoAnswer(f"{_host(request.url)} sent a broken body: {error}") from error
        raise AssertionError("stamina always returns or raises")

    def _follow(self, request: Request, visit: Visit, validators: Validators | None) -> Answer:
        hop = request
        seen = {request.url}
        has_new_token = False
        while True:
            answer = self._exchange(request, hop, visit, validators)
            if answer.status == 401 and not has_new_token and self._forget_token(hop):
                visit.on_answer(answer)
                has_new_token = True
                continue
            target = dict(answer.headers).get("location")
            if answer.status not in _REDIRECTS or not target:
                break
            visit.on_answer(answer)
            if carries_secret(hop):
                raise UnsafeAddress(f"{_host(hop.url)} redirects a request that carries a key")
            hop = _next_hop(hop, answer.status, target)
            if hop.url in seen or len(seen) > MAX_REDIRECTS:
                raise NoAnswer(
                    f"{_host(request.url)} redirects in a circle or more than {MAX_REDIRECTS} times, last to "
                    f"{redact_url(hop.url)}"
                )
            seen.add(hop.url)
        return self._judge(answer, validators, visit)

    def _judge(self, answer: Answer, validators: Validators | None, visit: Visit) -> Answer:
        headers = dict(answer.headers)
        if answer.status == 304:
            if validators is None:
                raise NoAnswer(f"{_host(answer.url)} answered 304 to a request without condition")
            return _revalidated(answer, validators)
        obstacle = wall(answer.request.url, answer.url, headers, answer.body)
        if obstacle is not None:
            visit.on_answer(answer)
            raise Refused(f"{_host(answer.url)} shows {obstacle}; it is skipped, not evaded")
        if answer.status in RETRIED_STATUSES:
            raise _TryAgain(answer, self._pause(answer, headers, visit))
        return answer

    def _pause(self, answer: Answer, headers: Mapping[str, str], visit: Visit) -> float | None:
        """Heed Retry-After: close the host for every process, and stop when it is longer than we have."""
        seconds = retry_after_seconds(headers, datetime.now(UTC))
        if seconds is None:
            return None
        try:
            self._turns.close_until(_turn_key(answer.url), time.time() + seconds)
        except NoTurn as error:
            raise _no_turn(_host(answer.url), error) from error
        if seconds >= visit.seconds_left:
            visit.on_answer(answer)
            come_back_at = datetime.now(UTC) + timedelta(seconds=seconds)
            raise OutOfBudget(
                f"{_host(answer.url)} answered {answer.status} and wants a pause of {seconds:.0f} s: "
                f"come back at {come_back_at:%Y-%m-%d %H:%M:%S} UTC",
                come_back_at,
            )
        return seconds

    def _exchange(
        self, request: Request, hop: Request, visit: Visit, validators: Validators | None
    ) -> Answer:
        """Make one HTTP request with everything that politeness and safety ask for."""
        check_url(hop.url, allow_loopback=self._settings.allow_loopback)
        self._require_contact(hop.url)
        crawl_delay = self._robots.check(
            hop.url, visit.seconds_left, lambda url: self._fetch_robots(url, visit)
        )
        self._fetch_token(hop, visit)
        return self._send(request, hop, visit, validators, crawl_delay)

    def _fetch_token(self, hop: Request, visit: Visit) -> None:
        """Have a token for a host that wants one, before there is a turn at that host."""
        credential = self._known_credential(hop.url)
        if credential is None or credential.grant is None or carries_secret(hop):
            return
        if TOKENS.get(credential.grant) is None:
            answer = self.fetch(credential.grant.request(), visit)  # returned to us: it is not archived
            TOKENS.put(credential.grant, answer, credential.connection)

    def _forget_token(self, hop: Request) -> bool:
        """Drop the token that a host refused; tell whether there was one."""
        credential = self._known_credential(hop.url)
        if credential is None or credential.grant is None or carries_secret(hop):
            return False
        TOKENS.forget(credential.grant)
        return True

    def _send(
        self,
        request: Request,
        hop: Request,
        visit: Visit,
        validators: Validators | None,
        crawl_delay: float = 0.0,
    ) -> Answer:
        visit.check()
        try:
            with self._turns.turn(_turn_key(hop.url), visit.seconds_left, crawl_delay):
                visit.check()
                token = deadline.set(visit.ends_at)
                try:
                    return self._stream(request, hop, visit, validators)
                finally:
                    deadline.reset(token)
        except NoTurn as error:
            raise _no_turn(_host(hop.url), error) from error

    def _stream(self, request: Request, hop: Request, visit: Visit, validators: Validators | None) -> Answer:
        credential = self._credential(hop)
        visit.n_requests += 1
        with self._http.stream(
            hop.method,
            hop.url,
            params=httpx.URL(hop.url).params.merge(credential.params) if credential.params else None,
            headers=self._headers(hop, credential, validators),
            content=hop.body,
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
        ) as response:
            body = bytearray()
            if response.status_code != 304:
                for piece in decoded(response.iter_raw(), response.headers.get("content-encoding", "")):
                    visit.count(len(piece))
                    visit.check()
                    body += piece
            content = credential.cut_out_of_body(bytes(body))
            return Answer(
                request=request,
                url=hop.url,
                status=response.status_code,
                headers=tuple(
                    (name, credential.cut_out(value))
                    for name, value in keep_headers(response.headers.multi_items())
                ),
                fetched_at=datetime.now(UTC),
                body=content,
                sha256=hashlib.sha256(content).hexdigest(),
            )

    def _headers(self, hop: Request, credential: Credential, validators: Validators | None) -> dict[str, str]:
        headers = {name: value for name, value in hop.headers.items() if name.lower() not in _OWN_HEADERS}
        headers |= {"User-Agent": self.user_agent, "Accept-Encoding": ACCEPT_ENCODING}
        if "@" in self._contact:
            headers["From"] = self._contact
        if validators is not None and validators.answer.url == redact_url(hop.url):
            if validators.etag is not None:
                headers["If-None-Match"] = validators.etag
            if validators.last_modified is not None:
                headers["If-Modified-Since"] = validators.last_modified
        return headers | dict(credential.headers)

    @property
    def user_agent(self) -> str:
        """How the client names itself: product, version and whom to ask."""
        return f"{PRODUCT_TOKEN}/{VERSION} (+{self._contact or 'simulated boards'})"

    def _credential(self, hop: Request) -> Credential:
        known = self._known_credential(hop.url)
        if known is None or carries_secret(hop):
            return Credential(host=_host(hop.url))
        token = TOKENS.get(known.grant) if known.grant is not None else None
        if token is None:
            return known
        return msgspec.structs.replace(known, headers={**known.headers, "Authorization": f"Bearer {token}"})

    def _known_credential(self, url: str) -> Credential | None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_safe = parts.scheme == "https" or is_loopback(host)
        return self._credentials.get(host) if is_safe and parts.path != "/robots.txt" else None

    def _require_contact(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        if not self._contact and not is_loopback(host):
            raise MissingContact(
                f"reading the public host {host} needs a contact in the User-Agent. Set "
                f"HIRING_SIGNALS_CONTACT to a mail address or a page that says who is asking."
            )

    def _fetch_robots(self, url: str, outer: Visit) -> RobotsFile:
        """Ask for a robots.txt within a visit, following redirects, trying twice."""
        inner = Visit(seconds=min(_ROBOTS_SECONDS, outer.seconds_left), max_bytes=_ROBOTS_BYTES)
        request = hop = Request(url=url)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                check_url(hop.url, allow_loopback=self._settings.allow_loopback)
                self._require_contact(hop.url)
                answer = self._send_twice(request, hop, inner)
                target = dict(answer.headers).get("location")
                if answer.status not in _REDIRECTS or not target:
                    return RobotsFile.of_answer(answer.status, answer.body)
                hop = _next_hop(hop, answer.status, target)
            return RobotsFile(verdict="no_rules", status=answer.status)  # RFC 9309, 2.3.1.2
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
            answer = self._send(request, hop, visit, None)
            if answer.status not in RETRIED_STATUSES:
                return answer
        except httpx.TransportError as error:
            if is_permanent(error):
                raise
        time.sleep(min(self._retry.first_wait_seconds, visit.seconds_left / 4))
        return self._send(request, hop, visit, None)


def _backoff(error: Exception, visit: Visit, repeated: list[Answer]) -> bool | float:
    """Tell stamina whether to try again, and after how many seconds when the host named them."""
    if not visit.seconds_left:
        return False
    if isinstance(error, _TryAgain):
        repeated[:] = [error.answer]
        return True if error.wait_seconds is None else error.wait_seconds
    if isinstance(error, httpx.TransportError):
        return not is_permanent(error)
    return isinstance(error, BrokenBody)


def _next_hop(hop: Request, status: int, target: str) -> Request:
    url = urljoin(hop.url, target)
    if urlsplit(hop.url).scheme == "https" and urlsplit(url).scheme == "http":
        raise UnsafeAddress(f"{_host(hop.url)} redirects from https to plain http")
    is_same_host = urlsplit(hop.url).netloc == urlsplit(url).netloc
    headers = {
        name: value
        for name, value in hop.headers.items()
        if is_same_host or name.lower() in _PORTABLE_HEADERS
    }
    if status in (307, 308) or hop.method == "GET":
        return msgspec.structs.replace(hop, url=url, headers=headers)
    return msgspec.structs.replace(hop, url=url, headers=headers, method="GET", body=None)


def _revalidated(answer: Answer, validators: Validators) -> Answer:
    headers = dict(validators.answer.headers) | dict(answer.headers)
    return msgspec.structs.replace(
        validators.answer,
        request=answer.request,
        headers=tuple(headers.items()),
        fetched_at=answer.fetched_at,
        is_revalidated=True,
    )


def _no_turn(host: str, error: NoTurn) -> ReadEnded:
    come_back_at = datetime.now(UTC) + timedelta(seconds=error.wait_seconds)
    if error.is_host_wish:
        return OutOfBudget(
            f"{host} asked to be left alone: come back at {come_back_at:%Y-%m-%d %H:%M:%S} UTC", come_back_at
        )
    return OutOfBudget(
        f"the time budget ran out while waiting for a turn at {host}; fewer boards of this host at once, "
        f"or a longer HIRING_SIGNALS_BOARD_TIME_BUDGET_SECONDS, would mend it",
        come_back_at,
    )


def _turn_key(url: str) -> str:
    parts = urlsplit(url)
    default = 443 if parts.scheme == "https" else 80
    port = parts.port or default
    return parts.hostname or "" if port in (80, 443) else f"{parts.hostname}:{port}"


def _host(url: str) -> str:
    return urlsplit(redact_url(url)).netloc


def _checked_contact(contact: str) -> str:
    if any(ord(letter) < 32 or ord(letter) > 126 for letter in contact):
        raise ValueError("HIRING_SIGNALS_CONTACT must be plain ASCII on one line: it goes into a header")
    if contact and "@" not in contact and not contact.startswith(("http://", "https://")):
        raise ValueError(
            f"HIRING_SIGNALS_CONTACT is {contact!r}: give a mail address or the address of a page"
        )
    return contact
