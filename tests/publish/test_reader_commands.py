"""Readers' commands on the releases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from include.publish.__main__ import main
from include.publish.naming import CHECKSUMS
from include.publish.vintages import LEDGER


@pytest.fixture
def here(releases: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installation whose releases are those of the test."""
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(releases.parent))
    return releases


def test_a_day_has_a_release_or_none(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["as-of", "2026-11-23"]) == 0
    assert capsys.readouterr().out == f"{here / '2026-W47'}\n"
    assert main(["as-of", "2026-11-22"]) == 1
    assert capsys.readouterr().out == "nothing had been published by 2026-11-22\n"


def test_what_cannot_be_answered_is_said_in_a_sentence(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["as-of", "2026-13-40"]) == 1
    assert capsys.readouterr().err.startswith("Stopped: '2026-13-40' is not a day")
    (here / LEDGER).write_text("release,recorded_at,sha256\n2026-W47,once,0\n")
    assert main(["list"]) == 1
    assert f"{here / LEDGER}, line 2" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["as-of", "2026-11-24"], ["list"], ["verify"]])
def test_a_data_folder_that_is_not_there_is_no_folder_without_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(tmp_path / "nowhere"))
    assert main(command) == 1
    assert capsys.readouterr().err.startswith(
        f"Stopped: there is no data folder {tmp_path / 'nowhere'}: set "
    )


def test_every_release_is_listed_and_checked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert capsys.readouterr().out == "2026-W47  2026-11-23T12:05:00+00:00\n"
    assert main(["verify"]) == 0
    assert capsys.readouterr().out == "1 release, no problem\n"
    (here / "2026-W47" / "diff.json").write_text("{}")
    assert main(["verify"]) == 1
    assert capsys.readouterr().out == "2026-W47: diff.json differs from its checksum\n"


def test_a_release_that_is_gone_is_missed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.move(here / "2026-W47", here.parent / "elsewhere")
    assert main(["verify"]) == 1
    assert capsys.readouterr().out == (
        "2026-W47: the ledger vintages.csv has it and the folder is gone\n"
        "latest points at 2026-W47, which is gone\n"
    )


def test_a_release_with_other_checksums_than_were_published_is_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checksums = here / "2026-W47" / CHECKSUMS
    # Whoever changes a file and its line in the list of checksums is still found out by the ledger.
    checksums.write_text("\n".join(checksums.read_text().splitlines()[1:]) + "\n")
    assert main(["verify"]) == 1
    assert "is not the one that the ledger vintages.csv has" in capsys.readouterr().out
