"""Where a redirect leads, and what of the request goes along."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import msgspec

from include.archive.reads import Answer, Request
from include.archive.redaction import host_of
from include.collect.network.failures import NoAnswer, UnsafeAddress

MAX_REDIRECTS = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# What may follow a request to another host; everything else an adapter sets stays behind.
_PORTABLE_HEADERS = frozenset(("accept", "accept-language", "content-type"))


def redirect_target(answer: Answer) -> str | None:
    """Return the address that an answer redirects to, None when it does not redirect."""
    target = dict(answer.headers).get("location")
    return target if answer.status in _REDIRECTS and target else None


def leads_to_front_page(url: str, target: str) -> bool:
    """Return whether a redirect from a board leads to the front page of another host.

    Hosts do this when they are asked for a tenant that they do not have (any more). The front page has
    nothing to read, and some answer programs with 429 for ever, which would look like a board that is busy.
    """
    try:
        asked, led_to = urlsplit(url), urlsplit(urljoin(url, target))
    except ValueError:
        return False  # said when it is followed
    return (
        asked.netloc.removeprefix("www.") != led_to.netloc.removeprefix("www.")
        and led_to.path in ("", "/")
        and not led_to.query
        and asked.path not in ("", "/")
    )


def next_hop(hop: Request, status: int, target: str) -> Request:
    """Return the request that follows a redirect.

    Args:
        hop: the request that was redirected.
        status: of the answer; 307 and 308 keep method and body, others are followed by a GET.
        target: from `redirect_target`.

    Raises:
        UnsafeAddress: the redirect leads from https to plain http.
        NoAnswer: the target is no address.
    """
    asked = urlsplit(hop.url)
    try:
        url = urljoin(hop.url, target)
        led_to = urlsplit(url)
    except ValueError as error:
        raise NoAnswer(f"{host_of(hop.url)} redirects to what is no address: {target[:80]!r}") from error
    if asked.scheme == "https" and led_to.scheme == "http":
        raise UnsafeAddress(f"{host_of(hop.url)} redirects from https to plain http")
    is_same_host = asked.netloc == led_to.netloc
    headers = {
        name: value
        for name, value in hop.headers.items()
        if is_same_host or name.lower() in _PORTABLE_HEADERS
    }
    if status in (307, 308) or hop.method == "GET":
        return msgspec.structs.replace(hop, url=url, headers=headers)
    return msgspec.structs.replace(hop, url=url, headers=headers, method="GET", body=None)
