from __future__ import annotations

import pytest

from include.plurals import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 openings"), (1, "1 opening"), (2, "2 openings"), (1_200, "1,200 openings")]
)
def test_one_alone_is_in_the_singular(number: int, said: str) -> None:
    assert counted(number, "opening") == said
