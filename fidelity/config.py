"""Options of each step. Every threshold has a name, a default and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass

SAMPLE_RATE = 16_000  # Hz. What Whisper, the voice activity detector and the voice encoder all expect.


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioOptions:
    """What counts as a recording, and how it is cut."""

    shortest: float = 5.0  # s. Less holds no exchange that could be coded.
    longest: float = 3 * 3600.0  # s. Longer is nearly always a recorder left running.
    block: float = 120.0  # s. Bounds memory: a whole-file call on 60 minutes peaked at 3.4 GB, 120 s at 0.7 GB.
    search: float = 30.0  # s. How far before the end of a block the quietest place is looked for.
    quiet: float = 0.5  # s. A cut inside half a second of quiet splits no word.
    lost: float = 0.02  # Share of the stated length that may be missing before we warn that the file is cut off.


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    """When somebody is speaking at all."""

    threshold: float = 0.5  # Silero's own default; lower lets music through.
    pause: float = 0.5  # s. Shorter pauses stay inside one stretch, so words at its edges keep their sound.
    pad: float = 0.2  # s. Kept on both sides, so soft word beginnings are not lost.
    least: float = 2.0  # s of speech in the whole file; less is noise taken for speech.


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribeOptions:
    """Which recogniser, which weights, and how hard it tries."""

    engine: str = "faster-whisper"  # Same words as openai-whisper on the same weights at a tenth of the CPU.
    model: str = "base"  # Packaged, so nothing is fetched. Any Whisper name or a local path works.
    language: str = "en"  # The coding models know English only.
    beam: int = 5  # Whisper's own default.
    threads: int = 0  # 0: as many as the machine has, up to four; more gains nothing on base.


@dataclass(frozen=True, slots=True, kw_only=True)
class RewordOptions:
    """How choosy the other wordings are. All of them would rather stay silent than sound odd."""

    shortest_reflection: int = 4  # words; shorter ones ("You do") give nothing back
    longest_reflection: int = 22  # words; a longer one is a speech, and longer clauses parse less reliably
    least_meaning: float = 3.0  # a plain clause with I and four words of content reaches it; "I do that" does not
    later_sentence_bonus: float = 0.1  # a fraction of any real difference in meaning: it only settles ties
    shortest_question: int = 4  # words
    longest_question: int = 26  # words; past this nobody can follow a question by ear
    shortest_advice: int = 2  # words of the advice itself; "to stop" alone is an order, not an idea
    longest_advice: int = 16  # words of the advice itself


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOptions:
    """How a change of voice is settled on a word."""

    reach: int = 2  # words. A change of voice is heard to within about half a second.
    pause: float = 0.3  # s. A gap this long between words is as good as a full stop.
    sure: float = 0.9  # A word this clearly somebody's is never given to somebody else.
    move: float = 0.4  # Cost of moving one word, where ending in mid-sentence costs 1: at most two words move.


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptOptions:
    """What can be a transcript of one conversation."""

    largest_file: int = 20_000_000  # bytes. Three hours of speech is about 200 kB of text, 4 MB with word times.
    longest_turn: int = 20_000  # characters, some 25 minutes without a break: more means the turns ran together.


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions:
    """How intervals are drawn, and when there is too little to say anything."""

    draws: int = 500  # The ends of a 90 % interval then move by about a hundredth between seeds.
    seed: int = 0  # Fixed, so the same codes always give the same intervals.
    coverage: float = 0.90
    time_error: float = 0.15  # s. Whisper's word times against the times our sample recordings were built with.
    cut_in: float = 0.15  # s. Starting sooner than this after an unfinished sentence is a possible interruption.
    least_reflections: int = 5  # Below it one utterance moves %CR by a fifth or more.
    least_questions: int = 5  # The same for % open.
    least_both: int = 8  # Reflections and questions together, for R:Q and R/(R+Q).
    least_client: int = 5  # Change and sustain talk together.
    least_practitioner: int = 10  # Coded stretches of the practitioner, for totals over the whole conversation.
    least_exchanges: int = 5  # Times the practitioner follows the client.
    least_talk: float = 60.0  # s of talk for shares and lengths.


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackOptions:
    """What is worth saying to somebody about her own conversation."""

    strengths: int = 2  # More praise is heard as politeness.
    moments: int = 3  # What can be listened to in five minutes.
    apart: int = 3  # turns. Three moments in one exchange would be one moment.
    least_belief: float = 0.5  # A strength we are not sure of is no affirmation.
    least_words: int = 4  # Shorter ("You do?") means little out of its place.
    many_presses: int = 3  # One or two may be the machine's mistake, or good judgement.
    much_talk: float = 0.6  # Share of the talking; above it the client has had the smaller part by far.
    some_change: int = 3  # Times of change talk that make it worth staying with.
