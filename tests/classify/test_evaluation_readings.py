"""Judged mentions named by hash and offset, and their comparison with the classifier; all ads invented."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.classify.evaluation import macro_interval
from include.classify.evaluation_readings import compare, main
from include.classify.labels import CERT_STRENGTH
from include.classify.training.labelled import posting_hash
from include.classify.training.mention_labels import LABELS_FILE, OPEN, read_labels

DEMAND = "## Requirements\n- CSPO required"
PLUS = "## Requirements\n- CSPO is a plus"


def write_corpus(folder: Path) -> None:
    folder.mkdir()
    table = pa.table({"id": ["a"], "title": ["Product Owner"], "description": [DEMAND], "company": ["Atlas"]})
    pq.write_table(table, folder / "all_jobs.parquet")
    with gzip.open(folder / "postings.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "b", "title": "Product Owner", "description_text": PLUS}) + "\n")


def write_labels(path: Path, *statuses: str) -> None:
    rows = [
        f"1,{posting_hash(ad)},{text.index('CSPO')},{text.index('CSPO') + 4},{status},listed,bare_item"
        for (ad, text), status in zip((("a", DEMAND), ("b", PLUS)), statuses, strict=True)
    ]
    path.write_text(
        "\n".join(["batch,posting,start,end,status,blind_status,blind_rule", *rows]) + "\n", encoding="utf-8"
    )


def test_readings_are_compared_with_the_classifier(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus")
    write_labels(tmp_path / "labels.csv", "required", "listed")
    (pairs,) = compare(tmp_path / "corpus", read_labels(tmp_path / "labels.csv")).values()
    assert [(pair.truth, pair.answer) for pair in pairs] == [
        ("required", "required"),
        ("listed", "preferred"),
    ]


def test_intervals_resample_ads_and_not_the_batch(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus")
    write_labels(tmp_path / "labels.csv", "required", "listed")
    (pairs,) = compare(tmp_path / "corpus", read_labels(tmp_path / "labels.csv")).values()
    assert len({pair.group for pair in pairs}) == 2
    low, high = macro_interval(pairs, CERT_STRENGTH)
    assert low < high


def test_what_the_codebook_leaves_open_is_not_counted(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus")
    write_labels(tmp_path / "labels.csv", OPEN, "preferred")
    (pairs,) = compare(tmp_path / "corpus", read_labels(tmp_path / "labels.csv")).values()
    assert [pair.truth for pair in pairs] == ["preferred"]


def test_an_unknown_status_is_refused(tmp_path: Path) -> None:
    write_labels(tmp_path / "labels.csv", "required", "perhaps")
    with pytest.raises(ValueError, match="perhaps"):
        read_labels(tmp_path / "labels.csv")


def test_a_missing_corpus_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--shared", str(tmp_path / "nowhere")]) == 2
    assert "--shared" in capsys.readouterr().err


def test_the_shipped_labels_hold_hashes_offsets_and_statuses_only() -> None:
    readings = [reading for group in read_labels().values() for reading in group]
    assert len(readings) > 1000
    assert all(0 <= reading.start < reading.end for reading in readings)
    assert {reading.status for reading in readings} == {*CERT_STRENGTH, OPEN}
    assert all(len(line.split(",")) == 7 for line in LABELS_FILE.read_text(encoding="utf-8").splitlines())
