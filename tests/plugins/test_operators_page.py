"""The plugin inside a real API server: who gets in, what they see, what is asked of the network."""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from include.pipeline.status import BoardTrouble, BuildStatus, CheckTrouble
from include.publish.summary import SUMMARY, FailedCheck, read_summary
from include.settings import PROJECT_ROOT
from plugins.hiring_signals.runs import MEMORY, StageRun, last_runs
from plugins.hiring_signals.stages import STAGES
from tests.plugins.operators_installation import api_server, environment, fill_data, token

pytestmark = pytest.mark.airflow

BASE = "/hiring-signals"
GUARDED = (
    "/",
    "/api/overview",
    "/releases/latest/index.html",
    "/checks/2026-11-15/index.html",
    "/releases/none",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the server's data and of Airflow's home."""
    return tmp_path_factory.mktemp("operators")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    fill_data(folder / "data")
    with api_server(folder / "home", folder / "data") as url:
        yield url


@pytest.fixture
def runs(server: str, folder: Path) -> Iterator[sqlite3.Connection]:
    """Airflow's database, to change the runs in; after the test they are what they were."""
    with closing(sqlite3.connect(folder / "home" / "airflow.db", isolation_level=None)) as database:
        database.execute("CREATE TEMP TABLE kept AS SELECT * FROM dag_run")
        yield database
        database.execute("DELETE FROM dag_run")
        database.execute("INSERT INTO dag_run SELECT * FROM kept")


@pytest.fixture
def session(server: str, folder: Path) -> Iterator[Session]:
    """A session of the server's database, as its page has one."""
    engine = create_engine(f"sqlite:///{folder / 'home' / 'airflow.db'}")
    with Session(engine) as session:
        yield session
    engine.dispose()


def stage_runs(session: Session, *hidden: str) -> dict[str, StageRun]:
    """Return the last runs by DAG for a user who may not see the hidden ones."""
    readable = {stage.dag_id for stage in STAGES} - set(hidden)
    return {run.dag_id: run for run in last_runs(session, readable, "", datetime.now(UTC))}


@pytest.fixture
def data(server: str, folder: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder of the test's own in the place of the server's."""
    (folder / "data").rename(tmp_path / "kept")
    yield folder / "data"
    (folder / "data").rename(tmp_path / "used")
    (tmp_path / "kept").rename(folder / "data")


@pytest.fixture(scope="module")
def viewer(server: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token(server, 'vera')}"}
    with httpx.Client(base_url=server + BASE, headers=headers, timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", GUARDED)
def test_nobody_gets_in_without_login(server: str, path: str) -> None:
    assert httpx.get(server + BASE + path).status_code == 401
    for wrong in ({"Authorization": "Bearer junk"}, {"Cookie": "_token=junk"}):
        assert httpx.get(server + BASE + path, headers=wrong).status_code in (401, 403)


def test_a_browser_without_login_is_sent_to_it_and_back(server: str) -> None:
    answer = httpx.get(f"{server}{BASE}/", headers={"Accept": "text/html"})
    assert answer.status_code == 307
    assert answer.headers["location"].startswith("/auth/login?next=")
    assert answer.headers["location"].endswith("%2Fhiring-signals%2F")


def test_the_cookie_of_airflows_login_opens_the_page(server: str) -> None:
    answer = httpx.get(f"{server}{BASE}/", headers={"Cookie": f"_token={token(server, 'anna')}"})
    assert answer.status_code == 200


def test_no_documentation_lies_outside_the_login(server: str) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert httpx.get(server + BASE + path).status_code in (401, 404)


def test_the_page_shows_stages_boards_checks_and_release(viewer: httpx.Client) -> None:
    answer = viewer.get("/")
    assert answer.status_code == 200
    page = answer.text
    assert "What needs you (6)" in page
    assert "Build: 2026-11-13 failed, and nothing was done about it since." in page
    assert "10 of 12" in page
    assert "Harbour &amp; Sons &lt;Ltd&gt;" in page  # names are strangers' words
    assert "no answer after 3 attempts" in page
    assert re.search(r"Osprey</th><td>lever/osprey</td><td>moved away", page)
    assert "mention tables" in page
    assert "Last release: 2026-W45" in page
    assert "6.1%" in page
    assert "−13.6 pp" in page
    assert "suppressed" in page
    assert re.search(r'href="/dags/build_warehouse/runs/build_warehouse_4" data-airflow', page)
    rows = [
        row.text(separator=" ") for row in LexborHTMLParser(page).css("section[aria-labelledby=stages] tr")
    ]
    collect, build, publish = (" ".join(row.split()) for row in rows[1:4])
    assert re.search(r"✓ success 2026-11-15 4 hours ago .* UTC 5 min 41 s collect_postings$", collect)
    assert re.search(r"✗ failed 2026-11-15 3 hours ago .* last success 26 hours ago 1 min 12 s", build)
    assert re.search(r"… running ! paused 2026-W46 [34] minutes ago .* so far publish_weekly$", publish)
    assert "83.3% of those expected" in page
    assert "1\N{NARROW NO-BREAK SPACE}843" in page
    assert re.search(r'weekly_metrics\.csv</a> <span class="soft">35 B', page)
    assert re.search(r'release\.json</a> <span class="soft">[1-9]\.\d kB', page)
    assert "Simulated data." in page


def test_before_the_first_run_the_page_says_what_to_do(
    viewer: httpx.Client, runs: sqlite3.Connection, data: Path
) -> None:
    data.mkdir()
    runs.execute("DELETE FROM dag_run")
    answer = viewer.get("/")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    for row, stage in zip(page.css("section[aria-labelledby=stages] tbody tr"), STAGES, strict=True):
        said = row.text(separator=" ")
        assert "no run" in said
        is_known = stage.dag_id not in ("audit_classifier", "maintain_warehouse")  # not in the test's Airflow
        assert (stage.never_ran if is_known else "Airflow has not read it yet") in said
    assert "No day has been built yet" in page.css_first("section[aria-labelledby=boards]").text()
    assert "Nothing has been released yet" in page.css_first("section[aria-labelledby=release]").text()
    assert page.css("section[aria-labelledby=checks]") == []


def test_of_a_dag_that_a_user_may_not_see_nothing_is_told(session: Session) -> None:
    hidden = stage_runs(session, "build_warehouse", "publish_weekly")
    for dag_id in ("build_warehouse", "publish_weekly"):
        run = hidden[dag_id]
        assert (run.state, run.partition, run.started_at, run.unmended, run.paused) == (
            None,
            None,
            None,
            (),
            None,
        )
        assert run.link == "/dags"
        assert "Your account may not see this DAG" in str(run.advice)
    assert hidden["collect_postings"] == stage_runs(session)["collect_postings"]


def test_a_dag_that_never_ran_is_called_paused_only_where_it_is(
    session: Session, runs: sqlite3.Connection
) -> None:
    runs.execute("DELETE FROM dag_run")
    paused = {run.dag_id: run.paused is not None for run in stage_runs(session).values()}
    assert (paused["build_warehouse"], paused["publish_weekly"]) == (False, True)


def test_advice_is_for_what_is_red_or_never_ran(session: Session, runs: sqlite3.Connection) -> None:
    runs.execute("UPDATE dag_run SET state = 'queued', start_date = NULL WHERE dag_id = 'publish_weekly'")
    found = stage_runs(session)
    told = {dag_id: run.advice is not None for dag_id, run in found.items() if run.state}
    assert told == {"collect_postings": False, "build_warehouse": True, "publish_weekly": False}
    assert (found["publish_weekly"].health, found["publish_weekly"].seconds) == ("busy", None)


@pytest.mark.parametrize(("days_ago", "is_told"), [(MEMORY.days - 1, True), (MEMORY.days + 1, False)])
def test_a_failure_is_remembered_for_two_weeks(
    session: Session, runs: sqlite3.Connection, days_ago: int, is_told: bool
) -> None:
    then = datetime.now(UTC) - timedelta(days=days_ago)
    runs.execute(
        "UPDATE dag_run SET run_after = ? WHERE partition_key = '2026-11-13'",
        [f"{then:%Y-%m-%d %H:%M:%S.%f}"],
    )
    assert stage_runs(session)["build_warehouse"].unmended == (("2026-11-13",) if is_told else ())


def test_a_day_that_was_not_collected_cannot_be_made_later(
    session: Session, runs: sqlite3.Connection
) -> None:
    runs.execute("UPDATE dag_run SET state = 'failed' WHERE run_id = 'collect_postings_0'")
    assert stage_runs(session)["collect_postings"].unmended == ()


def test_of_two_runs_of_a_day_the_later_counts_whichever_was_entered_first(
    session: Session, runs: sqlite3.Connection
) -> None:
    runs.execute("UPDATE dag_run SET partition_key = '2026-11-13' WHERE partition_key = '2026-11-14'")
    assert stage_runs(session)["build_warehouse"].unmended == ()
    runs.execute(
        "UPDATE dag_run SET run_after = datetime(run_after, '-5 days') WHERE run_id = 'build_warehouse_3'"
    )
    session.expire_all()
    assert stage_runs(session)["build_warehouse"].unmended == ("2026-11-13",)


@pytest.mark.parametrize("path", ["5", '["ads.csv"]', '{"a": 1}'])
def test_a_run_started_with_any_value_at_all_is_shown(
    viewer: httpx.Client, runs: sqlite3.Connection, path: str
) -> None:
    runs.execute(
        "UPDATE dag_run SET conf = ?, partition_key = NULL WHERE dag_id = 'build_warehouse'",
        [f'{{"path": {path}}}'],
    )
    answer = viewer.get("/")
    assert answer.status_code == 200
    assert "build_warehouse_4" in answer.text


def test_what_strangers_wrote_is_text_on_the_page(viewer: httpx.Client, data: Path) -> None:
    hostile = '</td><script>alert(1)</script><img src=x onerror="alert(2)">\' {{ 7 * 7 }}'
    fill_data(data)
    status = msgspec.json.decode((data / "status" / "build.json").read_bytes(), type=BuildStatus)
    trouble = BoardTrouble(source=hostile, board=hostile, employer=hostile, status=hostile, error=hostile)
    failed = CheckTrouble(
        table_name=hostile,
        expectation_id="x",
        severity="critical",
        description=hostile,
        observed_value=hostile,
    )
    status = msgspec.structs.replace(
        status,
        boards_expected=0,
        boards_read=0,
        troubles=(trouble,),
        switched_off=(trouble,),
        failed_checks=(failed,),
    )
    (data / "status" / "build.json").write_bytes(msgspec.json.encode(status))
    release = data / "releases" / "2026-W45"
    warning = FailedCheck(table_name=hostile, expectation_id="x", description=hostile, observed_value=hostile)
    summary = msgspec.structs.replace(read_summary(release), headline=None, warnings=(warning,))
    (release / SUMMARY).write_bytes(msgspec.json.encode(summary))

    answer = viewer.get("/")
    page = LexborHTMLParser(answer.text)
    shown = page.css_first("main").text()
    # Two boards of five words (the source and the board in one cell), a check and a warning of three.
    assert shown.count(hostile.replace("_", " ")) + shown.count(hostile) >= 2 * 4 + 3 + 3
    assert (len(page.css("script")), page.css("img, main script")) == (1, [])
    assert answer.headers["content-security-policy"].count("'sha256-") == 1
    assert "none was expected" in shown
    assert "No series has this week" in shown
    board = viewer.get("/api/overview").json()["build"]["status"]["troubles"][0]
    assert board["employer"] == hostile


def test_an_address_no_file_can_have_is_not_there(viewer: httpx.Client) -> None:
    assert viewer.get("/releases/" + "a" * 4_000).status_code == 404
    assert viewer.get("/checks/" + "a" * 4_000).status_code == 404


def test_the_page_asks_nothing_of_the_network(viewer: httpx.Client) -> None:
    answer = viewer.get("/")
    assert re.findall(r'(?:src|href)="(?:https?:)?//', answer.text) == []
    policy = answer.headers["content-security-policy"]
    [script] = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert {"default-src 'none'", f"script-src 'sha256-{digest}'", "frame-ancestors 'self'"} <= set(
        policy.split("; ")
    )
    assert answer.headers["cache-control"] == "no-store"


def test_the_api_gives_what_the_page_shows(viewer: httpx.Client) -> None:
    body = viewer.get("/api/overview").json()
    assert [stage["dag_id"] for stage in body["stages"]] == [
        "collect_postings", "build_warehouse", "publish_weekly", "import_archive", "audit_classifier",
        "maintain_warehouse",
    ]  # fmt: skip
    assert [stage["health"] for stage in body["stages"]] == ["good", "bad", "busy", "idle", "idle", "idle"]
    assert body["stages"][0]["seconds"] == 341
    assert body["build"]["status"]["boards_read"] == 10
    assert body["release"]["folder"] == "2026-W45"
    assert [item["urgency"] for item in body["attention"]] == ["bad", "bad", "bad", "warn", "warn", "warn"]
    assert body["stages"][1]["unmended"] == ["2026-11-13"]  # a day whose failure later runs hide


@pytest.mark.parametrize(
    ("path", "content_type", "said"),
    [
        ("/api/overview", "application/json", '"data_origin":"simulated"'),
        ("/checks/2026-11-15/index.html", "text/html; charset=utf-8", "<title>Checks</title>"),
        ("/releases/2026-W45/weekly_metrics.csv", "text/csv; charset=utf-8", "2026-11-02,M1"),
    ],
)
def test_what_is_served_is_what_it_is_called_and_is_never_kept(
    viewer: httpx.Client, path: str, content_type: str, said: str
) -> None:
    answer = viewer.get(path)
    assert said in answer.text
    assert answer.headers["content-type"] == content_type
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_menu_s_icon_stands_out_from_a_light_and_from_a_dark_menu(viewer: httpx.Client) -> None:
    def brightness(scheme: str) -> int:
        [colour] = re.findall(r'fill="#([0-9a-f]{3})"', viewer.get(f"/icon/{scheme}.svg").text)
        return sum(int(digit, 16) for digit in colour)

    assert brightness("light") < 20 < 30 < brightness("dark")
    assert viewer.get("/icon/blue.svg").status_code == 422


def test_nothing_can_be_written(viewer: httpx.Client) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert viewer.request(method, "/api/overview").status_code == 405


def test_released_files_have_an_origin_of_their_own(viewer: httpx.Client) -> None:
    answer = viewer.get("/releases/latest/index.html")
    assert "The page readers see" in answer.text
    assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in answer.headers["content-security-policy"]
    _, *rules = answer.headers["content-security-policy"].split("; ")
    sources = {source for rule in rules for source in rule.split()[1:]}
    assert sources == {"'none'", "'self'", "data:", "'unsafe-inline'"}  # nobody else is asked for anything
    for outside in ("/releases/%2e%2e/status/build.json", "/checks/%2e%2e%2fstatus%2fbuild.json"):
        assert viewer.get(outside).status_code == 404


def test_airflow_loads_the_entry_and_nothing_else(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from airflow import plugins_manager\n"
        "plugins, errors = plugins_manager._get_plugins()\n"
        "names = [p.name for p in plugins if p.name == 'hiring_signals']\n"
        "print(names, errors, sorted(set(sys.modules) & {'web', 'runs', 'files', 'access', 'stages', "
        "'overview'}))\n"
    )
    env = environment(tmp_path / "home", tmp_path / "data", 1)
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip().splitlines()[-1] == "['hiring_signals'] {} []", done.stderr


@pytest.mark.browser
def test_inside_airflow_links_leave_the_frame_and_colours_follow(server: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    try:
        context.add_cookies([{"name": "_token", "value": token(server, "anna"), "url": server}])
        page = context.new_page()
        asked: list[str] = []
        missing: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
        page.goto(f"{server}/plugin/hiring-signals")
        frame = page.frame_locator("iframe")
        frame.get_by_role("heading", name="Last run of each stage").wait_for(timeout=30_000)
        assert missing == []
        shown = page.evaluate("document.documentElement.classList.contains('dark') ? 'dark' : 'light'")
        assert frame.locator("html").get_attribute("data-theme") == shown
        other = "dark" if shown == "light" else "light"
        page.evaluate(f"document.documentElement.classList.replace('{shown}', '{other}')")
        frame.locator(f"html[data-theme={other}]").wait_for(timeout=5_000)
        frame.locator("section a[data-airflow]", has_text="collect_postings").first.click()
        page.wait_for_url("**/dags/collect_postings/runs/collect_postings_1*", timeout=15_000)
        assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []
    finally:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 768, 1300])
def test_axe_finds_no_violation_and_nothing_overflows(
    server: str, browser: Any, axe: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
    try:
        page.context.add_cookies([{"name": "_token", "value": token(server, "anna"), "url": server}])
        page.goto(f"{server}{BASE}/")
        page.get_by_role("heading", name="Last run of each stage").wait_for(timeout=30_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        assert page.evaluate("violations()") == []
    finally:
        page.close()


def test_only_the_entry_and_what_talks_to_airflow_imports_it() -> None:
    users = {
        path.name
        for path in (PROJECT_ROOT / "plugins").rglob("*.py")
        if re.search(r"^\s*(from|import) airflow", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert users == {"access.py", "hiring_signals_plugin.py", "runs.py", "web.py"}
