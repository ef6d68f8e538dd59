"""httpx over checked connections, and its errors in words an operator can use."""

from __future__ import annotations

import functools
import logging
import socket
import ssl

import httpcore
import httpx

from include.collect.network.safety import CheckedBackend
from include.errors import printable


@functools.cache
def trusted_authorities() -> ssl.SSLContext:
    """Return the default TLS context, made once per process since reading the authorities is slow."""
    return httpx.create_ssl_context()


@functools.cache
def hide_queries_in_logs() -> None:
    """Cut the query, where keys stand, out of the URLs that httpx logs at level INFO; once per process.

    It logs the host's own words beside its status, too: their control characters are written as escapes.

    httpcore logs answer headers, cookies among them, at level DEBUG, so that level is off for it.
    """
    logging.getLogger("httpx").addFilter(_without_queries)
    logging.getLogger("httpcore").setLevel(logging.INFO)


def _without_queries(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(
            arg.copy_with(query=None, userinfo=b"") if isinstance(arg, httpx.URL) else _shown(arg)
            for arg in record.args
        )
    return True


def _shown(arg: object) -> object:
    return printable(arg) if isinstance(arg, str) else arg


class CheckedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool that connects through `CheckedBackend`."""

    def __init__(self, ssl_context: ssl.SSLContext, backend: CheckedBackend) -> None:
        super().__init__(verify=ssl_context, trust_env=False)
        self._pool.close()
        # httpx offers no parameter for httpcore's network_backend; tests hold this in place.
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=16,
            max_keepalive_connections=8,
            keepalive_expiry=15.0,
            network_backend=backend,
        )


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain


def is_permanent(error: BaseException) -> bool:
    """Whether trying again within the minute is pointless: an unknown name, a bad certificate."""
    return any(
        isinstance(cause, ssl.SSLCertVerificationError)
        or (isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME)
        for cause in _causes(error)
    )


def in_words(error: httpx.HTTPError) -> str:
    """Say what went wrong with an exchange, without URLs (they may hold secrets)."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its TLS certificate is not valid ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed ({cause.reason or cause})"
    return str(error) or type(error).__name__
