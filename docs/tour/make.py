"""Takes a new person through the whole platform in a browser, from invitation to certificate, and pictures each screen.

    python docs/tour/make.py            # needs Chromium and the test extra; about five minutes

It starts a platform of its own with made-up people in a temporary folder. Every step of every module is done as a
learner does it: read, answer, go on. Pictures are 1280 and 320 pixels wide; README.md says what they show.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser import platform_server  # noqa: E402
from tests.browser.conftest import chromium  # noqa: E402
from tests.browser.platform_server import sign_in  # noqa: E402
from webapp.learning.content.check import check_course  # noqa: E402
from webapp.learning.content.course import Course, Exercise, Module, Step, as_loaded  # noqa: E402
from webapp.learning.content.marking import shuffled  # noqa: E402

SLUG = "mi-in-family-safeguarding"
WIDTHS = (1280, 320)
TALLEST = 2400  # pixels of a picture
PICTURED = 5  # the module whose steps are pictured, counted from 1
NEW = {"Name": "Robin Newcomer", "E-mail address": "robin@demo.example"}
PASSWORD = "lantern pepper bridge"
_taken: list[str] = []


def main() -> None:
    """Make the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        platform_server.running(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(reduced_motion="reduce")
        invitation = invite(page, address)
        page = browser.new_page(reduced_motion="reduce")
        arrive(page, invitation)
        learn(page, address)
        finish(page, address)
        browser.close()
    print(f"{len(_taken)} pictures")  # noqa: T201


_LOOK_THROUGH = """async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
        window.scrollTo(0, y);
        await new Promise((go) => setTimeout(go, 60));
    }
    window.scrollTo(0, 0);
    await new Promise((go) => setTimeout(go, 300));
}"""


def picture(page: Page, name: str) -> None:
    """The page as it is, at both widths."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(_LOOK_THROUGH)  # charts are drawn as they come into sight, and follow a new width
        path = Path(__file__).parent / f"{name}-{width}.png"
        tall = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
        page.screenshot(path=path, clip={"x": 0, "y": 0, "width": width, "height": tall}, full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width}"
        _taken.append(path.name)
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})


def invite(page: Page, address: str) -> str:
    """The administrator adds somebody; the link that she is given."""
    page.goto(f"{address}/sign-in")
    picture(page, "01-sign-in")
    sign_in(page, address, "adam")
    page.get_by_role("link", name="Organisation").click()
    picture(page, "02-people")
    page.get_by_role("link", name="Add a person").click()
    for label, words in NEW.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("Team").select_option(index=1)
    page.get_by_label("Discipline").select_option("Health visiting")
    picture(page, "03-add-a-person")
    page.get_by_role("button", name="Add and invite").click()
    picture(page, "04-invited")
    return page.get_by_label("The link").input_value()


def arrive(page: Page, invitation: str) -> None:
    """The new person chooses a password and is in."""
    page.goto(invitation)
    picture(page, "05-welcome")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Choose this password").click()
    picture(page, "06-home-at-first")


def learn(page: Page, address: str) -> None:
    """Every step of every module, in order."""
    files, faults = check_course(ROOT / "courses" / SLUG)
    assert files is not None, faults
    course = Course(SLUG, as_loaded(files))
    page.goto(f"{address}/learn/{SLUG}")
    picture(page, "07-course")
    for number, module in enumerate(course.modules, 1):
        seen: set[str] = set()
        if number == PICTURED:
            page.goto(f"{address}/learn/{SLUG}/{module.slug}")
            picture(page, "08-module")
        for step in module.steps:
            page.goto(f"{address}/learn/{SLUG}/{module.slug}/{step.slug}")
            for name in take(page, module, step):
                if number == PICTURED and name not in seen:
                    seen.add(name)
                    picture(page, f"{9 + len(seen):02}-{name}")


def take(page: Page, module: Module, step: Step) -> Iterator[str]:
    """One step; yields a name wherever there is something to picture."""
    if step.kind in ("lesson", "conversation"):
        yield step.kind
        page.locator("form button.btn-primary").last.click()
    elif step.kind == "check":
        page.get_by_role("button", name="Begin the check").click()
        for question in module.questions.values():
            yield "check-question"
            answer(page, question)
            page.locator("form button.btn-primary").last.click()
        yield "check-passed"
    else:
        exercise = module.exercises[step.name]
        yield exercise.kind.replace("_", "-")
        answer(page, exercise)
        name = {
            "reflective_note": "Keep it",
            "say_it_your_way": "Hear what it says",
            "say_it_aloud": "Send what I typed",
        }
        page.get_by_role("button", name=name.get(exercise.kind, "Look at my answer")).click()
        if exercise.kind != "reflective_note":
            # The page looks again by itself until the engine has answered.
            page.wait_for_selector("#feedback .models, #feedback .remarks", timeout=60_000)
            yield f"{exercise.kind.replace('_', '-')}-answered"


def answer(page: Page, exercise: Exercise) -> None:
    """The right answer, put in as a person would."""
    told = exercise.told
    match exercise.kind:
        case "single_choice" | "multiple_choice":
            for k, option in enumerate(told["options"]):
                if option.get("right"):
                    page.locator(f"input[name=chosen][value='{k}']").check()
        case "code_utterance":
            page.locator(f"input[name=code][value='{told['answer']}']").check()
        case "order":
            for field, part in zip(page.locator("select[name=place]").all(), shuffled(exercise), strict=True):
                field.select_option(index=part + 1)
        case "match":
            shown = shuffled(exercise)
            for k, field in enumerate(page.locator("select[name=pick]").all()):
                field.select_option(index=shown.index(k) + 1)
        case "spot_change_talk":
            for k, turn in enumerate(told["transcript"]):
                if turn.get("talk") == "change":
                    page.locator(f"input[name=marked][value='{k}']").check()
        case "reflective_note":
            page.get_by_label("Your note").fill("One sentence before the next question.")
        case _:
            page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true })")
            page.get_by_label("What would you say?").fill(told["model_answers"][0]["say"])


def finish(page: Page, address: str) -> None:
    """What there is at the end."""
    page.goto(address)
    picture(page, "40-home-at-the-end")
    page.get_by_role("link", name="How each skill stands").click()
    picture(page, "41-skills")
    page.goto(address)
    page.locator("#certificates ~ ul a").first.click()
    picture(page, "42-certificate")


if __name__ == "__main__":
    main()
