"""A wide net over titles, to decide which postings are worth a second request or a full parse.

It must let every product role through in the languages read; what it lets through besides costs a request,
not an error. The role itself is told by include/normalize.
"""

from __future__ import annotations

import re

_WORDS = re.compile(
    "|".join(
        (
            r"produ[ck]t|produit|producto|produto|prodott|termék|ürün|tuote|продукт|προϊόν",
            r"プロダクト|产品|產品|제품|프로덕트|プロジェクト|项目",
            r"program\b|programme|projekt|project|backlog|scrum|agile|release train",
            r"\b(?:po|pm|pmm|pdm|cpo|apm|gpm|rte)\b",
        )
    ),
    re.IGNORECASE,
)


def may_be_product_role(title: str) -> bool:
    """Return False only for titles that cannot be a product, project or programme role."""
    return _WORDS.search(title) is not None
