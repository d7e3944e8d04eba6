"""What other schemes call our codes: MISC 2.5, MITI 3 and 4, AnnoMI, and plain words.

Only what means the same, or is counted under the same code by MITI 4.2.1, is taken. What would need a judgement is
named and refused, so that a person makes it. The mapping of MISC is the one that training uses
(``data/README.md``): advice, raised concern, warning and direction without permission count as Persuade, reframing
as a complex reflection; support, filler, facilitation and structure have no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fidelity.codebook import CODES, PRACTITIONER
from fidelity.conversation import Speaker
from fidelity.errors import CodingError
from fidelity.hand.package import CODES_OF

_TALK = "ADRNC"  # ability, desire, reasons, need, commitment; TS (taking steps) and O (other) beside them


def _lower(names: Mapping[str, str]) -> dict[str, str]:
    return {other.lower(): ours for ours, others in names.items() for other in others.split("; ")}


_NAMES: Mapping[str, str] = {
    **{name.lower(): name for name in CODES},
    **{code.name.lower(): code.short for code in CODES.values()},
    **_lower(
        {
            "GI": "inf; info; information; giving info",
            "Persuade": "adw; rcw; wa; di; per; persuasion; advise without permission; warn; direct",
            "PwP": "adp; rcp; persuade with; persuading with permission; advise with permission",
            "OQ": "quo; openq; open; open-ended question; q-open; oq0; oq+; oq-; oq+/-",
            "CQ": "quc; closedq; closed; closed-ended question; q-closed; cq0; cq+; cq-; cq+/-",
            "SR": "res; simple; reflection simple; sr0; sr+; sr-; sr+/-",
            "CR": "rec; complex; reflection complex; rf; reframe; cr0; cr+; cr-; cr+/-",
            "AF": "aff; affirmation; affirming",
            "Seek": "seek collaboration; seeking; collab",
            "Emphasize": "ec; emph; emphasise; emphasizing autonomy; emphasize autonomy; emphasise autonomy; "
            "emphasize control; autonomy",
            "Confront": "co; conf; con; confronting; confrontation",
            "NC": "su; fa; fi; st; not coded; no code; uncoded; support; facilitate; filler; structure; none",
            "change": "ct; change talk; change-talk; cht",
            "sustain": "sustain talk; sustain-talk; sust; counter-change talk; cct",
            "neutral": "fn; follow/neutral; follow neutral; follow",
        }
    ),
}
_CLIENT_FIRST = {"c": "change", "s": "sustain", "n": "neutral", "st": "sustain", "nc": "neutral"}
_ASKED: Mapping[str, str] = {
    "q": "“Q” does not say whether the question was open or closed. Write OQ or CQ.",
    "question": "“Question” does not say whether it was open or closed. Write OQ or CQ.",
    "qu": "“QU” does not say whether the question was open or closed. Write OQ or CQ.",
    "r": "“R” does not say whether the reflection was simple or complex. Write SR or CR.",
    "ref": "“REF” does not say whether the reflection was simple or complex. Write SR or CR.",
    "reflection": "“Reflection” does not say whether it was simple or complex. Write SR or CR.",
    "mia": "“MIA” holds affirming, seeking and emphasising. Write AF, Seek or Emphasize.",
    "mina": "“MINA” holds persuading and confronting. Write Persuade or Confront.",
    "input": "“Input” holds information and both kinds of persuading. Write GI, Persuade or PwP.",
    "therapist_input": "“therapist_input” holds information and both kinds of persuading. Write GI, Persuade or PwP.",
    "ad": "“AD” does not say whether permission was given. Write PwP or Persuade.",
    "rc": "“RC” does not say whether permission was given. Write PwP or Persuade.",
}


def code_of(name: str, speaker: Speaker | None) -> str | None:
    """Our code for what a file calls it; none where it is empty. ``speaker`` is who said it, if that is known.

    Raises:
        CodingError: there is no such code, it holds several of ours, or it is one of the other person's.
    """
    plain = " ".join(name.replace("_", " ").split()).lower()
    if plain in ("", "-", "?", "none", "null"):
        return None
    found = _CLIENT_FIRST.get(plain) if speaker == "client" else None
    found = found or _client_talk(name.strip()) or _NAMES.get(plain)
    asked = _ASKED.get(plain)
    if asked and not (speaker == "client" and found):
        raise CodingError(asked)
    if found is None:
        raise CodingError(f"“{_short(name)}” is no code we know. Codes are {', '.join(CODES)}.")
    if speaker == "other":
        raise CodingError(f"“{_short(name)}” stands at words of somebody else, whose words are not coded.")
    if speaker is not None and found not in CODES_OF[speaker]:
        raise CodingError(
            f"“{_short(name)}” is a code for the {_other(speaker)}, and it stands at the {speaker}'s words."
        )
    return found


def speaker_of(code: str) -> Speaker:
    """Whose code it is."""
    return "practitioner" if code in PRACTITIONER else "client"


def _client_talk(name: str) -> str | None:
    """MISC's client codes: a kind of talk, for the change (+) or against it (-), perhaps with its strength."""
    if re.fullmatch(rf"(?:[{_TALK}O]|TS)\s?\+\s?\d?(?:_\w+)?", name, re.IGNORECASE):
        return "change"
    if re.fullmatch(rf"(?:[{_TALK}O]|TS)\s?[-−–]\s?\d?(?:_\w+)?", name, re.IGNORECASE):
        return "sustain"
    return None


def _other(speaker: Speaker) -> str:
    return "client" if speaker == "practitioner" else "practitioner"


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:30]}..."
