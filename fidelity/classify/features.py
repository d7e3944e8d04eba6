"""What the linear models see: words of a stretch of speech, words around it, and a few grammar cues.

The same code serves training and use, so a model can never meet features it was not trained on.
Speech recognition may leave out punctuation and capitals; every cue but the question mark survives that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fidelity.classify import rules
from fidelity.conversation import Turn

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Role = Literal["practitioner", "client"]

_REACH = 8  # turns, about four exchanges: what people are still talking about


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A turn, or one utterance of it, with what was said around it."""

    text: str
    heard: str = ""  # the other person's last turn
    heard_before: str = ""  # their turns before it
    own: str = ""  # the same person's turns before
    next: str = ""  # the turn that follows
    own_next: str = ""  # the same person's next turn
    before: str = ""  # the utterance before, in the same turn
    after: str = ""  # the utterance after, in the same turn
    leave: bool = False  # advice was asked for, or leave to give it

    @property
    def opening(self) -> str:
        """The first words of each sentence as one token each, fillers left out."""
        leads = [rules.lead(sentence)[:3] for sentence in rules.sentences(self.text)]
        return " ".join("_".join(lead[:n]) for lead in leads for n in range(1, len(lead) + 1))


def turn_sample(turns: Sequence[Turn], i: int) -> Sample:
    """The sample of turn ``i``."""
    turn, near = turns[i], turns[max(0, i - _REACH) : i]
    others = [rules.tidy(t.text) for t in near if t.speaker != turn.speaker]
    mine = [rules.tidy(t.text) for t in near if t.speaker == turn.speaker]
    own_next = next((t.text for t in turns[i + 1 : i + 1 + _REACH] if t.speaker == turn.speaker), "")
    return Sample(
        text=rules.tidy(turn.text),
        heard=others[-1] if others else "",
        heard_before=" ".join(others[-3:-1]),
        own=" ".join(mine),
        next=rules.tidy(turns[i + 1].text) if i + 1 < len(turns) else "",
        own_next=rules.tidy(own_next),
        leave=rules.leave_given(mine[-2:], others[-2:]),
    )


def utterance_samples(turns: Sequence[Turn], i: int) -> list[Sample]:
    """The samples of the utterances of turn ``i``."""
    whole = turn_sample(turns, i)
    texts = [rules.tidy(u.text) for u in turns[i].utterances]
    return [
        Sample(
            text=text,
            heard=whole.heard,
            heard_before=whole.heard_before,
            own=whole.own,
            next=whole.next,
            own_next=whole.own_next,
            before=texts[u - 1] if u else "",
            after=texts[u + 1] if u + 1 < len(texts) else "",
            leave=whole.leave or any(map(rules.asks_leave, texts[:u])),
        )
        for u, text in enumerate(texts)
    ]


def as_heard(sample: Sample) -> Sample:
    """The sample as a speech recogniser might have written it: lower case, no punctuation."""
    fields = ("text", "heard", "heard_before", "own", "next", "own_next", "before", "after")
    return Sample(**{f: rules.unpunctuated(getattr(sample, f)) for f in fields}, leave=sample.leave)


def cues(s: Sample) -> dict[str, float]:
    """Grammar and wording of a sample as numbers, by name; the names also key the sentences in ``why``."""
    words, heard, after = rules.words(s.text), rules.words(s.heard), rules.words(s.next)
    leads = [lead for lead in map(rules.lead, rules.sentences(s.text)) if lead]
    n, length = len(words) + 1, math.log1p(len(words))
    echo = len(rules.echoed(s.text, s.heard))
    mark = float(s.text.rstrip().endswith("?"))
    punctuated = float(any(c in ".,?!" or c.isupper() for c in s.text + s.heard))
    found = {
        "length": length / 2,
        "length squared": length**2 / 8,
        "very short": float(len(words) <= 3),
        "sentences": math.log1p(len(leads)) / 2,
        "question mark": float("?" in s.text),
        "ends with question mark": mark,
        "no question mark": punctuated * (1 - float("?" in s.text)),
        "does not end with question mark": punctuated * (1 - mark),
        "long question": mark * length / 2,
        "begins with wh": float(any(lead[0] in rules.WH for lead in leads)),
        "begins with auxiliary": float(any(lead[0] in rules.AUXILIARIES for lead in leads)),
        "begins with you": float(any(lead[0] in rules.YOU for lead in leads)),
        "begins with I": float(any(lead[0] in rules.I for lead in leads)),
        "echo": 2 * echo / n,
        "echoed words": math.log1p(echo) / 2,
        "long echo": length * echo / n,
        "you": 2 * sum(w in rules.YOU for w in words) / n,
        "I": 2 * sum(w in rules.I for w in words) / n,
        "heard length": math.log1p(len(heard)) / 2,
        "next length": math.log1p(len(after)) / 2,
        "heard a question": float("?" in s.heard),
        "next is a question": float("?" in s.next),
        "next agrees": float(bool(after) and after[0] in rules.ASSENT),
        "leave": float(s.leave),
        "asks leave": float(rules.asks_leave(s.text)),
        "tag": float(rules.tagged(s.text)),
    }
    for name in rules.PHRASES:
        found[name] = float(rules.phrase(name, s.text) is not None)
    found["advice with leave"] = found["leave"] * max(found["advice"], found["options"])
    return found


_ALL = tuple(cues(Sample(text="")))
# The families of wording and runs of letters are about the practitioner; for clients they did harm on folds.
_CUES: dict[Role, tuple[str, ...]] = {
    "practitioner": _ALL,
    "client": tuple(name for name in _ALL if name not in rules.PHRASES),
}

_WORD = r"[\w']+|\?"
_TOKEN = r"\S+"
# Field, weight, and how it is cut up. A few settings were compared on grouped folds; none mattered much.
_FIELDS: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("text", 1.0, {"token_pattern": _WORD, "ngram_range": (1, 2), "min_df": 2}),
    ("letters", 1.0, {"analyzer": "char_wb", "ngram_range": (2, 4), "min_df": 5}),
    ("opening", 0.7, {"token_pattern": _TOKEN, "min_df": 2}),
    ("heard", 0.5, {"token_pattern": _WORD, "ngram_range": (1, 2), "min_df": 3}),
    ("heard_before", 0.5, {"token_pattern": _WORD, "min_df": 3}),
    ("own", 0.5, {"token_pattern": _WORD, "min_df": 3}),
    ("next", 0.5, {"token_pattern": _WORD, "ngram_range": (1, 2), "min_df": 3}),
    ("own_next", 0.5, {"token_pattern": _WORD, "min_df": 3}),
    ("before", 0.5, {"token_pattern": _WORD, "min_df": 2}),
    ("after", 0.5, {"token_pattern": _WORD, "min_df": 2}),
)


class Vectoriser:
    """Samples to a sparse matrix: TF-IDF of each field, then the cues."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self._tables = tables
        self._cues = _CUES[tables["role"]]
        self._fields = {name: self._vectoriser(name, options) for name, _, options in _FIELDS if name in tables}

    @classmethod
    def fit(cls, samples: Sequence[Sample], *, role: Role) -> Vectoriser:
        """Learn the vocabulary of one role, and how common each word is."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        tables: dict[str, Any] = {"role": role}
        for name, _, options in _FIELDS:
            if any(_field(name, samples)) and (role == "practitioner" or name != "letters"):
                fitted = TfidfVectorizer(sublinear_tf=True, **options).fit(_field(name, samples))
                tables[name] = {
                    "words": list(map(str, fitted.get_feature_names_out())),
                    "rarity": [round(float(x), 3) for x in fitted.idf_],
                }
        return cls(tables)

    def _vectoriser(self, name: str, options: dict[str, Any]) -> Any:
        import numpy as np
        from sklearn.feature_extraction.text import TfidfVectorizer

        table = self._tables[name]
        options = {key: value for key, value in options.items() if key != "min_df"}
        vectoriser = TfidfVectorizer(sublinear_tf=True, vocabulary=table["words"], **options)
        vectoriser.idf_ = np.array(table["rarity"])
        return vectoriser

    def transform(self, samples: Sequence[Sample]) -> csr_matrix:
        """One row a sample."""
        from scipy.sparse import csr_matrix, hstack

        blocks = [
            self._fields[name].transform(_field(name, samples)) * weight
            for name, weight, _ in _FIELDS
            if name in self._fields
        ]
        found = [cues(s) for s in samples]
        return hstack([*blocks, csr_matrix([[f[name] for name in self._cues] for f in found])]).tocsr()

    def names(self) -> list[tuple[str, str]]:
        """Field and word of every column; the field of a cue is ``cue``."""
        columns = [(name, w) for name, _, _ in _FIELDS if name in self._fields for w in self._tables[name]["words"]]
        return [*columns, *(("cue", name) for name in self._cues)]

    def tables(self) -> dict[str, Any]:
        """What has to be saved to make the same vectoriser again."""
        return self._tables


def _field(name: str, samples: Iterable[Sample]) -> list[str]:
    return [s.text if name == "letters" else getattr(s, name) for s in samples]
