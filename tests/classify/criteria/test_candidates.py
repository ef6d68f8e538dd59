"""Which passages are read: goals to be met, and horizons in text that lost its breaks."""

from __future__ import annotations

import pytest

from include.classify.cues import find_cues
from include.classify.success.candidates import find_candidates


def _kinds(text: str) -> list[str]:
    return [candidate.kind for candidate in find_candidates(text, find_cues(text))]


@pytest.mark.parametrize("goals", ["goals", "KPIs", "OKRs"])
def test_goals_and_kpis_to_be_met_are_targets(goals: str) -> None:
    assert _kinds(f"Consistently exceed your customer experience {goals}.") == ["target"]


@pytest.mark.parametrize(
    "text", ["Define and report our KPIs.", "We share ambitious goals.", "Write down what the goals are."]
)
def test_goals_and_kpis_that_nobody_meets_are_not_read(text: str) -> None:
    assert _kinds(text) == []


def test_a_horizon_is_judged_by_what_stands_near_it() -> None:
    far = "and help them ship their apps and improve the docs and answer every ticket with care "
    text = f"Within 3 months you will make product suggestions {far * 2}for a better developer experience"
    assert _kinds(text) == ["horizon"]


def test_a_horizon_of_leave_or_tenure_is_not_read() -> None:
    assert _kinds("Paid parental leave after 6 months.") == []


def test_a_metric_may_be_spelled_out() -> None:
    assert _kinds("You will drive gross merchandise value across the region.") == ["metric"]


@pytest.mark.parametrize(
    "heading",
    [
        "KPIs",
        "**Key Performance Indicators (KPIs):**",
        "## Performance metrics",
        "HOW WE'LL MEASURE YOU",
        "Success metrics",
        "Key success factors:",
    ],
)
def test_a_heading_of_yardsticks_is_read_with_its_list(heading: str) -> None:
    text = f"We draw maps.\n\n{heading}\n- Maps sold a month\n- Returned maps\n"
    (candidate,) = find_candidates(text, find_cues(text))
    assert candidate.kind in ("judged", "success")
    assert [text[start:end] for start, end in candidate.passage.body][-1] == "Returned maps"


@pytest.mark.parametrize(
    "text",
    ["Define KPIs\nDraw maps\n", "You report performance metrics\nto the board\n", "We track our KPIs"],
)
def test_a_line_that_says_more_is_no_such_heading(text: str) -> None:
    assert _kinds(text) == []
