"""The coding scheme in one place: codes, what they count towards, and published thresholds.

Names follow the Motivational Interviewing Treatment Integrity code, MITI 4.2.1 (Moyers, Manuel and
Ernst). Definitions are in our own words. MITI 4 does not split questions; the open/closed sub-code
comes from MITI 3.1.1 and MISC 2.5 and is kept because learners work on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from fidelity.conversation import Thresholds


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its short name, its full name, a plain definition, and the turn behaviour it belongs to."""

    short: str
    name: str
    meaning: str
    behaviour: str


PRACTITIONER_CODES = (
    Code("GI", "Giving information", "Shares facts, feedback or an opinion without pressing for change.", "input"),
    Code(
        "Persuade",
        "Persuade",
        "Presses for change with advice, argument or warning the client did not ask for.",
        "input",
    ),
    Code(
        "PwP",
        "Persuade with permission",
        "Advises after being asked, after asking leave, or with words that leave the choice open.",
        "input",
    ),
    Code("OQ", "Open question", "Invites an answer in the client's own words.", "question"),
    Code("CQ", "Closed question", "Can be answered with yes, no or a single fact.", "question"),
    Code("SR", "Simple reflection", "Gives back what the client said, adding little.", "reflection"),
    Code(
        "CR",
        "Complex reflection",
        "Gives back what the client said and adds meaning, feeling or direction.",
        "reflection",
    ),
    Code("AF", "Affirm", "Names a particular strength, effort or value of the client.", "other"),
    Code(
        "Seek",
        "Seeking collaboration",
        "Shares the lead: asks leave, or asks what the client makes of something.",
        "question",  # to those who coded whole turns: it nearly always asks
    ),
    Code("Emphasize", "Emphasising autonomy", "Says that the choice and control are the client's.", "other"),
    Code("Confront", "Confront", "Disagrees, corrects, shames, blames or warns.", "other"),
    Code("NC", "Not coded", "Greetings, structure, short acknowledgements, plain support.", "other"),
)
CLIENT_CODES = (
    Code("change", "Change talk", "Speaks for change: desire, ability, reasons, need, commitment or steps.", "change"),
    Code("sustain", "Sustain talk", "Speaks for things staying as they are.", "sustain"),
    Code("neutral", "Neutral", "Speaks neither for nor against the change.", "neutral"),
)

CODES = {code.short: code for code in (*PRACTITIONER_CODES, *CLIENT_CODES)}
PRACTITIONER = tuple(code.short for code in PRACTITIONER_CODES)
CLIENT = tuple(code.short for code in CLIENT_CODES)
PRACTITIONER_BEHAVIOURS = ("reflection", "question", "input", "other")
CLIENT_BEHAVIOURS = CLIENT
BY_BEHAVIOUR = {b: tuple(c.short for c in PRACTITIONER_CODES if c.behaviour == b) for b in PRACTITIONER_BEHAVIOURS}
HELD = ("reflection", "question", "input")  # what a turn also counts as holding where it mainly does something else

REFLECTIONS = ("SR", "CR")
QUESTIONS = ("OQ", "CQ")
MI_ADHERENT = ("AF", "Seek", "Emphasize")
MI_NON_ADHERENT = ("Confront", "Persuade")

# In one volley each code counts once, and of each group below only one counts. The first name wins:
# any complex reflection makes the volley's reflection complex; permission, once given, covers the
# advice; MITI 4 counts questions without splitting them, and each kind counts once for us.
EXCLUSIVE = (("CR", "SR"), ("PwP", "Persuade"))

# Codes that expert coders themselves often disagree on (pairwise kappa under .4 in AnnoMI, or too
# few coded examples to say): always shown as a suggestion for a person to look at.
ALWAYS_SUGGESTED = ("Persuade", "PwP", "Seek", "Emphasize", "Confront")

_MITI4 = "MITI 4.2.1 (expert opinion, no norms)"
_MITI3 = "MITI 3.1.1 (expert opinion, no norms)"
THRESHOLDS = {
    "percent_complex": Thresholds(fair=0.40, good=0.50, source=_MITI4),
    "reflections_to_questions": Thresholds(fair=1.0, good=2.0, source=_MITI4),
    "percent_open": Thresholds(fair=0.50, good=0.70, source=_MITI3),
}
