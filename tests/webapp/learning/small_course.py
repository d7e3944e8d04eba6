"""A course with one exercise of each kind, small enough to know by heart."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from webapp.learning.services import courses
from webapp.learning.services.courses import Course

COURSE = """
title: A small course
summary: Two modules.
version: "1.0"
language: en-GB
audience: Everybody.
outcomes: [Know it]
modules: [one, two]
"""
MODULE = """
title: Module {number}
summary: What module {number} is for.
outcomes: [One thing]
steps:
{steps}
sources: [{{authors: A. Author, year: 2020, title: A book, for: Everything}}]
"""
ALL = ("choose", "choose-all", "order", "match", "code", "spot", "say", "aloud", "note")
EXERCISES = """
choose:
  kind: single_choice
  skill: spirit
  title: Choose one
  prompt: Which?
  exchange: [{client: "Hello there."}]
  options:
    - {text: Right one, right: true, feedback: You saw it.}
    - {text: Other one, feedback: Look at the first word.}
  hint: It comes first.
choose-all:
  kind: multiple_choice
  skill: spirit
  title: Choose all
  prompt: Which ones?
  options:
    - {text: First fits, right: true, feedback: Yes first.}
    - {text: Second fits, right: true, feedback: Yes second.}
    - {text: Third does not, feedback: Not third.}
order:
  kind: order
  skill: planning
  title: In order
  prompt: Put them right.
  in_order:
    - {text: Ask, why: First you ask.}
    - {text: Offer, why: Then you offer.}
    - {text: Ask again, why: Then you ask again.}
  feedback: {right: In order now., not_yet: Not in order yet.}
match:
  kind: match
  skill: change-talk
  title: Match them
  prompt: What goes together?
  pairs:
    - {this: I want to, goes_with: Desire, why: Want is desire.}
    - {this: I can, goes_with: Ability, why: Can is ability.}
    - {this: I wish to, goes_with: Desire, why: Wish is desire.}
  feedback: {right: All together., not_yet: Not all together.}
code:
  kind: code_utterance
  skill: simple-reflections
  title: Code it
  prompt: What is it?
  exchange: [{client: "I am tired."}, {practitioner: "You're tired."}]
  answer: SR
  choices: {SR: Given back., OQ: No question there.}
spot:
  kind: spot_change_talk
  skill: change-talk
  title: Spot it
  prompt: Where is it?
  change_goal: Going to bed earlier
  transcript:
    - {practitioner: "How was it?"}
    - {client: "Bad.", talk: neutral, why: Neither nor.}
    - {practitioner: "Bad."}
    - {client: "I want to sleep more.", talk: change, why: A wish.}
    - {practitioner: "You do."}
    - {client: "But the telly is good.", talk: sustain, why: For staying up.}
say:
  kind: say_it_your_way
  skill: simple-reflections
  title: Say it
  prompt: Answer with a reflection.
  exchange: [{client: "I've been up since four with him."}]
  aim: [SR, CR]
  model_answers:
    - {say: "You've been up since four.", why: Short.}
    - {say: "It's been a long night.", why: Shorter.}
  when_heard: {CQ: You asked him something., OQ: An open door., GI: You told him something.}
aloud:
  kind: say_it_aloud
  skill: simple-reflections
  title: Say it aloud
  prompt: Answer with a reflection.
  exchange: [{client: "I've been up since four with him."}]
  aim: [SR, CR]
  model_answers:
    - {say: "You've been up since four.", why: Short.}
    - {say: "It's been a long night.", why: Shorter.}
  when_heard: {CQ: You asked him something., GI: You told him something.}
note:
  kind: reflective_note
  skill: spirit
  title: For yourself
  prompt: What stays with you?
"""
QUESTION = """
  {name}:
    kind: single_choice
    skill: spirit
    title: Question {name}
    prompt: Which?
    options:
      - {{text: Right {name}, right: true, feedback: Seen.}}
      - {{text: Wrong {name}, feedback: Look again.}}
"""
TURN = """  - practitioner: [{{say: "How is it {n}?", code: OQ}}]
    note: A note {n}.
  - {{client: "Fine {n}.", talk: change}}
"""
CONVERSATION = f"""
title: A short talk
setting: At the door.
change_goal: Going to bed earlier
turns:
{"".join(TURN.format(n=n) for n in range(4))}think: What would you say?
"""
LESSON = "# First lesson\n\nSome **words**.\n\n```exchange\nClient: Hi\nPractitioner: Hello. | NC\n```\n"


def write(folder: Path, *, version: str = "1.0", prompt: str = "Which?") -> Path:
    """The course as files."""
    steps = ["lesson: first.md", "conversation: talk.yml", *(f"exercise: {name}" for name in ALL), "check: check.yml"]
    files = {
        "course.yml": COURSE.replace('"1.0"', f'"{version}"'),
        "one/module.yml": MODULE.format(number=1, steps="\n".join(f"  - {step}" for step in steps)),
        "one/first.md": LESSON,
        "one/talk.yml": CONVERSATION,
        "one/exercises.yml": EXERCISES.replace("Which?", prompt),
        "one/check.yml": "pass_mark: 80\nquestions:\n" + "".join(QUESTION.format(name=f"q{n}") for n in range(5)),
        "two/module.yml": MODULE.format(number=2, steps="  - lesson: second.md"),
        "two/second.md": "# Second lesson\n\n<script>alert(1)</script>\n",
    }
    for name, text in files.items():
        path = folder / "small" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "small"


def load(db: Session, folder: Path, **changed: str) -> Course:
    """The course, loaded."""
    version, faults = courses.load(db, write(folder, **changed))
    assert faults == []
    assert version is not None
    db.commit()
    return courses.of_version(db, version.id)
