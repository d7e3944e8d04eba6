"""Whether a change makes sense where a conversation stands, and if not, why: said to the person who asked for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fidelity.conversation import CodedTurn
from webapp.practice.services.corrected import FAMILIES, Change, Corrected, TurnMark


def problem(corrected: Corrected, change: Change) -> str:
    """Why a change makes no sense as the conversation stands, in words; empty if it does."""
    if not 0 <= change.n < len(corrected.turns):
        return "That turn is not there. Load the page again and look where it is now."
    turn, mark = corrected.turns[change.n], corrected.marks[change.n]
    if change.kind in ("words", "split", "code", "settle") and not 0 <= change.u < len(turn.utterances):
        return "That part of the turn is not there. Load the page again and look where it is now."
    return _PROBLEMS[change.kind](corrected, change, turn, mark)


def _words_problem(_all: Corrected, change: Change, turn: CodedTurn, _mark: TurnMark) -> str:
    if not change.text:
        return "There are no words in it. If this should not count, leave the turn out instead."
    return "Those are the words that stand there already." if change.text == turn.utterances[change.u].text else ""


def _split_problem(_all: Corrected, change: Change, turn: CodedTurn, _mark: TurnMark) -> str:
    words = turn.utterances[change.u].text.split()
    if not 0 <= change.k < len(words) or (change.u == 0 and change.k == 0):
        return "Choose a word inside the turn: something has to stay before it, and something after it."
    return ""


def _join_problem(everything: Corrected, change: Change, _turn: CodedTurn, _mark: TurnMark) -> str:
    last = change.n == len(everything.turns) - 1
    return "This is the last turn: there is nothing after it to join it with." if last else ""


def _speaker_problem(_all: Corrected, _change: Change, _turn: CodedTurn, mark: TurnMark) -> str:
    return "" if mark.speaker != "other" else "Nobody else can have said this turn."


def _out_problem(_all: Corrected, _change: Change, _turn: CodedTurn, mark: TurnMark) -> str:
    return "This turn is left out already." if mark.left_out else ""


def _back_problem(_all: Corrected, _change: Change, _turn: CodedTurn, mark: TurnMark) -> str:
    return "" if mark.left_out else "This turn is not left out: there is nothing to put back."


def _code_problem(_all: Corrected, change: Change, _turn: CodedTurn, mark: TurnMark) -> str:
    if mark.left_out:
        return "This turn is left out, so it has no codes. Put it back first."
    if change.code and change.code not in FAMILIES[mark.speaker]:
        return "Choose one of the codes in the list: others do not fit who said this."
    own = mark.said[change.u]
    if not change.code and not own.code:
        return "The machine's code stands there already."
    if change.code and (change.code, change.reason) == (own.code, own.reason):
        return "That is the code you gave it already."
    return ""


def _settle_problem(_all: Corrected, change: Change, _turn: CodedTurn, mark: TurnMark) -> str:
    own = mark.said[change.u]
    if mark.left_out or not own.asked:
        return "Nobody disputes this code any more."
    if change.code and change.code not in FAMILIES[mark.speaker]:
        return "Choose one of the codes in the list: others do not fit who said this."
    if own.settled and (change.code, change.reason) == (own.code, own.verdict):
        return "It is settled like this already."
    return ""


_PROBLEMS: Mapping[str, Callable[[Corrected, Change, CodedTurn, TurnMark], str]] = {
    "words": _words_problem,
    "split": _split_problem,
    "join": _join_problem,
    "speaker": _speaker_problem,
    "leave_out": _out_problem,
    "put_back": _back_problem,
    "code": _code_problem,
    "settle": _settle_problem,
}
