"""Settings come from the environment, and the page that lists them is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from include.settings import PROJECT_ROOT, Settings, SettingsError

SCHEDULES = ("@daily", " 15 3,15 * * MON-FRI ", "*/90 0-23 1-31/2 1-12 0-7", "59 23 L JAN SUN#2", "0 3 ? * *")
PAGE = PROJECT_ROOT / "docs" / "configuration.md"


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(f"HIRING_SIGNALS_{name.upper()}", "")
    assert Settings() == plain
    assert plain.backup_dir is None


def test_a_variable_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_BAKUP_DIR", "/backup")
    with pytest.raises(SettingsError, match="BAKUP_DIR is no setting: is HIRING_SIGNALS_BACKUP_DIR meant"):
        Settings()
    monkeypatch.setenv("HIRING_SIGNALS_BAKUP_DIR", "")
    monkeypatch.setenv("HIRING_SIGNALS_CODE_SHA", "0123abc")
    Settings()


def test_settings_refuse_what_they_do_not_know() -> None:
    with pytest.raises(SettingsError, match="DATA_ORGIN is 'archive'"):
        Settings(**{"data_orgin": "archive"})


@pytest.mark.parametrize("name", ["what?", "$HOME", "*", "data [2026]"])
def test_a_folder_whose_name_databases_take_for_another_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"DATA_DIR is .* choose a folder without them"):
        Settings(data_dir=tmp_path / name / "data")
    Settings(data_dir=tmp_path / "it's (mine); 100 % {x}")


@pytest.mark.parametrize("limit", ["lots", "4", "50%", "-1GB", "0GB", "0.0GB", "4Gi", "4 apples"])
def test_a_memory_limit_that_is_no_size_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_DUCKDB_MEMORY_LIMIT", limit)
    with pytest.raises(SettingsError, match=r"DUCKDB_MEMORY_LIMIT is .* no size such as 4GB"):
        Settings()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("KEEP_DAYS", "abc", "Input should be a valid integer, unable to parse string as an integer"),
        ("DATA_ORIGIN", "live", "Input should be 'simulated', 'public_boards' or 'archive'"),
        ("COLLECT_SCHEDULE", "every day", "that is no cron expression of five fields, such as 0 3 * * *"),
        *(
            ("MAINTAIN_SCHEDULE", value, "that is no cron expression of five fields, such as 0 3 * * *")
            for value in ("0 1 * *", "60 3 * * *", "0 24 * * *", "0 3 0,1 * *", "0 3 * 1-13 *", "0 3 * * 8")
        ),
        *(
            ("COLLECT_SCHEDULE", value, "that is no cron expression of five fields, such as 0 3 * * *")
            for value in ("@once", "@dayly", "0 3 * * * *", "0 3 * * $")
        ),
        ("MINIMUM_BOARD_COVERAGE", "80", "Input should be less than or equal to 1"),
        ("MINIMUM_BOARD_COVERAGE", "-0.1", "Input should be greater than or equal to 0"),
        ("KEEP_DAYS", "34", "Input should be greater than or equal to 35"),
        ("REQUESTS_PER_SECOND_PER_HOST", "0", "Input should be greater than 0"),
        ("CONCURRENCY_PER_HOST", "0", "Input should be greater than or equal to 1"),
        ("CONCURRENCY_PER_HOST", "9", "Input should be less than or equal to 8"),
        ("BOARD_TIME_BUDGET_SECONDS", "0", "Input should be greater than 0"),
        ("BOARD_BYTE_BUDGET", "0", "Input should be greater than 0"),
        ("DUCKDB_THREADS", "0", "Input should be greater than or equal to 1"),
    ],
)
def test_a_wrong_value_is_said_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"HIRING_SIGNALS_{variable}", value)
    with pytest.raises(SettingsError) as caught:
        Settings()
    assert str(caught.value) == f"HIRING_SIGNALS_{variable} is {value!r}: {said}"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MINIMUM_BOARD_COVERAGE", "0"),
        ("MINIMUM_BOARD_COVERAGE", "1"),
        ("KEEP_DAYS", "35"),
        ("REQUESTS_PER_SECOND_PER_HOST", "0.1"),
        ("CONCURRENCY_PER_HOST", "1"),
        ("CONCURRENCY_PER_HOST", "8"),
        ("DUCKDB_THREADS", "1"),
        *(("COLLECT_SCHEDULE", value) for value in SCHEDULES),
    ],
)
def test_what_lies_at_the_end_of_a_range_is_taken(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(f"HIRING_SIGNALS_{variable}", value)
    assert str(getattr(Settings(), variable.lower())) in (value, f"{value}.0")


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_KEEP_DAYS", "3")
    monkeypatch.setenv("HIRING_SIGNALS_ALLOW_LOOPBACK", "perhaps")
    with pytest.raises(
        SettingsError, match=r"ALLOW_LOOPBACK is 'perhaps'.*; HIRING_SIGNALS_KEEP_DAYS is '3'"
    ):
        Settings()


def test_the_page_names_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \| (.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    said = {
        name.strip("` ").lower(): default.strip("` ")
        for names, defaults in rows
        for name, default in zip(names.split(","), _split(defaults), strict=True)
    }
    said.pop("code_sha")  # read by include/versions.py, which needs no settings
    assert set(said) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        assert field.default is not PydanticUndefined
        assert said[name] == _in_words(field.default), name


def _split(defaults: str) -> list[str]:
    return [defaults] if "`" in defaults else defaults.split(",")


def _in_words(default: object) -> str:
    if isinstance(default, Path):
        return str(default.relative_to(PROJECT_ROOT))
    if isinstance(default, float):
        return f"{default:.0f}" if default > 1 else str(default)
    if default is None or default == "":
        return "unset" if default is None else "empty"
    return str(default).lower() if isinstance(default, bool) else str(default)
