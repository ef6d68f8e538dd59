"""Keeps secrets out of manifests, logs and messages.

The surest way is that a request never carries one (`PoliteClient` adds credentials itself, just before
sending); this is the second line of defence for keys that stand in a URL, a header, a body or an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote_plus, unquote_plus, urlsplit, urlunsplit

import msgspec

from include.archive.reads import Board, Request

REMOVED = "[removed]"

_SECRET_NAME = re.compile(
    r"""(?ix) (?: ^ | [_.-] )
    (?: key | apikey | api_?key | appkey | app_id | token | secret | passwd | password | auth | authorization
      | authentication | credentials? | session (?:_?id)? | sid | signature | sig | cookie2? | csrf | xsrf
      | jwt | bearer )
    (?: $ | [_.-] )"""
)
# Answer headers that carry state for the asker or say nothing about the content.
_DROPPED_ANSWER_HEADERS = frozenset(("set-cookie", "set-cookie2", "cookie", "www-authenticate"))


def is_secret_name(name: str) -> bool:
    """Return whether a header, query parameter or option of this name may hold a secret.

    Words inside a name count too (`X-API-Key`, `client_secret`, `csrfToken`); `monkey` and `keyword` do not.
    """
    with_breaks = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return _SECRET_NAME.search(with_breaks) is not None


def redact_url(url: str) -> str:
    """Return `url` without user name, password and the values of secret parameters of query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return REMOVED
    netloc = parts.netloc.rpartition("@")[2]
    query, fragment = map(_redact_pairs, (parts.query, parts.fragment))
    return urlunsplit((parts.scheme, netloc, parts.path, query, fragment))


def host_of(url: str) -> str:
    """Return host and port of a URL, for messages."""
    return urlsplit(redact_url(url)).netloc


def redact_mapping(values: Mapping[str, str]) -> dict[str, str]:
    """Return `values` with those of secret names replaced."""
    return {name: REMOVED if is_secret_name(name) else value for name, value in values.items()}


def carries_secret(request: Request) -> bool:
    """Return whether the request's body holds a secret: its answer is then likely to hold another."""
    return request.body is not None and redact_body(request.body) != request.body


def redact_body(body: bytes) -> bytes:
    """Return a form or JSON body with the values of secret names replaced; other bodies unchanged."""
    text = body.decode("utf-8", errors="replace")
    if re.match(r"\s*[\[{]", text):
        try:
            value = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return body
        redacted = _redact_json(value)
        return body if redacted == value else msgspec.json.encode(redacted)
    redacted_text = _redact_pairs(text)
    return body if redacted_text == text else redacted_text.encode()


def redact_request(request: Request) -> Request:
    """Return a copy of `request` that may be written down."""
    return msgspec.structs.replace(
        request,
        url=redact_url(request.url),
        headers=redact_mapping(request.headers),
        body=None if request.body is None else redact_body(request.body),
    )


def redact_board(board: Board) -> Board:
    """Return a copy of `board` whose options may be written down."""
    return msgspec.structs.replace(board, options=redact_mapping(board.options))


def keep_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return answer headers, names lower-cased, without cookies and whatever else may hold a secret."""
    return tuple(
        (name.lower(), value)
        for name, value in headers
        if name.lower() not in _DROPPED_ANSWER_HEADERS and not is_secret_name(name)
    )


def redact_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return answer headers that may be written down: `keep_headers`, and no secrets in a redirect's URL."""
    return tuple(
        (name, redact_url(value) if name in ("location", "content-location") else value)
        for name, value in keep_headers(headers)
    )


def _redact_pairs(text: str) -> str:
    return "&".join(map(_redact_pair, text.split("&")))


def _redact_pair(pair: str) -> str:
    before, equals, _ = pair.partition("=")
    name = before.rpartition("?")[2]  # a fragment may be a path with a query of its own
    return f"{before}={quote_plus(REMOVED)}" if equals and is_secret_name(unquote_plus(name)) else pair


def _redact_json(value: object) -> object:
    if isinstance(value, dict):
        return {
            name: REMOVED if is_secret_name(name) and isinstance(item, str) else _redact_json(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_redact_json(item) for item in value]
    return value
