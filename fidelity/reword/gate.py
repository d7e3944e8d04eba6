"""The last look at a wording before anybody sees it: anything that might not be good English is held back."""

from __future__ import annotations

import re

from fidelity.language import parse
from fidelity.reword.phrases import phrases

_DOUBLED = re.compile(r"\b([\w']+)[\s-]+\1\b", re.I)
_ALLOWED_DOUBLES = frozenset({"had", "that"})
_DISFLUENT = re.compile(r"\b(?:u+m+|u+h+|erm?|hmm+|mm+|innit|ain't|ya|yous|dunno)\b|--|\.\.|…|\[|\]|[;:*/\\<>]", re.I)
_DANGLING = re.compile(
    r"\b(?:and|but|or|because|so|if|that|which|who|when|while|than|as|the|a|an|to|my|your|his|their|is|are|was|were|'re|'ve|'ll|'s|just|to|about|with|so it|be|"
    r"of|at|for|very|not|whether|until|like|from|into|really|got|where|what|how|why|you know)[.?!]?$",
    re.I,
)  # fmt: skip
# Commas nobody writes, people called by name, and run-in fillers that the tidying could not resolve.
_ROUGH = re.compile(
    r"\b(?:to|that|the|a|an|of|and|but|or|with|really|my|your|very|if|because|is|was|so|like),|, (?-i:[A-Z])[a-z]+[,.]"
    r"|\b(?:thought|think|know|feel|felt|say|said|guess),|\b(?:try|want|need|have|like)(?:s|ed)? to \w+ing\b|\bto say\b"
    r"|, maybe\b|\bto (?:right now|yet|any ?more|now)\b|\b(?:be|are|is|was|were|'re|'s|feel|felt) as (?!.*\bas\b)|\bto (?:able|aware|ready)\b|\b(?:you|he|she|they) got to \w+|\byou all\b|\b(?:which|so) you know\b|\byou know,|\bso to speak\b|\byou guys\b|\blike probably\b|\b(?:was|were|is|are) like,?$|\bhe like\b",
    re.I,
)
_LETTERS = re.compile(r"[^\W\d_]")


def words(text: str) -> int:
    """How many words there are, counting "don't" as one."""
    return len(text.split())


def readable(text: str, *, shortest: int, longest: int) -> bool:
    """Length, balance and fluency: the checks that hold for every kind of wording."""
    doubled = [found.group(1).lower() for found in _DOUBLED.finditer(text)]
    return (
        shortest <= words(text) <= longest
        and not set(doubled) - _ALLOWED_DOUBLES
        and not _DISFLUENT.search(text)
        and not _ROUGH.search(text)
        and text.count('"') == 0
        and text.count("(") == text.count(")")
        and bool(_LETTERS.search(text))
        and not _DANGLING.search(text)
    )


def matches(name: str, text: str) -> bool:
    """Whether ``text`` holds one of the patterns called ``name`` as whole words."""
    return re.search(rf"\b(?:{phrases().patterns[name]})\b", text, re.I) is not None


def one_clause(statement: str) -> bool:
    """Whether the statement parses as a single complete sentence: a finite verb, its subject, nothing loose."""
    doc = parse(statement)
    if len(list(doc.sents)) != 1:
        return False
    root = next(doc.sents).root
    finite = root.tag_ in ("VBD", "VBP", "VBZ", "MD") or any(
        child.dep_ in ("aux", "auxpass") and child.tag_ in ("VBD", "VBP", "VBZ", "MD") for child in root.children
    )
    subjects = [child for child in root.children if child.dep_ in ("nsubj", "nsubjpass", "expl", "csubj")]
    # A comma before "she works shifts" starts a second sentence, unless that is the main one.
    comma = any(
        token.dep_ in ("nsubj", "nsubjpass", "expl") and token.head.i != root.i and token.i > 0 and token.nbor(-1).text == ","
        for token in doc
    )
    marked = any(child.dep_ == "mark" or child.tag_ == "WRB" and child.i < root.i for child in root.children)
    # A finite clause in front of the subject without "if" or "when" is a second sentence run into the first.
    spliced = any(child.dep_ in ("ccomp", "csubj", "dislocated") and child.i < root.i for child in root.children)
    loose = marked or spliced or comma or any(token.dep_ in ("dep", "parataxis", "intj", "meta") or token.pos_ == "INTJ" for token in doc)
    before = subjects and all(child.i < root.i for child in subjects)
    return finite and bool(before) and not loose and len([s for s in subjects if s.dep_ != "expl"]) <= 1
