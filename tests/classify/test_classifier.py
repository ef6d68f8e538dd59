"""The whole classifier and its command line."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include.classify.__main__ import main
from include.classify.classifier import Ad, classify, classify_all
from include.classify.versions import VERSIONS
from include.settings import PROJECT_ROOT

AD = """We draw maps.

## Requirements
- Bachelor's degree or equivalent experience
- CSPO or PSPO certification; PMP a plus
- Experience in Scrum
- Ability to obtain a Secret clearance

## Benefits
- We pay for certifications
"""


def test_all_labels_of_one_ad() -> None:
    labels = classify("Product Owner", AD)
    assert labels.cert_status == "required"
    assert labels.cert_timing == "at_hire"
    assert [(m.key, m.status) for m in labels.certs] == [
        ("sa_cspo", "required"),
        ("so_pspo", "required"),
        ("pmi_pmp", "preferred"),
        ("generic_cert", "mentioned_other"),
    ]
    assert labels.degree_status == "substitutable"
    assert labels.framework_use == "scrum"
    assert labels.requires_clearance
    assert labels.versions == VERSIONS
    for mention in (*labels.certs, *labels.criteria, *labels.evidence):
        assert AD[mention.start : mention.end] == mention.quote


def test_the_strongest_mention_speaks_for_the_ad() -> None:
    text = "## Nice to have\n- PMP\n- An active CSPO is required for this role."
    assert classify("Product Manager", text).cert_status == "required"


def test_post_hire_only_when_nothing_is_needed_at_hire() -> None:
    later = "You must obtain SAFe POPM certification within six months of hire."
    assert classify("Product Owner", later).cert_timing == "post_hire"
    assert classify("Product Owner", f"{later} CSPO is required.").cert_timing == "at_hire"


def test_an_ad_in_another_language_is_not_guessed() -> None:
    text = (
        "Cerchiamo una persona che gestisce il prodotto con il team della nostra azienda e che abbia CSPO. "
        * 3
    )
    labels = classify("Product Manager", text)
    assert (labels.cert_status, labels.criteria_status) == ("unsupported_language", "unsupported_language")
    assert labels.certs == ()
    assert labels.archetype is None


def test_ads_read_together_are_labelled_as_each_alone() -> None:
    foreign = (
        "Cerchiamo una persona che gestisce il prodotto della nostra azienda e del team anche a Roma. " * 3
    )
    ads = [
        Ad("Product Owner", AD),
        Ad("Prodotto", foreign),
        Ad("", ""),
        Ad("Product Manager", "In your first 90 days you will grow retention by 5%. CSPO required.", "en"),
        Ad("Nurse", "Our nurses hold a BSc degree.", role_family="not_product"),
    ]
    alone = [classify(ad.title, ad.text, ad.language, role_family=ad.role_family) for ad in ads]
    assert classify_all(ads) == alone
    assert [labels.cert_status for labels in alone] == [
        "required",
        "unsupported_language",
        "none",
        "required",
        "none",
    ]
    assert classify_all([]) == []


def test_an_empty_ad_has_no_labels() -> None:
    labels = classify("", "")
    assert (labels.cert_status, labels.criteria_status, labels.degree_status) == ("none", "none", "none")
    assert labels.archetype is None


# -- command line -------------------------------------------------------------------------------------------

FIELDS = {
    "id",
    "role_family",
    "cert_status",
    "cert_timing",
    "certs",
    "criteria_status",
    "criteria_tiers",
    "criteria",
    "generic_kpi",
    "degree_status",
    "dev_support",
    "framework_use",
    "archetype",
    "versions",
}


def run(tmp_path: Path, lines: list[str | bytes], name: str = "in.jsonl") -> tuple[int, list[dict[str, Any]]]:
    source, target = tmp_path / name, tmp_path / "out.jsonl"
    data = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    source.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    status = main(["--in", str(source), "--out", str(target)])
    return status, [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", ["in.jsonl", "in.jsonl.gz"])
def test_rows_in_rows_out(tmp_path: Path, name: str) -> None:
    row = {"id": "a", "title": "Product Owner", "description_text": f"é 中 {AD}"}
    status, (output,) = run(tmp_path, [json.dumps(row), ""], name)
    assert status == 0
    assert set(output) >= FIELDS
    assert "text" not in output
    assert output["generic_kpi"] in (0, 1)
    assert output["role_family"] == "po"
    assert {"key", "class", "status", "quote", "start", "end"} <= set(output["certs"][0])
    for mention in output["certs"]:
        assert row["description_text"][mention["start"] : mention["end"]] == mention["quote"]


def test_half_an_emoji_costs_no_ad_and_counts_as_one_character(tmp_path: Path) -> None:
    text = "Cut \ud83d emoji. A CSPO certification is required."
    row = json.dumps({"id": 1, "title": "Product Owner", "description_text": text})  # escapes the half
    status, (output,) = run(tmp_path, [row])
    assert status == 0
    (mention,) = output["certs"]
    assert text[mention["start"] : mention["end"]] == mention["quote"]


def test_html_gives_the_stored_text_that_offsets_refer_to(tmp_path: Path) -> None:
    html = "<h2>Requirements</h2><ul><li>CSPO &amp; PSPO</li></ul>"
    _, (output,) = run(tmp_path, [json.dumps({"id": 7, "title": "Product Owner", "description_html": html})])
    assert output["id"] == 7
    assert output["cert_status"] == "required"
    assert [output["text"][m["start"] : m["end"]] for m in output["certs"]] == ["CSPO", "PSPO"]


@pytest.mark.parametrize(
    "bad",
    [
        "{not json",
        '{"title": "x", "description_text": "y"}',
        '{"id": "b", "title": "x"}',
        b'\xff\xfe{"id"}',
        "[1, 2]",
        '{"id": "b", "title": 5, "description_text": "y"}',
    ],
)
def test_a_bad_line_is_named_and_the_others_are_written(
    tmp_path: Path, bad: str | bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps({"id": "a", "title": "Product Owner", "description_text": "CSPO"})
    status, outputs = run(tmp_path, [good, bad, good.replace('"a"', '"c"')])
    assert status == 1
    assert [output["id"] for output in outputs] == ["a", "c"]
    assert f"{tmp_path / 'in.jsonl'}:2: " in capsys.readouterr().err


def test_a_missing_file_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["--in", str(tmp_path / "no.jsonl"), "--out", str(tmp_path / "out.jsonl")])
    assert status == 2
    assert "no.jsonl" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_archive_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl.gz"
    source.write_bytes(gzip.compress(b'{"id": "a", "title": "", "description_text": ""}\n' * 9999)[:-20])
    assert main(["--in", str(source), "--out", str(tmp_path / "out.jsonl")]) == 2
    assert not (tmp_path / "out.jsonl").exists()


def test_the_command_explains_itself() -> None:
    command = [sys.executable, "-m", "include.classify", "--help"]
    finished = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT_ROOT)
    assert "--in" in finished.stdout
    assert "description_html" in finished.stdout


def test_the_model_version_names_the_models_that_are_shipped() -> None:
    models = PROJECT_ROOT / "include" / "classify" / "models"
    versions = [
        json.loads((models / f"{name}.json").read_bytes())["version"]
        for name in ("certifications", "criteria", "generic_kpi", "archetype", "line_starts")
    ]
    assert ", ".join(versions) == VERSIONS.model
