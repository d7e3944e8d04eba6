"""The report page: one HTML file that holds everything it needs and can reach nothing else.

The recording is by far its largest part, so it never passes through the template: the page is rendered
around a gap, and the base64 of the recording is written into the gap piece by piece. The pieces are data
blocks that the page joins into a blob, because Firefox refuses data addresses over 32 MB (about an hour
and a half of sound).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.conversation import Analysis
from fidelity.report.view import page, time_span
from fidelity.report.words import about, length

if TYPE_CHECKING:
    from jinja2 import Template

_GAP = "<!-- the recording goes here -->"
_PIECE = 768 * 1024  # bytes; a multiple of three, so that the base64 pieces join without padding
_SCRIPTS = ("player.js", "transcript.js", "timeline.js")
# Plotly adds a style for maps as it loads, unless an element of this id is there; the policy would refuse it.
_MAP_STYLE = re.compile(r'getElementById\("([0-9a-f]{64})"\)')
_NOTHING = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="  # an empty <style>, which Plotly adds rules to


def write_html(analysis: Analysis, audio: Path | None, target: Path) -> None:
    """Write the report to ``target``; ``audio`` is an MP3 to play in it, ``None`` for a transcript."""
    before, after = _render(analysis, audio is not None).split(_GAP)
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write(before)
        if audio is not None:
            out.writelines(_pieces(audio))
        out.write(after)


def _render(analysis: Analysis, playable: bool) -> str:
    from markupsafe import Markup

    css, plotly = _read("page.css"), _plotly()
    scripts = [plotly, "".join(_read(name) for name in _SCRIPTS)]
    return _template().render(
        analysis=analysis,
        page=page(analysis),
        playable=playable,
        about=about(analysis),
        length=length,
        time_span=time_span,
        policy=_policy(css, scripts),
        map_styles=_MAP_STYLE.findall(plotly),
        css=Markup(css),
        scripts=[Markup(script) for script in scripts],
        gap=Markup(_GAP),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("fidelity.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


def _policy(css: str, scripts: list[str]) -> str:
    """A content security policy under which the page can run its own scripts and reach nothing."""
    allowed = " ".join(f"'{_hash(script)}'" for script in scripts)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {allowed}",
            f"style-src '{_hash(css)}' '{_NOTHING}'",
            "img-src data:",
            "media-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _pieces(audio: Path) -> Iterator[str]:
    with audio.open("rb") as sound:
        while piece := sound.read(_PIECE):
            yield f'<script type="text/plain" class="sound">{b64encode(piece).decode()}</script>\n'


@cache
def _read(name: str) -> str:
    return (resources.files("fidelity.report") / name).read_text(encoding="utf-8")


def _plotly() -> str:
    """Plotly's own JavaScript, from its Python package, which alone is 4.8 MB."""
    source: Any = resources.files("plotly") / "package_data" / "plotly.min.js"
    return str(source.read_text(encoding="utf-8")).replace("\r\n", "\n")
