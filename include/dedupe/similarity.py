"""How much of two ad texts is the same: Jaccard similarity of their five-word shingles.

Shingles are 64-bit hashes that are the same in every process. MinHash signatures (rensa; Broder 1997) tell at
once which pairs are worth an exact comparison; the figure that decides is the exact one.
"""

from __future__ import annotations

import hashlib
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


class _WordHashes(dict[bytes, int]):
    """Remembers the 64-bit hash of each word met."""

    def __missing__(self, word: bytes) -> int:
        value = int.from_bytes(hashlib.blake2b(word, digest_size=8).digest(), "big")
        self[word] = value
        return value


class Shingler:
    """Turns texts into sets of shingle hashes; keeps the hashes of words between texts."""

    def __init__(self) -> None:
        self._hash_of_word = _WordHashes()

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
        words = text.encode().translate(_TO_SPACES).split()
        if len(words) < _CHARACTER_WISE_BELOW * len(text):
            words = [character.encode() for character in text if character.isalnum()]
        if len(words) < MIN_WORDS:
            return None
        hashes = np.fromiter(map(self._hash_of_word.__getitem__, words), np.uint64, len(words))
        n_shingles = len(words) - SHINGLE_WORDS + 1
        mixed = hashes[:n_shingles] * _MULTIPLIERS[0]  # wraps around: meant
        for offset in range(1, SHINGLE_WORDS):
            mixed += hashes[offset : offset + n_shingles] * _MULTIPLIERS[offset]
        mixed.sort()
        is_new = np.ones(n_shingles, np.bool_)
        np.not_equal(mixed[1:], mixed[:-1], out=is_new[1:])
        distinct: Shingles = mixed[is_new]
        return distinct


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
