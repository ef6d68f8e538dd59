"""The small part of HTTP/1.1 that the simulated boards speak."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

JSON_TYPE = "application/json; charset=utf-8"


class BadRequest(ValueError):
    """The client did not send a usable HTTP request."""


class HttpRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request; header names are lower case, the path is unquoted."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    keep_alive: bool = True


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One whole answer, as it should be sent; a fault may spoil the sending."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def head(self, *, keep_alive: bool, length: int | None) -> bytes:
        """Return status line and headers.

        Args:
            keep_alive: whether the connection stays open.
            length: value of Content-Length; None announces chunks instead.
        """
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
        lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def json_response(value: object, status: int = 200) -> HttpResponse:
    """Return `value` as JSON."""
    return HttpResponse(
        status=status, body=msgspec.json.encode(value), headers=(("Content-Type", JSON_TYPE),)
    )


def parse_head(head: bytes) -> HttpRequest:
    """Read a request's first line and headers.

    Raises:
        BadRequest: it is not HTTP/1.
    """
    first, *lines = head.decode("latin-1").split("\r\n")
    try:
        method, target, version = first.split(" ")
    except ValueError:
        raise BadRequest(f"not a request line: {first[:100]!r}") from None
    if not version.startswith("HTTP/1."):
        raise BadRequest(f"not HTTP/1: {version[:20]!r}")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    parts = urlsplit(target)
    return HttpRequest(
        method=method,
        path=unquote(parts.path),
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers=headers,
        keep_alive=headers.get("connection", "").lower() != "close" and version != "HTTP/1.0",
    )
