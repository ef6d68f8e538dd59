"""Structure of an ad's text: headings, sections, bullets, sentences, clauses, each with exact offsets.

Works on the stored text (headings are lines starting `## `, bullets `- `) and on any plain text: markdown,
bold lines, upper-case lines, `Heading:` lines, headings run into a long line, text whose line breaks or
punctuation were lost. Everything is computed when first asked for, and only around the place that is asked
about, so a text in which nothing is looked up costs nothing. `include.classify.structure` holds how each part
is found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from include.classify.headings import SectionKind
from include.classify.structure.blocks import Blocks
from include.classify.structure.sentences import MAX_SENTENCE, split_clauses, split_sentences
from include.classify.structure.shapes import Block, Span

__all__ = ["Block", "Document", "SectionKind", "Span", "segment"]

_HUGE_LINE = 50_000  # characters; of a line this long only the neighbourhood is read


class Document:
    """A text and its structure, computed on demand. Build with `segment`.

    Args:
        text: a plain text (`include.classify.plain_text`); every offset refers to it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._blocks = Blocks(text)
        self._sentences_by_block: dict[int, list[Span]] = {}
        self._sentences_by_offset: dict[int, Span] = {}  # of huge lines
        self._kinds_by_block: dict[int, SectionKind] = {}

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every non-empty line, or piece of one, in order."""
        return tuple(self._blocks)

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Every sentence, in order; headings and bullets are sentences of their own."""
        return tuple(
            sentence
            for block in self._blocks
            for sentence in split_sentences(self.text, block.start, block.end)
        )

    def block_at(self, offset: int) -> Block | None:
        """Return the block that holds `offset`, the nearest before it, or None for an empty text."""
        return self._blocks.at(offset)

    def blocks_before(self, block: Block) -> Iterator[Block]:
        """Return the blocks before one of them, the nearest first."""
        return self._blocks.before(block)

    def blocks_after(self, block: Block) -> Iterator[Block]:
        """Return the blocks after one of them, in order."""
        return self._blocks.after(block)

    def headings_above(self, offset: int) -> Iterator[Block]:
        """Return the headings that start at `offset` or before it, the nearest first."""
        block = self._blocks.at(offset)
        return iter(()) if block is None or block.start > offset else self._headings_from(block)

    def heading_below(self, offset: int) -> Block | None:
        """Return the first heading that starts after `offset`, or None."""
        block = self._blocks.at(offset)
        if block is None:
            return None
        if block.start > offset and block.form == "heading":
            return block
        return next((other for other in self._blocks.after(block) if other.form == "heading"), None)

    def section_kind_at(self, offset: int) -> SectionKind:
        """Return what the section that holds `offset` is about (a heading belongs to its own section).

        Returns:
            What the heading above announces, `none` without one. Below a `topic` it is how firmly the section
            that the topic stands in asks for things.
        """
        block = self._blocks.at(offset)
        if block is None or block.start > offset:
            return "none"
        kind = self._kinds_by_block.get(block.start)
        if kind is None:
            kind = self._kinds_by_block[block.start] = _kind_below(self._headings_from(block))
        return kind

    def _headings_from(self, block: Block) -> Iterator[Block]:
        """Return the block, if it is a heading, and those before it, the nearest first."""
        if block.form == "heading":
            yield block
        for other in self._blocks.before(block):
            if other.form == "heading":
                yield other

    def sentence_at(self, offset: int) -> Span:
        """Return the sentence that holds `offset`."""
        block = self.block_at(offset)
        if block is None or offset >= block.end:
            return Span(offset, offset)
        if block.end - block.start > _HUGE_LINE:
            return self._sentence_in_huge_line(block, offset)
        sentences = self._sentences_by_block.get(block.start)
        if sentences is None:
            sentences = split_sentences(self.text, block.start, block.end)
            self._sentences_by_block[block.start] = sentences
        index = bisect_right(sentences, (offset, len(self.text))) - 1
        if index >= 0 and offset < sentences[index].end:
            return sentences[index]
        return sentences[min(index + 1, len(sentences) - 1)] if sentences else Span(block.start, block.end)

    def _sentence_in_huge_line(self, block: Block, offset: int) -> Span:
        """Return the sentence that holds `offset`, read from its neighbourhood."""
        found = self._sentences_by_offset.get(offset)
        if found is None:
            begin = max(block.start, offset - 2 * MAX_SENTENCE)
            stop = min(block.end, offset + 2 * MAX_SENTENCE)
            around = split_sentences(self.text, begin, stop)
            found = next((sentence for sentence in around if offset < sentence.end), Span(offset, stop))
            self._sentences_by_offset[offset] = found
        return found

    def clause_at(self, offset: int) -> Span:
        """Return the clause that holds `offset`: a sentence's part between semicolons, dashes or `but`."""
        sentence = self.sentence_at(offset)
        for clause in split_clauses(self.text, sentence.start, sentence.end):
            if offset < clause.end:
                return clause
        return sentence


def _kind_below(headings: Iterator[Block]) -> SectionKind:
    """Return what the words below headings are about, the nearest heading first."""
    nearest = next(headings, None)
    if nearest is None:
        return "none"
    if nearest.kind != "topic":
        return nearest.kind
    asking = next((heading for heading in headings if heading.kind != "topic"), nearest)
    return asking.kind if asking.kind in ("required", "preferred") else "neutral"


def segment(text: str) -> Document:
    """Return the structure of `text`; nothing is computed before it is asked for."""
    return Document(text)
