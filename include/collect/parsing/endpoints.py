"""How adapters build URLs."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from include.archive.reads import Board


def endpoint(origin: str, path: str, base_url: str | None, query: Mapping[str, object] | None = None) -> str:
    """Return the URL of `path` at the source, or below `base_url` when one is given.

    Args:
        origin: the source's scheme and host.
        path: starts with a slash; already quoted.
        base_url: replaces `origin`, path prefix kept (simulated boards, tests).
        query: parameters in order.
    """
    url = f"{(base_url or origin).rstrip('/')}{path}"
    return f"{url}?{urlencode(query, quote_via=quote, safe='${:}')}" if query else url


def path_token(board: Board) -> str:
    """Return the board's token quoted as one path segment."""
    return quote(unquote(board.token), safe="")


def last_segment(url: str) -> str:
    """Return the last segment of a URL's path, unquoted: the id in most detail URLs."""
    return unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1])


def host_and_rest(board: Board) -> tuple[str, str]:
    """Return origin and path of boards whose token is `host/path`, as Workday has."""
    host, _, rest = board.token.removeprefix("https://").partition("/")
    return f"https://{host}", rest.strip("/")


def join(base: str, url: str) -> str | None:
    """Return an address that a page or record names, made absolute; None when it is none (`//[half`)."""
    try:
        joined = urljoin(base, url.strip())
        urlsplit(joined)
    except ValueError:
        return None
    return joined


def rebase(url: str, base_url: str | None) -> str:
    """Return a URL that an answer names, below `base_url` where one is given."""
    if base_url is None:
        return url
    parts = urlsplit(url)
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    return f"{base_url.rstrip('/')}{path}" + (f"?{parts.query}" if parts.query else "")
