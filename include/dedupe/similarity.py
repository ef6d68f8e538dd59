"""How much of two ad texts is the same: Jaccard similarity of their runs of 24 letters.

Spaces do not count: boards that flatten an ad glue the last word of a line to the first of the next. Runs of
words break there (of five words, some labelled copies share 0.74 with the ad), runs of letters do not. One
run in four is kept, chosen by its hash, so the same ones of every text (Broder 1997). Hashes are 64 bits and
the same in every process. MinHash signatures (rensa) tell at once which pairs are worth an exact comparison;
the figure that decides is that of the kept runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import rensa

RUN_LETTERS: Final = 24
"""Bytes of UTF-8: about five English words, or eight Chinese characters."""

MIN_LETTERS: Final = 120
"""A shorter text says too little to be known again by."""

N_PERMUTATIONS: Final = 128
_SEED = 42
_KEPT_BELOW = np.uint64(1 << 62)  # a quarter of all hashes

Shingles = npt.NDArray[np.uint64]
Signatures = npt.NDArray[np.uint32]

_WEB_ADDRESS = re.compile(r"https?://[^\s)\]>]+")
_NO_LETTER = bytes(range(0x30)) + bytes(range(0x3A, 0x61)) + bytes(range(0x7B, 0x80))  # after lower-casing
_TYPOGRAPHIC_MARKS = "’‘“”–—•·…\u00a0"  # written otherwise on the next board

_BASE = 0xFF51AFD7ED558CCD  # odd, so that it has an inverse modulo 2**64
_MIX = 0xC4CEB9FE1A85EC53  # odd; carries every byte of a run into the highest bits of its hash
_LONGEST_AT_FIRST = 1 << 14  # bytes; the tables grow with the texts


class Shingler:
    """Turns texts into sets of hashes of their runs of letters; keeps tables of powers between texts.

    A run's hash is the polynomial of its bytes modulo 2**64, mixed. The polynomials of all runs of a text
    come from one running sum (Karp and Rabin 1987), so no run is handled by itself.
    """

    def __init__(self) -> None:
        self._powers = self._inverses = np.empty(0, np.uint64)
        self._grow(_LONGEST_AT_FIRST)

    def shingles(self, text: str) -> Shingles | None:
        """Return the sorted distinct hashes kept of a text; None when it is too short to compare.

        Case, spaces, punctuation and web addresses (which carry tracking marks) do not count.
        """
        text = text.lower()
        if "://" in text:
            text = _WEB_ADDRESS.sub(" ", text)
        for mark in _TYPOGRAPHIC_MARKS:
            if mark in text:
                text = text.replace(mark, "")
        letters = np.frombuffer(text.encode().translate(None, _NO_LETTER), np.uint8)
        if len(letters) < MIN_LETTERS:
            return None
        if len(letters) > len(self._powers):
            self._grow(2 * len(letters))
        sums = np.zeros(len(letters) + 1, np.uint64)
        np.cumsum(letters * self._powers[: len(letters)], out=sums[1:])
        runs = sums[RUN_LETTERS:] - sums[:-RUN_LETTERS]  # wraps around: meant
        runs *= self._inverses[: len(runs)]  # as if each stood at the start; and mixed
        kept = runs[runs < _KEPT_BELOW]
        kept ^= kept >> np.uint64(29)
        kept.sort()
        is_new = np.ones(len(kept), np.bool_)
        np.not_equal(kept[1:], kept[:-1], out=is_new[1:])
        distinct: Shingles = kept[is_new]
        return distinct

    def _grow(self, n_bytes: int) -> None:
        base = np.full(n_bytes, _BASE, np.uint64)
        inverse = np.full(n_bytes, pow(_BASE, -1, 1 << 64), np.uint64)
        base[0], inverse[0] = 1, _MIX
        self._powers, self._inverses = np.cumprod(base), np.cumprod(inverse)


def signatures(sets: Sequence[Shingles]) -> Signatures:
    """Return one MinHash signature per shingle set, as rows of a matrix (sets × permutations)."""
    if not sets:
        return np.empty((0, N_PERMUTATIONS), np.uint32)
    offsets = np.zeros(len(sets) + 1, np.uint64)
    offsets[1:] = np.cumsum([len(one) for one in sets])
    digests = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
        np.concatenate(sets), offsets, N_PERMUTATIONS, _SEED
    )
    return np.asarray(digests.to_rows(), np.uint32)


def overlap(a: Shingles, b: Shingles) -> tuple[float, float]:
    """Return how much two texts have in common, each 0 to 1.

    Returns:
        Jaccard similarity (shared shingles among all), and containment (shared among the shorter text's).
        Both 0 for a text without a kept shingle: a few runs over and over ("test test test") say nothing.
    """
    if not len(a) or not len(b):
        return 0.0, 0.0
    n_shared = len(np.intersect1d(a, b, assume_unique=True))
    return n_shared / (len(a) + len(b) - n_shared), n_shared / min(len(a), len(b))
