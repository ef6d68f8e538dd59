"""What a host wants to be shown with every request, and tokens that are fetched for it.

A credential lives in memory only: no request, manifest, log line or message ever holds one.
"""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus, urlencode

import msgspec

from include.archive.reads import Answer, Request
from include.archive.redaction import REMOVED
from include.collect.network.failures import Refused

_SPARE_SECONDS = 60.0  # a token is renewed this long before it ends, so that it does not end on the way
_UNSTATED_SECONDS = 300.0  # how long a token without `expires_in` is used
_SHORTEST_CUT = 8  # a shorter value could stand in an answer by chance


def is_sendable(value: str) -> bool:
    """Return whether a header can hold a value; one that cannot is quoted by the error that says so."""
    return value.isascii() and value.isprintable()


class Secret(msgspec.Struct, frozen=True):
    """Login and password of an Airflow connection; empty where the connection has none."""

    login: str
    password: str

    def __repr__(self) -> str:
        """Show nothing, so that no message can hold the secret."""
        return "Secret(...)"


FindSecret = Callable[[str], Secret | None]
"""Returns the connection of this id, None when there is none."""


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """An OAuth 2.0 client-credentials grant (RFC 6749, section 4.4).

    Attributes:
        token_url: where the token is asked for.
        client_id: who asks.
        client_secret: proves it.
        scope: space-separated.
    """

    token_url: str
    client_id: str
    client_secret: str
    scope: str

    def __repr__(self) -> str:
        """Name the token host only, so that no message can hold the secret."""
        return f"Grant({self.token_url})"

    def request(self) -> Request:
        """Return the request for a token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": self.scope,
        }
        return Request(
            url=self.token_url,
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=urlencode(form).encode(),
        )


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """What one host wants with every request: added just before sending, never archived or logged.

    Attributes:
        host: exactly this host name, over https only.
        headers: added to the request's; may replace the User-Agent where a host demands its own.
        params: added to the query.
        grant: gives a bearer token, where the host wants one.
        connection: the Airflow connection it comes from, for messages.
        in_body: what a request itself holds of it, as one for a token does; nothing is added for it.
    """

    host: str
    headers: Mapping[str, str] = {}
    params: Mapping[str, str] = {}
    grant: Grant | None = None
    connection: str = ""
    in_body: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Name the host only, so that no message can hold the secret."""
        return f"Credential({self.host})"

    def cut_out(self, text: str) -> str:
        """Return `text` without the credential's values: a host may echo what it was shown."""
        for value in self._values():
            text = text.replace(value, REMOVED)
        return text

    def cut_out_of_body(self, body: bytes) -> bytes:
        """Return `body` without the credential's values; the same object when there were none."""
        for value in self._values():
            body = body.replace(value.encode(), REMOVED.encode())
        return body

    def _values(self) -> list[str]:
        """Return what must not get out in every writing, the longest first: some hold others."""
        shown = [*self.params.values(), *self.in_body]
        for value in self.headers.values():
            # Of "Basic <key>" and "Bearer <token>" the second word is the secret.
            kind, _, word = value.rpartition(" ")
            shown += [value, word, *(_named_in(word) if kind == "Basic" else ())]
        secrets = [value for value in shown if len(value) >= _SHORTEST_CUT]
        written = {form for value in secrets for form in _forms(value)}
        return sorted(written, key=lambda form: (-len(form), form))


def _named_in(basic: str) -> list[str]:
    """Return user name and password of a Basic authorization (RFC 7617): hosts repeat them in the clear."""
    try:
        return b64decode(basic, validate=True).decode().split(":", 1)
    except ValueError:
        return []


def _forms(value: str) -> tuple[str, ...]:
    """Return how a value is written in texts, in addresses and in JSON whose slashes are escaped."""
    return value, quote(value, safe=""), quote_plus(value), value.replace("/", "\\/")


class _Token(msgspec.Struct, frozen=True):
    value: str
    ends_at: float


class _TokenAnswer(msgspec.Struct):
    access_token: str
    expires_in: float | str | None = None


class TokenCache:
    """Tokens by grant, for their lifetime, in memory: one process never asks twice for one that holds."""

    def __init__(self) -> None:
        self._tokens: dict[Grant, _Token] = {}

    def get(self, grant: Grant) -> str | None:
        """Return a token that still holds, or None."""
        token = self._tokens.get(grant)
        return token.value if token is not None and time.monotonic() < token.ends_at else None

    def forget(self, grant: Grant) -> None:
        """Drop a token that its host no longer takes."""
        self._tokens.pop(grant, None)

    def put(self, grant: Grant, answer: Answer, connection: str) -> str:
        """Keep the token of an answer and return it.

        Raises:
            Refused: the answer holds no token; the message names the connection, and no part of the answer.
        """
        where = f"the token host of {grant.token_url} answered {answer.status}"
        mend = f"check login and password of the Airflow connection {connection!r}"
        if not answer.is_success:
            raise Refused(f"{where}: {mend}")
        try:
            found = msgspec.json.decode(answer.body, type=_TokenAnswer)
            seconds = _UNSTATED_SECONDS if found.expires_in is None else float(found.expires_in)
        except ValueError as error:  # msgspec's errors are ValueErrors too
            raise Refused(f"{where}, without a token in it: {mend}") from error
        if not is_sendable(found.access_token):
            raise Refused(f"{where} with a token that cannot be sent: {mend}")
        lifetime = max(seconds - _SPARE_SECONDS, seconds / 2)
        self._tokens[grant] = _Token(found.access_token, time.monotonic() + lifetime)
        return found.access_token


TOKENS = TokenCache()
"""The process's tokens: boards read one after the other share them."""
