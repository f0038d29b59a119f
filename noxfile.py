"""The project's chores, each in an environment of its own under `.nox` that later runs reuse.

    nox -s demo     speak to the demo town         nox -s lock     renew requirements/*.txt
    nox -s tests    style, types and tests         nox -s docs     renew the generated pages in docs/

Every package is installed by hash, those that build other packages too; nothing is fetched by a build itself.
llama.cpp is compiled once and kept in `.nox/wheels`; all environments share it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import nox

nox.options.sessions = ["demo"]
nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_external_run = True

ROOT = Path(__file__).parent
REQUIREMENTS = ROOT / "requirements"
PEERS = ROOT / "npc_engine" / "bench" / "peer"
"""Requirements of the frameworks that `bench peer` installs for itself; llama.cpp's it copies."""
WHEELS = ROOT / ".nox" / "wheels"
CLIENTS = ROOT / "tests" / "clients"
"""Programs that use clients of other projects, and what they need: `openai.txt` and `package-lock.json`."""
BROWSER = ROOT / "demos" / "browser"
"""The client for browsers, whose build the tests repeat."""
COMPILERS = (os.environ.get("CXX", ""), "c++", "g++", "clang++", "cl")
COMPILER_ADVICE = "apt install g++ | dnf install gcc-c++ | xcode-select --install | Visual Studio Build Tools"
COVERED = "npc_engine/core/*,npc_engine/protocol.py,npc_engine/persona/*"
"""Where each branch must be reached by a test."""
LIKENESS = ("likeness", "likeness-any", "likeness-en")
ALL_TESTS = ("--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder")
"""The models of one process use several cores and some gigabytes: a third process would take more than it gives. The
files come in the order in which `tests/conftest.py` puts them."""
TEST_MODELS = ("small", "whisper-base", "en_US-joe-medium", "kokoro", "smart-turn", *LIKENESS)


@nox.session
def demo(session: nox.Session) -> None:
    """Ask Deadwood a spoken question; arguments after `--` go to `npc-engine demo`."""
    prepare(session, "run.txt")
    session.run("npc-engine", "models", "pull")
    session.run("npc-engine", "demo", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Check style and types, then run the tests; arguments after `--` go to pytest."""
    prepare(session, "run.txt", "test.txt")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("npc-engine", "models", "pull", *TEST_MODELS)
    prepare_clients(session)
    prepare_browser(session)
    session.run("pytest", "--cov", "--cov-report=", *(session.posargs or ALL_TESTS))
    if not session.posargs:
        session.run("coverage", "report", f"--include={COVERED}", "--fail-under=100")


@nox.session
def docs(session: nox.Session) -> None:
    """Write the generated pages again."""
    prepare(session, "run.txt")
    session.run("python", "-m", "npc_engine.reference")
    session.run("python", "-m", "npc_engine.terminal.reference")


@nox.session
def lock(session: nox.Session) -> None:
    """Write requirements/*.txt after a change in pyproject.toml; with `-- --upgrade`, take what is newest."""
    session.install("uv>=0.8")
    (REQUIREMENTS / "llama.txt").unlink(missing_ok=True)  # uv can't read the settings that are added below
    run = [
        "pyproject.toml",
        "--extra=audio",
        "--no-emit-package=llama-cpp-python",
        "--constraints=requirements/llama.in",
    ]
    write_lock(session, "llama.txt", ["requirements/llama.in", "--no-deps"])
    write_lock(session, "run.txt", run, head="-r llama.txt\n")
    write_lock(session, "test.txt", ["--group=test", "--constraints=requirements/run.txt"])
    write_lock(session, "build.txt", ["requirements/build.in"])
    write_lock(session, "nox.txt", ["--group=nox"])
    for peer in PEERS.glob("*.in"):
        arguments = [str(peer.relative_to(ROOT)), "--no-emit-package=llama-cpp-python"]
        write_lock(session, str(peer.with_suffix(".txt")), arguments)
    openai = str((CLIENTS / "openai.txt").relative_to(ROOT))
    write_lock(session, str(CLIENTS / "openai.txt"), [openai.replace(".txt", ".in")])
    npm = ("npm", "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved")
    for folder in (CLIENTS, BROWSER):
        with session.chdir(folder):
            session.run(*npm, external=True)
    compile_only_what_is_used(REQUIREMENTS / "llama.txt")


def write_lock(session: nox.Session, name: str, arguments: list[str], head: str = "") -> None:
    """Compile one file of `requirements/`, or at another path, for all platforms.

    It names no index, so that the user's own is asked.
    """
    target = REQUIREMENTS / name
    options = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
    session.run("uv", "pip", "compile", "--quiet", *options, *session.posargs, *arguments, f"--output-file={target}")
    text = target.read_text(encoding="utf-8")
    header = "# Written by `nox -s lock`; do not edit.\n"
    target.write_text(header + head + text, encoding="utf-8")


def compile_only_what_is_used(path: Path) -> None:
    """Give llama-cpp-python the build settings that leave out what the engine never calls: less than half the time.

    The compiler of the lock files drops per-requirement options, therefore they are added afterwards.
    """
    settings = ("cmake.define.LLAVA_BUILD=OFF", "build.targets=llama;llama-common")
    options = "".join(f' \\\n    --config-settings="{setting}"' for setting in settings)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^(llama-cpp-python==\S+)", rf"\1{options}", text, flags=re.M), encoding="utf-8")


def prepare(session: nox.Session, *files: str) -> None:
    """Install the project and the locked `files`, unless that is done already."""
    locked = ["build.txt", *files]
    stamp = Path(session.virtualenv.location) / "installed"
    wanted = digest([ROOT / "pyproject.toml", *(REQUIREMENTS / name for name in [*locked, "llama.txt"])])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    pip = ("python", "-m", "pip", "--disable-pip-version-check", "install")
    session.log("step 1 of 3: the tools that build packages")
    session.run(*pip, "--quiet", "--require-hashes", "-r", "requirements/build.txt")
    wheel = llama_wheel(session)
    session.run(*pip, "--quiet", "--no-deps", "--no-index", str(wheel))
    session.log("step 3 of 3: libraries, about 330 MB on the first run")
    names = [argument for name in files for argument in ("-r", f"requirements/{name}")]
    session.run(*pip, "--no-build-isolation", "--require-hashes", *names)
    session.run(*pip, "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--editable", ".")
    stamp.write_text(wanted)


def prepare_clients(session: nox.Session) -> None:
    """Install the clients of other projects in `.nox/clients`, where their tests look, unless that is done already."""
    home = ROOT / ".nox" / "clients"
    stamp, wanted = home / "installed", digest([CLIENTS / "openai.txt", CLIENTS / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    python, pip = home / "openai", ("pip", "--disable-pip-version-check", "--quiet", "install", "--require-hashes")
    session.run("python", "-m", "venv", "--clear", str(python))
    interpreter = python / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    session.run(str(interpreter), "-m", *pip, "-r", str(CLIENTS / "openai.txt"), external=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CLIENTS / name, home / name)
    npm_ci(session, home)
    stamp.write_text(wanted)


def prepare_browser(session: nox.Session) -> None:
    """Install what builds the client for browsers and judges its page, unless that is done already."""
    stamp, wanted = BROWSER / "node_modules" / "installed", digest([BROWSER / "package-lock.json"])
    if not stamp.exists() or stamp.read_text() != wanted:
        npm_ci(session, BROWSER)
        stamp.write_text(wanted)


def npm_ci(session: nox.Session, folder: Path) -> None:
    """Install what the lock file in `folder` names, there."""
    npm = shutil.which("npm")
    if npm is None:
        session.error("the tests run JavaScript clients and need Node 20 or newer: apt install nodejs npm")
    session.run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder), external=True)


def llama_wheel(session: nox.Session) -> Path:
    """The compiled llama-cpp-python, from `.nox/wheels` or built there."""
    home = WHEELS / f"{sys.platform}-{digest([REQUIREMENTS / 'llama.txt', REQUIREMENTS / 'build.txt'])[:12]}"
    if not any(home.glob("*.whl")):
        if os.name != "nt" and not any(name and shutil.which(name) for name in COMPILERS):
            session.error(f"llama.cpp is compiled here and needs a C++ compiler: {COMPILER_ADVICE}")
        session.log("step 2 of 3: compiling llama.cpp, 3 minutes on two idle cores (8 on busy ones), done once")
        compile_llama(session, home)
    return next(home.glob("*.whl"))


def compile_llama(session: nox.Session, home: Path) -> None:
    """Build the wheel into `home`. The settings make it a smaller build than others expect: kept from pip's cache."""
    unfinished = home.with_suffix(".unfinished")
    command = [str(Path(session.bin) / "python"), "-m", "pip", "--disable-pip-version-check", "wheel", "-v"]
    command += ["--no-cache-dir", "--no-build-isolation", "--no-deps", "--require-hashes"]
    command += ["-r", "requirements/llama.txt", "-w", str(unfinished)]
    environment = os.environ | {"PATH": os.pathsep.join([session.bin, os.environ.get("PATH", "")])}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as build:
        tail = show_counter(build.stdout or ())
    if build.returncode:
        session.error("llama.cpp did not compile:\n" + "".join(tail) + f"\nneeded: a C++ compiler; {COMPILER_ADVICE}")
    home.parent.mkdir(parents=True, exist_ok=True)
    unfinished.replace(home)


def show_counter(output: Iterable[str]) -> list[str]:
    """Condense a build's output to its `[n/m]` counter: one changing line, or in a log one line per tenth.

    Returns the last lines, for when the build fails.
    """
    began, tail, shown = time.monotonic(), [], -1
    for line in output:
        tail = [*tail[-39:], line]
        counter = re.match(r"\s*\[(\d+)/(\d+)\]", line)
        if not counter:
            continue
        done, total = int(counter[1]), int(counter[2])
        text = f"compiling llama.cpp: {done} of {total}, {time.monotonic() - began:.0f} s"
        if sys.stderr.isatty():
            print(f"\r{text}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif done * 10 // total > shown:
            shown = done * 10 // total
            print(text, file=sys.stderr, flush=True)
    return tail


def digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
