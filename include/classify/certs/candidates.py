"""Candidates: what the scan found, joined where several words name one credential."""

from __future__ import annotations

import re

from include.classify.certs.decoys import is_decoy, is_process
from include.classify.certs.mention import Candidate
from include.classify.certs.names import balanced_name, class_of_words, closed_end, named_span
from include.classify.credentials import GENERIC, UNSPECIFIED, Hit, credential_of_topic
from include.classify.segments import Document

_HEAD_JOIN = re.compile(
    r"^[ :]*+(?:[-–] *+)?(?:[(\[,]\s*+|\s++)?(?:(?:\(\s*+)?(?:such\s+as|like|e\.?g\.?,?|i\.?e\.?,?"
    r"|for\s+example,?|including(?:,?\s+but\s+not\s+limited\s+to)?|from|in|as|wie|z\.\s?B\.|comme"
    r"|como|zoals|preferred|required)\s*+(?:[:,]\s*+)?)?(?:an?\s++)?$",
    re.I,
)

_TAIL_JOIN = re.compile(
    r"^[\s®™’'\"”)\]*/-]*(?:\([^()\n]{1,40}\)\s*)?(?:or\s+(?:similar|equivalent)\s+)?$", re.I
)

_SAME_JOIN = re.compile(r"^[\s®™’'\"“”(\[/–-]*$")


def find_candidates(document: Document, hits: list[Hit]) -> list[Candidate]:
    """Join hits that name one credential and name what is left; decoys are among them, marked."""
    text = document.text
    candidates: list[Candidate] = []
    head: int | None = None  # where `certifications such as` began; the first name of the list takes it in
    index = 0
    while index < len(hits):
        hit = hits[index]
        index += 1
        if hit.credential is not None and hit.credential.key == UNSPECIFIED:
            certif = re.search("certif", text[hit.start : hit.end], re.I)
            hit = Hit(hit.start + (certif.start() if certif else 0), hit.end, None, False)
        is_certif = hit.credential is not None and "certif" in text[hit.start : hit.end].lower()
        if is_certif and is_process(text[hit.end : hit.end + 60]):
            continue
        following_hit = hits[index] if index < len(hits) else None
        if _introduces(text, hit, following_hit):
            head = hit.start if hit.credential is not None else _head_start(document, hit)
            continue
        if hit.credential is not None:
            end = hit.end
            while index < len(hits):
                following = hits[index]
                gap = text[end : following.start]
                if following.credential is not None:
                    if following.credential.key != hit.credential.key or not _SAME_JOIN.match(gap):
                        break
                elif not _TAIL_JOIN.match(gap) or len(gap) > 45:
                    break
                end = following.end
                index += 1
            key, cert_class = hit.credential.key, hit.credential.cert_class
            start = hit.start if head is None else head
            end = closed_end(text, start, end)
            name = balanced_name(text[hit.start : end])
            candidates.append(Candidate(start, end, key, name, cert_class, True, None))
            head = None
            continue
        candidate = _family_candidate(document, hit)
        if candidate is not None:
            candidates.append(candidate)
    return candidates


def _introduces(text: str, hit: Hit, following: Hit | None) -> bool:
    """Say whether `certif…` only introduces the name that follows: `certifications such as CSPO`."""
    if following is None or following.credential is None:
        return False
    if following.credential.is_unspecified and "certif" in text[following.start : following.end].lower():
        return False
    if hit.credential is not None and not hit.credential.is_unspecified:
        return False
    word = text[hit.start : hit.end].lower()
    if ("certif" not in word and "zertif" not in word) or word.endswith("ied"):
        return False
    return _HEAD_JOIN.match(text[hit.end : following.start]) is not None


def _head_start(document: Document, hit: Hit) -> int | None:
    candidate = _family_candidate(document, hit)
    return None if candidate is None or candidate.is_decoy else candidate.start


def _family_candidate(document: Document, hit: Hit) -> Candidate | None:
    """Name the certification that a word of the family `certif…` speaks of; None outside the text's lines."""
    text = document.text
    block = document.block_at(hit.start)
    if block is None:
        return None
    word = text[hit.start : hit.end]
    left = text[max(block.start, hit.start - 120) : hit.start]
    right = text[hit.end : min(block.end, hit.end + 120)]
    is_asked = document.section_kind_at(hit.start) in ("required", "preferred", "neutral")
    following = text[hit.end : hit.end + 90]
    if _NEW_LINE.search(following):
        following = following[: following.index("\n")]
    if is_decoy(word, left, " ".join(following.split(None, 14)), is_asked=is_asked):
        return Candidate(hit.start, hit.end, UNSPECIFIED, word, "other", False, hit, is_decoy=True)
    words_left = " ".join(left.split()[-5:])
    near_right = re.split(r"[.;:,(]|\s+(?:or|and|is|are|required|preferred)\b", right, maxsplit=1)[0][:60]
    credential = credential_of_topic(_after_break(words_left), near_right)
    if credential is not None:
        start, end = named_span(text, hit, left, right)
        key, cert_class = credential.key, credential.cert_class
        return Candidate(start, end, key, text[start:end], cert_class, True, hit)
    start, end = named_span(text, hit, left, right)
    end = closed_end(text, start, end)
    is_named = (start, end) != (hit.start, hit.end)
    cert_class = class_of_words(text[max(block.start, start - 30) : min(block.end, end + 60)])
    if is_named:
        return Candidate(start, end, GENERIC, balanced_name(text[start:end]), cert_class, True, hit)
    return Candidate(hit.start, hit.end, UNSPECIFIED, word, cert_class, False, hit)


_NEW_LINE = re.compile(r"^[^\n]*\n(?!\s*(?:[a-z]|Great\b))")  # a line that does not run on


def _after_break(words: str) -> str:
    return re.split(r"[.;:!?]\s|\brequired\b|\bpreferred\b", words)[-1]
