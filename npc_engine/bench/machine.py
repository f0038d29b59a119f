"""What a benchmark ran on: processor, load, and the memory of a process with all its children."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import psutil

from npc_engine.threads import usable_cores

_CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Machine:
    """The hardware and system."""

    processor: str
    cores: int
    """Logical, that this process may use."""
    memory_gb: float
    system: str
    python: str


@dataclass(frozen=True)
class Memory:
    """Of several processes together."""

    megabytes: float
    measure: str
    """`PSS` counts shared pages once, `RSS` once per process: it says more than is used."""


def machine() -> Machine:
    """This one."""
    return Machine(
        processor=_processor(),
        cores=usable_cores(),
        memory_gb=round(psutil.virtual_memory().total / 1e9, 1),
        system=platform.platform(terse=True),
        python=platform.python_version(),
    )


def load() -> float:
    """Processes that ran or waited for a core, on average over the last minute."""
    return round(psutil.getloadavg()[0], 2)


def memory(pid: int) -> Memory:
    """What a process and its descendants hold now."""
    root = psutil.Process(pid)
    processes = [root, *root.children(recursive=True)]
    try:
        # only some systems have PSS, and only for one's own processes
        proportional = [process.memory_full_info().pss for process in processes]
    except (psutil.Error, AttributeError):
        resident = [process.memory_info().rss for process in processes if process.is_running()]
        return Memory(round(sum(resident) / 1e6, 1), "RSS")
    return Memory(round(sum(proportional) / 1e6, 1), "PSS")


def _processor() -> str:
    if os.name == "posix" and _CPU_INFO.exists():
        for line in _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
