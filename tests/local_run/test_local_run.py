from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest
from rich.console import Console

from include.local_run import __main__ as commands
from include.local_run import airflow as local_airflow
from include.local_run import runs
from include.local_run.__main__ import main
from include.local_run.airflow import environment
from include.local_run.rest_client import LocalAirflowError
from include.local_run.sessions import Sessions
from include.locks import locked_file
from include.storage import StorageError


@pytest.mark.parametrize(
    ("name", "content", "options", "said"),
    [
        ("ads.csv", None, [], "ads.csv is not there"),
        ("ads.xlsx", b"PK", [], ".xlsx is an Excel workbook: save its sheet as CSV"),
        (".", None, [], "is a folder: name one file of it"),
        ("ads.csv", b"id,title,posted_at\n", [], "has no record: there is nothing to import"),
        ("ads.parquet", b"PAR1 cut", [], "or this is not a parquet file. Fetch it again."),
        ("ads.csv", b"", [], "has no record that can be read: it is empty"),
        ("ads.csv", b"id,title\n1,Product Owner\n", [], "nothing is mapped to a date"),
        (
            "ads.csv",
            b"id,title,posted_at\n",
            ["--columns", "no.yaml"],
            "could not read the column map no.yaml",
        ),
        ("ads.csv", b"id,title\n", ["--columns", "canada_job_bank"], "mapped but not there: Job Title"),
    ],
)
def test_a_dump_that_cannot_be_read_is_said_before_airflow_starts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    options: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(commands, "HOME", tmp_path / "airflow")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["archive", str(tmp_path / name), *options]) == 1
    # Wrapped in the middle of words where a path is long.
    assert said.replace(" ", "") in "".join(capsys.readouterr().out.split())
    assert not (tmp_path / "airflow" / "airflow.db").exists()


def test_two_runs_do_not_share_one_airflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "HOME", tmp_path)
    with locked_file(tmp_path / "run.lock", wait_seconds=0) as held:
        held.replace(b"4711")
        assert main(["demo"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "another make run or make ui uses" in said
    assert "with kill 4711." in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StorageError("could not write [x]: No space left"), "could not write [x]: No space left"),
        (KeyboardInterrupt(), "the same command goes on from there"),
        (subprocess.CalledProcessError(3, ["python"]), "exit status 3"),
    ],
)
def test_a_run_that_cannot_go_on_ends_with_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    said: str,
) -> None:
    def fail(console: Console, sessions: Sessions) -> Path:
        raise error

    monkeypatch.setattr(commands, "HOME", tmp_path)
    monkeypatch.setattr(commands, "demo", fail)
    assert main(["demo"]) == 1
    assert said in " ".join(capsys.readouterr().out.split())


def test_a_port_that_is_taken_is_said_before_airflow_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "HOME", tmp_path)
    monkeypatch.setattr(commands, "prepare", lambda env: pytest.fail("Airflow was started"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["ui", "--port", str(port)]) == 1
    assert f"port {port} cannot be used" in " ".join(capsys.readouterr().out.split())
    assert main(["ui", "--port", "70000"]) == 1


def test_public_boards_are_not_read_without_a_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "HOME", tmp_path)
    monkeypatch.delenv("HIRING_SIGNALS_CONTACT", raising=False)
    assert main(["live"]) == 1
    assert "HIRING_SIGNALS_CONTACT" in capsys.readouterr().out
    monkeypatch.setenv("HIRING_SIGNALS_CONTACT", "joe")
    assert main(["live"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "HIRING_SIGNALS_CONTACT is 'joe': give a mail address or the address of a page" in said
    assert not (tmp_path / "public_boards" / "airflow.db").exists()


def test_airflow_s_environment_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    first = environment(tmp_path, 8123, {"HIRING_SIGNALS_DATA_ORIGIN": "archive"})
    assert first["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert int(first["AIRFLOW__CORE__PARALLELISM"]) <= max(2, os.cpu_count() or 2)
    assert first["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"
    assert first["HIRING_SIGNALS_DATA_ORIGIN"] == "archive"
    assert "PYTHONDONTWRITEBYTECODE" not in first
    again = environment(tmp_path, 8124, {})
    assert again["AIRFLOW__API_AUTH__JWT_SECRET"] == first["AIRFLOW__API_AUTH__JWT_SECRET"]
    assert len(first["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64
    assert stat.S_ISREG((tmp_path / "jwt_secret").stat().st_mode)


def test_the_secret_that_logins_rest_on_is_the_user_s_own(tmp_path: Path) -> None:
    home = tmp_path / "simulated"
    home.mkdir(mode=0o755)  # as an earlier version left it
    environment(home, 8123, {})
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_nobody_is_admin_of_a_local_airflow_without_its_password(tmp_path: Path) -> None:
    env = environment(tmp_path, 8123, {})
    assert env["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"
    passwords = Path(env["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    before = passwords.read_bytes()
    assert len(json.loads(before)["admin"]) >= 20
    environment(tmp_path, 8124, {})
    assert passwords.read_bytes() == before


def test_the_metadata_database_is_migrated_once_by_each_airflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def migrate(env: dict[str, str], *arguments: str) -> None:
        asked.append(" ".join(arguments))
        (tmp_path / "airflow.db").touch()

    monkeypatch.setattr(local_airflow, "_command", migrate)
    env = environment(tmp_path, 8123, {})
    local_airflow.prepare(env)
    local_airflow.prepare(env)
    assert asked == ["db migrate"]
    (tmp_path / "airflow.db").unlink()
    local_airflow.prepare(env)
    monkeypatch.setattr(local_airflow, "version", lambda _: "99.0")
    local_airflow.prepare(env)
    assert asked == ["db migrate"] * 3


@pytest.mark.parametrize("command", ["archive", "ui"])
def test_settings_of_the_user_reach_the_tasks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    seen: dict[str, str] = {}

    def start(self: Sessions, arguments: list[str], folder: Path, *, env: dict[str, str]) -> NoReturn:
        seen.update(env)
        raise LocalAirflowError("seen enough")

    def airflow(progress: object, settings: dict[str, str], sessions: Sessions) -> NoReturn:
        seen.update(settings)
        raise LocalAirflowError("seen enough")

    dump = tmp_path / "ads.csv"
    dump.write_text("id,title,posted_at\n1,Product Owner,2026-01-05\n")
    monkeypatch.setenv("HIRING_SIGNALS_DUCKDB_MEMORY_LIMIT", "1GB")
    monkeypatch.setattr(commands, "HOME", tmp_path / "airflow")
    monkeypatch.setattr(commands, "prepare", lambda env: None)
    monkeypatch.setattr(commands, "set_pool", lambda env: None)
    monkeypatch.setattr(Sessions, "start", start)
    monkeypatch.setattr(runs, "_airflow", airflow)
    assert main(_arguments(command, dump)) == 1
    assert seen["HIRING_SIGNALS_DUCKDB_MEMORY_LIMIT"] == "1GB"
    assert seen["HIRING_SIGNALS_DATA_ORIGIN"] == {"archive": "archive", "ui": "simulated"}[command]


def _arguments(command: str, dump: Path) -> list[str]:
    """Return a command line that depends on no port of this machine."""
    return [command, *{"archive": [str(dump)], "ui": ["--port", "0"]}.get(command, [])]


@pytest.mark.parametrize("command", ["archive", "demo", "ui"])
@pytest.mark.parametrize("origin", [None, "archive"])
def test_each_origin_has_an_airflow_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, origin: str | None
) -> None:
    """Its page would name failures of the other's data, and a cleared task would work on the wrong folder."""
    seen: list[str] = []

    def prepare(env: dict[str, str]) -> NoReturn:
        seen.append(env["AIRFLOW_HOME"])
        raise LocalAirflowError("seen enough")

    dump = tmp_path / "ads.csv"
    dump.write_text("id,title,posted_at\n1,Product Owner,2026-01-05\n")
    if origin:
        monkeypatch.setenv("HIRING_SIGNALS_DATA_ORIGIN", origin)
    for module in (commands, runs):
        monkeypatch.setattr(module, "HOME", tmp_path / "airflow")
        monkeypatch.setattr(module, "DATA", tmp_path / "data")
        monkeypatch.setattr(module, "prepare", prepare)
    monkeypatch.setattr(runs, "write_history", lambda path: None)
    assert main(_arguments(command, dump)) == 1
    expected = {"archive": "archive", "demo": "simulated", "ui": origin or "simulated"}[command]
    assert seen == [str(tmp_path / "airflow" / expected)]


@pytest.mark.parametrize("command", ["archive", "demo", "ui"])
def test_a_wrong_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    dump = tmp_path / "ads.csv"
    dump.write_text("id,title,posted_at\n1,Product Owner,2026-01-05\n")
    monkeypatch.setenv("HIRING_SIGNALS_CONTCT", "me@example.org")
    for module in (commands, runs):
        monkeypatch.setattr(module, "HOME", tmp_path / "airflow")
        monkeypatch.setattr(module, "DATA", tmp_path / "data")
    monkeypatch.setattr(runs, "write_history", lambda path: None)
    assert main(_arguments(command, dump)) == 1
    assert "HIRING_SIGNALS_CONTCT is no setting: is HIRING_SIGNALS_CONTACT meant?" in " ".join(
        capsys.readouterr().out.split()
    )
