"""Pages that are put before a board: known, kept and left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.archive.reads import Answer, Request
from include.collect.network.failures import Refused
from include.collect.network.walls import wall
from tests.collect.fakes import client_for, fetch
from tests.collect.servers import CountingServer, Reply, Seen

WALLS = {
    "cloudflare": b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
    "attention": b"<html><head><title>Attention Required! | Cloudflare</title></head></html>",
    "perimeterx": b"<!doctype html><html><body><div id='px-captcha'></div></body></html>",
    "datadome": b"<html><script src='https://ct.captcha-delivery.com/c.js'></script></html>",
    "commented": b"<!-- edge 7 --><html><head><title>Access denied</title></head></html>",
    "marked": b"\xef\xbb\xbf<html><head><title>Robot Check</title></head></html>",
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


JOBS = "https://jobs.example/acme"
PAGE = b"<html><title>Jobs</title></html>"
FORM, TITLE = b"<form><input type=password></form>", b"<title>Acme - Sign in</title>"


@pytest.mark.parametrize(
    ("asked", "url", "body", "content_type", "found"),
    [
        (JOBS, JOBS, b"<html>" + TITLE + FORM, "", "a log-in page"),
        (JOBS, JOBS, b"<html><title>Jobs</title>" + FORM, "", None),  # a form for applicants
        (JOBS, JOBS, b"<html>" + TITLE, "", None),
        (JOBS, JOBS, b"<div>" + TITLE + FORM, "text/html", "a log-in page"),
        (JOBS, JOBS, b"<div>" + TITLE + FORM, "application/json", None),
        (JOBS, JOBS, b"<" + TITLE + FORM, "text/xml", None),
        # What stands far down a long page is a part of its text.
        (JOBS, JOBS, b"<html>" + b"<p>Job</p>" * 7_000 + TITLE + FORM, "", None),
        (JOBS, "https://jobs.example/login", PAGE, "", "a redirect to the log-in page jobs.example/login"),
        (JOBS, "https://jobs.example/loginsight", PAGE, "", None),
        (JOBS, "https://sso.example/acme", PAGE, "", "a redirect to the log-in page sso.example/acme"),
        (JOBS, "https://acme.okta.com/x", PAGE, "", "a redirect to the log-in page acme.okta.com/x"),
        (JOBS, "https://other.example/acme", PAGE, "", None),
        # Who asks for such an address gets what was asked for.
        ("https://jobs.example/auth/a", "https://jobs.example/auth/b", PAGE, "", None),
        ("https://sso.example/a", "https://auth.example/a", PAGE, "", None),
    ],
)
def test_what_stands_in_the_way(
    asked: str, url: str, body: bytes, content_type: str, found: str | None
) -> None:
    assert wall(asked, url, {"content-type": content_type}, body) == found


@pytest.mark.parametrize(
    ("header", "value", "is_check"),
    [
        ("cf-mitigated", "Challenge", True),
        ("cf-mitigated", "log", False),
        ("x-amzn-waf-action", "captcha", True),
        ("x-dd-b", "1", True),
        ("server", "challenge", False),
    ],
)
def test_headers_that_tell_a_bot_check(header: str, value: str, is_check: bool) -> None:
    found = wall(JOBS, JOBS, {header: value}, b"{}")
    assert found == (f"a bot check (header {header})" if is_check else None)
