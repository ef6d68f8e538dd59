"""What the criteria model promises against what readers found; all ads invented."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.classify.training import held_out
from include.classify.training.labelled import posting_hash
from include.classify.training.models import CRITERIA_THRESHOLDS

GIVEN = [
    {"explicit": 0.05, "partial": 0.05, "none": 0.9},
    {"explicit": 0.07, "partial": 0.03, "none": 0.9},
    {"explicit": 1.0, "partial": 0.0, "none": 0.0},
]
LABELS = ["none", "explicit", "explicit"]


def test_promises_stand_beside_what_was_found() -> None:
    text = held_out.reliability(GIVEN, LABELS, lambda row: row["explicit"], lambda label: label == "explicit")
    assert text.splitlines()[2:] == ["| 2 | 0.06 | 0.50 |", "| 1 | 1.00 | 1.00 |"]


def test_log_loss_is_the_mean_surprise() -> None:
    assert held_out.log_loss(GIVEN, LABELS) == pytest.approx(-(math.log(0.9) + math.log(0.07)) / 3)


@pytest.mark.parametrize(
    ("explicit", "partial", "status"),
    [(0.6, 0.0, "explicit"), (0.5, 0.0, "partial"), (0.3, 0.2, "partial"), (0.2, 0.1, "none")],
)
def test_thresholds_give_the_class(explicit: float, partial: float, status: str) -> None:
    row = {"explicit": explicit, "partial": partial, "none": 1 - explicit - partial}
    assert held_out.status_of(row, CRITERIA_THRESHOLDS) == status


def test_the_command_scores_the_shipped_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "In your first 90 days you will ship the atlas to every customer in the region."
    folder = tmp_path / "corpus"
    folder.mkdir()
    table = pa.table({"id": ["a"], "title": ["Product Manager"], "description": [text], "company": ["Atlas"]})
    pq.write_table(table, folder / "all_jobs.parquet")
    with gzip.open(folder / "postings.jsonl.gz", "wt", encoding="utf-8"):
        pass
    labels = tmp_path / "labels.csv"
    offset = text.index("first 90 days")
    labels.write_text(f"posting,offset,label\n{posting_hash('a')},{offset},explicit\n", encoding="utf-8")
    monkeypatch.setattr(held_out, "LABELS_FILE", labels)
    assert held_out.main(["--shared", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "1 held-out passages" in printed
    assert "| explicit | 1 | 1.000" in printed


def test_a_missing_corpus_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert held_out.main(["--shared", str(tmp_path / "nowhere")]) == 2
    assert "--shared" in capsys.readouterr().err


def test_held_out_passages_are_never_learnt_from() -> None:
    learnt = Path(held_out.__file__).with_name("passage_labels.csv")
    rows = {line.rsplit(",", 1)[0] for line in learnt.read_text(encoding="utf-8").splitlines()[1:]}
    held = {
        line.rsplit(",", 1)[0] for line in held_out.LABELS_FILE.read_text(encoding="utf-8").splitlines()[1:]
    }
    assert len(held) == 2698
    assert not rows & held
