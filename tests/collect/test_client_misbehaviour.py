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
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer

from include.collect.network.client import PoliteClient
from include.collect.network.failures import NoAnswer, OutOfBudget, Refused
from include.collect.network.redirects import MAX_REDIRECTS
from include.collect.network.visit import RetryPolicy
from include.collect.protocol import Answer, Request
from tests.collect.fakes import client_for
from tests.collect.servers import CountingServer, Reply, Responder, Seen, raw_server


def fetch(client: PoliteClient, url: str) -> tuple[Answer, list[Answer]]:
    """Return the final answer and those that were repeated or followed."""
    others: list[Answer] = []
    with client:
        return client.fetch(Request(url=url), client.visit(others.append)), others


def one_after_the_other(*replies: Reply) -> Responder:
    waiting = list(replies)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def http(status_line: str, headers: str = "", body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status_line}\r\n{headers}Connection: close\r\n\r\n".encode() + body


def test_an_error_that_passes_is_tried_again_and_kept_as_evidence(tmp_path: Path) -> None:
    with CountingServer(one_after_the_other(Reply(500, b"oops"), Reply(503, b""), Reply())) as server:
        answer, others = fetch(client_for(tmp_path), f"{server.url}/acme")
    assert (answer.status, answer.body) == (200, b'{"jobs": []}')
    assert [(other.status, other.body) for other in others] == [(500, b"oops"), (503, b"")]


def test_an_error_that_stays_is_returned_after_the_last_try(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply(502, b"bad")) as server:
        answer, others = fetch(client_for(tmp_path), f"{server.url}/acme")
        assert len(server.of("/acme")) == 3
    assert answer.status == 502
    assert len(others) == 2


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_an_answer_that_will_not_change_is_not_asked_twice(tmp_path: Path, status: int) -> None:
    with CountingServer(lambda _: Reply(status)) as server:
        answer, _ = fetch(client_for(tmp_path), f"{server.url}/acme")
        assert len(server.of("/acme")) == 1
    assert answer.status == status


@pytest.mark.parametrize(
    ("status", "form", "skew"),
    [
        (429, "seconds", timedelta(0)),
        (503, "seconds", timedelta(0)),
        (429, "date", timedelta(0)),
        (429, "date", timedelta(hours=-7)),
        (429, "date", timedelta(days=3)),
    ],
)
def test_retry_after_is_honoured_in_both_forms(
    tmp_path: Path, form: str, skew: timedelta, status: int
) -> None:
    """Also from a host whose clock is wrong: its date is compared with its own Date header."""
    host_now = datetime.now(UTC) + skew
    wish = "1" if form == "seconds" else format_datetime(host_now + timedelta(seconds=1), usegmt=True)
    pause = Reply(status, b"", {"Retry-After": wish, "Date": format_datetime(host_now, usegmt=True)})
    with CountingServer(one_after_the_other(pause, Reply())) as server:
        began = time.monotonic()
        answer, others = fetch(client_for(tmp_path), f"{server.url}/acme")
        elapsed = time.monotonic() - began
    assert answer.status == 200
    assert [other.status for other in others] == [status]
    assert 0.9 <= elapsed < 15


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_longer_pause_than_the_budget_ends_the_read(tmp_path: Path, form: str) -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    wish = "3600" if form == "seconds" else in_an_hour
    others: list[Answer] = []
    with CountingServer(lambda _: Reply(429, b"slow", {"Retry-After": wish})) as server:
        client = client_for(tmp_path)
        with client, pytest.raises(OutOfBudget, match="come back at 20") as caught:
            client.fetch(Request(url=f"{server.url}/acme"), client.visit(others.append))
        assert caught.value.come_back_at is not None
        pause = caught.value.come_back_at - datetime.now(UTC)
        assert timedelta(minutes=58) < pause < timedelta(minutes=61)
        assert [other.status for other in others] == [429]

        # The wish holds for every process of this machine, not for this one read alone.
        second = client_for(tmp_path)
        with second, pytest.raises(OutOfBudget, match="asked to be left alone: come back at"):
            second.fetch(Request(url=f"{server.url}/other"), second.visit())
        assert server.of("/other") == []


@pytest.mark.parametrize("wish", ["soon", "-5", "1.5", "", "\xb3"])
def test_a_retry_after_that_says_nothing_is_ignored(tmp_path: Path, wish: str) -> None:
    pause = Reply(429, b"", {"Retry-After": wish})
    with CountingServer(one_after_the_other(pause, Reply())) as server:
        answer, _ = fetch(client_for(tmp_path), f"{server.url}/acme")
    assert answer.status == 200


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


def test_waiting_between_tries_stays_within_the_time_budget(tmp_path: Path) -> None:
    patient = RetryPolicy(attempts=50, first_wait_seconds=0.2, longest_wait_seconds=60, jitter_seconds=60)
    began = time.monotonic()
    with CountingServer(lambda _: Reply(500)) as server:
        client = client_for(tmp_path, retry=patient, board_time_budget_seconds=1.0)
        with client, pytest.raises(OutOfBudget):
            client.fetch(Request(url=f"{server.url}/acme"), client.visit())
    assert time.monotonic() - began < 15  # fifty tries would take many minutes


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


def test_a_redirect_loop_ends(tmp_path: Path) -> None:
    def turn(seen: Seen) -> Reply:
        return Reply(302, b"", {"Location": "/b" if seen.path == "/a" else "/a"})

    with CountingServer(turn) as server, pytest.raises(NoAnswer, match="redirects in a circle"):
        fetch(client_for(tmp_path), f"{server.url}/a")
    assert len(server.boards_asked()) == 2


def test_a_chain_of_redirects_ends(tmp_path: Path) -> None:
    with (
        CountingServer(lambda seen: Reply(302, b"", {"Location": seen.path + "x"})) as server,
        pytest.raises(NoAnswer, match=f"more than {MAX_REDIRECTS} times"),
    ):
        fetch(client_for(tmp_path), f"{server.url}/a")
    assert len(server.boards_asked()) == MAX_REDIRECTS + 1


def test_a_moved_board_is_followed_and_the_hops_are_kept(tmp_path: Path) -> None:
    def moved(seen: Seen) -> Reply:
        if seen.path == "/old?token=hunter2":
            return Reply(301, b"moved", {"Location": "/new?token=hunter2", "Set-Cookie": "a=1"})
        return Reply(body=seen.path.encode())

    with CountingServer(moved) as server:
        answer, others = fetch(client_for(tmp_path), f"{server.url}/old?token=hunter2")
        assert answer.url == f"{server.url}/new?token=hunter2"
    assert answer.body == b"/new?token=hunter2"  # what is written down is redacted, what is asked is not
    assert [(other.status, other.body) for other in others] == [(301, b"moved")]
    assert all("cookie" not in name for other in others for name, _ in other.headers)


def test_another_host_gets_no_headers_that_were_not_meant_for_it(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply()) as other:
        with CountingServer(lambda _: Reply(307, b"", {"Location": f"{other.url}/x"})) as server:
            client = client_for(tmp_path)
            request = Request(
                url=f"{server.url}/acme",
                method="POST",
                body=b"{}",
                headers={"X-API-Key": "k", "Authorization": "b", "Content-Type": "application/json"},
            )
            with client:
                client.fetch(request, client.visit())
            assert server.of("/acme")[0].headers["x-api-key"] == "k"
        (seen,) = other.of("/x")
    assert (seen.method, seen.body, seen.headers["content-type"]) == ("POST", b"{}", "application/json")
    assert not {"x-api-key", "authorization"} & set(seen.headers)


def test_a_post_becomes_a_get_after_a_303(tmp_path: Path) -> None:
    with CountingServer(
        lambda seen: Reply(303, b"", {"Location": "/result"}) if seen.method == "POST" else Reply()
    ) as server:
        client = client_for(tmp_path)
        with client:
            client.fetch(Request(url=f"{server.url}/q", method="POST", body=b"{}"), client.visit())
        assert [(seen.method, seen.body) for seen in server.boards_asked()] == [("POST", b"{}"), ("GET", b"")]


def test_bytes_are_kept_whatever_the_header_claims(tmp_path: Path) -> None:
    """A lie about type or charset is the parser's to find out; the archive has what was sent."""
    body = "{'title': 'Chef de produit – Zürich'}".encode("utf-16")
    with CountingServer(
        lambda _: Reply(body=body, headers={"Content-Type": "application/json; charset=us-ascii"})
    ) as server:
        answer, _ = fetch(client_for(tmp_path), f"{server.url}/acme")
    assert answer.body == body


WALLS = {
    "cloudflare": b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
    "attention": b"<html><head><title>Attention Required! | Cloudflare</title></head></html>",
    "perimeterx": b"<!doctype html><html><body><div id='px-captcha'></div></body></html>",
    "datadome": b"<html><script src='https://ct.captcha-delivery.com/c.js'></script></html>",
    "human": b"\n <!DOCTYPE html>\n<html><head><title>Verify you are human</title></html>",
    "login": b"<html><title>Acme - Sign in</title><form><input name=p type='password'></form></html>",
}


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize("page", sorted(WALLS))
def test_a_wall_is_recognised_kept_and_left_alone(tmp_path: Path, page: str, status: int) -> None:
    others: list[Answer] = []
    claimed = {"Content-Type": "application/json"}  # walls lie about their type
    with CountingServer(lambda _: Reply(status, WALLS[page], claimed)) as server:
        client = client_for(tmp_path)
        with client, pytest.raises(Refused, match="skipped, not evaded"):
            client.fetch(Request(url=f"{server.url}/acme"), client.visit(others.append))
        assert len(server.of("/acme")) == 1
    assert [other.body for other in others] == [WALLS[page]]


def test_a_bot_check_named_in_a_header(tmp_path: Path) -> None:
    with (
        CountingServer(lambda _: Reply(403, b"{}", {"cf-mitigated": "challenge"})) as server,
        pytest.raises(Refused, match="cf-mitigated"),
    ):
        fetch(client_for(tmp_path), f"{server.url}/acme")


def test_a_redirect_to_a_login_page(tmp_path: Path) -> None:
    def respond(seen: Seen) -> Reply:
        if seen.path.startswith("/login"):
            return Reply(body=b"<html><title>Welcome</title></html>")
        return Reply(302, b"", {"Location": "/login?next=/jobs"})

    with CountingServer(respond) as server, pytest.raises(Refused, match="log-in page"):
        fetch(client_for(tmp_path), f"{server.url}/jobs")


@pytest.mark.parametrize(
    "body",
    [
        b'{"jobs": [{"title": "Product Manager, captcha <title>Just a moment</title>"}]}',
        b'<html><title>Product Manager, Sign In</title><script type="application/ld+json">'
        b'{"@type": "JobPosting"}</script><input type="password"></html>',
        b"<html><title>Careers</title><script src='https://www.google.com/recaptcha/api.js'></script></html>",
        b"<?xml version='1.0'?><jobs><job><name>Owner, Login</name></job></jobs>",
        b"<html><title>Loginsight careers</title><p>Jobs</p></html>",
        b"",
    ],
)
def test_an_ordinary_answer_is_no_wall(tmp_path: Path, body: bytes) -> None:
    with CountingServer(lambda _: Reply(body=body)) as server:
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


def test_a_304_nobody_asked_for(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply(304)) as server, pytest.raises(NoAnswer, match="without condition"):
        fetch(client_for(tmp_path), f"{server.url}/acme")
