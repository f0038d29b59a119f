"""The Unreal plugin, as far as it goes without Unreal. Its scenarios with a server are in `test_clients.py`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from plain_cpp import HEADERS, PLUGIN, PROGRAMS, SOURCE, compiled, read_by_a_compiler

from npc_engine.protocol import VISEMES
from npc_engine.reference_text import EXAMPLES

pytestmark = pytest.mark.skipif(
    not shutil.which("c++") and not os.environ.get("CI"), reason="needs a C++ compiler called c++"
)
SALOON = """#include "GameFramework/Actor.h"
#include "NpcEngineClient.h"

class ASaloon : public AActor
{
	virtual void BeginPlay() override;
	void ShowLabel(const FString& SessionId, const FString& Label, bool bResumed) {}
	void ShowSubtitle(int32 Utterance, const FString& Text, int32 AtMs) {}
	FNpcActionResult ServeDrink(const FNpcActionRequest& Request);
};

"""
"""What the page's example leaves to its reader."""
INCLUDE = re.compile(r'^#include "([^"]+)"$', re.MULTILINE)
FILES = sorted([*SOURCE.glob("P*/*.h"), *SOURCE.glob("P*/*.cpp")])


@pytest.mark.parametrize("sanitised", [False, True], ids=["plain", "sanitised"])
def test_the_plain_part_does_what_it_says(tmp_path: Path, sanitised: bool) -> None:
    more = ["-g", "-fsanitize=address,undefined"] if sanitised else []
    subprocess.run([str(compiled("check", tmp_path, *more))], check=True, timeout=60)


@pytest.mark.parametrize("source", sorted(SOURCE.glob("Private/*.cpp")), ids=lambda path: path.name)
def test_the_rest_is_read_by_a_compiler(source: Path, tmp_path: Path) -> None:
    assert read_by_a_compiler(source, tmp_path) == ""


def test_the_example_of_the_page_is_read_by_a_compiler(tmp_path: Path) -> None:
    page = (PLUGIN.parents[1] / "docs" / "clients" / "unreal.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```cpp\n(.*?)```", page, flags=re.DOTALL)
    source = tmp_path / "Saloon.cpp"
    source.write_text(SALOON + example, encoding="utf-8")
    assert read_by_a_compiler(source, tmp_path) == ""


def test_the_plain_part_includes_nothing_of_unreal() -> None:
    plain = {path.name for path in (SOURCE / "Public" / "Npc").glob("*.h")}
    for path in (SOURCE / "Public" / "Npc").glob("*.h"):
        assert set(INCLUDE.findall(path.read_text(encoding="utf-8"))) <= plain


def test_every_header_of_the_engine_has_its_stub_and_every_generated_one_comes_last() -> None:
    own = {path.relative_to(SOURCE / "Public").as_posix() for path in (SOURCE / "Public").rglob("*.h")}
    own |= {path.name for path in (SOURCE / "Private").glob("*.h")}
    for path in FILES:
        included = INCLUDE.findall(path.read_text(encoding="utf-8"))
        generated = [name for name in included if name.endswith(".generated.h")]
        assert generated in ([], [f"{path.stem}.generated.h"])
        assert not generated or included[-1] == generated[0]
        assert {*included} <= own | {*HEADERS, *generated, "CoreMinimal.h"}


def test_the_plugin_names_its_module_and_what_that_needs() -> None:
    described = json.loads((PLUGIN / "NpcEngine.uplugin").read_text(encoding="utf-8"))
    assert [module["Name"] for module in described["Modules"]] == ["NpcEngine"]
    rules = (SOURCE / "NpcEngine.Build.cs").read_text(encoding="utf-8")
    assert {"WebSockets", "AudioCaptureCore", "AudioMixer"} <= set(re.findall(r'"(\w+)"', rules))


def test_it_speaks_the_words_of_the_protocol() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (*FILES, *(SOURCE / "Public" / "Npc").glob("*.h")))
    types = {message.type for message in EXAMPLES}
    assert set(re.findall(r'"([a-z]+(?:\.[a-z_]+)+)"', text)) - {"npc.v1"} <= types
    assert re.findall(r'"(\w+)"', text.partition("visemes = {")[2].partition("}")[0]) == list(VISEMES)
    assert PROGRAMS.is_dir()
