"""The C# package and its programs, compiled by Mono. Knows no scenario."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from stage import FOLDER, Program

PACKAGE = Path(__file__).parents[1] / "demos" / "unity"
CORE = PACKAGE / "Runtime" / "Core"
NEEDS = ("mcs", "mono")


def compiled(target: Path, *sources: Path, references: tuple[Path, ...] = ()) -> Path:
    """Compile all files of some folders, and single files, to a program or a library, by the name of `target`."""
    files = [file for source in sources for file in (sorted(source.glob("*.cs")) if source.is_dir() else [source])]
    kind = "library" if target.suffix == ".dll" else "exe"
    options = ["-langversion:7.2", "-warn:4", "-warnaserror", f"-target:{kind}", f"-out:{target}"]
    options += [f"-reference:{each}" for each in references]
    compiler = shutil.which("mcs")
    assert compiler, "no mcs: .ci/run says how Mono is installed"
    done = subprocess.run([compiler, *options, *map(str, files)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def _command(folder: Path) -> list[str]:
    return ["mono", str(compiled(folder / "Game.exe", CORE, FOLDER / "dotnet" / "Game.cs"))]


GAME = Program("dotnet", _command, NEEDS)
