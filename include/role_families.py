"""The role families of the codebook, and which of them the figures speak of."""

from __future__ import annotations

from typing import Final, Literal

RoleFamily = Literal["pm", "po", "pmm", "project_program", "other_product", "not_product"]
"""Codebook section 3."""

PRODUCT_FAMILIES: Final[tuple[RoleFamily, ...]] = ("pm", "po", "other_product")
"""The population of every metric. SQL asks `is_product_role` (`include.warehouse.macros`), made from it."""
