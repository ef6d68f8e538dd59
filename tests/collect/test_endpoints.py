"""How a board's token stands in an address."""

from __future__ import annotations

import pytest

from include.archive.reads import Board
from include.collect.parsing.endpoints import host_and_rest, path_token


@pytest.mark.parametrize(
    ("token", "quoted"), [("acme inc", "acme%20inc"), ("acme%20inc", "acme%20inc"), ("a/../b", "a%2F..%2Fb")]
)
def test_a_token_is_one_segment_of_a_path(token: str, quoted: str) -> None:
    assert path_token(Board(source="lever", token=token, employer="Acme")) == quoted


@pytest.mark.parametrize("token", ["acme.example/jobs/list", "https://acme.example/jobs/list/"])
def test_a_token_may_be_a_host_and_a_path(token: str) -> None:
    board = Board(source="workday", token=token, employer="Acme")
    assert host_and_rest(board) == ("https://acme.example", "jobs/list")
