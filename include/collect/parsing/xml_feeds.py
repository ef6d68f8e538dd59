"""XML and RSS answers, read without entities, DTDs or outside references."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, ParseError

import defusedxml
import defusedxml.ElementTree

from include.archive.reads import Answer
from include.collect.parsing.decoding import require_ok, successful_lists
from include.collect.parsing.paging import board_listing
from include.collect.parsing.records import pointed, read_records
from include.collect.parsing.xml_repair import mended
from include.collect.protocol import BoardListing, Listing, MalformedAnswer


def parse_xml(answer: Answer, *roots: str) -> Element:
    """Return the root element of an XML answer; the usual mistakes in its texts are borne (see `mended`).

    Args:
        answer: the answer.
        roots: names of the root that mark the format: an HTML error page can be well-formed XML too.

    Raises:
        MalformedAnswer: not XML, XML with entities or a DTD, or another root.
    """
    require_ok(answer)
    try:
        root = parse_element(answer)
    except MalformedAnswer as error:
        if isinstance(error.__cause__, defusedxml.DefusedXmlException):
            raise
        root = _parsed(answer, mended(answer))
    if root.tag not in roots:
        raise MalformedAnswer(f"{answer.request.url}: the root is <{root.tag}>, not <{'> or <'.join(roots)}>")
    return root


def parse_element(answer: Answer) -> Element:
    """Return the root element of an answer, whatever its name.

    Raises:
        MalformedAnswer: not XML, or XML with entities or a DTD.
    """
    return _parsed(answer, answer.body)


def _parsed(answer: Answer, text: str | bytes) -> Element:
    try:
        root: Element = defusedxml.ElementTree.fromstring(text, forbid_dtd=True)
    except defusedxml.DefusedXmlException as error:
        raise MalformedAnswer(f"{answer.request.url}: XML with a DTD or entities is refused") from error
    except (ParseError, ValueError, LookupError) as error:
        raise MalformedAnswer(f"{answer.request.url}: not well-formed XML: {error}") from error
    return root


def feed_board(
    answers: Sequence[Answer], root: str, items: str, read: Callable[[Element, str], Listing]
) -> BoardListing:
    """Return the board of a feed that is one answer.

    Args:
        answers: of one read.
        root: see `parse_xml`.
        items: path of the records below the root, such as `channel/item`.
        read: makes a listing of a record and its pointer; see `read_records`.

    Raises:
        MalformedAnswer: there is no such feed among the answers.
    """
    answer = successful_lists(answers)[0]
    top = parse_xml(answer, root)
    above, _, name = items.rpartition("/")
    if above and top.find(above) is None:
        raise MalformedAnswer(
            f"{answer.request.url}: <{root}> holds no <{above}>, so it is no list of postings"
        )
    return board_listing(*read_records(pointed(top.findall(items), name), read))


def text(element: Element, path: str) -> str | None:
    """Return the stripped text of the first element at `path`; None when absent or blank."""
    found = element.find(path)
    return ("".join(found.itertext()).strip() or None) if found is not None else None


def texts(element: Element, path: str) -> list[str]:
    """Return the stripped texts of all elements at `path`, without blanks."""
    found = ("".join(item.itertext()).strip() for item in element.findall(path))
    return [item for item in found if item]
