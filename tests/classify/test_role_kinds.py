"""Kinds of role by title."""

from __future__ import annotations

import pytest

from include.classify.role_kinds import role_kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Senior Account Executive", "sales"),
        ("SDR (DACH)", "sales"),
        ("Technical Product Manager", "product"),
        ("Customer Success Lead", "service"),
        ("Brand Marketing Manager", "marketing"),
        ("Staff Software Engineer", "technical"),
        ("Finance Director", "operations"),
        ("Chef de partie", "other"),
        ("", "unknown"),
    ],
)
def test_the_title_names_the_kind(title: str, kind: str) -> None:
    assert role_kind(title) == kind
