"""What a tile of the page says beside its figure."""

import msgspec
import pytest

from include.publish.headline import Figure
from include.publish.page import page_environment

RAW = Figure(
    metric_id="M1", name="required", weight_scheme="posting", estimate=0.1, ci_low=0.05, ci_high=0.19,
    n_postings=400, n_employers=200, n_eff=150.0, obs_status="P", x=40,
)  # fmt: skip
AUDITED = {"corrected": 0.125, "audit_n": 220, "inner_low": 0.09, "inner_high": 0.17}


def tile(figure: Figure) -> str:
    """Return the tile's HTML."""
    macros = page_environment().get_template("macros.html.j2").module
    html = macros.tile(figure, "required", "blue", False)  # type: ignore[attr-defined]  # a template's macro
    return str(html)


def test_audited_figure_has_the_inner_band_beside_the_interval() -> None:
    text = tile(msgspec.structs.replace(RAW, **AUDITED))
    assert "95% interval 5.0% to 19.0%" in text
    assert '<span class="value">12.5%</span>' in text, "the interval is that of the corrected figure"
    assert (
        "40 of 400 openings; corrected by 220 audited ads from 10.0% (for these ads alone 9.0% to 17.0%)"
        in text
    )


@pytest.mark.parametrize("words", ["corrected", "these ads alone"])
def test_without_labels_nothing_is_said_of_a_correction(words: str) -> None:
    assert words not in tile(RAW)


def test_counts_have_their_thousands_apart() -> None:
    assert ">1,234 of 12,345 openings<" in tile(msgspec.structs.replace(RAW, x=1_234, n_postings=12_345))


def test_a_difference_says_which_ads_it_rests_on() -> None:
    assert ">400 openings at 200 employers" in tile(msgspec.structs.replace(RAW, metric_id="M6", x=None))
