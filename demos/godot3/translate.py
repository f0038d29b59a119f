"""Write the Godot 3 project: the Godot 4 project in the words of Godot 3, and the files that only this folder has.

    python demos/godot3/translate.py FOLDER [MORE...]

Godot 4 turned Godot 3's projects into its own by a table of names; this goes the other way. The code in `demos/godot`
keeps to what both languages have (no `await`, no lambdas, no setters, no typed arrays), so that words are all that
differs. What is not a matter of words is written twice: the WebSocket, and the settings of the project. MORE are other
folders, translated into the same project.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent / "godot"
SCRIPT = [
    (r"^##", "#"),
    (r"^(\s+)##", r"\1#"),
    (r"@(export|onready|tool)\b", r"\1"),
    (r"\bRefCounted\b", "Reference"),
    (r"\bPacked(\w+)Array\b", r"Pool\1Array"),
    (r"\b(VisualInstance|MeshInstance)3D\b", r"\1"),
    (r"\bSprite2D\b", "Sprite"),
    (r"\bprocess_mode = Node\.PROCESS_MODE_ALWAYS", "pause_mode = Node.PAUSE_MODE_PROCESS"),
    (r"\bTime\.get_ticks_msec\b", "OS.get_ticks_msec"),
    (r"\bOS\.get_cmdline_user_args\b", "OS.get_cmdline_args"),
    (r"\bJSON\.stringify\(", "to_json("),
    (r"\bJSON\.parse_string\(", "parse_json("),
    (r"\.(can_)?instantiate\(", r".\1instance("),
    (r"\brandf_range\(", "rand_range("),
    (r"\.unicode_at\(", ".ord_at("),
    (r'("[^"]*")\.join\((\w+)\)', r"PoolStringArray(\2).join(\1)"),
    (r"\.lerp\(", ".linear_interpolate("),
    (r"\.keycode\b", ".scancode"),
    (r"\bMOUSE_BUTTON_", "BUTTON_"),
    (
        r"^(\s*)var (\w+) := FileAccess\.open\((.+), FileAccess\.READ\)$",
        r"\1var \2 := File.new()\n\1\2.open(\3, File.READ)",
    ),
    (r"\.get_length\(\)", ".get_len()"),
    (r"\bCallable\(", "funcref("),
    (r"\]\.call\(", "].call_func("),
    (r"\b(\w+)\.(\w+)\.emit\(", r'\1.emit_signal("\2", '),
    (r"\b(\w+)\.emit\(\)", r'emit_signal("\1")'),
    (r"\b(\w+)\.emit\(", r'emit_signal("\1", '),
    (r"^(\s*)(.+)\.(\w+)\.connect\((\w+)\)$", r'\1\2.connect("\3", self, "\4")'),
]
"""Of GDScript: pattern and what it becomes, line by line."""
SCENE = [
    (r"format=3", "format=2"),
    (r' uid="[^"]*"', ""),
    (r'\bid="(\d+)"', r"id=\1"),
    (r'\b(ExtResource|SubResource)\("(\d+)"\)', r"\1( \2 )"),
    (r"\boffset_(left|top|right|bottom)\b", r"margin_\1"),
    (r"\bcustom_minimum_size\b", "rect_min_size"),
    (r"\bPacked(\w+)Array\b", r"Pool\1Array"),
    (r"\btheme_override_colors/", "custom_colors/"),
    (r"^theme_override_font_sizes/.*\n", ""),
    (r"\bautowrap_mode = 3\b", "autowrap = true"),
    (r"\btext_submitted\b", "text_entered"),
]
"""Of scenes."""


def translate(text: str, words: list[tuple[str, str]]) -> str:
    """The text in the words of Godot 3."""
    for pattern, replacement in words:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


def write(folder: Path, *more: Path) -> None:
    """Write the project, over what is there."""
    for source in (PROJECT, *more):
        for path in sorted(source.rglob("*")):
            words = {".gd": SCRIPT, ".tscn": SCENE}.get(path.suffix)
            if words or path.suffix == ".cfg":
                target = folder / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(translate(path.read_text(encoding="utf-8"), words or []), encoding="utf-8")
    shutil.copytree(HERE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(Path(__file__).name, "__pycache__"))


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
