"""Options of each step. Every threshold has a name, a default and the reason for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DRIFTS = ("practitioner_drift", "depth_drift", "client_drift")
SAMPLE_RATE = 16_000  # Hz. What Whisper, the voice activity detector and the voice encoder all expect.


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioOptions:
    """What counts as a recording, and how it is cut."""

    shortest: float = 5.0  # s. Less holds no exchange that could be coded.
    longest: float = 3 * 3600.0  # s. Longer is nearly always a recorder left running.
    block: float = 240.0  # s. Bounds memory; Whisper pads the end of each block to 30 s, so shorter ones waste time.
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
    precision: str = "int8"  # faster-whisper only. float32 hears word for word what openai-whisper hears, slower.
    beam: int = 3  # Whisper tries 5: an eighth more CPU, and no fewer words wrong in 1,928 (benchmarks/listening.py).
    threads: int = 1  # More finish sooner and cost more CPU in all, since small matrices wait for each other.


@dataclass(frozen=True, slots=True, kw_only=True)
class RewordOptions:
    """How choosy the other wordings are. All of them would rather stay silent than sound odd."""

    shortest_reflection: int = 4  # words; shorter ones ("You do that") give little back
    shortest_feeling: int = 2  # words, where a feeling is named: "You're lonely" needs no more
    shortest_statement: int = 5  # words; a shorter guess ("You're with her?") mostly checks a fact
    longest_reflection: int = 22  # words; a longer one is a speech, and longer clauses parse less reliably
    longest_unpunctuated: int = 12  # words, where the transcript has no punctuation to tell sentences apart
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
    practitioner_drift: float = 1.6  # Spread of a session's own log odds of a code; see fidelity.score. On grouped
    depth_drift: float = 0.8  # The same between simple and complex reflections; more made intervals of %CR idle.
    client_drift: float = 1.2  # folds it makes the intervals hold what humans counted about as often as they claim.
    time_error: float = 0.15  # s. Whisper's word times against the times our sample recordings were built with.
    cut_in: float = 0.15  # s. Starting sooner than this after an unfinished sentence is a possible interruption.
    least_reflections: int = 5  # Below it one utterance moves %CR by a fifth or more.
    least_questions: int = 5  # The same for % open.
    least_both: int = 8  # Reflections and questions together, for R:Q and R/(R+Q).
    least_client: int = 5  # Change and sustain talk together.
    least_practitioner: int = 10  # Coded stretches of the practitioner, for totals over the whole conversation.
    least_exchanges: int = 5  # Times the practitioner follows the client.
    least_talk: float = 60.0  # s of talk for shares and lengths.

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> ScoreOptions:
        """Those an analysis with these settings was scored with: a local calibration leaves its drift there."""
        return cls(**{name: float(settings[name]) for name in DRIFTS if name in settings})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackOptions:
    """What is worth saying to somebody about her own conversation."""

    strengths: int = 2  # More praise is heard as politeness.
    moments: int = 3  # What can be listened to in five minutes.
    apart: int = 3  # turns. Three moments in one exchange would be one moment.
    least_belief: float = 0.5  # A strength we are not sure of is no affirmation.
    reflection_belief: float = 0.75  # Below it, in unskilful talk, most “reflections” are the machine's mistake.
    least_words: int = 4  # Shorter ("You do?") means little out of its place.
    many_presses: int = 3  # One or two may be the machine's mistake, or good judgement.
    much_talk: float = 0.6  # Share of the talking; above it the client has had the smaller part by far.
    some_change: int = 3  # Times of change talk that make it worth staying with.


@dataclass(frozen=True, slots=True, kw_only=True)
class DiariseOptions:
    """How voices are told apart by their sound. Chosen on two-reader dialogues: benchmarks/diarisation.py."""

    window: float = 0.8  # s. Longer ones blur turns: with 1.2 s three times as much of short turns went astray.
    hop: float = 0.4  # s. Half of it costs twice the time and wins one word in a thousand.
    step: float = 0.1  # s. Voices change between steps; a word is rarely shorter. Divides window and hop.
    least_speech: float = 0.3  # Share of a window that must be audible speech for it to be listened to.
    clear_speech: float = 0.6  # The same, for it to help in forming the voices.
    loud_range: float = 35.0  # dB. Further below the loud parts of a block it is a pause.
    noise_margin: float = 8.0  # dB. What is no louder than this above the background is a pause too.
    change_cost: float = 2.5  # Evidence (natural log) against a change of voice in running speech: about 1 in 12.
    pause_cost: float = 0.3  # The same across a pause, where changes are nearly as likely as not.
    most_evidence: float = 15.0  # One window's log odds are capped here; nothing is surer than a million to one.
    same_voice: float = 0.93  # Cosine of two voices above which they are one: readings .92-.97, pairs .60-.91.
    same_voice_drift: float = 1.4  # Over the number of windows, taken off: halves of few windows differ by chance.
    directions: int = 4  # Principal ones, in which voices are formed. More let chance differences in.
    restarts: int = 5  # Clusterings tried; the best is kept.
    seed: int = 0  # Fixed, so the same recording always gives the same voices.


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOptions:
    """When two channels hold one person each, and who then speaks."""

    frame: float = 0.03  # s. Shorter than any speech sound we want to give to somebody.
    floor: float = 35.0  # dB below a channel's loudest; quieter is hiss, which would hand pauses to the noisier side.
    margin: float = 6.0  # dB one channel must be ahead before it takes over: half of a leak 12 dB down.
    least_range: float = 15.0  # dB between loud and quiet in a channel; hiss or hum alone stays under 5.
    most_alike: float = 0.7  # Correlation of the two levels: one room .83 and more, one person each up to .55.
    least_share: float = 0.03  # Of the speech, that the quieter person must have; less may be knocks on a microphone.


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingOptions:
    """How the parts of the coding models are weighed, and when a code is only a suggestion."""

    turn_trust: float = 0.7  # How far a client's turn moves its utterances; from .7 to 1 fold figures hardly moved.
    flow_trust: float = 0.4  # How far the turns around it move a turn; from .2 to .7 fold figures hardly moved.
    depth_share: float = 0.7  # Share of the head for depth in simple against complex; best for both kinds of corpus.
    rule_belief: float = 0.8  # Enough to decide nearly always, and leaves room for the doubt that any rule deserves.
    confident: float = 0.6  # Above it four codes in five were right on grouped folds, below it half at most.


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementOptions:
    """When a figure of agreement is shown, and how its interval is made."""

    least_units: int = 30  # utterances or turns: below it a single other choice moves kappa by a tenth and more
    least_used: int = (
        5  # times a code was given, the mean of both coders: of a code given once, kappa is all or nothing
    )
    least_rated: int = 5  # conversations for an ICC: with four, its interval covers nearly everything
    least_recordings: int = 5  # for an interval by resampling them: fewer have too few ways to be drawn
    draws: int = 1000  # resamplings: the ends of an interval stay within about a hundredth
    coverage: float = 0.9  # as everywhere in the product
