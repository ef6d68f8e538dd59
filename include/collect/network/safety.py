"""Where the collector may connect: public addresses only, and exactly the address that was checked.

A board's URL is data, and so is every redirect. The name is resolved once, every address it has is checked,
and the connection goes to one of those addresses and no other, so a name that changes its answer between
check and use (DNS rebinding) gains nothing. TLS still checks the certificate against the name.
"""

from __future__ import annotations

import contextvars
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

import httpcore

from include.collect.network.failures import UnsafeAddress

Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host name; raises OSError."""

_ALLOWED_SCHEMES = ("http", "https")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ALLOTTED_IPV6 = ipaddress.ip_network("2000::/3")
"""All IPv6 addresses that are given out; the rest is reserved, with forms of IPv4 as `::ffff:0:10.0.0.1`."""
# Not public either, though Python 3.11 takes them for global addresses.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "3fff::/20",  # documentation (RFC 9637)
        "192.0.0.0/24",  # assignments within one network (RFC 6890): dummy address, NAT64 discovery
        "192.88.99.0/24",  # relays of 6to4, withdrawn by RFC 7526
    )
)

deadline: contextvars.ContextVar[float] = contextvars.ContextVar("deadline")
"""`time.monotonic()` value after which sockets opened by `CheckedBackend` time out, whatever they do."""


def check_url(url: str, *, allow_loopback: bool) -> None:
    """Refuse a URL that no request may be made to. Names are checked again when they are resolved.

    Raises:
        UnsafeAddress: another scheme than http(s), no host, credentials in the URL, or a forbidden address.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UnsafeAddress(f"not a usable URL ({error})") from None
    if parts.scheme not in _ALLOWED_SCHEMES:
        raise UnsafeAddress(f"the scheme {parts.scheme!r} is not allowed, only http and https")
    if not host:
        raise UnsafeAddress("the URL has no host")
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress(f"the URL of {host} carries a user name or password")
    if is_address(host):
        check_address(host, host, allow_loopback=allow_loopback)


def is_address(host: str) -> bool:
    """Return whether `host` is an IP address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Return whether `host` names this machine: the simulated boards and the tests."""
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def check_address(address: str, host: str, *, allow_loopback: bool) -> None:
    """Refuse an address that is not public.

    Args:
        address: an IP address.
        host: the name it belongs to, for the message.
        allow_loopback: permit 127.0.0.0/8 and ::1 (and nothing else besides public addresses).

    Raises:
        UnsafeAddress: private, loopback, link-local, multicast, reserved or unspecified, directly or inside
            an IPv6 form that carries an IPv4 address.
    """
    # A scope such as fe80::1%eth0 is only for link-local addresses, which are refused anyway.
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = _embedded_ipv4(ip)
    for candidate in (ip,) if inner is None else (ip, inner):
        if candidate.is_loopback and allow_loopback:
            continue
        is_wrapper = inner is not None and candidate is ip
        if is_wrapper or (candidate.is_global and not candidate.is_multicast and not _is_reserved(candidate)):
            continue
        raise UnsafeAddress(
            f"{host} is at {address}, which is not a public address"
            + (" (HIRING_SIGNALS_ALLOW_LOOPBACK permits loopback)" if candidate.is_loopback else "")
        )


def _is_reserved(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    # An address of another version than the network's is not in it.
    return (ip.version == 6 and ip not in _ALLOTTED_IPV6) or any(ip in network for network in _NOT_PUBLIC)


def _embedded_ipv4(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Resolve by the operating system; order kept, duplicates dropped."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def seconds_left() -> float:
    """Return the seconds to the deadline in force.

    Raises:
        httpcore.ReadTimeout: it has passed.
    """
    remaining = deadline.get() - time.monotonic()
    if remaining <= 0:
        raise httpcore.ReadTimeout("the time budget of the board ran out")
    return remaining


class CheckedBackend(httpcore.NetworkBackend):
    """Connects httpcore to checked addresses only and holds every socket to the deadline in force.

    Args:
        allow_loopback: see `check_address`.
        resolver: replaced in tests.
    """

    def __init__(self, *, allow_loopback: bool, resolver: Resolver = system_resolver) -> None:
        self._allow_loopback = allow_loopback
        self._resolver = resolver
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve `host`, check every address, connect to the first that answers.

        Raises:
            UnsafeAddress: any of the addresses is not public.
            httpcore.ConnectError: the name does not resolve, or no address answers.
        """
        addresses = [host] if is_address(host) else self._resolve(host, port)
        for address in addresses:
            check_address(address, host, allow_loopback=self._allow_loopback)
        for position, address in enumerate(addresses):
            try:
                stream = self._sockets.connect_tcp(
                    address,
                    port,
                    timeout=min(timeout or seconds_left(), seconds_left()),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if position == len(addresses) - 1:
                    raise
            else:
                return _DeadlineStream(stream)
        raise httpcore.ConnectError(f"{host} has no address")

    def sleep(self, seconds: float) -> None:
        """Wait; httpcore calls this between its own connection retries, which are off."""
        time.sleep(seconds)

    def _resolve(self, host: str, port: int) -> Sequence[str]:
        # getaddrinfo knows no time limit, so it runs beside us and is left behind when it is too slow.
        outcome: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def resolve() -> None:
            try:
                outcome.put(self._resolver(host, port))
            except (OSError, UnicodeError) as error:
                outcome.put(error)

        threading.Thread(target=resolve, daemon=True, name=f"resolve {host}").start()
        try:
            found = outcome.get(timeout=seconds_left())
        except queue.Empty:
            raise httpcore.ConnectTimeout(f"resolving {host} took too long") from None
        if not isinstance(found, OSError | UnicodeError):
            return found
        try:
            raise found  # here, so that it is the context of what follows: httpcore takes the cause away
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved ({error})") from error


class _DeadlineStream(httpcore.NetworkStream):
    """A socket whose every wait ends at the deadline, so that bytes that drip cannot stretch it."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_shorter(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_shorter(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _DeadlineStream(
            self._stream.start_tls(ssl_context, server_hostname=server_hostname, timeout=_shorter(timeout))
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _shorter(timeout: float | None) -> float:
    remaining = seconds_left()
    return remaining if timeout is None else min(timeout, remaining)
