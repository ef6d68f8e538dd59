"""What is said of the rows that an import did not use."""

from __future__ import annotations

import pytest
from rich.console import Console

from include.local_run.report import REASONS_SHOWN, print_refusals
from include.pipeline.importing import Refusal


def _refusals(n_reasons: int) -> list[Refusal]:
    return [
        Refusal(reason=f"reason_{number}", n_records=20 - number, example=f"record {number}: [b] quoted")
        for number in range(n_reasons)
    ]


@pytest.mark.parametrize("n_reasons", [0, 1, REASONS_SHOWN, REASONS_SHOWN + 2])
def test_every_rejected_row_is_accounted_for(n_reasons: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = _refusals(n_reasons)
    print_refusals(Console(width=200), found)
    lines = capsys.readouterr().out.splitlines()
    assert sum(int(line.split()[0]) for line in lines) == sum(refusal.n_records for refusal in found)
    assert all(any(refusal.reason in line for line in lines) for refusal in found)
    assert all("[b] quoted" in line for line in lines[:REASONS_SHOWN])
