"""The web process stays small: it never loads what only the worker needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from webapp.settings import ROOT

HEAVY = {"spacy", "onnxruntime", "torch", "ctranslate2", "faster_whisper", "sklearn", "scipy", "av", "transformers"}
SERVE = """
import sys
from webapp import create_app, serve
app = create_app()
serve.prepare(app)
client = app.test_client()
for path in ("/sign-in", "/health", "/privacy", "/"):
    assert client.get(path, follow_redirects=True).status_code == 200, path
with app.test_request_context("/"):
    from webapp import database
    from webapp.learning.services import courses
    for course in courses.every(database.session()):
        assert course.modules
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_what_only_the_worker_needs_is_not_loaded_for_pages(tmp_path: Path) -> None:
    environment = {**os.environ, "CHANGETALK_DATA": str(tmp_path), "CHANGETALK_LOG_LEVEL": "ERROR"}
    told = subprocess.run(
        [sys.executable, "-c", SERVE], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert {"webapp", "flask", "fidelity"} <= loaded
    assert loaded & HEAVY == set()
