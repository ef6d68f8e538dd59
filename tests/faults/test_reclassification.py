"""A changed classifier: every stored text gets the current labels, and none keeps older ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from include.dedupe import openings
from include.pipeline.reclassifying import has_outdated_labels, reclassify
from include.settings import Settings
from tests.faults.conftest import TUESDAY
from tests.pipeline.installation import Installation, core_rows, rows


def test_labels_of_all_texts_are_replaced(copied: Callable[[str], Installation]) -> None:
    made = copied("made")
    made.build(TUESDAY)
    current = core_rows(made.settings)
    n_texts = len(current["core_signals"])
    for table in ("core_signals", "core_certification_mentions", "core_criteria_mentions"):
        rows(made.settings, f"UPDATE {table} SET lexicon_version = 'an older one'")
    rows(made.settings, "UPDATE core_signals SET cert_status = 'none', n_criteria_mentions = 0")
    rows(made.settings, "DELETE FROM core_criteria_mentions WHERE mention_index > 0")
    assert core_rows(made.settings) != current
    assert has_outdated_labels(made.settings)
    assert reclassify(made.settings) >= n_texts > 0
    assert core_rows(made.settings) == current
    assert not has_outdated_labels(made.settings)


def test_titles_read_by_other_patterns_are_read_again_and_grouped(
    copied: Callable[[str], Installation],
) -> None:
    made = copied("made")
    made.build(TUESDAY)
    current = core_rows(made.settings)
    rows(
        made.settings,
        "UPDATE core_postings SET titles_version = '0', title_key = 'x', seniority = 'unknown', "
        "role_family = CASE role_family WHEN 'pm' THEN 'not_product' ELSE 'pm' END",
    )
    rows(made.settings, "DELETE FROM core_openings")
    assert has_outdated_labels(made.settings)
    reclassify(made.settings)
    assert core_rows(made.settings) == current
    assert not has_outdated_labels(made.settings)


def test_a_grouping_that_failed_is_made_up_for_by_the_next_run(
    copied: Callable[[str], Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = copied("made")
    made.build(TUESDAY)
    current = core_rows(made.settings)
    for table in ("core_postings", "core_openings"):
        rows(made.settings, f"UPDATE {table} SET role_family = 'not_product'")
    rows(made.settings, "UPDATE core_postings SET titles_version = '0'")

    def fail(*_: object) -> None:
        raise OSError("the disk with the texts is away")

    with monkeypatch.context() as away:
        away.setattr(openings, "cluster", fail)
        with pytest.raises(OSError, match="is away"):
            reclassify(made.settings)
    assert has_outdated_labels(made.settings)
    reclassify(made.settings)
    assert core_rows(made.settings) == current


def test_postings_older_than_versions_are_outdated(copied: Callable[[str], Installation]) -> None:
    made = copied("made")
    made.build(TUESDAY)
    assert not has_outdated_labels(made.settings)
    rows(made.settings, "UPDATE core_postings SET titles_version = NULL")
    assert has_outdated_labels(made.settings)


def test_an_installation_without_a_warehouse_has_no_outdated_labels(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, data_origin="archive")
    assert not has_outdated_labels(settings)
    assert not settings.paths.warehouse.exists()
