"""Bodies decode to what was sent however they are cut, and to nothing when they are damaged."""

from __future__ import annotations

import gzip
import itertools
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.collect.network.content_coding import BrokenBody, decoded


def pack(body: bytes, coding: str) -> bytes:
    if coding == "gzip":
        half = len(body) // 2
        return gzip.compress(body[:half]) + gzip.compress(body[half:])  # two members
    if coding == "bare deflate":
        return zlib.compress(body)[2:-4]
    return zlib.compress(body)


def cut(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


bodies = st.one_of(
    st.binary(min_size=1, max_size=2000),
    # Compresses so well that a little input is far more output than one piece may hold.
    st.builds(lambda letter, n: bytes([letter]) * n, st.integers(0, 255), st.integers(1, 400_000)),
)


@given(body=bodies, coding=st.sampled_from(["gzip", "deflate", "bare deflate"]), size=st.integers(1, 5000))
def test_a_body_survives_any_cutting(body: bytes, coding: str, size: int) -> None:
    pieces = list(decoded(cut(pack(body, coding), size), coding.split()[-1]))
    assert b"".join(pieces) == body
    assert max(map(len, pieces)) <= 65536


@given(body=bodies, coding=st.sampled_from(["gzip", "deflate"]), keep=st.floats(0.01, 0.99))
def test_a_body_that_ends_early_is_never_taken_for_whole(body: bytes, coding: str, keep: float) -> None:
    packed = gzip.compress(body) if coding == "gzip" else zlib.compress(body)
    part = packed[: max(1, min(len(packed) - 1, int(len(packed) * keep)))]
    with pytest.raises(BrokenBody):
        list(decoded([part], coding))


@given(junk=st.binary(max_size=300), coding=st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_junk_ends_in_an_error_or_in_nothing_strange(junk: bytes, coding: str) -> None:
    try:
        b"".join(decoded([junk], coding))
    except BrokenBody:
        return


def test_padding_after_the_end_is_ignored() -> None:
    member = gzip.compress(b"jobs")
    assert b"".join(decoded([member, b"\0\0\0", b"tail"], "gzip")) == b"jobs"
    assert b"".join(decoded([member, b"\0\0\0", member], "gzip")) == b"jobs"  # to the end
    # The first byte of a gzip member, with nothing or something else behind it.
    assert b"".join(decoded([member + b"\x1f"], "gzip")) == b"jobs"
    assert b"".join(decoded([member + b"\x1f", b"tail"], "gzip")) == b"jobs"
    assert b"".join(decoded([zlib.compress(b"jobs"), gzip.compress(b"tail")], "deflate")) == b"jobs"


def test_padding_without_end_is_not_kept() -> None:
    """It is no part of the body, so no budget of bytes counts it."""
    tracemalloc.start()
    chunks = itertools.chain([gzip.compress(b"jobs")], itertools.repeat(b"\0" * 65_536, 64))
    assert b"".join(decoded(chunks, "gzip")) == b"jobs"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize("coding", ["gzip", "deflate", "bare deflate"])
def test_a_body_that_ends_just_after_a_piece_is_whole(coding: str) -> None:
    """Its last bytes are held back when all of the input is used up."""
    for size in range(65_536, 65_536 + 300, 3):
        body = b"\0" * size
        assert b"".join(decoded([pack(body, coding)], coding.split()[-1])) == body


@pytest.mark.parametrize("window_bits", range(9, 16))
def test_deflate_of_any_window_is_told_from_the_bare_stream(window_bits: int) -> None:
    packer = zlib.compressobj(wbits=window_bits)
    packed = packer.compress(b"jobs" * 100) + packer.flush()
    assert b"".join(decoded([packed], "deflate")) == b"jobs" * 100


def test_the_coding_put_on_last_is_undone_first() -> None:
    packed = gzip.compress(zlib.compress(b"jobs"))
    assert b"".join(decoded([packed], "deflate, gzip")) == b"jobs"


def test_no_body_is_no_error() -> None:
    assert list(decoded([], "gzip")) == []  # as many hosts send with a 404


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", "gzip, gzip, gzip"])
def test_other_codings_are_refused(coding: str) -> None:
    with pytest.raises(BrokenBody, match="coding"):
        list(decoded([b"x"], coding))


def test_time_grows_with_the_body_not_with_its_square() -> None:
    """A sitemap is decoded from one piece; of many empty members each once copied all that followed."""
    body = gzip.compress(b"") * 100_000  # two million bytes
    began = time.process_time()
    assert b"".join(decoded([body], "gzip")) == b""
    assert time.process_time() - began < 3
