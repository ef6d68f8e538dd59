"""What is hidden in one breakdown cannot be found in the other."""

import duckdb
import numpy as np
import pytest

from include.measure.nesting import close, suppress_nested
from include.measure.weekly import measure_week
from include.measure.weeks import week_index
from include.warehouse.cards import create_table_sql, load_card
from include.warehouse.macros import create_macros
from tests.measure.warehouse import MONDAY, STAMP, Warehouse

BOARD, PUBLIC = ("source_family", "board"), ("source_family", "public_service")
SOURCES = [("source", name) for name in ("ashby", "greenhouse", "lever", "usajobs")]
SUMS = [[BOARD, PUBLIC], [BOARD, *SOURCES[:3]], [PUBLIC, SOURCES[3]]]
SIZES = {BOARD: 150, PUBLIC: 40, SOURCES[0]: 10, SOURCES[1]: 100, SOURCES[2]: 40, SOURCES[3]: 40}


def can_be_found(hidden):
    """Return the hidden cells that the equations determine: those that no free direction touches."""
    names = sorted(hidden)
    if not names:
        return set()
    matrix = np.array([[1.0 if name in parts else 0.0 for name in names] for parts in SUMS])
    matrix[1:, :] *= np.array([[-1.0 if name[0] == "source" else 1.0 for name in names]])
    _, values, directions = np.linalg.svd(matrix)
    free = directions[np.count_nonzero(values > 1e-9) :]
    return {name for place, name in enumerate(names) if np.abs(free[:, place]).max(initial=0) < 1e-9}


def test_the_attack_finds_a_lone_hidden_source():
    assert can_be_found({SOURCES[0]}) == {SOURCES[0]}
    assert can_be_found({SOURCES[0], SOURCES[3]}) == {SOURCES[0], SOURCES[3]}  # one in each kind


@pytest.mark.parametrize("number", range(1, 2 ** len(SIZES)))
def test_whatever_is_hidden_first_nothing_can_be_found_in_the_end(number):
    names = sorted(SIZES)
    first = {name for place, name in enumerate(names) if number >> place & 1}
    further = close({name: (name in first, n) for name, n in SIZES.items()}, SUMS)
    assert not first & further
    assert can_be_found(first | further) == set()


@pytest.mark.parametrize("number", range(1, 3 ** len(SIZES)))
def test_weeks_that_four_weeks_stand_for_cannot_be_found_either(number):
    names = sorted(SIZES)
    states = {name: number // 3**place % 3 for place, name in enumerate(names)}
    first = {name for name, state in states.items() if state == 1}
    pooled = {name for name, state in states.items() if state == 2}
    further = close({name: (name in first, n) for name, n in SIZES.items()}, SUMS, pooled)
    assert can_be_found(first | pooled | further) == set()


def test_nothing_hidden_hides_nothing():
    assert close({name: (False, n) for name, n in SIZES.items()}, SUMS) == set()


FAMILY = {"usajobs": "public_service", "bundesagentur": "public_service"}


def withheld_besides(openings, states, basis="flow"):
    """Return the sources that are withheld besides.

    Args:
        openings: by source, those of the week.
        states: by source, `hidden`, or `pooled` (shown for four weeks); all others are shown.
        basis: flow or stock.
    """
    con = duckdb.connect()
    create_macros(con)
    con.execute(create_table_sql(load_card("out_weekly_metrics_v1")).replace(" NOT NULL", ""))
    con.execute("CREATE TABLE measure_units (source VARCHAR, source_family VARCHAR, framework_use VARCHAR, "
                "series_kind VARCHAR, week_index BIGINT, employer_id BIGINT)")  # fmt: skip
    for source, n in openings.items():
        # A later week and ads of no week are no part of it.
        for week, times in ((week_index(MONDAY), n), (week_index(MONDAY) + 1, 90), (None, 90)):
            con.execute(
                "INSERT INTO measure_units SELECT ?, ?, 'none', 'observed', ?, 1 FROM range(?)",
                [source, FAMILY.get(source, "board"), week, times],
            )
    kinds = [("source_family", name, 900) for name in ("board", "public_service")]
    for dimension, value, shown in [*kinds, *(("source", name, 100 - n) for name, n in openings.items())]:
        state = states.get(value)
        for metric in ("M1", "M5"):
            con.execute(
                "INSERT INTO out_weekly_metrics_v1 BY NAME SELECT ? AS metric_id, ? AS basis, "
                "'observed' AS series_kind, ?::DATE AS week_start, ? AS stratum_dim, ? AS stratum_value, "
                "? AS obs_status, ? AS window_weeks, ? AS n_postings, 0.5 AS est_raw, 20 AS audit_n, "
                "'F' AS conf_status",
                [
                    metric, basis, MONDAY, dimension, value,
                    # A row that is withheld for a reason of its own hides its cell.
                    "Q" if state == "hidden" and metric == "M5" else "P",
                    4 if state == "pooled" and metric == "M5" else 1, shown,
                ],
            )  # fmt: skip
    n_further = suppress_nested(con)
    rows = con.execute(
        "SELECT stratum_value, est_raw, audit_n, obs_status FROM out_weekly_metrics_v1 "
        "WHERE conf_status = 'D'"
    ).fetchall()
    assert {row[1:] for row in rows} <= {(None, 0, "Q")}
    found = {row[0] for row in rows}
    assert n_further == len(found)
    assert len(rows) == 2 * len(found)  # every row of the cell
    return found


BOARDS = {"ashby": 12, "greenhouse": 60, "lever": 40}


@pytest.mark.parametrize(
    ("openings", "states", "basis", "besides"),
    [
        (BOARDS, {}, "flow", set()),
        (BOARDS, {"ashby": "hidden"}, "flow", {"lever"}),  # the smaller week of the other two
        (BOARDS, {"ashby": "hidden"}, "stock", {"greenhouse"}),  # of stock, what is shown
        (BOARDS, {"ashby": "hidden", "greenhouse": "hidden"}, "flow", set()),
        (BOARDS, {"ashby": "pooled", "greenhouse": "pooled"}, "flow", set()),
        (BOARDS | {"ashby": 0}, {"ashby": "hidden"}, "flow", set()),  # none in the week: nothing to cover
        (BOARDS | {"lever": 0}, {"ashby": "hidden"}, "flow", {"greenhouse"}),  # and nothing to cover with
        (BOARDS | {"lever": 1}, {"lever": "hidden"}, "flow", {"ashby"}),
    ],
)
def test_a_withheld_source_of_a_kind_is_never_alone(openings, states, basis, besides):
    kinds = {"usajobs": 50, "bundesagentur": 45}  # shown, and of another kind
    assert withheld_besides(openings | kinds, states, basis) == besides


def test_a_lone_source_that_four_weeks_stand_for_takes_another_along():
    assert "lever" in withheld_besides(BOARDS, {"ashby": "pooled"})


def flow_states(market, dimension):
    """Return value `v`, observation status `s`, confidentiality `c` of a breakdown's flow rows, each once."""
    return market.rows(
        "SELECT DISTINCT stratum_value AS v, obs_status AS s, conf_status AS c FROM out_weekly_metrics_v1 "
        f"WHERE stratum_dim = '{dimension}' AND basis = 'flow' ORDER BY 1"
    )


def test_a_lone_thin_source_of_a_kind_takes_another_of_its_kind_along():
    market = Warehouse()
    for source, n in {"ashby": 12, "greenhouse": 60, "lever": 40, "usajobs": 35}.items():
        for number in range(n):
            market.add(f"{source} {number}", MONDAY, source=source)
    measure_week(market.con, MONDAY, STAMP)
    rows = flow_states(market, "source")
    # usajobs is the smallest that is left of all, lever of the boards.
    assert [(row["v"], row["s"], row["c"]) for row in rows] == [
        ("ashby", "Q", "C"), ("greenhouse", "P", "F"), ("lever", "Q", "D"), ("usajobs", "Q", "D"),
    ]  # fmt: skip
    kinds = flow_states(market, "source_family")
    assert [(row["v"], row["s"]) for row in kinds] == [("board", "Q"), ("public_service", "Q")]
    hidden = market.metric("M1", stratum_dim="source", stratum_value="lever")
    assert (hidden["est_raw"], hidden["x_raw"], hidden["ci_low"], hidden["n_eff"]) == (None,) * 4
    assert hidden["n_postings"] == 40


def test_a_thin_framework_does_not_follow_from_the_rate_of_all_that_name_none():
    market = Warehouse()
    for value, n in {"safe": 9, "scrum": 60, "other": 50, "agile_generic": 12, "none": 80}.items():
        for number in range(n):
            market.add(f"{value} {number}", MONDAY, framework_use=value)
    measure_week(market.con, MONDAY, STAMP)
    rows = flow_states(market, "framework_use")
    assert {row["v"]: row["c"] for row in rows} == {
        "safe": "C", "other": "D", "scrum": "F", "agile_generic": "C", "none": "D",
    }  # fmt: skip
    assert {market.metric(name)["obs_status"] for name in ("M12f", "M12o")} == {"P"}
