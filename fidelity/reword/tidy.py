"""From talk to text: take out what people say while they look for words, so that grammar can be read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fidelity.reword.phrases import pattern, phrases

_TAG = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>")
_PART_WORD = re.compile(r"\b(\w{1,4})-+\s*(?=\1\w)", re.I)  # "wa-want", "th- there"
_CUT_OFF = re.compile(r"(?<=[\w,])\s*(?:-{2,}|[—–…]|\.{2,}|-(?=\s|$|[.,?!]))+\s*|(?:^|(?<=\s))-+\s*")
_SENTENCE_END = re.compile(r"(?<=[.?!])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bSt\.)\s+")
_SPACES = re.compile(r"\s+")
# The same one to four words again, straight after themselves, a comma or a cut-off: "it's been- it's been".
_REPEAT = re.compile(r"\b((?:[\w']+\s+){0,3}?[\w']+)(?:\s*(?:-+|—|–|…|\.{2,})+\s*|\s*,\s*|\s+)\1(?![\w'])", re.I)
_SLIGHT = frozenset({"just", "kinda", "sorta"})  # left out on purpose, without breaking the flow
_WORD = re.compile(r"[\w']+")
_SUBJECT_NEXT = re.compile(r"\s*(?:I|he|she|it|we|they|you|there|and|but|so|because|that's|it's)\b", re.I)
_MEANT_TWICE = frozenset({"had", "that"})  # "what he had had": leave as it stands


def spell(text: str) -> str:
    """Straight apostrophes, "dont" as "don't", "i" as "I", "gonna" as "going to"; no [tags]."""
    text = _TAG.sub(" ", text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"'))
    spelling = phrases().spelling
    text = re.sub(r"(?<![\w'])('?[A-Za-z]+)(?![\w])", lambda found: _respell(found.group(1), spelling), text)
    return _SPACES.sub(" ", text).strip()


def _respell(word: str, spelling: dict[str, str]) -> str:
    new = spelling.get(word.lower())
    if new is None:
        return word
    return new[0].upper() + new[1:] if word[:1].isupper() else new


def sentences(text: str) -> list[str]:
    """The finished sentences of a turn, without fillers, restarts and tags; what was broken off is dropped.

    Sentences that end in a question mark keep it, so that callers can leave questions alone.
    """
    text = _unstammered(text)
    text = re.sub(r"\bcause (?=(?:I|he|she|it|we|they|my|there|of)\b)", "because ", text)
    text = pattern("noise", r"(,?)\s*(?<![\w'-])(?:{})(?![\w'-])(,?)").sub(_close, text)
    text = pattern("aside", r"(,)\s*(?:{})\s*(?:(,)|(?=[.?!]|$))").sub(_close, text)
    text = _collapse(_SPACES.sub(" ", text))
    done: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        parts = _CUT_OFF.split(sentence)
        # Only what follows the last break was finished, and only if the sentence does not end on one.
        done.append(_strip(parts[-1]))
    return [sentence for sentence in done if sentence]


def said_without_break(words: Sequence[str], text: str) -> bool:
    """Whether ``words`` stand one after the other in ``text``, stammers apart, with no filler or restart between.

    What was said in one breath reads well; what has to be pieced together around "um" often does not.
    """
    said = [word for word in _WORD.findall(_unstammered(text).lower()) if word not in _SLIGHT]
    kept = [word for word in _WORD.findall(" ".join(words).lower()) if word not in _SLIGHT]
    return f" {' '.join(kept)} " in f" {' '.join(said)} "


def _unstammered(text: str) -> str:
    return _collapse(_PART_WORD.sub("", spell(text)))


def _close(found: re.Match[str]) -> str:
    """What a filler leaves behind: a comma only where a new clause starts, so that verb and object rejoin."""
    after = found.string[found.end() :]
    return ", " if found.group(1) and _SUBJECT_NEXT.match(after) else " "


def _collapse(text: str) -> str:
    def once(found: re.Match[str]) -> str:
        return found.group(0) if found.group(1).lower() in _MEANT_TWICE else found.group(1)

    for _ in range(3):  # "I- I- I" needs a second look; more than three repeats is not a sentence to use
        text = _REPEAT.sub(once, text)
    return text


def _strip(sentence: str) -> str:
    """Take openers ("yeah, well,") off the front and tails (", you know", "or something") off the end."""
    opener = pattern("opener", r"^[\s,;]*(?:{})(?=[\s,.])[\s,.]*")
    opener_before_subject = pattern(
        "opener_before_subject",
        r"^[\s,;]*(?:{})(?:\s*[,.]+\s*|\s+(?=(?:I|you|your|he|she|it|we|they|my|there|that|this)\b(?!\s+much)))",
    )
    tail = pattern("tail", r"[\s,]+(?:{})\s*(?=[.?!]*$)")
    tail_after_comma = pattern("tail_after_comma", r"\s*,\s*(?:{})\s*(?=[.?!]*$)")
    before = ""
    while before != sentence:
        before = sentence
        sentence = opener.sub("", sentence)
        sentence = opener_before_subject.sub("", sentence)
        sentence = tail_after_comma.sub("", tail.sub("", sentence))
    return re.sub(r"\s+([,.?!])", r"\1", re.sub(r",(?:\s*,)+", ",", sentence)).strip(" ,;")


def capitalise(text: str) -> str:
    """First letter upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def finish(text: str, mark: str = ".") -> str:
    """A capital at the start, one mark at the end."""
    return capitalise(text.strip(" ,;:.?!")) + mark
