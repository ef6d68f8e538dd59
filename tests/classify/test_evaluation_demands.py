from __future__ import annotations

from pathlib import Path

import pytest

from include.classify.classifier import Ad
from include.classify.evaluation_demands import counts_and_demands, main, product_ads
from tests.classify.shared_data import shared_file, write_corpus


def test_every_demand_is_listed_with_its_words() -> None:
    counts, demands = counts_and_demands(
        iter([
            Ad("Product Owner", "## Requirements\n- CSPO certification is required."),
            Ad("Product Manager", "You will own the roadmap and talk to the customers of our product."),
            Ad("Product Manager", "A CSPO certification is a plus for the team and you."),
        ])
    )  # fmt: skip
    assert counts == {"required": 1, "none": 1, "preferred": 1}
    (line,) = demands
    assert line.startswith("required | ")
    assert "Product Owner | ## Requirements - CSPO certification is required." in line


def test_a_text_is_counted_once_and_only_under_a_product_title(tmp_path: Path) -> None:
    write_corpus(
        tmp_path,
        [
            ("1", "Product Manager", "Atlas", "same"),
            ("2", "Senior Product Manager", "Bathy", "same"),
            ("3", "Nurse", "Carto", "other"),
            ("4", "Product Marketing Manager", "Delta", "neighbour"),
        ],
    )
    assert list(product_ads(tmp_path)) == [Ad("Product Manager", "same")]


def test_without_the_collections_the_command_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--shared", str(tmp_path)]) == 2
    assert "cannot read the ads" in capsys.readouterr().err


def test_no_product_ad_of_the_collections_is_said_to_demand_a_certification() -> None:
    # There is none. Read a new one before this test is changed: is it a demand in the ad's own words?
    corpus = shared_file("corpus")
    _, demands = counts_and_demands(product_ads(corpus))
    assert demands == []
