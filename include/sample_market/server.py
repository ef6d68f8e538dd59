"""Serves the simulated boards over real HTTP, and spoils answers where a fault asks for it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping
from datetime import date
from types import TracebackType

import msgspec

from include.sample_market.application import MarketApplication, Reply
from include.sample_market.faults import Fault
from include.sample_market.http_messages import (
    BadRequest,
    HttpRequest,
    HttpResponse,
    json_response,
    parse_head,
)
from include.sample_market.market import Market

_LONGEST_HEAD = 64 * 1024
_LONGEST_BODY = 1024 * 1024
_IDLE_SECONDS = 30.0
_STARTING_SECONDS = 10.0


class MarketServer:
    """The boards of one market on a loopback port, in a thread of their own.

    Use it as a context manager, or call `start` and `close`::

        with MarketServer(market, date(2026, 11, 16)) as server:
            httpx.get(f"{server.url}/lever/v0/postings/{token}?mode=json")

    Args:
        market: whose boards to serve.
        day: the simulated day at the start.
        host: address to listen on.
        port: 0 takes any free port.
        faults: faults in force at the start, by board key.
    """

    def __init__(
        self,
        market: Market,
        day: date,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Mapping[str, Fault] | None = None,
    ) -> None:
        self.application = MarketApplication(market, day, faults)
        self._host = host
        self._port = port
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="sample-market", daemon=True)

    @property
    def url(self) -> str:
        """Where the boards are; a source's base URL is `{url}/{source}`."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> MarketServer:
        """Begin to listen; return when connections are accepted.

        Raises:
            OSError: the port cannot be had.
        """
        self._thread.start()
        self._ready.wait(_STARTING_SECONDS)
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def close(self) -> None:
        """Stop listening, drop open connections and wait until the thread has ended."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def wait(self) -> None:
        """Wait until the server is closed."""
        while self._thread.is_alive():
            self._thread.join(0.5)  # in steps, so that an interrupt from the keyboard is seen

    def __enter__(self) -> MarketServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await asyncio.start_server(
                self._connected, self._host, self._port, limit=_LONGEST_HEAD, backlog=512
            )
        except OSError as error:
            self._failure = error
            self._ready.set()
            return
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:  # pragma: no cover - a coroutine always runs in a task
            raise RuntimeError("no running task")
        self._connections.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the client went away: its right
        except asyncio.CancelledError:
            pass  # the server closes
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection stays open."""
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                request = await _read_request(reader)
            reply = self.application.answer(request)
        except (BadRequest, asyncio.LimitOverrunError) as error:
            await _send(writer, json_response({"error": str(error)}, 400), keep_alive=False)
            return False
        return await _deliver(request, reply, writer)


async def _read_request(reader: asyncio.StreamReader) -> HttpRequest:
    request = parse_head(await reader.readuntil(b"\r\n\r\n"))
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _LONGEST_BODY:
        raise BadRequest(f"Content-Length {length[:20]!r}: give 0 to {_LONGEST_BODY}")
    if int(length):
        request = msgspec.structs.replace(request, body=await reader.readexactly(int(length)))
    return request


async def _deliver(request: HttpRequest, reply: Reply, writer: asyncio.StreamWriter) -> bool:
    """Send a reply, in the way of its fault if it has one; return whether the connection stays open."""
    response, fault = reply.response, reply.fault
    if request.method == "HEAD":
        writer.write(response.head(keep_alive=request.keep_alive, length=len(response.body)))
        await writer.drain()
        return request.keep_alive
    match fault.kind if fault is not None else None:
        case "disconnect":
            writer.transport.abort()
        case "truncated":
            writer.write(response.head(keep_alive=False, length=len(response.body)))
            writer.write(response.body[: len(response.body) // 2])
            await writer.drain()
        case "drip" if fault is not None:
            await _drip(writer, response, fault.seconds)
        case "endless":
            await _send_without_end(writer, response)
        case kind:
            if kind == "slow" and fault is not None:
                await asyncio.sleep(fault.seconds)
            return await _send(writer, response, keep_alive=request.keep_alive)
    return False


async def _send(writer: asyncio.StreamWriter, response: HttpResponse, *, keep_alive: bool) -> bool:
    writer.write(response.head(keep_alive=keep_alive, length=len(response.body)) + response.body)
    await writer.drain()
    return keep_alive


async def _drip(writer: asyncio.StreamWriter, response: HttpResponse, seconds: float) -> None:
    writer.write(response.head(keep_alive=False, length=len(response.body)))
    for position in range(len(response.body)):
        writer.write(response.body[position : position + 1])
        await writer.drain()
        await asyncio.sleep(seconds)


async def _send_without_end(writer: asyncio.StreamWriter, response: HttpResponse) -> None:
    writer.write(response.head(keep_alive=False, length=None))
    for chunk in _endless_chunks():
        writer.write(chunk)
        await writer.drain()
        await asyncio.sleep(0)  # let the other connections have their turn


def _endless_chunks() -> Iterator[bytes]:
    """Yield chunks of a JSON array that never ends."""
    record = b'{"id":"00000000-0000-4000-8000-000000000000","text":"Product Manager"},' * 200
    yield b"1\r\n[\r\n"
    while True:
        yield f"{len(record):x}\r\n".encode() + record + b"\r\n"
