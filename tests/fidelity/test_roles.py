from fidelity.roles import find_practitioner

WORKER = ["How has your week been?", "You wanted things calmer, and you have kept at it."]
MOTHER = ["I am tired. I shouted at my son and I felt awful.", "I don't know what I can do."]
FATHER = ["I work nights so I miss most of it.", "You always say that."]


def test_the_practitioner_speaks_of_the_other_person() -> None:
    assert find_practitioner({"A": MOTHER, "B": WORKER}) == "B"
    assert find_practitioner({"A": WORKER, "B": MOTHER}) == "A"


def test_a_couple_has_three_voices() -> None:
    assert find_practitioner({"A": FATHER, "B": MOTHER, "C": WORKER}) == "C"


def test_one_stray_you_does_not_decide() -> None:
    assert find_practitioner({"A": WORKER, "B": MOTHER, "C": ["You what?"]}) == "A"
