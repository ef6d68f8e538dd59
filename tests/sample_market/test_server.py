from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from include.normalize.posting import PRODUCT_FAMILIES
from include.sample_market.__main__ import main
from include.sample_market.boards import BoardWriter
from include.sample_market.employers import Employer
from include.sample_market.faults import Fault, FaultBook
from include.sample_market.market import Market
from include.sample_market.server import MarketServer
from tests.sample_market.conftest import MONDAY

PATHS = {
    "greenhouse": "/greenhouse/v1/boards/{}/jobs?content=true&pay_transparency=true",
    "lever": "/lever/v0/postings/{}?mode=json",
    "ashby": "/ashby/posting-api/job-board/{}?includeCompensation=true",
}


@pytest.fixture
def client(server: MarketServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=10) as opened:
        yield opened


@pytest.fixture
def employer(small_market: Market) -> Employer:
    return small_market.employers[0]


def path_of(employer: Employer) -> str:
    return PATHS[employer.source].format(employer.token)


def set_fault(client: httpx.Client, employer: Employer, kind: str, **settings: float) -> None:
    answer = client.put("/_market/faults", json={employer.board_key: {"kind": kind, **settings}})
    assert answer.status_code == 200


def test_serves_the_bytes_of_the_writer(client: httpx.Client, small_market: Market) -> None:
    writer = BoardWriter(small_market)
    for employer in small_market.employers:
        answer = client.get(path_of(employer))
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == writer.board(employer, MONDAY)
        plain = client.get(path_of(employer), headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content


def test_confirms_what_the_client_has(client: httpx.Client, employer: Employer) -> None:
    etag = client.get(path_of(employer)).headers["etag"]
    answer = client.get(path_of(employer), headers={"If-None-Match": f'"other", W/{etag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(path_of(employer), headers={"If-None-Match": '"other"'}).status_code == 200


def test_clock_moves_the_boards(client: httpx.Client, employer: Employer) -> None:
    before = client.get(path_of(employer))
    day = (MONDAY + timedelta(days=4)).isoformat()
    assert client.put("/_market/clock", json={"day": day}).json() == {"day": day}
    assert client.get("/_market/clock").json() == {"day": day}
    after = client.get(path_of(employer), headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.content != before.content


@pytest.mark.parametrize("body", [b"{}", b'{"day": "16.11.2026"}', b'{"day": "2031-01-01"}', b"not json"])
def test_clock_refuses_what_it_cannot_be(client: httpx.Client, body: bytes) -> None:
    answer = client.put("/_market/clock", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert client.get("/_market/clock").json() == {"day": MONDAY.isoformat()}


def test_greenhouse_sends_texts_and_pay_only_when_asked(client: httpx.Client, small_market: Market) -> None:
    employer = next(e for e in small_market.employers if e.source == "greenhouse")
    base = f"/greenhouse/v1/boards/{employer.token}"
    short = client.get(f"{base}/jobs").json()["jobs"]
    assert not any("content" in job or "pay_input_ranges" in job for job in short)
    texts = client.get(f"{base}/jobs?content=true").json()["jobs"]
    assert all("content" in job for job in texts)
    assert client.get(base).json()["name"] == employer.name
    real = next(job for job in texts if job["internal_job_id"])
    assert client.get(f"{base}/jobs/{real['id']}").json()["content"] == real["content"]
    assert client.get(f"{base}/jobs/17").status_code == 404


def test_unknown_boards_answer_as_the_systems_do(client: httpx.Client) -> None:
    answers = {source: client.get(path.format("nobody")) for source, path in PATHS.items()}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert answers["lever"].json() == {"ok": False, "error": "Document not found"}
    assert client.get("/elsewhere").status_code == 404
    assert client.post(PATHS["lever"].format("nobody")).status_code == 405
    assert client.get("/greenhouse/v1/boards/nobody").status_code == 404


def test_head_has_no_body(client: httpx.Client, employer: Employer) -> None:
    answer = client.head(path_of(employer))
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


def test_robots_keeps_collectors_from_the_controls(client: httpx.Client) -> None:
    assert "Disallow: /_market/" in client.get("/robots.txt").text


def test_statistics_count_by_board_day_and_agent(client: httpx.Client, employer: Employer) -> None:
    for agent in ("first/1", "first/1", "second/2"):
        client.get(path_of(employer), headers={"User-Agent": agent})
    set_fault(client, employer, "server_error", times=1)
    client.get(path_of(employer), headers={"User-Agent": "first/1"})
    found = client.get("/_market/stats").json()[MONDAY.isoformat()][employer.board_key]
    assert found["requests"] == 4
    assert found["user_agents"] == {"first/1": 3, "second/2": 1}
    assert found["statuses"] == {"200": 3, "500": 1}
    assert found["faults"] == {"server_error": 1}


def test_boards_list_names_every_board(client: httpx.Client, small_market: Market) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/_market/boards.csv").text)))
    assert list(rows[0]) == ["source", "token", "employer", "enabled", "options", "note"]
    assert {(row["source"], row["token"]) for row in rows} == {
        (employer.source, employer.token) for employer in small_market.employers
    }


def test_truth_is_the_markets(client: httpx.Client, small_market: Market) -> None:
    answer = client.get("/_market/truth?week=2026-W47").json()
    truth = small_market.true_weekly(MONDAY)
    assert answer["n_openings"] == truth.n_openings
    assert answer["shares"]["M1"]["posting"] == truth.shares["M1"].posting
    since = client.get("/_market/truth?week=2026-W47&observed_since=2026-11-15").json()
    assert since["n_openings"] == small_market.true_weekly(MONDAY, MONDAY - timedelta(days=1)).n_openings
    rows = client.get("/_market/truth/openings?week=2026-W47").json()
    measured = [r for r in rows if r["language"] == "en" and r["role_family"] in PRODUCT_FAMILIES]
    assert len(measured) == truth.n_openings
    assert all(row["week"] == "2026-W47" and row["posting_ids"] for row in rows)
    for path in ("truth", "truth/openings"):
        assert client.get(f"/_market/{path}?week=2026-W99").status_code == 400


@pytest.mark.parametrize("kind", ["too_many_requests", "too_many_requests_date"])
def test_too_many_requests_says_when_to_return(client: httpx.Client, employer: Employer, kind: str) -> None:
    set_fault(client, employer, kind, times=2, seconds=60)
    answers = [client.get(path_of(employer)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    value = answers[0].headers["retry-after"]
    if kind == "too_many_requests":
        assert value == "60"
    else:
        assert 50 < parsedate_to_datetime(value).timestamp() - time.time() < 70


def test_server_error_then_well(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "server_error", times=1)
    assert [client.get(path_of(employer)).status_code for _ in range(2)] == [500, 200]


def test_gone_stays_until_cleared(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "gone")
    assert [client.get(path_of(employer)).status_code for _ in range(3)] == [404] * 3
    client.put("/_market/faults", json={})
    assert client.get(path_of(employer)).status_code == 200


def test_slow_leaves_the_other_boards_alone(
    server: MarketServer, client: httpx.Client, small_market: Market
) -> None:
    slow, well = small_market.employers[:2]
    client.get(path_of(slow))
    client.get(path_of(well))
    set_fault(client, slow, "slow", times=1, seconds=0.6)
    took: dict[str, float] = {}

    def ask(employer: Employer) -> None:
        began = time.monotonic()
        httpx.get(server.url + path_of(employer))
        took[employer.board_key] = time.monotonic() - began

    threads = [threading.Thread(target=ask, args=(item,)) for item in (slow, well)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert took[slow.board_key] >= 0.6
    assert took[well.board_key] < took[slow.board_key]


def test_drip_outlasts_patience(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "drip", times=1, seconds=0.05)
    received = 0
    with client.stream("GET", path_of(employer), headers={"Accept-Encoding": "identity"}) as answer:
        began = time.monotonic()
        for chunk in answer.iter_raw():
            received += len(chunk)
            if time.monotonic() - began > 0.5:
                break
    assert 0 < received < 30


def test_truncated_ends_early(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "truncated", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(path_of(employer))
    assert client.get(path_of(employer)).status_code == 200


def test_malformed_json_is_complete_http(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "malformed_json", times=1)
    answer = client.get(path_of(employer))
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_missing_id_spoils_one_record(client: httpx.Client, small_market: Market) -> None:
    for employer in small_market.employers[:3]:
        set_fault(client, employer, "missing_id", times=1)
        answer = client.get(path_of(employer)).json()
        records = answer["jobs"] if isinstance(answer, dict) else answer
        assert [("id" in record) for record in records].count(False) == 1


def test_empty_is_a_valid_board(client: httpx.Client, small_market: Market) -> None:
    empty = {
        "greenhouse": {"jobs": [], "meta": {"total": 0}},
        "lever": [],
        "ashby": {"jobs": [], "apiVersion": "1"},
    }
    for employer in small_market.employers[:3]:
        set_fault(client, employer, "empty", times=1)
        assert client.get(path_of(employer)).json() == empty[employer.source]


def test_redirect_loop_never_ends(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "redirect_loop")
    with pytest.raises(httpx.TooManyRedirects):
        client.get(path_of(employer), follow_redirects=True)


def test_wrong_charset_lies_in_the_header_alone(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "wrong_charset", times=1)
    answer = client.get(path_of(employer))
    assert answer.charset_encoding == "utf-16"
    assert json.loads(answer.content.decode("utf-8"))


def test_login_page_is_html_with_200(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "login_page", times=1)
    answer = client.get(path_of(employer))
    assert answer.status_code == 200
    assert "text/html" in answer.headers["content-type"]
    assert "password" in answer.text


def test_endless_goes_on_after_ten_megabytes(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "endless", times=1)
    received = 0
    with client.stream("GET", path_of(employer)) as answer:
        for chunk in answer.iter_bytes():
            received += len(chunk)
            if received > 10_000_000:
                break
    assert received > 10_000_000
    assert client.get("/robots.txt").status_code == 200


def test_gzip_bomb_is_small_outside_and_large_inside(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "gzip_bomb", times=1)
    with client.stream("GET", path_of(employer)) as answer:
        assert int(answer.headers["content-length"]) < 2_000_000
        unpacker, unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
        for chunk in answer.iter_raw():
            unpacked += len(unpacker.decompress(chunk))
            if unpacked > 100_000_000:
                break
    assert unpacked > 100_000_000


def test_disconnect_resets(client: httpx.Client, employer: Employer) -> None:
    set_fault(client, employer, "disconnect", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.get(path_of(employer))


def test_robots_can_fail_too(client: httpx.Client) -> None:
    client.put("/_market/faults", json={"robots.txt": {"kind": "server_error", "times": 1}})
    assert [client.get("/robots.txt").status_code for _ in range(2)] == [500, 200]


@pytest.mark.parametrize(
    "body",
    [
        {"lever/nobody": {"kind": "gone"}},
        {"robots.txt": {"kind": "unheard_of"}},
        {"robots.txt": {"kind": "gone", "tmies": 1}},
        [],
    ],
)
def test_faults_that_make_no_sense_are_refused(client: httpx.Client, body: object) -> None:
    answer = client.put("/_market/faults", json=body)
    assert answer.status_code == 400
    assert client.get("/_market/faults").json() == {}


def test_fault_book_counts_down() -> None:
    book = FaultBook({"a": Fault(kind="gone", times=2), "b": Fault(kind="slow")})
    assert [book.take("a") is None for _ in range(3)] == [False, False, True]
    assert book.take("b") == book.take("b") == Fault(kind="slow")
    assert set(book.in_force()) == {"b"}


def test_nonsense_gets_400_and_the_server_lives(server: MarketServer, client: httpx.Client) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    for message in (
        b"hello\r\n\r\n",
        b"GET / SPDY/9\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(message)
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET /" + b"a" * 200_000)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    assert client.get("/robots.txt").status_code == 200


def test_closes_cleanly_with_open_connections(small_market: Market) -> None:
    others = set(threading.enumerate())
    server = MarketServer(small_market, MONDAY).start()
    with httpx.Client(base_url=server.url) as client:
        assert client.get("/robots.txt").status_code == 200
        began = time.monotonic()
        server.close()
        assert time.monotonic() - began < 10
        with pytest.raises(httpx.TransportError):
            client.get("/robots.txt")
    left = {thread.name for thread in set(threading.enumerate()) - others}
    assert "sample-market" not in left
    server.close()  # once more does no harm


def test_a_taken_port_is_an_error(server: MarketServer, small_market: Market) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="address already in use"):
        MarketServer(small_market, MONDAY, port=port).start()


def test_answers_many_requests_a_second(server: MarketServer, employer: Employer) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    etag = httpx.get(f"{server.url}{path_of(employer)}").headers["etag"]
    request = (
        f"GET {path_of(employer)} HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: {etag}\r\n\r\n".encode() * 100
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        began = time.monotonic()
        received = b""
        for _ in range(5):
            connection.sendall(request)
        while received.count(b"\r\n\r\n") < 500:
            received += connection.recv(65536)
    assert received.count(b"HTTP/1.1 304 ") == 500
    assert time.monotonic() - began < 5  # a generous bound for a busy machine; usually a tenth of it


def test_command_line_serves_until_ended(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text('{"robots.txt": {"kind": "gone"}}')
    command = [sys.executable, "-m", "include.sample_market", "serve", "--print-url", "--employers", "3"]
    options = ["--weeks", "2", "--day", "2026-11-17", "--faults", str(faults)]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        try:
            url = process.stdout.readline().strip()
            assert httpx.get(f"{url}/_market/clock").json() == {"day": "2026-11-17"}
            assert httpx.get(f"{url}/robots.txt").status_code == 404
        finally:
            process.terminate()


def test_command_line_writes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market = ["--employers", "3", "--weeks", "1"]
    assert main(["boards", *market, "--out", str(tmp_path / "boards.csv")]) == 0
    assert len((tmp_path / "boards.csv").read_text().splitlines()) == 4
    past = ["--end-day", "2026-11-15", "--out", str(tmp_path / "history.jsonl.gz")]
    assert main(["history", *market, *past]) == 0
    assert (tmp_path / "history.jsonl.gz").stat().st_size > 1000
    capsys.readouterr()
    assert main(["truth", *market, "--week", "2026-W47"]) == 0
    assert json.loads(capsys.readouterr().out)["week"] == "2026-W47"
    assert main(["truth", *market, "--week", "2026-W47", "--openings"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["week"] for row in rows} == {"2026-W47"}


def test_history_ends_before_the_observed_week_by_default(tmp_path: Path) -> None:
    target = tmp_path / "history.jsonl.gz"
    assert main(["history", "--employers", "3", "--weeks", "2", "--out", str(target)]) == 0
    opened = {json.loads(line)["posted_at"] for line in gzip.decompress(target.read_bytes()).splitlines()}
    assert (MONDAY - timedelta(weeks=2)).isoformat() <= min(opened)
    assert max(opened) < MONDAY.isoformat()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["truth", "--week", "2026-W99"], "no week 99"),
        (["truth", "--week", "2026-W47", "--employers", "0"], "employers=0"),
        (["serve", "--employers", "2", "--weeks", "1", "--day", "2020-01-01"], "outside the market's window"),
    ],
)
def test_command_line_names_the_fault(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
