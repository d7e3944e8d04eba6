"""The scripts of charts, from the packages they come with: Plotly's, and the engine's timeline of a conversation."""

from __future__ import annotations

import gzip
import re
from functools import cache
from importlib import metadata, resources

from flask import Blueprint, Flask, Response, request, url_for

charts = Blueprint("charts", __name__, url_prefix="/charts")

_ONE_YEAR = 31_536_000
# Plotly adds a style for maps as it loads, unless an element of this id is there; our policy would refuse it.
_MAP_STYLE = re.compile(r'getElementById\("([0-9a-f]{64})"\)')


def start(app: Flask) -> None:
    """Tell templates where Plotly is: the address changes with its version, so that browsers may keep it for long."""
    version = metadata.version("plotly")
    app.add_template_global(lambda: url_for("charts.plotly", v=version), "plotly_address")


@charts.get("/plotly.min.js")
def plotly() -> Response:
    """Plotly's JavaScript: 4.8 MB, and a third of that for browsers that take it packed."""
    packed = request.accept_encodings.quality("gzip") > 0
    answer = Response(_packed() if packed else gzip.decompress(_packed()), mimetype="text/javascript")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = f"public, max-age={_ONE_YEAR}, immutable"
    return answer


@charts.get("/timeline.js")
def timeline() -> Response:
    """The timeline of the engine's own report, which the feedback page draws in the same way."""
    source = resources.files("fidelity") / "report" / "timeline.js"
    answer = Response(source.read_bytes(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@cache
def _packed() -> bytes:
    source = (resources.files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    styles = "".join(
        f'document.head.appendChild(document.createElement("style")).id="{name}";'
        for name in dict.fromkeys(_MAP_STYLE.findall(source))
    )
    return gzip.compress(f"{styles}\n{source}".encode(), mtime=0)
