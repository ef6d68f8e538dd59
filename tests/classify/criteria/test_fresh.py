"""Ads that readers judged whole: what the label file holds, what is counted, what is learned from them."""

from __future__ import annotations

import csv
from typing import Any, get_args

from include.classify.evaluation import LABEL_CLASSES
from include.classify.labels import DevSupport
from include.classify.training.fresh import agreement, tables, truth_of
from include.classify.training.labelled import KindExample, KpiExample, Passage
from include.classify.training.training_set import TrainingSet
from include.classify.training.whole_ads import HELD_OUT_SAMPLES, LABELS_FILE, READ_SAMPLE, WholeAd


def ad(name: str, *answers: dict[str, str]) -> WholeAd:
    return WholeAd("product", name, "Product Manager", "text", answers)


def test_the_label_file_holds_hashes_and_the_codebooks_values() -> None:
    with LABELS_FILE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["sample"] for row in rows} == {*HELD_OUT_SAMPLES, READ_SAMPLE}
    assert len({(row["posting"], row["reader"]) for row in rows}) == len(rows)
    for row in rows:
        assert len(row["posting"]) == 12
        for label, value in row.items():
            if label == "dev_support":
                assert value in ("", "none") or set(value.split("+")) <= set(get_args(DevSupport))
            elif label not in ("sample", "posting", "reader"):
                assert value in ("", *map(str, LABEL_CLASSES[label])), (label, value)


def test_an_ad_is_of_one_sample_and_held_out_ones_have_two_readers() -> None:
    with LABELS_FILE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    samples: dict[str, set[str]] = {}
    readers: dict[str, set[str]] = {}
    for row in rows:
        samples.setdefault(row["posting"], set()).add(row["sample"])
        readers.setdefault(row["posting"], set()).add(row["reader"])
    assert all(len(names) == 1 for names in samples.values())
    assert all(readers[name] == {"a", "b"} for name in readers if samples[name] != {READ_SAMPLE})


def test_only_what_all_readers_say_is_the_truth() -> None:
    differ = ad("a", {"degree_status": "none"}, {"degree_status": "required"})
    assert truth_of(differ, "degree_status") is None
    assert truth_of(ad("b", {"generic_kpi": "1"}, {"generic_kpi": "1"}), "generic_kpi") == 1
    both = ad("c", {"dev_support": "coaching_mentoring+training_budget"}, {"dev_support": "training_budget"})
    assert truth_of(both, "training_budget") == 1
    assert truth_of(both, "coaching_mentoring") is None
    assert truth_of(both, "cert_sponsorship") == 0
    assert truth_of(both, "archetype") is None  # nobody was asked


def test_tables_count_the_ads_on_which_the_readers_agree() -> None:
    ads = [
        ad("a", {"criteria_status": "explicit"}, {"criteria_status": "explicit"}),
        ad("b", {"criteria_status": "none"}, {"criteria_status": "partial"}),
    ]

    def judge(_: WholeAd) -> dict[str, Any]:
        return {"criteria_status": "explicit", "generic_kpi": 0}

    text = tables(ads, "some model", judge, ["criteria_status", "generic_kpi"])
    assert "### criteria_status, some model" in text
    assert "n = 1, agreement 1.000" in text
    assert "generic_kpi" not in text  # nobody was asked
    assert "| criteria_status | 2 | 0.500 |" in agreement(ads)


def test_nothing_is_learned_from_a_text_that_is_left_out() -> None:
    training = TrainingSet(
        gold=[],
        passages=[("a", Passage([], "none")), ("b", Passage([], "explicit"))],
        kinds=[KindExample("a", {}, "technical"), KindExample("c", {}, "technical")],
        kpis=[KpiExample("b", has_kpi_talk=True), KpiExample("a", has_kpi_talk=False)],
    )
    assert training.texts() == {"a", "b", "c"}
    assert training.without({"a"}).texts() == {"b", "c"}
    assert training.without({"a", "b", "c"}).texts() == set()
