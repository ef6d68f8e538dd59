"""The forecast on fresh ads: what it reads and what it counts."""

from __future__ import annotations

from include.classify.training.fresh import LABELS_FILE, FreshAd, tables


def ad(name: str, statuses: tuple[str, str], sample: str = "1") -> FreshAd:
    return FreshAd(sample, name, "Product Manager", "text", statuses, ("0", "0"))


def test_the_label_file_holds_hashes_and_two_answers() -> None:
    header, *rows = LABELS_FILE.read_text().splitlines()
    assert header == "sample,posting,status_a,status_b,generic_kpi_a,generic_kpi_b"
    assert len({row.split(",")[1] for row in rows}) == len(rows)
    for row in rows:
        _, posting, *statuses, kpi_a, kpi_b = row.split(",")
        assert len(posting) == 12
        assert set(statuses) <= {"explicit", "partial", "none"}
        assert {kpi_a, kpi_b} <= {"0", "1"}


def test_ads_on_which_the_readers_differ_are_not_counted() -> None:
    fresh = [ad("a", ("explicit", "explicit")), ad("b", ("none", "partial"))]
    text = tables(fresh, "some model", lambda _: "explicit", lambda _: "0")
    assert "n = 1, agreement 1.000" in text
    assert "n = 2, agreement 1.000" in text  # generic KPI talk, on which they agree


def test_every_sample_has_its_table_and_all_have_one() -> None:
    fresh = [ad("a", ("none", "none")), ad("b", ("partial", "partial"), sample="2")]
    text = tables(fresh, "some model", lambda ad: ad.statuses[0], lambda _: "0")
    titles = [line for line in text.splitlines() if line.startswith("###")]
    assert titles == [
        "### criteria_status, some model, sample 1",
        "### criteria_status, some model, sample 2",
        "### criteria_status, some model, all",
        "### generic_kpi, some model, all",
    ]
