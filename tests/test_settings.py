"""Settings come from the environment, and the page that lists them is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from include.settings import PROJECT_ROOT, Settings

PAGE = PROJECT_ROOT / "docs" / "configuration.md"


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(f"HIRING_SIGNALS_{name.upper()}", "")
    assert Settings() == plain
    assert plain.backup_dir is None


def test_a_variable_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_BAKUP_DIR", "/backup")
    with pytest.raises(ValidationError, match="BAKUP_DIR is no setting: is HIRING_SIGNALS_BACKUP_DIR meant"):
        Settings()
    monkeypatch.setenv("HIRING_SIGNALS_BAKUP_DIR", "")
    monkeypatch.setenv("HIRING_SIGNALS_CODE_SHA", "0123abc")
    Settings()


def test_settings_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValueError, match="data_orgin"):
        Settings(**{"data_orgin": "archive"})


@pytest.mark.parametrize("name", ["what?", "$HOME", "*", "data [2026]"])
def test_a_folder_whose_name_databases_take_for_another_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValidationError, match=r"DATA_DIR is .* choose a folder without them"):
        Settings(data_dir=tmp_path / name / "data")
    Settings(data_dir=tmp_path / "it's (mine); 100 % {x}")


@pytest.mark.parametrize("limit", ["lots", "4", "50%", "-1GB", "0GB", "0.0GB", "4Gi", "4 apples"])
def test_a_memory_limit_that_is_no_size_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_DUCKDB_MEMORY_LIMIT", limit)
    with pytest.raises(ValidationError, match=r"duckdb_memory_limit\n.*is no size such as 4GB"):
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
