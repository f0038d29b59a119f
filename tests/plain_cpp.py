"""The part of the Unreal plugin that knows no Unreal, as programs that a compiler makes of it here."""

from __future__ import annotations

import subprocess
from pathlib import Path

from stage import Program

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "demos" / "unreal"
SOURCE = PLUGIN / "Source" / "NpcEngine"
PROGRAMS = Path(__file__).parent / "clients" / "unreal"
FLAGS = ("-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-fno-exceptions", "-fno-rtti")
"""The engine builds without exceptions and type information, and so must this."""


def compiled(name: str, folder: Path, *more: str) -> Path:
    """The program of a source file, made in the folder."""
    program = folder / name
    subprocess.run(
        [
            "c++",
            *FLAGS,
            *more,
            "-O1",
            "-pthread",
            f"-I{SOURCE / 'Public'}",
            str(PROGRAMS / f"{name}.cpp"),
            "-o",
            str(program),
        ],
        check=True,
    )
    return program


GAME = Program("unreal", lambda folder: [str(compiled("play", folder))], needs=("c++",))
"""The game in small."""


HEADERS = (
    "AudioCaptureCore.h",
    "Components/ActorComponent.h",
    "Components/SkeletalMeshComponent.h",
    "Components/SynthComponent.h",
    "Containers/Ticker.h",
    "Engine/GameInstance.h",
    "Engine/World.h",
    "GameFramework/Actor.h",
    "HAL/PlatformTime.h",
    "IWebSocket.h",
    "Modules/ModuleManager.h",
    "Subsystems/GameInstanceSubsystem.h",
    "WebSocketsModule.h",
)
"""Of Unreal: all that the plugin includes. Here each is the one with the stubs."""


def read_by_a_compiler(source: Path, folder: Path) -> str:
    """What a compiler says of a file of the plugin, with stubs in the place of Unreal."""
    generated = [f"{header.stem}.generated.h" for header in (SOURCE / "Public").glob("*.h")]
    for name in (*HEADERS, *generated):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('#include "CoreMinimal.h"\n', encoding="utf-8")
    folders = [folder, PROGRAMS / "stubs", SOURCE / "Public", SOURCE / "Private"]
    command = ["c++", *FLAGS, "-Wshadow", "-Wno-unused-parameter", "-fsyntax-only", *(f"-I{each}" for each in folders)]
    return subprocess.run([*command, str(source)], capture_output=True, text=True).stderr
