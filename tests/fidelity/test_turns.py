from fidelity.conversation import Turn, Word
from fidelity.turns import VoicedWord, build_turns, with_roles
from fidelity.utterances import split_all


def said(text: str, voices: str, *, certainty: float = 0.6, gaps: dict[int, float] | None = None) -> list[VoicedWord]:
    """Words half a second long; ``voices`` has one digit a word; ``gaps`` puts silence before a word."""
    words, now = [], 0.0
    for i, (word, voice) in enumerate(zip(text.split(), voices, strict=True)):
        now += (gaps or {}).get(i, 0.0)
        words.append(VoicedWord(Word(text=word, start=now, end=now + 0.5), int(voice), certainty))
        now += 0.5
    return words


def texts(words: list[VoicedWord]) -> list[tuple[str | None, str]]:
    return [(t.voice, t.text) for t in build_turns(words)]


def test_words_of_one_voice_become_a_turn_with_its_times() -> None:
    turns = build_turns(said("How are you? Not so good.", "000111"))
    assert [(t.n, t.voice, t.text, t.start, t.end) for t in turns] == [
        (0, "A", "How are you?", 0.0, 1.5),
        (1, "B", "Not so good.", 1.5, 3.0),
    ]
    assert turns[0].certainty == 0.6
    assert [w.text for w in turns[1].words] == ["Not", "so", "good."]


def test_a_change_of_voice_moves_to_the_end_of_the_sentence() -> None:
    assert texts(said("How are you? Not so good.", "001111")) == [("A", "How are you?"), ("B", "Not so good.")]
    assert texts(said("How are you? Not so good.", "000011")) == [("A", "How are you?"), ("B", "Not so good.")]


def test_a_change_of_voice_moves_to_a_pause() -> None:
    assert texts(said("well I do not know okay then", "0000011", gaps={4: 0.6})) == [
        ("A", "well I do not"),
        ("B", "know okay then"),
    ]


def test_words_that_are_clearly_somebodys_are_left_alone() -> None:
    assert texts(said("How are you? Not so good.", "001111", certainty=0.99)) == [
        ("A", "How are"),
        ("B", "you? Not so good."),
    ]


def test_a_short_answer_between_two_sentences_survives() -> None:
    assert texts(said("You were tired. Yeah. And you went on.", "00010000"[:8])) == [
        ("A", "You were tired."),
        ("B", "Yeah."),
        ("A", "And you went on."),
    ]


def test_roles_are_given_by_voice() -> None:
    turns = with_roles(build_turns(said("Hi. Hello.", "01")), {"A": "client", "B": "practitioner"})
    assert [t.speaker for t in turns] == ["client", "practitioner"]


def parsed(text: str, **times: float) -> list[str]:
    return [u.text for u in split_all([Turn(n=0, speaker="practitioner", text=text, **times)])[0].utterances]


def test_a_turn_is_split_into_thoughts() -> None:
    assert parsed("Okay. You have been up with him every night. What helps?") == [
        "Okay.",
        "You have been up with him every night.",
        "What helps?",
    ]


def test_a_tag_stays_with_its_sentence() -> None:
    assert parsed("You want him to feel safe. Isn't it?") == ["You want him to feel safe. Isn't it?"]
    assert parsed("It's been a long week, hasn't it?") == ["It's been a long week, hasn't it?"]


def test_a_question_that_is_joined_on_is_a_thought_of_its_own() -> None:
    assert parsed("You have been trying really hard and what would you like to happen next?") == [
        "You have been trying really hard",
        "and what would you like to happen next?",
    ]
    assert parsed("You got through three nights on your own, how did you do it?") == [
        "You got through three nights on your own,",
        "how did you do it?",
    ]
    assert parsed("When he shouts, what do you do?") == ["When he shouts, what do you do?"]
    assert parsed("Right, so what would help?") == ["Right, so what would help?"]
    assert parsed("He was late and she was cross.") == ["He was late and she was cross."]


def test_utterances_cover_the_turn_and_take_their_times_from_its_words() -> None:
    turn = build_turns(said("It is hard. What would help you most?", "00000000", gaps={3: 1.0}))[0]
    first, second = split_all([turn])[0].utterances
    assert f"{first.text} {second.text}" == turn.text
    assert (first.start, first.end, second.start, second.end) == (0.0, 1.5, 2.5, 5.0)


def test_without_words_times_are_shared_out_by_length() -> None:
    turn = Turn(n=0, speaker="client", text="It is hard. It is so hard.", start=10.0, end=20.0)
    first, second = split_all([turn])[0].utterances
    assert first.start == 10.0
    assert second.end == 20.0
    assert first.end is not None
    assert second.start is not None
    assert 13 < first.end < second.start < 16


def test_a_given_parse_is_kept() -> None:
    turn = split_all([Turn(n=0, speaker="client", text="One. Two.")])[0]
    assert split_all([turn]) == (turn,)


def test_one_word_left_hanging_after_a_full_stop_goes_to_the_next_turn() -> None:
    assert texts(said("Leave it alone. But then it gets to Friday.", "000011111"[:9], certainty=0.99)) == [
        ("A", "Leave it alone."),
        ("B", "But then it gets to Friday."),
    ]
    assert texts(said("I'll try. There's a fund for that.", "0001111", certainty=0.99, gaps={3: 0.5})) == [
        ("A", "I'll try."),
        ("B", "There's a fund for that."),
    ]
