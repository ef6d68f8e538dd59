from __future__ import annotations

import pytest
from rich.console import Console

from include.local_run.progress import Progress


@pytest.mark.parametrize("is_watched", [True, False])
def test_a_file_of_any_name_is_shown_by_its_name(is_watched: bool) -> None:
    console = Console(record=True, width=140, force_terminal=is_watched)
    with Progress(console).step("import jobs [remote].csv") as step:
        if step.update is not None:
            step.update("3 of 9 tasks [running]")
        step.outcome = "12 rows [red]"
    assert (step.update is not None) == is_watched
    assert "import jobs [remote].csv" in console.export_text()
