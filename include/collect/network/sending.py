"""One HTTP request in its turn at the host, within the visit's time and bytes, under our name."""

from __future__ import annotations

import hashlib
import math
import ssl
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx

from include.archive.reads import Answer, Request
from include.archive.redaction import host_of, keep_headers, redact_url
from include.archive.validators import Validators
from include.collect.network.content_coding import ACCEPT_ENCODING, decoded
from include.collect.network.credentials import Credential
from include.collect.network.failures import MissingContact, TurnTooLate
from include.collect.network.keyring import Keyring
from include.collect.network.robots import PRODUCT_TOKEN
from include.collect.network.safety import CheckedBackend, Resolver, check_url, deadline, is_loopback
from include.collect.network.transport import CheckedTransport, hide_queries_in_logs, trusted_authorities
from include.collect.network.turns import HostTurns, NoTurn
from include.collect.network.visit import Visit
from include.collect.protocol import HostLimits
from include.settings import Settings
from include.versions import project_version

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0
_OWN_HEADERS = frozenset(("user-agent", "from", "accept-encoding", "host", "content-length", "connection"))


class Sender:
    """Sends one request after the other; closed after use.

    Args:
        settings: contact and limits.
        keyring: what is shown to which host.
        limits: to one host, besides those of the settings; the strictest hold.
        ssl_context: None for the system's and certifi's authorities.
        resolver: of host names.
    """

    def __init__(
        self,
        settings: Settings,
        keyring: Keyring,
        limits: HostLimits | None,
        ssl_context: ssl.SSLContext | None,
        resolver: Resolver,
    ) -> None:
        self._settings = settings
        self._keyring = keyring
        self._contact = settings.contact
        set_limits = HostLimits(settings.requests_per_second_per_host, settings.concurrency_per_host)
        self._turns = HostTurns(
            settings.paths.politeness / "hosts", set_limits.strictest(limits or set_limits)
        )
        hide_queries_in_logs()
        self._http = httpx.Client(
            transport=CheckedTransport(
                ssl_context or trusted_authorities(),
                CheckedBackend(allow_loopback=settings.allow_loopback, resolver=resolver),
            ),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    @property
    def user_agent(self) -> str:
        """How the client names itself: product, version and whom to ask."""
        return f"{PRODUCT_TOKEN}/{project_version()} (+{self._contact or 'simulated boards'})"

    def check(self, url: str) -> None:
        """Make sure that an address may be asked.

        Raises:
            UnsafeAddress: it is a forbidden place.
            MissingContact: the host is public and no contact is set.
        """
        check_url(url, allow_loopback=self._settings.allow_loopback)
        self._require_contact(url)

    def close_host(self, url: str, seconds: float) -> None:
        """Let no process ask a host for a while, because the host said so.

        Raises:
            TurnTooLate: the host's turns cannot be closed in time.
        """
        try:
            self._turns.close_until(_turn_key(url), time.time() + seconds)
        except NoTurn as error:
            raise _no_turn(host_of(url), error) from error

    def send(
        self,
        request: Request,
        hop: Request,
        visit: Visit,
        validators: Validators | None,
        crawl_delay: float = 0.0,
        most_seconds: float = math.inf,
    ) -> Answer:
        """Send a request when it is its turn.

        Args:
            request: what the answer is to say it answers.
            hop: what is sent: the request, or what follows its redirects.
            visit: whose budget it uses.
            validators: see `PoliteClient.fetch`.
            crawl_delay: least seconds between two requests, as the host's robots.txt wants.
            most_seconds: that the exchange itself may take, once it is our turn.

        Raises:
            TurnTooLate: the visit's time ends before our turn.
            OutOfBudget: the visit's time or bytes ran out.
            httpx.HTTPError: no answer came.
            BrokenBody: the answer's body cannot be decoded.
        """
        visit.check()
        try:
            with self._turns.turn(_turn_key(hop.url), visit.seconds_left, crawl_delay):
                visit.check()
                token = deadline.set(min(visit.ends_at, time.monotonic() + most_seconds))
                try:
                    return self._stream(request, hop, visit, validators)
                finally:
                    deadline.reset(token)
        except NoTurn as error:
            raise _no_turn(host_of(hop.url), error) from error

    def _stream(self, request: Request, hop: Request, visit: Visit, validators: Validators | None) -> Answer:
        credential = self._keyring.credential(hop)
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

    def _require_contact(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        if not self._contact and not is_loopback(host):
            raise MissingContact(
                f"reading the public host {host} needs a contact in the User-Agent. Set "
                f"HIRING_SIGNALS_CONTACT to a mail address or a page that says who is asking."
            )


def _no_turn(host: str, error: NoTurn) -> TurnTooLate:
    if error.is_host_wish:
        come_back_at = datetime.now(UTC) + timedelta(seconds=error.wait_seconds)
        return TurnTooLate(
            f"{host} asked to be left alone: come back at {come_back_at:%Y-%m-%d %H:%M:%S} UTC"
        )
    return TurnTooLate(
        f"the time budget ran out while waiting for a turn at {host}; fewer boards of this host at once, "
        f"or a longer HIRING_SIGNALS_BOARD_TIME_BUDGET_SECONDS, would mend it"
    )


def _turn_key(url: str) -> str:
    parts = urlsplit(url)
    return parts.hostname or "" if parts.port in (None, 80, 443) else f"{parts.hostname}:{parts.port}"
