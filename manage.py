#!/usr/bin/env python3
"""Set up and run Changetalk. Needs Python 3.11 or newer and nothing else.

    python3 manage.py demo              analyse a sample recording, then open the platform with made-up people
    python3 manage.py demo --no-serve   analyse the sample recording and show the feedback, no more
    python3 manage.py serve             run the platform for real
    python3 manage.py test              run every test
    python3 manage.py run ...           run any changetalk command, for example: run analyse talk.m4a --out results

The first start makes a virtual environment in .venv and installs what is needed; later starts take seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PORT = 5000
SAMPLE = ROOT / "data" / "samples" / "skilful"
OLDEST_PYTHON = (3, 11)
SHELL = "chromium-headless-shell"  # Chromium without its own windows: a page costs it a third of the time
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IN_PARALLEL = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")  # a file's costly fixtures are made once
SERVERS = {"postgres": "postgresql", "redis-server": "redis-server"}  # what tests start, and the package it is in


class SetUpError(Exception):
    """Something this machine lacks, said in one line."""


def main() -> int:
    """Read the command line and run one task."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage="manage.py TASK ..."
    )
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    demo = tasks.add_parser("demo", help="analyse a sample recording, then open the platform with made-up people")
    demo.add_argument("--no-serve", action="store_true", help="end after the analysis")
    demo.add_argument("--port", type=int, default=PORT, help="port of the platform")
    serve = tasks.add_parser("serve", help="run the platform")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at")
    serve.add_argument("--port", type=int, default=PORT, help="port to listen at")
    tasks.add_parser("test", help="run every test; more arguments go to pytest", add_help=False)
    tasks.add_parser("run", help="run a changetalk command", add_help=False)
    chosen, rest = parser.parse_known_args()
    if rest and chosen.task in ("demo", "serve"):
        parser.error(f"{chosen.task} does not know {' '.join(rest)}")
    try:
        if chosen.task == "demo":
            return run_demo(serve=not chosen.no_serve, port=chosen.port)
        if chosen.task == "serve":
            install()
            return serve_platform("--host", chosen.host, "--port", str(chosen.port))
        if chosen.task == "test":
            return run_tests(rest)
        install()
        return call("-m", "fidelity", *rest)
    except SetUpError as error:
        print(f"manage.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def run_demo(*, serve: bool, port: int) -> int:
    """Analyse the bundled sample, then serve; a second start finds everything there and shows it again."""
    install()
    recording = next(path for path in sorted(SAMPLE.iterdir()) if path.suffix in (".m4a", ".mp3", ".ogg", ".webm"))
    print(f"Listening to {recording.relative_to(ROOT)}, a made-up conversation with synthetic voices.", flush=True)
    status = call("-m", "fidelity", "analyse", str(recording), "--out", str(ROOT / "out" / "demo"))
    if status or not serve:
        return status
    # Nobody's real data: no second factor for trainers and administrators, so that all doors can be looked behind.
    demo = {"CHANGETALK_DATA": str(ROOT / "out" / "platform"), "CHANGETALK_SECOND_FACTOR": "false"}
    demo["CHANGETALK_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    demo["CHANGETALK_LOG_LEVEL"] = "WARNING"  # so that the sign-ins below stay in sight
    if platform("database", "upgrade", env=demo) == 0:
        print(
            "\nPeople to sign in as (Ana has recordings over ten weeks, Theo a cohort of twelve; all made up):",
            flush=True,
        )
        platform("demo-people", env=demo)
        return serve_platform("--port", str(port), env=demo)
    return 1


def platform(*arguments: str, env: dict[str, str] | None = None) -> int:
    """Run a command of the platform."""
    return call("-m", "flask", "--app", "webapp", *arguments, env=env)


def serve_platform(*arguments: str, env: dict[str, str] | None = None) -> NoReturn:
    """Become the platform: whoever tells this process to stop tells the platform itself."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(
        PYTHON, [str(PYTHON), "-m", "flask", "--app", "webapp", "serve", *arguments], {**os.environ, **(env or {})}
    )


def run_tests(rest: list[str]) -> int:
    """Install what the tests need, a browser and servers among it, and run them in parallel."""
    install("test")
    find_servers()
    browser = find_browser()
    return call(
        "-m", "pytest", *(rest or IN_PARALLEL), env={"CHANGETALK_BROWSER": browser, "PYTHONDONTWRITEBYTECODE": "1"}
    )


def install(extra: str = "") -> None:
    """Make the virtual environment and install, unless just this was installed before."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetUpError(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    wanted = hashlib.sha256(
        b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
        + f"{extra} {sys.version} {ROOT}".encode()
    ).hexdigest()
    stamp = ENVIRONMENT / f"installed-{extra or 'base'}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing what is needed. The first time takes a few minutes.", flush=True)
    if not PYTHON.exists():
        try:
            venv.create(ENVIRONMENT, with_pip=True, clear=True)
        except (subprocess.CalledProcessError, ImportError) as error:
            raise SetUpError(
                "Python cannot make a virtual environment here. On Debian or Ubuntu: apt install python3-venv"
            ) from error
    package = f"{ROOT}[{extra}]" if extra else str(ROOT)
    command = (
        "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--use-pep517",
        "--constraint", str(ROOT / "constraints.txt"), "--editable", package,
    )  # fmt: skip
    if call(*command) and call(*command):  # a busy package index leaves a package out once in a while
        raise SetUpError("The installation failed; the lines above say why. Is there a network?")
    stamp.write_text(wanted)


def find_browser() -> str:
    """Path of a Chromium for the browser tests: the machine's own, else one that is installed now."""
    found = installed_browser()
    for package in (SHELL, "chromium"):
        if not found:
            install_with_apt(package)
            found = installed_browser()
    if not found:
        subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], check=False)
        found = playwright_browser()
    if not found:
        raise SetUpError("The browser tests need Chromium, and it could not be installed. Install it and try again.")
    return found


def find_servers() -> None:
    """See that the servers the tests start for themselves are there, or install them."""
    for program, package in SERVERS.items():
        if not installed_server(program):
            install_with_apt(package)
        if not installed_server(program):
            raise SetUpError(
                f"The tests need {program}, which could not be installed. On Debian: apt install {package}"
            )


def installed_server(program: str) -> bool:
    """Whether it is on the path, or where Debian keeps PostgreSQL's programs."""
    return bool(shutil.which(program) or any(Path("/usr/lib/postgresql").glob(f"*/bin/{program}")))


def install_with_apt(package: str) -> None:
    """Install a Debian package where that is possible and allowed; whether it worked is for the caller to see."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    print(f"Installing {package} for the tests.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", package]):
        subprocess.run(["apt-get", "-q", *arguments], env=environment, check=False, capture_output=True)


def installed_browser() -> str | None:
    """The first Chromium on the path, if there is one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def playwright_browser() -> str | None:
    """Playwright's own Chromium, if it is there."""
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False).stdout.strip()
    return answer if answer and Path(answer).exists() else None


def call(*arguments: str, env: dict[str, str] | None = None) -> int:
    """Run the environment's Python in the project folder and return its exit status."""
    return subprocess.run(
        [str(PYTHON), *arguments], cwd=ROOT, env={**os.environ, **(env or {})}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
