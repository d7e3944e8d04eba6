"""Wording and grammar that decide a code better than a few dozen examples could teach a model.

Everything here works on words, so it works without punctuation too, unless it says otherwise. The rules
follow MITI 4.2.1 as this product applies it; the phrases are ours, and are kept few on purpose.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

WH = frozenset("what what's how how's why when where who who's which whose".split())
AUXILIARIES = frozenset(
    "do does did is are was were am have has had can could will would shall should may might isn't aren't "
    "don't doesn't didn't wasn't weren't won't wouldn't couldn't haven't hasn't".split()
)
YOU = frozenset("you you're you've you'll you'd your yours yourself".split())
I = frozenset("i i'm i've i'll i'd me my mine myself".split())  # noqa: E741 - it is the word
ASSENT = frozenset("yes yeah yep yup right exactly sure absolutely definitely correct true mm mm-hmm".split())
_FILLERS = frozenset(
    "so and but well okay ok um uh yeah yes right mm hmm mhm oh now great alright all then no because see".split()
)
_COMMON = frozenset(
    "the a an i you he she it we they me us him them my your his her its our their to of and or but so that this "
    "these those is was are were be been being have has had do does did not no in on at for with as if just like "
    "really know um uh yeah yes okay ok well what how why when where who which it's i'm i've i'll i'd that's don't "
    "didn't can't you're you've he's she's we're they're there there's about can could would will go going "
    "get got then when more some all out up because kind sort one think thing things mm hmm right oh said say from "
    "by than very much too also lot".split()
)

_TAGS = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>")
_BROKEN = re.compile(r"(?:^|(?<=\s))[-–—]+|[-–—]+(?=\s|$)|--+")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_WORDS = re.compile(r"[a-z]+(?:['-][a-z]+)*")


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


_WORDING = tomllib.loads(files("fidelity.classify").joinpath("wording.toml").read_text(encoding="utf-8"))
PHRASES = {name: _any_of(patterns) for name, patterns in _WORDING["clues"].items()}
_ASKS = {name: _any_of(patterns) for name, patterns in _WORDING["asks"].items()}
_AS_THEM = re.compile(r"\b(?:it's|it is|feels?|feeling|be|was|thinking|saying|think)(?: like)?\W*$")
_TAG = re.compile(
    r"\b(?:isn't|aren't|wasn't|weren't|don't|doesn't|didn't|haven't|hasn't|won't|can't|couldn't|wouldn't) "
    r"(?:it|you|he|she|they|that|there|we)\s*\?\s*$"
)


def tidy(text: str) -> str:
    """Without ``[tags]``, the dashes of broken-off speech, and curly apostrophes."""
    plain = text.replace("’", "'").replace("‘", "'")
    return " ".join(_BROKEN.sub(" ", _TAGS.sub(" ", plain)).split())


def unpunctuated(text: str) -> str:
    """Lower case and without punctuation, as many speech recognisers write."""
    return " ".join(re.sub(r"[^\w\s']", " ", text.lower()).split())


def words(text: str) -> list[str]:
    """Lower-case words."""
    return _WORDS.findall(text.lower())


def sentences(text: str) -> list[str]:
    """Rough sentences: only punctuation ends them."""
    return [s for s in _SENTENCE.split(text) if s]


def lead(sentence: str) -> list[str]:
    """The words of a sentence from the first that is not a filler."""
    found = words(sentence)
    first = next((i for i, word in enumerate(found) if word not in _FILLERS), len(found))
    return found[first:]


def echoed(text: str, heard: str) -> list[str]:
    """Words of ``text`` with some meaning that were also in ``heard``, in order, each once."""
    theirs = set(words(heard)) - _COMMON
    return [word for word in dict.fromkeys(words(text)) if word in theirs]


def phrase(name: str, text: str) -> str | None:
    """The first wording of a family in the text, or ``None``."""
    found = PHRASES[name].search(text.lower())
    return found.group() if found else None


def wording(name: str, text: str) -> str | None:
    """The words in which something is asked: ``leave``, ``view`` or ``advice``; ``None`` if it is not."""
    found = _ASKS[name].search(text.lower())
    return found.group() if found else None


def common(text: str) -> bool:
    """Whether there is nothing but function words in the text."""
    return not set(words(text)) - _COMMON


def asks_leave(text: str) -> bool:
    """Asks permission; "could we talk about how ..." asks something else."""
    found = _ASKS["leave"].search(text.lower())
    if found is None:
        return False
    goes_on = words(text.lower()[found.end() :])[:1]
    return not (found.group().endswith("about") and set(goes_on) & WH)


def asks_view(text: str) -> bool:
    """Asks what the client makes of something: Seek if information came just before."""
    return bool(_ASKS["view"].search(text.lower()))


def leave_given(own: Sequence[str], heard: Sequence[str]) -> bool:
    """Whether advice was asked for in what was ``heard`` lately, or leave asked in one's ``own`` turns."""
    return any(_ASKS["advice"].search(text.lower()) for text in heard) or any(map(asks_leave, own))


def hands_choice(text: str) -> bool:
    """Says, and does not ask, that the choice is the client's."""
    return phrase("choice", text) is not None and "?" not in text and not _inverted(text)


def _inverted(text: str) -> bool:
    """Whether the words stand as in a question ("what will you", not "what you will")."""
    first, second = [*lead(text)[:2], "", ""][:2]
    return first in AUXILIARIES or (first in WH and (first.endswith("'s") or second in AUXILIARIES))


def own_plan(text: str) -> bool:
    """Says what the practitioner will do or wants. "So it's like, I'll never manage" speaks as the client."""
    found = _ASKS["own_plan"].search(text.lower())
    return (
        found is not None and phrase("reflecting", text) is None and not _AS_THEM.search(text.lower()[: found.start()])
    )


def advice_with_choice(text: str) -> bool:
    """Puts forward advice or an idea and hands the choice back in the same breath."""
    return hands_choice(text) and (phrase("advice", text) is not None or phrase("options", text) is not None)


def tagged(text: str) -> bool:
    """A statement with a tag that only asks for agreement ("..., isn't it?"): not a question."""
    return bool(_TAG.search(text.lower())) and not set(lead(text)[:1]) & (WH | AUXILIARIES)


def stated(text: str, turn: Sequence[str]) -> bool:
    """Ends with a full stop in a turn whose questions carry their mark: no closed question, whatever is beside it."""
    marked = any("?" in other for other in turn)
    return marked and text.rstrip().endswith(".") and "?" not in text and not set(lead(text)[:1]) & (WH | AUXILIARIES)


def echo_question(text: str, heard: str) -> bool:
    """A few of the client's own words with a question mark ("Nought to sixty?")."""
    said = lead(text)
    if not text.rstrip().endswith("?") or not 0 < len(said) <= 6 or said[0] in WH | AUXILIARIES:
        return False
    return len(set(said) - set(words(heard))) <= len(said) // 4
