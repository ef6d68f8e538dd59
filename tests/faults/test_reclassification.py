"""A changed classifier: every stored text gets the current labels, and none keeps older ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from include.dedupe import openings
from include.pipeline.reclassifying import LostTextsError, has_outdated_labels, reclassify
from include.settings import Settings
from tests.faults.conftest import TUESDAY
from tests.pipeline.installation import Installation, bring_in, core_rows, rows

LABEL_TABLES = ("core_signals", "core_certification_mentions", "core_criteria_mentions")


def test_labels_of_all_texts_are_replaced(copied: Callable[[str], Installation]) -> None:
    made = copied("made")
    made.build(TUESDAY)
    current = core_rows(made.settings)
    n_texts = len(current["core_signals"])
    for table in LABEL_TABLES:
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


def test_labels_of_ads_that_no_posting_has_any_more_hold_nothing_up(tmp_path: Path) -> None:
    """A dump that is imported again with another map leaves labels of ads that nothing can read again."""
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump, mended = tmp_path / "ads.csv", tmp_path / "mended.yaml"
    dump.write_text("id,title,headline,posted_at\n1,4711,Product Owner,2026-01-05\n")
    mended.write_text(
        "source: canada_job_bank\nseries_kind: archived\n"
        "columns: {native_id: id, title: headline, posted_on: posted_at}\n"
    )
    for column_map in (None, mended):
        bring_in(settings, dump, date(2026, 2, 1), column_map)
    for table in LABEL_TABLES:
        rows(settings, f"UPDATE {table} SET lexicon_version = 'an older one'")
    assert reclassify(settings) == 1
    assert not has_outdated_labels(settings)
    assert rows(
        settings, "SELECT count(*) FROM core_signals ANTI JOIN core_postings USING (content_hash)"
    ) == [(0,)]


@pytest.mark.parametrize("source", ["lever", "*"])
def test_labels_whose_texts_are_lost_are_not_passed_over(
    copied: Callable[[str], Installation], source: str
) -> None:
    """Else the next gate would say to label again, which was done a moment ago."""
    made = copied("lost texts")
    rows(made.settings, "UPDATE core_signals SET lexicon_version = 'an older one'")
    for path in made.settings.paths.texts.glob(f"{source}/*.parquet"):
        path.unlink()
    texts = re.escape(str(made.settings.paths.texts))
    with pytest.raises(
        LostTextsError, match=rf"\d+ ads are still .* {texts} has no text .* include\.pipeline rebuild"
    ):
        reclassify(made.settings)


def test_without_any_text_there_is_nothing_to_label_again(tmp_path: Path) -> None:
    assert reclassify(Settings(data_dir=tmp_path, data_origin="archive")) == 0


def test_postings_older_than_versions_are_outdated(copied: Callable[[str], Installation]) -> None:
    made = copied("made")
    made.build(TUESDAY)
    assert not has_outdated_labels(made.settings)
    rows(made.settings, "UPDATE core_postings SET titles_version = NULL")
    assert has_outdated_labels(made.settings)
    reclassify(made.settings)
    assert not has_outdated_labels(made.settings)


@pytest.mark.parametrize("version", ["lexicon", "rules", "model"])
def test_one_changed_version_is_enough(copied: Callable[[str], Installation], version: str) -> None:
    made = copied("made")
    assert not has_outdated_labels(made.settings)
    rows(
        made.settings,
        f"UPDATE core_signals SET {version}_version = 'another' "
        "WHERE content_hash = (SELECT min(content_hash) FROM core_signals)",
    )
    assert has_outdated_labels(made.settings)


def test_an_installation_without_a_warehouse_has_no_outdated_labels(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, data_origin="archive")
    assert not has_outdated_labels(settings)
    assert not settings.paths.warehouse.exists()
