"""What each session measure is called, what it means, and what to be careful about.

Cautions quote how far human experts agree with each other on the measure: ICC(2,1) of the ten experts who
coded the same seven sessions of AnnoMI (Wu et al. 2022).
"""

from __future__ import annotations

from dataclasses import dataclass

from fidelity.conversation import Unit


@dataclass(frozen=True, slots=True)
class Definition:
    """The words around one measure."""

    name: str
    title: str
    unit: Unit
    meaning: str
    caution: str | None = None


_MACHINE_RARE = "This code is rare in the data the engine learned from, so treat the count as a place to look."

COUNTS = (
    Definition("reflections", "Reflections", "count", "Stretches of your talk that gave back what was said."),
    Definition("questions", "Questions", "count", "Stretches of your talk that held a question."),
    Definition("SR", "Simple reflections", "count", "Gave back what was said and added little."),
    Definition("CR", "Complex reflections", "count", "Gave back what was said and added meaning or feeling."),
    Definition("OQ", "Open questions", "count", "Invited an answer in the client's own words."),
    Definition("CQ", "Closed questions", "count", "Could be answered with yes, no or one fact."),
    Definition("GI", "Giving information", "count", "Shared facts, feedback or a view without pressing."),
    Definition("AF", "Affirmations", "count", "Named a particular strength or effort.", _MACHINE_RARE),
    Definition("Seek", "Seeking collaboration", "count", "Asked leave, or asked what they make of it.", _MACHINE_RARE),
    Definition("Emphasize", "Emphasising autonomy", "count", "Said that the choice is theirs.", _MACHINE_RARE),
    Definition(
        "PwP", "Persuading with permission", "count", "Gave advice that was asked for or agreed to.", _MACHINE_RARE
    ),
    Definition("Persuade", "Persuading", "count", "Pressed for change without being asked.", _MACHINE_RARE),
    Definition("Confront", "Confronting", "count", "Disagreed, corrected, blamed or warned.", _MACHINE_RARE),
    Definition("change", "Change talk", "count", "Times the client spoke for change."),
    Definition("sustain", "Sustain talk", "count", "Times the client spoke for staying the same."),
)

MEASURES = (
    Definition(
        "reflections_to_questions",
        "Reflections for each question",
        "ratio",
        "More than one means you gave back more often than you asked.",
        "Experts agree moderately on this (ICC .52).",
    ),
    Definition(
        "reflection_share",
        "Share of reflections among reflections and questions",
        "share",
        "The same balance as a share, which is steadier in short recordings.",
    ),
    Definition(
        "percent_open",
        "Questions that were open",
        "share",
        "Open questions leave room for an answer you could not have guessed.",
        "Experts agree moderately on this (ICC .52).",
    ),
    Definition(
        "percent_complex",
        "Reflections that were complex",
        "share",
        "Complex reflections add meaning or feeling to what was said.",
        "Experts hardly agree on simple against complex (ICC .16): read it over several recordings, never on its own.",
    ),
    Definition(
        "mi_adherent",
        "MI-adherent statements",
        "count",
        "Affirming, seeking collaboration and emphasising autonomy, together.",
        "Built from rare codes: listen to the places before you rely on it.",
    ),
    Definition(
        "mi_non_adherent",
        "Persuading and confronting",
        "count",
        "Persuading without permission and confronting, together. Being clear about a concern is neither.",
        "Built from rare codes: listen to the places before you rely on it.",
    ),
    Definition(
        "change_talk_share",
        "Change talk among change and sustain talk",
        "share",
        "How far the client's own words leaned towards change.",
        "Experts agree moderately on this (ICC .62), the engine less: see the lines it stands on.",
    ),
    Definition(
        "practitioner_talk_share", "Your share of the talking", "share", "Less than half leaves them the larger part."
    ),
    Definition("practitioner_turn", "Your usual turn", "seconds", "How long you speak before they do, on average."),
    Definition("client_turn", "Their usual turn", "seconds", "How long they speak before you do, on average."),
    Definition("longest_monologue", "Your longest stretch", "seconds", "The longest you spoke without an answer."),
    Definition(
        "interruptions",
        "Possible interruptions",
        "count",
        "Times you began while their sentence seemed unfinished.",
        "Guessed from timing and from sentences that break off; talk at the same time is hard to hear in one channel.",
    ),
    Definition(
        "pause", "Your usual pause before speaking", "seconds", "Half of your pauses after they spoke were longer."
    ),
)
