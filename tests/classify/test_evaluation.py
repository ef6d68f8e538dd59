"""The evaluation command and its arithmetic."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from include.classify.baselines import keywords, spacy_matcher
from include.classify.evaluation import Pair, f1_of, interval, macro_f1, main, mention_status, part_of
from include.settings import PROJECT_ROOT

PAIRS = [
    Pair("required", "required", "a"),
    Pair("required", "none", "a"),
    Pair("none", "none", "b"),
    Pair("none", "required", "c"),
]


def test_f1_counts_hits_misses_and_false_answers() -> None:
    assert f1_of(PAIRS, "required") == pytest.approx(2 / (2 + 1 + 1))
    assert f1_of(PAIRS, "listed") is None
    assert macro_f1(PAIRS, ("required", "none", "listed")) == pytest.approx(0.5)


def test_intervals_are_wilson() -> None:
    assert interval(0, 0) == (0.0, 1.0)
    low, high = interval(0, 60)
    assert low == 0.0
    assert high == pytest.approx(0.060, abs=0.001)


def test_parts_are_fixed_and_as_large_as_meant() -> None:
    parts = [part_of(f"id{i}") for i in range(1000)]
    assert parts == [part_of(f"id{i}") for i in range(1000)]
    assert 430 < parts.count("tuning") < 570
    assert 190 < parts.count("unread") < 310


def test_baselines_answer_the_same_questions() -> None:
    text = "CSPO certification required. Success looks like ten maps."
    for baseline in (keywords(text), spacy_matcher()(text)):
        assert baseline.criteria_status == "explicit"
        assert mention_status(baseline, 0, 4)[0] == "required"


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    labels = {
        "role_family": "po",
        "cert_status": "required",
        "criteria_status": "none",
        "degree_status": "none",
        "framework_use": "none",
        "generic_kpi": 0,
        "archetype": None,
        "dev_support": ["training_budget"],
        "certs": [],
        "criteria_quotes": [],
    }
    text = "## Requirements\n- CSPO"
    write(
        tmp_path / "mentions.dev.jsonl.gz",
        [
            {
                "id": "m",
                "posting_id": "p",
                "title": "Product Owner",
                "text": text,
                "start": 18,
                "end": 22,
                "status": "required",
            },
            {
                "id": "n",
                "posting_id": "p",
                "title": "Product Owner",
                "text": text,
                "start": 18,
                "end": 22,
                "status": "listed",
            },
        ],
    )
    write(
        tmp_path / "postings.dev.jsonl.gz",
        [
            {
                "id": "p",
                "title": "Product Owner",
                "text": text,
                "stratum": "A_cert",
                "incl_prob": 0.5,
                "source_kind": "x",
                "labels": labels,
                "annotators": [{"cert_status": "required"}, {"cert_status": "listed"}],
            },
        ],
    )
    write(
        tmp_path / "criteria.dev.jsonl.gz",
        [
            {
                "id": "c",
                "title": "Product Owner",
                "text": text,
                "criteria_status": "none",
                "generic_kpi": 0,
                "criteria_quotes": [],
            }
        ],
    )
    return tmp_path


def test_the_command_prints_tables_and_writes_the_errors_apart(
    labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    errors = tmp_path / "errors.jsonl"
    assert main(["--data", str(labelled), "--errors", str(errors)]) == 0
    printed = capsys.readouterr().out
    assert "| required | 1 | 0.500" in printed
    assert "cert_status (annotators agree 0.000 of 1)" in printed
    assert "| required | 100.00% | 100.00% | +0.00 pp |" in printed
    assert "| keywords |" in printed
    wrong = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [(error["kind"], error["row_id"]) for error in wrong] == [
        ("mention", "n"),
        ("training_budget", "p"),
    ]


def test_labels_whose_model_has_learnt_from_the_ads_say_so(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(labelled)]) == 0
    headings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("### ")]
    seen = {line.split()[1].rstrip(",") for line in headings if "has learnt from" in line}
    assert seen == {"criteria_status", "generic_kpi", "archetype"}


def test_errors_are_never_written_into_the_project(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(labelled), "--errors", str(PROJECT_ROOT / "errors.jsonl")]) == 2
    assert "lies in the project" in capsys.readouterr().err


def test_without_labelled_ads_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path / "none")]) == 2
    assert "no labelled ads" in capsys.readouterr().err
