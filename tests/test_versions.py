"""A release says by which versions its rows were read."""

from __future__ import annotations

from include.classify.versions import VERSIONS
from include.normalize.titles import TITLES_VERSION
from include.versions import taxonomy_version


def test_the_taxonomy_names_all_that_reads_an_ad() -> None:
    assert taxonomy_version() == (
        f"titles {TITLES_VERSION}, lexicon {VERSIONS.lexicon}, rules {VERSIONS.rules}, model {VERSIONS.model}"
    )
