"""An attacker adds and subtracts all that a release shows of a week, and finds no thin cell.

He knows every count of openings (withheld rows have theirs), how many of them name no employer, and that a
cell without openings has none with the label.
"""

import numpy as np
import pytest

from include.measure.registry import Registry, load_registry
from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, Warehouse

REQUIRED = {"cert_status": "required", "cert_timing": "at_hire"}
FRAMEWORKS = ("safe", "scrum", "other")
STRATA = {  # what an attacker sees of an opening in each breakdown
    "region": lambda ad: ad["region"],
    "seniority": lambda ad: ad["seniority"],
    "framework_use": lambda ad: ad["framework_use"],
    "employer_type": lambda ad: (
        "unknown" if not ad["name"] else "staffing_agency" if "Staffing" in ad["name"] else "employer"
    ),
}

WEIGHTINGS = ("posting", "employer")
SHARES = Registry(
    metrics=tuple(
        m.model_copy(update={"dimensions": tuple(STRATA) if m.id == "M1" else ()})
        for m in load_registry().metrics
    )
)
"""Everything, but only M1 in breakdowns: the others take most of the time."""


def random_ads(rng):
    """Return the openings of a week: a few values, one of them rare, and ads without an employer."""
    nameless, rare = rng.choice([0, 0.02, 0.1, 0.2]), rng.choice([0, 0.05, 0.15, 0.3])

    def one_of(*values):
        return str(rng.choice(values))

    def or_rare(value, *others):
        return value if rng.random() < rare else one_of(*others)

    return [
        {
            "name": "" if rng.random() < nameless else f"{or_rare('Staffing', 'employer')} {number % 70}",
            "region": or_rare("africa", "europe", "north_america"),
            "seniority": or_rare("junior", "mid", "senior"),
            "framework_use": or_rare(one_of(*FRAMEWORKS), "none"),
            "is_required": rng.random() < 0.3,
        }
        for number in range(rng.choice([40, 90, 150]))
    ]


def measured(ads):
    market = Warehouse()
    for ad in ads:
        fields = {name: ad[name] for name in ("region", "seniority", "framework_use")}
        market.add(ad["name"], MONDAY, **fields, **(REQUIRED if ad["is_required"] else {}))
    measure_week(market.con, MONDAY, STAMP, SHARES)
    return market.rows(
        "SELECT * FROM out_weekly_metrics_v1 WHERE metric_id IN ('M1', 'M12f', 'M12o') "
        "AND stratum_dim <> 'pooled'"
    )


def counts_in(row, cell, dimension):
    """Tell whether a row counts the openings of (value of the breakdown, framework, named)."""
    value, framework, is_named = cell
    return (
        (row["stratum_dim"] == "all" or (row["stratum_dim"] == dimension and row["stratum_value"] == value))
        and (is_named or row["weight_scheme"] == "posting")
        and {"M1": True, "M12f": framework in FRAMEWORKS, "M12o": framework not in FRAMEWORKS}[
            row["metric_id"]
        ]
    )


def found_by_subtraction(ads, rows, dimension):
    """Return the withheld rows, of values that name their employer, whose numerator follows from the rest."""
    cells = sorted({(STRATA[dimension](ad), ad["framework_use"], bool(ad["name"])) for ad in ads})
    rows = [row for row in rows if row["stratum_dim"] in ("all", dimension)]
    sums = np.array([[float(counts_in(row, cell, dimension)) for cell in cells] for row in rows])
    is_shown = np.array([row["obs_status"] != "Q" for row in rows])
    known = sums[is_shown]
    rank = np.linalg.matrix_rank(known) if len(known) else 0
    return [
        (row["metric_id"], row["weight_scheme"], row["basis"], row["stratum_value"], row["n_postings"])
        for row, total, shown in zip(rows, sums, is_shown, strict=True)
        if not shown
        and any(cell[2] for cell, part in zip(cells, total, strict=True) if part)
        and np.linalg.matrix_rank(np.vstack([known, total[None]])) == rank
    ]


@pytest.mark.parametrize("seed", range(8))
def test_no_thin_cell_of_a_week_follows_from_the_others(seed):
    ads = random_ads(np.random.default_rng(seed))
    rows = measured(ads)
    for basis in ("flow", "stock"):
        of_basis = [row for row in rows if row["basis"] == basis]
        assert any(row["obs_status"] != "Q" for row in of_basis) or len(ads) == 40
        for dimension in STRATA:
            assert found_by_subtraction(ads, of_basis, dimension) == []


def test_both_weightings_withhold_the_same_cells():
    # Of all ads europe is the smallest cover for africa, of those that name an employer north_america.
    ads = [
        {
            "name": "" if region == "north_america" and number < 9 else f"{region} {number}",
            "region": region, "seniority": "mid", "framework_use": "none", "is_required": number % 3 == 0,
        }
        for region, n in (("africa", 12), ("europe", 40), ("north_america", 45))
        for number in range(n)
    ]  # fmt: skip
    rows = [row for row in measured(ads) if row["stratum_dim"] == "region" and row["metric_id"] == "M1"]
    hidden = {
        weight: {
            (row["basis"], row["stratum_value"])
            for row in rows
            if row["weight_scheme"] == weight and row["obs_status"] == "Q"
        }
        for weight in WEIGHTINGS
    }
    assert hidden["posting"] == hidden["employer"]
    assert len(hidden["posting"]) == 4  # two of three, in flow and stock


def test_openings_without_a_framework_are_withheld_where_those_with_one_are_too_few():
    ads = [
        {
            "name": f"employer {number}", "region": "europe", "seniority": "mid",
            "framework_use": "safe" if number < 10 else "none", "is_required": number % 4 == 0,
        }
        for number in range(80)
    ]  # fmt: skip
    rows = [row for row in measured(ads) if row["stratum_dim"] == "all" and row["basis"] == "flow"]
    shown = {
        (row["metric_id"], row["n_postings"]): row["x_raw"]
        for row in rows
        if row["weight_scheme"] == "posting"
    }
    assert shown == {("M1", 80): 20, ("M12f", 10): None, ("M12o", 70): None}
    status = {row["metric_id"]: row["conf_status"] for row in rows}
    assert (status["M12f"], status["M12o"]) == ("C", "D")  # too few; withheld for the others' sake
