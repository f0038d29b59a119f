import io

from rich.console import Console

from npc_engine.models.progress import shown
from npc_engine.models.watching import Progress


def show(*steps: Progress, terminal: bool) -> str:
    out = io.StringIO()
    with shown(Console(file=out, force_terminal=terminal, width=100)) as watcher:
        for step in steps:
            watcher.progress(step)
        watcher.note("whisper-base is in place")
    return out.getvalue()


FIRST = Progress("whisper-base", "part 1 of 2", 38_000_000, 74_000_000)


def test_a_log_gets_plain_lines():
    assert show(FIRST, terminal=False).splitlines() == [
        "pulling whisper-base: part 1 of 2, 38 of 74 MB",
        "whisper-base is in place",
    ]


def test_a_log_is_not_flooded_but_hears_of_every_step():
    second = Progress("whisper-base", "part 2 of 2", 40_000_000, 74_000_000)
    lines = show(FIRST, FIRST, FIRST, second, terminal=False).splitlines()
    assert [line.partition(": ")[2] for line in lines[:-1]] == ["part 1 of 2, 38 of 74 MB", "part 2 of 2, 40 of 74 MB"]


def test_a_terminal_keeps_what_was_noted():
    assert "whisper-base is in place" in show(FIRST, terminal=True)
