"""The weekly sample: design kept, same for everyone, nothing told."""

from datetime import timedelta

import pytest

from include.audit.sample import EmptyFrameError, MissingTextError, allocate, draw_sample
from tests.measure.warehouse import MONDAY, Warehouse


def no_texts(hashes):
    return dict.fromkeys(hashes, "")


@pytest.fixture(scope="module")
def warehouse():
    market = Warehouse()
    market.add_market(MONDAY, 60)
    market.add_market(MONDAY, 6, cert_status="preferred")
    market.add_market(MONDAY, 20, criteria_status="explicit")
    market.add("outsider", MONDAY, role_family="pmm")
    return market


def test_probabilities_are_share_drawn_per_stratum(warehouse):
    tasks = draw_sample(warehouse.con, MONDAY, 30, lambda hashes: {h: f"text {h}" for h in hashes})
    by_stratum = {}
    for task in tasks:
        by_stratum.setdefault(task.stratum, set()).add(task.inclusion_probability)
    assert len(tasks) == 30
    assert by_stratum == {"cert_asked": {1.0}, "criteria_explicit": {6 / 20}, "neither": {18 / 60}}
    assert sum(1 / task.inclusion_probability for task in tasks) == pytest.approx(86)
    assert tasks[0].text == f"text {tasks[0].content_hash}"


def test_sample_is_reproducible_and_mixed(warehouse):
    first = draw_sample(warehouse.con, MONDAY, 30, no_texts)
    assert first == draw_sample(
        warehouse.con, MONDAY + timedelta(days=3), 30, lambda hashes: dict.fromkeys(hashes, "")
    )
    assert [task.stratum for task in first] != sorted(task.stratum for task in first)


def test_what_is_drawn_hangs_on_the_week_and_not_on_the_order_of_the_rows():
    """A rebuilt warehouse gives the same sample; next week's is another, whatever the ads."""
    market = Warehouse()
    market.add_market(MONDAY, 60)
    con, next_monday = market.con, MONDAY + timedelta(weeks=1)
    con.execute(
        "INSERT INTO core_openings SELECT * REPLACE (? AS week_start) FROM core_openings", [next_monday]
    )
    first, second = (draw_sample(con, monday, 20, no_texts) for monday in (MONDAY, next_monday))
    hashes = {task.content_hash for task in first}
    assert len(hashes) == 20
    assert hashes != {task.content_hash for task in second}
    con.execute("CREATE OR REPLACE TABLE core_openings AS FROM core_openings ORDER BY content_hash DESC")
    assert draw_sample(con, MONDAY, 20, no_texts) == first


def test_week_without_openings_is_refused(warehouse):
    with pytest.raises(EmptyFrameError, match="2026-W46"):
        draw_sample(warehouse.con, MONDAY - timedelta(weeks=1), 30, no_texts)


def test_a_text_that_is_not_stored_is_named(warehouse):
    with pytest.raises(MissingTextError, match=r"Product Manager.*Build the days of 2026-W47 again"):
        draw_sample(warehouse.con, MONDAY, 30, lambda hashes: {})


@pytest.mark.parametrize(
    ("sizes", "wanted", "takes"),
    [
        ({"cert_asked": 0, "criteria_explicit": 0, "neither": 100}, 30, (0, 0, 30)),
        ({"cert_asked": 1, "criteria_explicit": 1, "neither": 3}, 30, (1, 1, 3)),
        ({"cert_asked": 50, "criteria_explicit": 50, "neither": 50}, 10, (3, 2, 5)),
        ({"cert_asked": 50, "criteria_explicit": 50, "neither": 50}, 2, (1, 1, 1)),
    ],
)
def test_allocation(sizes, wanted, takes):
    assert tuple(allocate(sizes, wanted).values()) == takes
