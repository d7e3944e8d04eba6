"""Lessons: Markdown to HTML, with conversations in two voices."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

_VOICES = {"Client": "client", "Practitioner": "practitioner"}


def body(text: str) -> Markup:
    """A lesson without its title, as HTML. HTML in the text is shown as text."""
    return _html(text.partition("\n")[2])


def short(text: str) -> Markup:
    """A prompt or a piece of feedback: a paragraph or two."""
    return _html(text)


@lru_cache(maxsize=2000)
def _html(text: str) -> Markup:
    return Markup(_markdown().render(text))  # the parser has escaped what authors wrote


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "smartquotes"])
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("table_open", lambda *_: '<div class="scrolls"><table class="table">')
    parser.add_render_rule("table_close", lambda *_: "</table></div>")
    return parser


def _fence(_self: object, tokens: list[Any], k: int, *_rest: object) -> str:
    if tokens[k].info.strip() != "exchange":
        return f"<pre><code>{escape(tokens[k].content)}</code></pre>"
    lines = []
    for line in tokens[k].content.splitlines():
        voice, _, said = line.partition(": ")
        if voice not in _VOICES:
            continue
        words, _, about = said.partition(" | ")
        chip = f' <span class="chip">{escape(about.strip())}</span>' if about else ""
        lines.append(
            f'<li class="{_VOICES[voice]}"><span class="voice">{voice}</span><p>{escape(words.strip())}{chip}</p></li>'
        )
    return f'<ul class="talk">{"".join(lines)}</ul>'
