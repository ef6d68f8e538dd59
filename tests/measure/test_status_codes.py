"""The status codes of the published tables are those of the SDMX code lists."""

import pytest

from include.warehouse.cards import load_table_cards

OBS_STATUS = {
    "A": "normal value",
    "B": "time series break",
    "D": "definition differs",
    "E": "estimated value",
    "F": "forecast value",
    "G": "experimental value",
    "H": "missing value; holiday or weekend",
    "I": "imputed value (CCSA definition)",
    "J": "derogation",
    "K": "data included in another category",
    "L": "missing value; data exist but were not collected",
    "M": "missing value; data cannot exist",
    "N": "not significant",
    "O": "missing value",
    "P": "provisional value",
    "Q": "missing value; suppressed",
    "S": "strike and other special events",
    "U": "low reliability",
    "V": "unvalidated value",
    "W": "includes data from another category",
}
"""CL_OBS_STATUS 2.2, agency SDMX.

Compared with public copies: `sdmx_sql/` of github.com/vlasvlasvlas/scripts has 2.0 (and CL_CONF_STATUS 1.0);
the codes that came later, K and W, are in copies of 2.1 and 2.2.
"""
CONF_STATUS = {
    "F": "free",
    "N": "not for publication, restricted for internal use only",
    "C": "confidential statistical information",
    "D": "secondary confidentiality set by the sender, not for publication",
    "S": "secondary confidentiality set and managed by the receiver, not for publication",
}
"""CL_CONF_STATUS: the five codes that every version of the list has."""
MEANT = {
    "A": "normal",
    "P": "provisional",
    "U": "low reliability",
    "B": "break",
    "Q": "suppressed",
}
"""The word by which the cards tell each code used."""


@pytest.mark.parametrize("table", ["out_weekly_metrics_v1", "out_cert_by_criteria_v1"])
def test_cards_allow_codes_of_the_lists_only(table):
    columns = {column.name: column for column in load_table_cards()[table].columns}
    assert set(columns["obs_status"].allowed) <= set(OBS_STATUS)
    assert set(columns["obs_status"].allowed) == set(MEANT)  # what is never given is not defined
    assert set(columns["conf_status"].allowed) <= set(CONF_STATUS)
    for code in columns["obs_status"].allowed:
        assert f"{code} {MEANT[code]}" in columns["obs_status"].description
        assert MEANT[code] in OBS_STATUS[code]
