"""Play scenario files, show what failed, and write reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from npc_engine.compose import text_engines_for
from npc_engine.config import Config
from npc_engine.errors import InvalidFile
from npc_engine.models.own import looks_like_path
from npc_engine.persona import loading
from npc_engine.persona.model import Persona
from npc_engine.terminal.benching import note, write
from npc_engine.terminal.setup import pull_missing, with_language_model
from npc_engine.trials import scenario
from npc_engine.trials.junit import as_junit
from npc_engine.trials.page import as_page
from npc_engine.trials.performing import Act, Bench, Script, Trial, perform
from npc_engine.trials.tally import assertions, by_model, differences, total


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    paths: tuple[Path, ...]
    models: tuple[str | None, ...] = (None,)
    """None is the configuration's."""
    seeds: tuple[int, ...] = (1,)
    repeat: int = 1
    timing: bool = False
    fake: bool = False


def read(paths: tuple[Path, ...]) -> tuple[list[Script], dict[str, Persona]]:
    """The scenarios and everybody in them. Raises `InvalidFile` or `PersonaNotFound`."""
    scripts = [Script(file, scenario.load(file)) for file in scenario.find(paths)]
    personas: dict[str, Persona] = {}
    for script in scripts:
        folders = [*_beside(script.file), *loading.search_folders()]
        steps = script.scenario.steps
        names = [*script.scenario.cast.values(), *(name for step in steps for name in (step.join or {}).values())]
        personas |= {name: loading.load(loading.named(name, folders)) for name in names if name not in personas}
    return scripts, personas


def _beside(file: Path) -> list[Path]:
    """The folder of personas that a scenario file is in: `PERSONAS/ada/scenarios/quest.yaml`."""
    parents = file.resolve().parents
    return [parents[2]] if file.parent.name == "scenarios" and len(parents) > 2 else []


async def play_all(options: Options, config: Config) -> list[Trial]:
    """Play everything with every model and seed. Raises `NpcEngineError`."""
    scripts, personas = read(options.paths)
    trials = []
    for model in options.models:
        settings = with_language_model(config, model)
        if not options.fake:
            _pull(settings)
        trials += await _play_with(settings, scripts, personas, options)
    return trials


def _pull(config: Config) -> None:
    chosen = config.models.language
    if isinstance(chosen, str) and not looks_like_path(chosen):
        pull_missing([chosen], Console(stderr=True))


async def _play_with(
    config: Config, scripts: Sequence[Script], personas: dict[str, Persona], options: Options
) -> list[Trial]:
    engines = text_engines_for(config, options.fake)
    await engines.start()
    try:
        bench = Bench(personas, engines, engines.models.language_model, options.timing)
        trials = []
        for _ in range(options.repeat):
            for script, language, seed in _runs(scripts, options.seeds):
                trials.append(await perform(script, language, seed, bench))
                note(f"{'passed' if trials[-1].passed else 'FAILED'}  {bench.model}: {trials[-1].title}")
        return trials
    finally:
        await engines.stop()


def _runs(scripts: Iterable[Script], seeds: Iterable[int]) -> Iterable[tuple[Script, str, int]]:
    return ((script, language, seed) for script in scripts for language in script.scenario.languages for seed in seeds)


def seeds_of(text: str) -> tuple[int, ...]:
    """`1,2,3` as numbers. Raises `InvalidFile` for anything else."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and int(part) < 2**32 for part in parts):
        raise InvalidFile(f"--seeds are numbers with commas between them, such as 1,2,3; not '{text}'")
    return tuple(map(int, parts))


def show(trials: list[Trial], compare: bool) -> None:
    """Print failures and counts, and where two models differ."""
    console = Console(highlight=False)
    for trial in trials:
        for act in trial.acts:
            _show_failures(console, trial, act)
    table = Table("model", "scenarios passed", "assertions held", "seconds")
    for model, played in by_model(trials).items():
        table.add_row(model, str(total(played)), str(assertions(played)), f"{sum(each.seconds for each in played):.1f}")
    console.print(table)
    if compare:
        _show_comparison(console, by_model(trials))


def _show_failures(console: Console, trial: Trial, act: Act) -> None:
    if not act.failures:
        return
    console.print(Text(f"{trial.file}: {trial.title}, {trial.model}", style="bold"))
    console.print(Text(f"  step {act.number}: {act.happened}"))
    for each in act.outcome.spoken:
        console.print(Text(f"    {each.actor_id}: {each.text}"))
    for check in act.failures:
        console.print(Text(f"    ✗ {check.what}; found: {check.found}", style="red"))


def _show_comparison(console: Console, played: dict[str, list[Trial]]) -> None:
    if len(played) != 2:
        raise InvalidFile(f"--compare needs two models, give --model twice; there is: {', '.join(played)}")
    first, second = played
    table = Table("scenario", "step", "assertion", first, second, title="Where the two differ", title_justify="left")
    for each in differences(played[first], played[second]):
        table.add_row(each.scenario, str(each.step), Text(each.what), *map(str, each.rates))
    console.print(table)


def publish(trials: list[Trial], junit: Path | None, html: Path | None) -> None:
    """Write the reports that were asked for. Raises `NpcEngineError`."""
    if junit:
        write(junit, as_junit(trials), "--junit")
    if html:
        write(html, as_page(trials), "--html")
