"""The boards file says what is wrong with it, where, and what would mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.archive.reads import Board
from include.collect.boards import (
    BoardsFileError,
    format_boards,
    load_boards,
)

HEADER = "source,token,employer,enabled,options,note\n"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "boards.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER
        + "greenhouse,Acme,Acme Ltd,true,,\n"
        + '\nworkday,globex,"Globex, Inc.",no,search=product owner; details=all ,"internal, old"\n'
        + "lever,a b,Ä,1,,\n",
    )
    rows = load_boards(path)
    assert rows[1].board == Board(
        source="workday",
        token="globex",
        employer="Globex, Inc.",
        options={"search": "product owner", "details": "all"},
    )
    assert (rows[1].is_enabled, rows[1].note) == (False, "internal, old")
    assert [row.board.token for row in load_boards(path) if row.is_enabled] == ["Acme", "a b"]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = write(
        tmp_path, HEADER + 'workday,g,"G, ""X""",true,search=C;details=all,"a, b"\nlever,l,L,false,,\n'
    )
    rows = load_boards(path)
    assert load_boards(write(tmp_path, format_boards(rows))) == rows


def test_short_and_excel_headers(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbfSource,Token,Employer,Enabled\r\nlever,acme,Acme,TRUE\r\n"
    assert [row.board for row in load_boards(write(tmp_path, text))] == [
        Board(source="lever", token="acme", employer="Acme")
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Green House,acme,Acme,true,,", "line 2: source 'Green House': an adapter's name"),
        ("lever,,Acme,true,,", "line 2: token is empty"),
        ("lever,acme,,true,,", "line 2: employer is empty"),
        ("lever,acme,Acme,maybe,,", "line 2: enabled is 'maybe': write true or false"),
        ("lever,acme,Acme,true,host,", "line 2: option 'host': write name=value"),
        ("lever,acme,Acme,true,a=1;a=2,", "line 2: option a is given twice"),
        ("adzuna,pm,Adzuna,true,app_key=s3cret,", "line 2: option app_key looks like a secret"),
        ("lever,acme,Acme,true", "line 2: 4 cells, expected 6"),
        ("lever,acme,Acme, Inc.,true,,", "line 2: 7 cells, expected 6; quote cells with commas"),
        ("lever,a\x07b,Acme,true,,", "line 2: token 'a\\x07b' holds a control character"),
        ("lever,acme,A,true,,\nlever,acme,B,true,,", "line 3: lever/acme stands on line 2 already"),
        (
            "levr,acme,A,true,,",
            "line 2: there is no source 'levr'; known are adzuna, ashby, bamboohr, breezy",
        ),
        ('lever,acme,"A"x,true,,', "line 2: "),
        ("lever,acme,A,true,regoin=eu,", "line 2: lever reads no option 'regoin'; is region meant?"),
        ("greenhouse,acme,A,true,host=x,", "line 2: greenhouse reads no option 'host'; it reads none"),
        ("lever,acme,A,true,region=EU,", "line 2: option region of lever is 'EU': write global or eu"),
        ("adzuna,gb:pm,A,true,pages=x,", "line 2: option pages of adzuna is 'x': write a number from 1"),
        ("career_page,a/b,A,true,link=(x,", "line 2: option link of career_page is no regular expression"),
        (
            "bundesagentur,x,A,true,days=101,",
            "line 2: option days of bundesagentur is '101': write a number from 0 to 100",
        ),
    ],
)
def test_a_bad_row_is_named_with_its_mend(tmp_path: Path, row: str, message: str) -> None:
    path = write(tmp_path, HEADER + row + "\n")
    with pytest.raises(BoardsFileError) as caught:
        load_boards(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_all_problems_are_listed_up_to_a_limit(tmp_path: Path) -> None:
    with pytest.raises(BoardsFileError) as caught:
        load_boards(write(tmp_path, HEADER + "lever,,,x,,\n" * 12))
    assert str(caught.value).count("line ") == 20
    assert "and 16 more" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: give it the header source,token"),
        ("source,token,name,enabled\n", "line 1: the header is source,token,name,enabled.*missing: employer"),
        ("source,token,employer,enabled,enabled\n", "line 1: the header"),
        (HEADER.encode() + b"lever,a,M\xfcller,true,,\n", "line 2: not UTF-8"),
    ],
)
def test_a_file_of_the_wrong_kind(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(BoardsFileError, match=message):
        load_boards(write(tmp_path, text))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BoardsFileError, match="HIRING_SIGNALS_BOARDS_FILE"):
        load_boards(tmp_path / "none.csv")
