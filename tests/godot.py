"""The Godot projects of `demos/`, together with the scenes of `tests/clients/godot`, ready to run without a window."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from stage import FOLDER, Program

ROOT = Path(__file__).parents[1]
DEMOS = ROOT / "demos"
PAGES = ("godot.md", "godot.zh.md")
"""In `docs/clients`, with code in them."""
GODOT4 = os.environ.get("GODOT4", "")
"""A Godot 4, if there is one: Debian's stable release has none. `demos/godot/try_godot4.sh` gets one."""


def documented(folder: Path) -> Path:
    """A folder with the scripts that the pages show, as `documented_0.gd` and so on."""
    folder.mkdir()
    texts = ((ROOT / "docs" / "clients" / page).read_text(encoding="utf-8") for page in PAGES)
    for number, script in enumerate(re.findall(r"```gdscript\n(.*?)```", "\n".join(texts), re.DOTALL)):
        (folder / f"documented_{number}.gd").write_text(script, encoding="utf-8")
    return folder


def programs(scene: str) -> list[Program]:
    """What runs a scene of the tests in each Godot; its arguments are those of any client's program."""

    def godot3(folder: Path) -> list[str]:
        more = (FOLDER / "godot", documented(folder / "pages"))
        subprocess.run([sys.executable, DEMOS / "godot3" / "translate.py", folder, *more], check=True)
        return ["godot3-server", "--path", str(folder), f"res://{scene}.tscn"]

    def godot4(folder: Path) -> list[str]:
        for source in (DEMOS / "godot", FOLDER / "godot", documented(folder / "pages")):
            shutil.copytree(source, folder, dirs_exist_ok=True)
        return [GODOT4, "--headless", "--path", str(folder), f"res://{scene}.tscn", "--"]

    all_programs = [Program("godot3", godot3, needs=("godot3-server",))]
    return [*all_programs, Program("godot4", godot4, needs=(GODOT4,))] if GODOT4 else all_programs
