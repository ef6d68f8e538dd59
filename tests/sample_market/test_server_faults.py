"""Each fault that a board can be given, as a client meets it."""

from __future__ import annotations

import json
import threading
import time
import zlib
from email.utils import parsedate_to_datetime

import httpx
import pytest

from include.sample_market.employers import Employer
from include.sample_market.faults import Fault, FaultBook
from include.sample_market.market import Market
from include.sample_market.server import MarketServer
from tests.sample_market.conftest import path_of, set_fault


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
