"""Labels of ads that are typed otherwise, counted and written down; all ads invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.classify.evaluation_stability import (
    CHANGES,
    Changed,
    changed_labels,
    in_print,
    main,
    spaced,
    table,
    without_breaks,
    without_list_marks,
)
from include.classify.training.labelled import Ad
from include.classify.training.line_starts import Loss
from include.settings import PROJECT_ROOT
from tests.classify.shared_data import write_corpus

ENGLISH = "We are a small team and you will work with our designers on the maps for the hikers of the hills."
LINES = [
    "We draw the maps for hikers and sailors, and you are with us in this.",
    "## Requirements",
    "- Five years with the maps of our hills",
    "- CSPO certification is required",
    *[f"- Draw the maps of our hill number {n} with the team" for n in range(20)],
]
WHOLE = "\n".join(LINES)


def row(change: str, n_ads: int, *counts: int) -> str:
    return f"| {change} | {n_ads} | {' | '.join(map(str, counts))} |"


def test_ads_that_a_change_alters_are_counted_with_their_other_labels() -> None:
    ads = [
        Ad("cert", "Product Owner", f"{ENGLISH}\n## Requirements\n- CSPO is required.", ""),
        Ad(
            "both",
            "Product Owner",
            f"{ENGLISH}\n## Requirements\n- CSPO is required.\n- A bachelor's degree is required.",
            "",
        ),
        Ad("neither", "Product Owner", ENGLISH, ""),
    ]
    changes = {
        "demands lost": lambda text: text.split("\n")[0],
        "one lost": lambda text: text.replace("- CSPO is required.\n", ""),
        "nothing": str,
    }
    n_altered, changed = changed_labels(ads, changes)
    assert n_altered == {"demands lost": 2, "one lost": 1, "nothing": 0}
    assert changed == [
        Changed("demands lost", "certification status", "cert", "required", "none"),
        Changed("demands lost", "certification status", "both", "required", "none"),
        Changed("demands lost", "degree", "both", "required", "none"),
        Changed("one lost", "certification status", "both", "required", "none"),
    ]
    assert table(n_altered, changed).splitlines() == [
        "| change | ads | certification status | criteria status | degree | framework | support |",
        "|---|---:|---:|---:|---:|---:|---:|",
        row("demands lost", 2, 2, 0, 1, 0, 0),
        row("one lost", 1, 1, 0, 0, 0, 0),
        row("nothing", 0, 0, 0, 0, 0, 0),
    ]


def test_ads_are_counted_beyond_one_batch() -> None:
    ads = [Ad(str(n), "Product Owner", f"{ENGLISH} {n}", "") for n in range(201)]
    n_altered, changed = changed_labels(ads, {"upper case": str.upper})
    assert (n_altered, changed) == ({"upper case": 201}, [])


def test_support_of_both_kinds_is_one_label() -> None:
    offers = "## Benefits\n- A training budget of 1,000 euros a year\n- Weekly coaching from a principal PM"
    ad = Ad("a", "Product Owner", f"{ENGLISH}\n{offers}", "")
    _, changed = changed_labels([ad], {"cut": lambda text: text.split("\n")[0]})
    assert changed == [Changed("cut", "support", "a", "coaching_mentoring+training_budget", "none")]


def test_list_marks_are_lost_with_the_blanks_around_them() -> None:
    text = "Needed:\n- maps\n  • of hills\n* tea - hot\n▪boots\n**Perks**\n-5 degrees\nwell-made"
    assert without_list_marks(text) == (
        "Needed:\nmaps\nof hills\ntea - hot\nboots\n**Perks**\n-5 degrees\nwell-made"
    )


def test_only_an_ad_that_keeps_its_breaks_loses_them() -> None:
    flat = without_breaks(WHOLE, Loss(marks=False, blanks=False))
    assert flat.startswith(
        "We draw the maps for hikers and sailors, and you are with us in this. Requirements Five"
    )
    assert "\n" not in flat
    assert without_breaks(WHOLE, Loss(marks=True, blanks=True)).startswith(
        "We draw the maps for hikers and sailors and you are with us in thisRequirementsFive"
    )
    assert without_breaks(ENGLISH, Loss(marks=True, blanks=True)) == ENGLISH


def test_quotes_and_hyphens_become_those_of_print() -> None:
    assert in_print('"Maps" ("tea")\n- we\'re well-made - \'now\'') == (
        "“Maps” (“tea”)\n- we’re well\u2011made - ’now’"
    )


def test_blanks_that_nest_a_list_stay() -> None:
    assert spaced("- maps\n  - of hills", "  ", 3) == "-  maps\n\n\n  -  of  hills"


def test_the_command_counts_english_ads_with_product_and_neighbouring_titles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    german = (
        "Wir sind ein Team und zeichnen mit dir die Karten für das Wandern in den Bergen und auf der See."
    )
    long = " ".join(ENGLISH.replace("small", f"small {n}") for n in range(10))
    (tmp_path / "corpus").mkdir()
    write_corpus(
        tmp_path / "corpus",
        [
            ("1", "Product Owner", "Atlas", WHOLE),
            ("2", "Product Manager", "Atlas", WHOLE),
            ("3", "Project Manager", "Atlas", ENGLISH),
            ("4", "Nurse", "Atlas", f"{ENGLISH} You care."),
            ("5", "Product Manager", "Atlas", german),
            ("6", "Product Marketing Manager", "Atlas", long),
        ],
    )
    file = tmp_path / "changes.jsonl"
    assert main(["--shared", str(tmp_path), "--changes", str(file)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == [
        "3 different English texts of product ads and their neighbours, 1 of which",
        "hold most of their characters in lines of over 900",
    ]
    rows = printed[5:]
    assert [line.split(" | ")[:2] for line in rows] == [
        [f"| {change}", str(n)] for change, n in zip(CHANGES, (3, 1, 1, 1, 1, 1, 0, 3), strict=True)
    ]
    assert rows[-1] == row("other spacing, blank lines", 3, 0, 0, 0, 0, 0)
    n_counted = sum(int(n) for line in rows for n in line.strip("| ").split(" | ")[2:])
    written = [Changed(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(written) == n_counted
    assert {each.id for each in written} <= {"1", "3", "6"}


def test_changes_are_never_written_into_the_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--shared", str(tmp_path), "--changes", str(PROJECT_ROOT / "changes.jsonl")]) == 2
    assert "lies in the project" in capsys.readouterr().err


def test_without_the_collections_the_command_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--shared", str(tmp_path)]) == 2
    assert "cannot read the ads" in capsys.readouterr().err
