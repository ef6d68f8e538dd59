"""The status codes of the published tables are those of the SDMX code lists."""

import pytest

from include.warehouse.cards import load_cards

OBS_STATUS = set("ABDEFGHIJKLMNOPQSUVW")
"""CL_OBS_STATUS 2.2: twenty codes."""
CONF_STATUS = set("FNCDSAOTGEMPRUW")
"""CL_CONF_STATUS 1.3, one-letter codes; F free, C confidential, D secondary confidentiality."""


def test_the_lists_are_whole():
    assert len(OBS_STATUS) == 20


@pytest.mark.parametrize("table", ["out_weekly_metrics_v1", "out_cert_by_criteria_v1"])
def test_cards_allow_codes_of_the_lists_only(table):
    columns = {column.name: column for column in load_cards()[table].columns}
    assert set(columns["obs_status"].allowed) <= OBS_STATUS
    assert {"A", "P", "U", "B", "Q"} <= set(columns["obs_status"].allowed)
    assert set(columns["conf_status"].allowed) <= CONF_STATUS
