"""Breakdowns that population.sql derives: what kind of source, and what kind of employer."""

import pytest

from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, Warehouse


def cells(market, dimension):
    rows = market.rows(
        "SELECT stratum_value AS v, n_postings AS n, x_raw AS x FROM out_weekly_metrics_v1 "
        f"WHERE metric_id = 'M1' AND stratum_dim = '{dimension}' AND basis = 'flow' "
        "AND weight_scheme = 'posting' ORDER BY v"
    )
    return {row["v"]: (row["n"], row["x"]) for row in rows}


def test_sources_are_grouped_by_what_their_cards_say():
    market = Warehouse()
    sources = {"lever": 40, "greenhouse": 40, "adzuna": 40, "usajobs": 40, "import/dump": 40, "no_card": 40}
    for source, n in sources.items():
        for number in range(n):
            status = {"cert_status": "required", "cert_timing": "at_hire"} if number < 2 else {}
            market.add(f"{source} {number}", MONDAY, source=source, **status)
    measure_week(market.con, MONDAY, STAMP)
    assert cells(market, "source_family") == {
        "aggregator": (40, 2), "board": (80, 4), "import": (40, 2), "public_service": (40, 2),
        "unknown": (40, 2),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("employer", "is_agency"),
    [
        ("Randstad Digital", True),
        ("Acme Staffing LLC", True),
        ("Blue Executive Search GmbH", True),
        ("TEKsystems", True),
        ("Recruitee", False),
        ("Haystack News", False),
        ("Elastic Search Labs", False),
    ],
)
def test_agencies_are_told_by_whole_words_of_the_name(employer, is_agency):
    market = Warehouse()
    market.add(employer, MONDAY, copies=2)
    measure_week(market.con, MONDAY, STAMP)
    assert set(cells(market, "employer_type")) == {"staffing_agency" if is_agency else "employer"}
