"""How much of two ad texts is the same: Jaccard similarity of their five-word shingles.

Shingles are 64-bit hashes that are the same in every process. MinHash signatures (rensa; Broder 1997) tell at
once which pairs are worth an exact comparison; the figure that decides is the exact one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import rensa

SHINGLE_WORDS: Final = 5
MIN_WORDS: Final = 30
"""A shorter text says too little to be known again by."""

N_PERMUTATIONS: Final = 128
_SEED = 42
_CHARACTER_WISE_BELOW = 0.05  # words per character: Chinese and Japanese do not part words

Shingles = npt.NDArray[np.uint64]
Signatures = npt.NDArray[np.uint32]

_WEB_ADDRESS = re.compile(r"https?://[^\s)\]>]+")
_NO_WORD = bytes(range(0x30)) + bytes(range(0x3A, 0x61)) + bytes(range(0x7B, 0x80))  # after lower-casing
_TO_SPACES = bytes.maketrans(_NO_WORD, b" " * len(_NO_WORD))
_TYPOGRAPHIC_MARKS = "’‘“”–—•·…"  # written otherwise on the next board
_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F],
    dtype=np.uint64,
)  # odd 64-bit constants: position in the shingle matters


_BASE = 0xFF51AFD7ED558CCD  # odd, so that it has an inverse modulo 2**64
_MIX = np.uint64(0xC4CEB9FE1A85EC53)
_LONGEST_AT_FIRST = 1 << 14  # bytes; the tables grow with the texts


class Shingler:
    """Turns texts into sets of shingle hashes; keeps tables of powers between texts.

    A word's hash is the polynomial of its bytes modulo 2**64, mixed. The polynomials of all words of a text
    come from one running sum (Karp and Rabin 1987), so no word is handled by itself.
    """

    def __init__(self) -> None:
        self._powers = self._inverses = np.empty(0, np.uint64)
        self._grow(_LONGEST_AT_FIRST)

    def shingles(self, text: str) -> Shingles | None:
        """Return the sorted distinct shingle hashes of a text; None when it is too short to compare.

        Case, punctuation, layout and web addresses (which carry tracking marks) do not count.
        """
        text = text.lower()
        if "://" in text:
            text = _WEB_ADDRESS.sub(" ", text)
        for mark in _TYPOGRAPHIC_MARKS:
            if mark in text:
                text = text.replace(mark, " ")
        hashes = self._word_hashes(text)
        if len(hashes) < _CHARACTER_WISE_BELOW * len(text):
            hashes = self._word_hashes(" ".join(filter(str.isalnum, text)))
        if len(hashes) < MIN_WORDS:
            return None
        n_shingles = len(hashes) - SHINGLE_WORDS + 1
        mixed = hashes[:n_shingles] * _MULTIPLIERS[0]  # wraps around: meant
        for offset in range(1, SHINGLE_WORDS):
            mixed += hashes[offset : offset + n_shingles] * _MULTIPLIERS[offset]
        mixed.sort()
        is_new = np.ones(n_shingles, np.bool_)
        np.not_equal(mixed[1:], mixed[:-1], out=is_new[1:])
        distinct: Shingles = mixed[is_new]
        return distinct

    def _word_hashes(self, text: str) -> Shingles:
        """Return one hash per word, in order."""
        # A space at both ends: every word then begins after one and ends before one.
        content = np.frombuffer(b" " + text.encode().translate(_TO_SPACES) + b" ", np.uint8)
        if len(content) > len(self._powers):
            self._grow(2 * len(content))
        is_letter = content != ord(" ")
        edges = np.flatnonzero(is_letter[1:] != is_letter[:-1])  # one before each word, and its last letter
        before, last = edges[0::2], edges[1::2]
        sums = np.cumsum(content * self._powers[: len(content)])
        hashes = (sums[last] - sums[before]) * self._inverses[before]  # as if the word stood at the start
        hashes ^= hashes >> np.uint64(32)
        hashes *= _MIX
        hashes ^= hashes >> np.uint64(29)
        return hashes

    def _grow(self, n_bytes: int) -> None:
        base = np.full(n_bytes, _BASE, np.uint64)
        inverse = np.full(n_bytes, pow(_BASE, -1, 1 << 64), np.uint64)
        base[0] = inverse[0] = 1
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
    """
    n_shared = len(np.intersect1d(a, b, assume_unique=True))
    return n_shared / (len(a) + len(b) - n_shared), n_shared / min(len(a), len(b))
