"""What hosts do to a client, over real sockets, and what it makes of it."""

from __future__ import annotations

import gzip
import resource
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer

from include.archive.reads import Request
from include.collect.network.failures import NoAnswer, OutOfBudget
from tests.collect.fakes import client_for, fetch
from tests.collect.servers import CountingServer, Reply, raw_server


def http(status_line: str, headers: str = "", body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status_line}\r\n{headers}Connection: close\r\n\r\n".encode() + body


def slow_header(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        connection.sendall(b"X-Wait: 1\r\n")
        time.sleep(0.05)


def slow_body(connection: socket.socket) -> None:
    connection.sendall(http("200 OK", "Content-Length: 1000\r\n"))
    for _ in range(200):
        connection.sendall(b".")
        time.sleep(0.05)


def silence(connection: socket.socket) -> None:
    time.sleep(5)


@pytest.mark.parametrize("talk", [slow_header, slow_body, silence])
def test_the_time_budget_is_hard(tmp_path: Path, talk: Callable[[socket.socket], None]) -> None:
    """Bytes that drip reset an ordinary read time-out each time; the deadline they cannot move."""
    began = time.monotonic()
    with (
        raw_server(talk) as url,
        pytest.raises(OutOfBudget, match=r"time budget of 0\.6 s"),
    ):
        fetch(client_for(tmp_path, board_time_budget_seconds=0.6), f"{url}/acme")
    assert time.monotonic() - began < 8  # the server would go on for ten seconds


def endless(connection: socket.socket) -> None:
    connection.sendall(http("200 OK"))
    while True:
        connection.sendall(b"x" * 65536)


def endless_chunks(connection: socket.socket) -> None:
    connection.sendall(http("200 OK", "Transfer-Encoding: chunked\r\n"))
    while True:
        connection.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


@pytest.mark.parametrize("talk", [endless, endless_chunks])
def test_an_endless_body_is_cut(tmp_path: Path, talk: Callable[[socket.socket], None]) -> None:
    with (
        raw_server(talk) as url,
        pytest.raises(OutOfBudget, match="byte budget of 2,000,000"),
    ):
        fetch(client_for(tmp_path, board_byte_budget=2_000_000), f"{url}/acme")


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    piece = b"\0" * 1_000_000
    return b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip"])
def test_a_gzip_bomb_is_cut_before_it_is_in_memory(tmp_path: Path, coding: str) -> None:
    body = bomb(80)  # 80 kB on the wire
    if coding == "gzip, gzip":
        body = gzip.compress(body)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (
        CountingServer(lambda _: Reply(body=body, headers={"Content-Encoding": coding})) as server,
        pytest.raises(OutOfBudget, match="byte budget of 5,000,000"),
    ):
        fetch(client_for(tmp_path, board_byte_budget=5_000_000), f"{server.url}/acme")
    grown_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kilobytes < 40_000


def test_the_byte_budget_is_the_boards_not_the_answers(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply(body=b"x" * 40_000)) as server:
        client = client_for(tmp_path, board_byte_budget=100_000)
        visit = client.visit()
        with client:
            for page in (1, 2):
                client.fetch(Request(url=f"{server.url}/{page}"), visit)
            with pytest.raises(OutOfBudget, match="byte budget"):
                client.fetch(Request(url=f"{server.url}/3"), visit)


def test_compressed_answers_are_kept_decoded(tmp_path: Path) -> None:
    text = b'{"jobs": ["caf\xc3\xa9"]}' * 10_000
    bodies = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "Deflate": zlib.compress(text)[2:-4],  # the bare stream some servers send
        "x-gzip": gzip.compress(text[:7]) + gzip.compress(text[7:]),
        "identity": text,
    }
    with CountingServer(
        lambda seen: Reply(
            body=bodies[seen.path[1:]], headers={"Content-Encoding": seen.path[1:], "ETag": '"a"'}
        )
    ) as server:
        for coding in bodies:
            answer, _ = fetch(client_for(tmp_path), f"{server.url}/{coding}")
            assert answer.body == text, coding


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (http("200 OK", "Content-Length: 500\r\n", b"only this"), "incomplete|complete message body"),
        (http("200 OK", "Transfer-Encoding: chunked\r\n", b"5\r\nhel"), "incomplete|complete message body"),
        (
            http("200 OK", "Content-Encoding: gzip\r\n", gzip.compress(b"x" * 5000, mtime=0)[:-20]),
            "compressed body ends early",
        ),
        (http("200 OK", "Content-Encoding: gzip\r\n", b"not gzip at all"), "compressed body is damaged"),
        (http("200 OK", "Content-Encoding: br\r\n", b"brotli"), "'br', which was not asked for"),
        (
            http("200 OK", "Content-Length: 5\r\nContent-Length: 7\r\n", b"12345"),
            "conflicting|Content-Length",
        ),
        (http("200 OK", "Content-Length: many\r\n", b"12345"), "Content-Length"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "illegal|status line"),
        (b"", "disconnected"),
    ],
)
def test_a_broken_answer_is_no_answer(tmp_path: Path, reply: bytes, reason: str) -> None:
    n_asked = 0

    def talk(connection: socket.socket) -> None:
        nonlocal n_asked
        n_asked += 1
        connection.sendall(reply)

    with raw_server(talk) as url, pytest.raises(NoAnswer, match=f"(?i){reason}"):
        fetch(client_for(tmp_path), f"{url}/acme")
    assert n_asked == 3


def test_a_broken_answer_that_mends_itself(tmp_path: Path) -> None:
    replies = [http("200 OK", "Content-Length: 500\r\n", b"cut"), http("200 OK", "", b"whole")]
    with raw_server(lambda connection: connection.sendall(replies.pop(0))) as url:
        answer, _ = fetch(client_for(tmp_path), f"{url}/acme")
    assert answer.body == b"whole"


def test_a_length_shorter_than_the_body_ends_the_body(tmp_path: Path) -> None:
    reply = http("200 OK", "Content-Length: 4\r\n", b"1234 and more that is not part of it")
    with raw_server(lambda connection: connection.sendall(reply)) as url:
        answer, _ = fetch(client_for(tmp_path), f"{url}/acme")
    assert answer.body == b"1234"


def test_bytes_are_kept_whatever_the_header_claims(tmp_path: Path) -> None:
    """A lie about type or charset is the parser's to find out; the archive has what was sent."""
    body = "{'title': 'Chef de produit – Zürich'}".encode("utf-16")
    with CountingServer(
        lambda _: Reply(body=body, headers={"Content-Type": "application/json; charset=us-ascii"})
    ) as server:
        answer, _ = fetch(client_for(tmp_path), f"{server.url}/acme")
    assert answer.body == body


def test_a_host_that_nobody_listens_at(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoAnswer, match="refused"):
        fetch(client_for(tmp_path), f"http://127.0.0.1:{port}/acme")


def test_a_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with HTTPServer(ssl_context=context) as server:
        server.expect_request("/acme").respond_with_json([])
        server.expect_request("/robots.txt").respond_with_data("", status=404)
        with pytest.raises(NoAnswer, match=r"TLS certificate is not valid \(self-signed certificate\)"):
            fetch(client_for(tmp_path), server.url_for("/acme"))

        trusting = ssl.create_default_context(cafile=str(file))
        from include.collect.network.client import PoliteClient as Client
        from tests.collect.fakes import settings_for

        client = Client(settings_for(tmp_path / "trusting"), ssl_context=trusting)
        answer, _ = fetch(client, server.url_for("/acme"))
        assert answer.status == 200


def test_an_address_that_is_too_long_to_ask_for_ends_the_read_with_a_sentence(tmp_path: Path) -> None:
    with (
        CountingServer(lambda _: Reply()) as server,
        pytest.raises(NoAnswer, match=r"is not a usable URL: URL too long"),
    ):
        fetch(client_for(tmp_path), f"{server.url}/{'a' * 70_000}")
    assert server.boards_asked() == []


def test_a_304_nobody_asked_for(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply(304)) as server, pytest.raises(NoAnswer, match="without condition"):
        fetch(client_for(tmp_path), f"{server.url}/acme")
