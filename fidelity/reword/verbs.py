"""The few English inflections the wordings need: "cut" -> "cutting", "worry" -> "worries"."""

from __future__ import annotations

import re

# Verbs of more than one syllable that double the last letter because the stress is on the end.
_STRESSED_END = frozenset(
    "begin forget regret admit commit permit submit prefer refer occur control rebel upset transfer equip expel".split()
)
_IRREGULAR = {"be": "being", "see": "seeing", "agree": "agreeing", "flee": "fleeing", "age": "ageing", "dye": "dyeing"}
_VOWELS = "aeiou"


def gerund(verb: str) -> str:
    """The -ing form, British spelling."""
    verb = verb.lower()
    if verb in _IRREGULAR or verb.endswith(("oe", "ee", "ye")):
        return _IRREGULAR.get(verb, verb + "ing")
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e"):
        return verb[:-1] + "ing"
    if verb.endswith("ic"):
        return verb + "king"
    return verb + verb[-1] * _doubles(verb) + "ing"


def third_person(verb: str) -> str:
    """The form after "he", "she" or "what"."""
    verb = verb.lower()
    if verb in ("be", "have"):
        return {"be": "is", "have": "has"}[verb]
    if re.search(r"(?:s|x|z|ch|sh|[^aeiou]o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def _doubles(verb: str) -> bool:
    if verb in _STRESSED_END:
        return True
    if not re.search(
        rf"[^{_VOWELS}][{_VOWELS}][^{_VOWELS}wxy]$|^[{_VOWELS}][^{_VOWELS}wxy]$|qu[{_VOWELS}][^{_VOWELS}wxy]$", verb
    ):
        return False
    one_syllable = len(re.findall(rf"[{_VOWELS}]+", verb.replace("qu", "q"))) == 1
    return one_syllable or (verb.endswith("el") and len(re.findall(rf"[{_VOWELS}]+", verb)) == 2)
