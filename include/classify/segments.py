"""Structure of an ad's text: headings, sections, bullets, sentences, clauses, each with exact offsets.

Works on the stored text (headings are lines starting `## `, bullets `- `) and on any plain text: markdown,
bold lines, upper-case lines, `Heading:` lines, headings run into a long line, text whose line breaks or
punctuation were lost. Everything is computed when first asked for, so a text in which nothing is looked up
costs nothing. `include.classify.structure` holds how each part is found.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from include.classify.headings import SectionKind
from include.classify.structure.blocks import blocks_of
from include.classify.structure.sentences import MAX_SENTENCE, split_clauses, split_sentences
from include.classify.structure.shapes import Block, Heading, Section, Span

__all__ = ["Block", "Document", "Heading", "Section", "SectionKind", "Span", "segment"]

_HUGE_LINE = 50_000  # characters; of a line this long only the neighbourhood is read


class Document:
    """A text and its structure, computed on demand. Build with `segment`.

    Args:
        text: the text as given; every offset refers to it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._sentences_by_block: dict[int, list[Span]] = {}

    @cached_property
    def lower(self) -> str:
        """The text in lower case, same length as the text (characters that would grow are kept)."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every non-empty line, or piece of one, in order."""
        return blocks_of(self.text)

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """Headings in order."""
        return tuple(
            Heading(block.start, block.end, block.kind, self.text[block.start : block.end])
            for block in self.blocks
            if block.form == "heading"
        )

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Sections in order; together they cover the text."""
        sections: list[Section] = []
        text_end = len(self.text)
        headings = self.headings
        first = headings[0].start if headings else text_end
        if first > 0 or not headings:
            sections.append(Section(0, 0, first, "none", None))
        asked: SectionKind = "neutral"  # firmness of the requirements section we are in
        previous_end = -1
        for index, heading in enumerate(headings):
            end = headings[index + 1].start if index + 1 < len(headings) else text_end
            kind = heading.kind
            if kind == "topic":
                kind = asked
            elif kind in ("required", "preferred", "neutral"):
                # `Requirements` directly above `What you bring`: the nearer heading speaks.
                asked = kind
            else:
                asked = "neutral"
            previous_end = heading.end
            sections.append(Section(heading.start, previous_end, end, kind, heading))
        return tuple(sections)

    @cached_property
    def _section_starts(self) -> list[int]:
        return [section.start for section in self.sections]

    @cached_property
    def bullets(self) -> tuple[Span, ...]:
        """Words of every bullet, in order."""
        return tuple(Span(block.start, block.end) for block in self.blocks if block.form == "bullet")

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Every sentence, in order; headings and bullets are sentences of their own."""
        return tuple(
            sentence
            for block in self.blocks
            for sentence in split_sentences(self.text, block.start, block.end)
        )

    def block_index_at(self, offset: int) -> int:
        """Return the index of the block that holds `offset`, or the nearest before it (0 at least)."""
        return max(bisect_right(self._block_starts, offset) - 1, 0)

    def block_at(self, offset: int) -> Block | None:
        """Return the block that holds `offset`, the nearest before it, or None for an empty text."""
        return self.blocks[self.block_index_at(offset)] if self.blocks else None

    def section_at(self, offset: int) -> Section:
        """Return the section that holds `offset` (a heading belongs to its own section)."""
        return self.sections[max(bisect_right(self._section_starts, offset) - 1, 0)]

    def sentence_at(self, offset: int) -> Span:
        """Return the sentence that holds `offset`."""
        block = self.block_at(offset)
        if block is None or offset >= block.end:
            return Span(offset, offset)
        if block.end - block.start > _HUGE_LINE:
            begin, stop = (
                max(block.start, offset - 2 * MAX_SENTENCE),
                min(block.end, offset + 2 * MAX_SENTENCE),
            )
            around = split_sentences(self.text, begin, stop)
            return next((sentence for sentence in around if offset < sentence.end), Span(offset, stop))
        sentences = self._sentences_by_block.get(block.start)
        if sentences is None:
            sentences = split_sentences(self.text, block.start, block.end)
            self._sentences_by_block[block.start] = sentences
        index = bisect_right(sentences, (offset, len(self.text))) - 1
        if index >= 0 and offset < sentences[index].end:
            return sentences[index]
        return sentences[min(index + 1, len(sentences) - 1)] if sentences else Span(block.start, block.end)

    def clause_at(self, offset: int) -> Span:
        """Return the clause that holds `offset`: a sentence's part between semicolons, dashes or `but`."""
        sentence = self.sentence_at(offset)
        for clause in split_clauses(self.text, sentence.start, sentence.end):
            if offset < clause.end:
                return clause
        return sentence

    def sentences_between(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the sentences of the blocks that start in `[start, end)` (a section's body, say)."""
        first = bisect_right(self._block_starts, start - 1)
        found: list[Span] = []
        for block in self.blocks[first:]:
            if block.start >= end:
                break
            found.extend(split_sentences(self.text, block.start, block.end))
        return tuple(found)


def segment(text: str) -> Document:
    """Return the structure of `text`; nothing is computed before it is asked for."""
    return Document(text)
