"""Short talks to code by hand, written for the tests, and any talk at all for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.hand.coding import HeardTurn, Parse

TURNS = (
    HeardTurn(
        n=0,
        speaker="practitioner",
        text="You were worried about him. What happened then?",
        start=10.0,
        end=14.0,
        starts=(10.0, 10.4, 10.8, 11.3, 11.6, 12.2, 12.7, 13.2),
    ),
    HeardTurn(n=1, speaker="client", text="I rang my sister and she came round.", start=14.5, end=17.5),
    HeardTurn(n=2, speaker="other", text="Mummy!", start=17.5, end=18.0),
    HeardTurn(n=3, speaker="practitioner", text="It's up to you what you do next, of course.", start=18.2, end=21.0),
    HeardTurn(n=4, speaker="client", text="Yeah. I'd like to stop, but not yet.", start=21.4, end=25.0),
)
PARSES: dict[int, Parse] = {
    0: ((0, "SR"), (5, "OQ")),
    1: ((0, "change"),),
    2: ((0, None),),
    3: ((0, "Emphasize"),),
    4: ((0, "neutral"), (1, "change"), (5, "sustain")),
}
CODES = {"practitioner": PRACTITIONER, "client": CLIENT, "other": ()}


@st.composite
def talks(draw: st.DrawFn) -> tuple[tuple[HeardTurn, ...], dict[int, Parse]]:
    """Turns that follow one another in time, each word of its own time, and a coding of all of them."""
    word = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, categories=("L", "N", "P", "S")), min_size=1)
    words = word.filter(lambda w: w.split() == [w])
    turns, parses, at = [], {}, draw(st.integers(0, 3_000)) / 10
    for n in range(draw(st.integers(1, 6))):
        said = draw(st.lists(words, min_size=1, max_size=8))
        speaker = draw(st.sampled_from(("practitioner", "client", "other")))
        starts = tuple(round(at + 0.5 * k, 3) for k in range(len(said)))
        end = round(at + 0.5 * len(said), 3)
        turns.append(HeardTurn(n=n, speaker=speaker, text=" ".join(said), start=starts[0], end=end, starts=starts))
        at = round(end + draw(st.integers(1, 20)) / 10, 3)
        firsts = sorted({0, *draw(st.sets(st.integers(0, len(said) - 1), max_size=3))})
        codes = st.sampled_from((None, *CODES[speaker]))
        parses[n] = tuple((first, draw(codes)) for first in firsts)
    return tuple(turns), parses
