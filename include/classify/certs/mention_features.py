"""What the model of the second reading sees: where a mention stands, the words around, the rules' verdict.

Every feature is a short named string that is present or not. Words are lower-cased, figures are `0`, listed
credentials are one word, so that what is learnt is how ads speak and not what they name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from include.classify.credentials import Hit
from include.classify.labels import CertMention, CertStatus
from include.classify.modality import ModalCue, find_modal_cues, in_aside
from include.classify.segments import Block, Document, Span

_WORD = re.compile(r"[^\W\d_]+(?:['’][a-z]+)?|\d+|[,;:()./&•+\n–-]")
_LETTERS = re.compile(r"[^\W\d_]+")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_SUFFIX = re.compile(r"(?:ations?|ing|ed|es|s|ly)$")
_BRACKETS = re.compile(r"\([^()]*\)?")
_FAMILY = re.compile(r"\w*[cz]erti[fz]\w*|\bcerts?\b|\bcredential\w*|\blicen[sc]\w*|\baccredit\w*", re.I)

_LEFT, _RIGHT = 300, 200  # characters of the sentence read on either side
_BEFORE, _AFTER = 160, 130  # characters read beyond the sentence
_WIDE = 450  # characters before the mention whose words count wherever they stand
_PLACE_STARTS, _PLACES = (1, 3, 7, 14), "12489"  # words between the mention and another, and their names
_DISTANCES = (15, 40, 90, 180, 400)

# What the rules' verdict rests on, mostly.
_RESTS_ON = (
    "Hs:", "kind:", "form:", "h0:", "hpath:", "qclr:", "qslr:", "fam:", "L1:", "R1:", "ls:", "bare:", "len:",
    "nb-1:", "nb1:",
)  # fmt: skip


def mention_features(document: Document, mention: CertMention, hits: Sequence[Hit]) -> list[str]:
    """Return the features of one mention, in alphabetical order; they do not depend on the rules' verdict.

    Its sentence is read without clauses that name another certification (`CSPO required; PMP a plus`) and
    without brackets that speak of something else.

    Args:
        document: the ad's text.
        mention: as found; its place counts, not its status.
        hits: names and words `certif…` of the ad, in order of the text.
    """
    sentence = document.sentence_at(mention.start)
    begin = max(min(sentence.start, mention.start), mention.start - _LEFT)
    end = max(mention.end, min(sentence.end, mention.end + _RIGHT))
    clause = document.clause_at(mention.start)
    if _names_another(hits, begin, clause.start):
        begin = clause.start
    if _names_another(hits, max(clause.end, mention.end), end):
        end = max(clause.end, mention.end)
    left = _words(document.text, begin, mention.start, hits)
    aside = _aside(document.text, mention.end, end, hits)
    right = [
        *_words(document.text, mention.end, aside.start, hits),
        *_words(document.text, aside.end, end, hits),
    ]
    return sorted(
        {
            *_place(document, mention),
            *_headings(document, mention),
            *_sentence(document.section_kind_at(mention.start), left, right),
            *_own_words(document, mention, left, right),
            *_modal_words(document, mention, Span(begin, end), aside),
            *_neighbours(document, mention),
            *_around(document.text, mention, begin, end, hits),
        }
    )


def verdict_features(status: CertStatus, rule: str, features: Sequence[str]) -> list[str]:
    """Return the features of the rules' verdict: rule, status, and the status beside what it rests on.

    Args:
        status: by the rules, `none` where they drop the mention.
        rule: the rule's name.
        features: those of the mention.
    """
    beside = [f"{status}|{feature}" for feature in features if feature.startswith(_RESTS_ON)]
    return [f"st:{status}", f"rule:{rule}", *beside]


def _names_another(hits: Sequence[Hit], start: int, end: int) -> bool:
    return any(hit.credential is not None and start <= hit.start < end for hit in hits)


def _aside(text: str, start: int, end: int, hits: Sequence[Hit]) -> Span:
    """Return the first brackets whose modal word speaks of something else, or the end: `CPR (EMT a plus)`."""
    for brackets in _BRACKETS.finditer(text, start, end):
        inside = Span(*brackets.span())
        cues = find_modal_cues(text, *inside)
        if cues and (_names_another(hits, *inside) or in_aside(text, inside.start, cues[0].start)):
            return inside
    return Span(end, end)


def _words(text: str, start: int, end: int, hits: Sequence[Hit]) -> list[str]:
    found: list[str] = []
    position = start
    for hit in hits:
        if hit.credential is None or hit.end <= position:
            continue
        if hit.start >= end:
            break
        found.extend(map(_plain, _WORD.findall(text, position, max(position, hit.start))))
        found.append("CERT")
        position = min(end, max(position, hit.end))
    found.extend(map(_plain, _WORD.findall(text, position, end)))
    return found


def _plain(word: str) -> str:
    word = word.lower().replace("’", "'")
    return ("0" if len(word) < 3 else "000") if word.isdigit() else word


def _stem(word: str) -> str:
    return _SUFFIX.sub("", word)[:8] if len(word) > 4 else word


def _distance(characters: int) -> int:
    return bisect_right(_DISTANCES, characters)


def _place(document: Document, mention: CertMention) -> Iterator[str]:
    kind = document.section_kind_at(mention.start)
    block = document.block_at(mention.start)
    form = block.form if block is not None else "-"
    yield from (f"kind:{kind}", f"form:{form}", f"kform:{kind}:{form}")
    if block is not None:
        yield f"len:{min(6, (block.end - block.start) // 80)}"


def _headings(document: Document, mention: CertMention) -> Iterator[str]:
    last = list(islice(document.headings_above(mention.start), 4))
    for nth, heading in enumerate(last):
        yield f"h{nth}:{heading.kind}"
    if len(last) > 1:
        yield f"hpath:{last[1].kind}>{last[0].kind}"
        above = _LETTERS.findall(document.text, last[1].start, last[1].end)
        yield from (f"H2:{_stem(word.lower())}" for word in above[:6])
    following = document.heading_below(mention.start)
    if following is not None:
        yield f"hnext:{following.kind}"
    if not last:
        yield "H:-"
        return
    words = [word.lower() for word in _LETTERS.findall(document.text, last[0].start, last[0].end)][:8]
    for word in words:
        yield from (f"H:{word}", f"Hs:{_stem(word)}")
    yield from (f"HH:{first}_{second}" for first, second in pairwise(words))
    distance = min(5, (mention.start - last[0].end) // 250)
    yield from (f"hd:{distance}", f"khd:{document.section_kind_at(mention.start)}:{distance}")


def _sentence(kind: str, left: list[str], right: list[str]) -> Iterator[str]:
    yield from (f"SL:{word}" for word in left)
    yield from (f"SR:{word}" for word in right)
    yield from (f"S:{_stem(word)}" for word in left + right)
    for side, words in (("L", left[::-1]), ("R", right)):
        for nth, word in enumerate(words):
            yield f"{side}{_PLACES[bisect_right(_PLACE_STARTS, nth)]}:{word}"
    yield from (f"LL:{first}_{second}" for first, second in pairwise(left[-9:]))
    yield from (f"RR:{first}_{second}" for first, second in pairwise(right[:10]))
    yield from (f"B3:{word}" for word in left[:3])
    if left:
        yield f"kB1:{kind}:{_stem(left[0])}"
    yield from (f"ls:{min(5, len(left) // 4)}", f"rs:{min(5, len(right) // 4)}")
    yield f"bare:{not left}{not right}"


def _own_words(document: Document, mention: CertMention, left: list[str], right: list[str]) -> Iterator[str]:
    words = [_plain(word) for word in _WORD.findall(document.text, mention.start, mention.end)][:8]
    yield from (f"w:{word}" for word in words)
    family = next((_ending(word) for word in words if "certif" in word or "zertif" in word), "name")
    kind = document.section_kind_at(mention.start)
    yield from (f"fam:{family}", f"famk:{family}:{kind}")
    yield f"famR1:{family}:{right[0] if right else 'END'}"
    yield f"famL1:{family}:{left[-1] if left else 'BEG'}"


def _ending(word: str) -> str:
    if re.search(r"(?:ified|ifi[ée]e?s?|iziert\w*|ficad[oa]s?)$", word):
        return "attribute"
    return "document" if "icat" in word and not re.search(r"ion", word) else "noun"


def _modal_words(document: Document, mention: CertMention, sentence: Span, aside: Span) -> Iterator[str]:
    text = document.text
    clause = document.clause_at(mention.start)
    kind = document.section_kind_at(mention.start)
    spans = {
        "c": (max(clause.start, mention.start - 400), min(max(clause.end, mention.end), mention.end + 300)),
        "s": sentence,
    }
    for name, (start, stop) in spans.items():
        cues = [cue for cue in find_modal_cues(text, start, stop) if not aside.start <= cue.start < aside.end]
        before = [cue for cue in cues if cue.end <= mention.start][-1:]
        after = [cue for cue in cues if cue.start >= mention.end][:1]
        first, second = _sign(before), _sign(after)
        yield from (f"q{name}l:{first}", f"q{name}r:{second}", f"q{name}lr:{first}|{second}")
        for cue in before:
            yield f"q{name}ld:{first}:{_distance(mention.start - cue.end)}"
            yield f"q{name}lw:{_plain(text[cue.start : cue.end])[:24]}"
        for cue in after:
            yield f"q{name}rd:{second}:{_distance(cue.start - mention.end)}"
            yield f"q{name}rw:{_plain(text[cue.start : cue.end])[:24]}"
        yield from (f"q{name}any:{cue.firmness}" for cue in cues)
        if not cues:
            yield from (f"q{name}any:0", f"q{name}0k:{kind}")


def _sign(cues: Sequence[ModalCue]) -> str:
    return f"{cues[0].firmness}:{cues[0].reach}" if cues else "-"


def _neighbours(document: Document, mention: CertMention) -> Iterator[str]:
    """Yield what the lines before and after say: their modal words, and the words of the nearest two."""
    here = document.block_at(mention.start)
    if here is None:
        return
    near = {
        **{-nth: block for nth, block in enumerate(islice(document.blocks_before(here), 3), 1)},
        **dict(enumerate(islice(document.blocks_after(here), 2), 1)),
    }
    for step in (-3, -2, -1, 1, 2):
        block = near.get(step)
        if block is None:
            yield f"nb{step}:edge"
            continue
        signs = _signs(document.text, block)
        yield from (f"nb{step}:{sign}" for sign in signs)
        if abs(step) == 1:
            words = [
                _plain(word)
                for word in _WORD.findall(document.text, block.start, min(block.end, block.start + 200))
            ]
            nearest = words[:12] if step > 0 else words[:3] + words[-8:]
            yield from (f"nw{step}:{word}" for word in nearest)
            if _FAMILY.search(document.text, block.start, min(block.end, block.start + 300)):
                yield f"nbc{step}"


def _signs(text: str, block: Block) -> set[str]:
    if block.form == "heading":
        return {f"H{block.kind}"}
    return {
        cue.firmness for cue in find_modal_cues(text, block.start, min(block.end, block.start + 300))
    } or {"0"}


def _around(text: str, mention: CertMention, begin: int, end: int, hits: Sequence[Hit]) -> Iterator[str]:
    before = _words(text, max(0, begin - _BEFORE), begin, hits)[-14:]
    after = _words(text, end, end + _AFTER, hits)[:12]
    yield from (f"P:{word}" for word in before)
    yield from (f"Q:{word}" for word in after)
    yield from (f"P3:{word}" for word in before[-3:])
    yield from (f"Q3:{word}" for word in after[:3])
    wide = _LONG_WORD.findall(text, max(0, mention.start - _WIDE), mention.start)
    yield from (f"W:{_stem(word.lower())}" for word in wide)
