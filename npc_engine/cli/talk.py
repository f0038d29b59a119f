"""Commands that let characters talk: `serve`, `chat`, `demo`, `test`; and `doctor`, which says why they might not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npc_engine.cli.options import ConfigFile, Fake, Language, StoreFile, language_codes, run


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. [default: 127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one. [default: 8765]")
    ] = None,
    persona: Annotated[
        list[str] | None, typer.Option(help="Name or folder; may be repeated. [default: all]", metavar="NAME")
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(
            help="Spoken here; may be repeated. [default: what the personas speak]",
            metavar="CODE",
            callback=language_codes,
        ),
    ] = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    fake: Fake = False,
    attached: Annotated[
        bool, typer.Option("--attached", help="Stop when standard input closes: for programs that start a server.")
    ] = False,
    trace: Annotated[
        bool, typer.Option("--trace", help="Tell an OpenTelemetry collector about turns; OTEL_... says where it is.")
    ] = False,
    aloud: Annotated[
        bool, typer.Option("--aloud", help="Speak through the sound card to games of the Neuro SDK.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log more.")] = False,
) -> None:
    """Serve characters over WebSocket; one line on standard output says when it is ready."""
    import logging

    from rich.console import Console

    from npc_engine.compose import languages_of, models_for
    from npc_engine.config import kept_in, load_config
    from npc_engine.terminal import logs, serving, setup

    logs.configure(logging.DEBUG if verbose else logging.INFO)
    settings = kept_in(load_config(config), store)
    tracing = settings.tracing.model_copy(update={"enabled": True}) if trace else None
    given = {
        "host": host,
        "port": port,
        "personas": tuple(persona or ()) or None,
        "tracing": tracing,
        "aloud": aloud or None,
    }
    settings = settings.model_copy(update={key: value for key, value in given.items() if value is not None})
    personas = setup.load_personas(settings.personas)
    languages = tuple(language or languages_of(personas.values()))
    if not fake:
        setup.pull_missing(models_for(settings, languages), Console(stderr=True))
    run(serving.serve(settings, personas, languages, fake, attached))


def chat(
    persona: Annotated[str, typer.Argument(help="Name or folder of a persona.")] = "deadwood",
    plain: Annotated[bool, typer.Option("--plain", help="Print only the answers: for pipes.")] = False,
    voice: Annotated[bool, typer.Option("--voice", help="Speak the answers.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="With --voice: write the speech to a WAV file.", metavar="FILE.wav")
    ] = None,
    mic: Annotated[bool, typer.Option("--mic", help="Listen through the microphone.")] = False,
    language: Language = None,
    model: Annotated[str | None, typer.Option(help="Language model.", metavar="NAME|PATH")] = None,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Go on where the last chat in this character's world was.")
    ] = False,
    config: ConfigFile = None,
    store: StoreFile = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**32 - 1, help="The same answers every time.")] = None,
    fake: Fake = False,
) -> None:
    """Talk to a character in the terminal. /help lists what can be typed."""
    import logging

    from rich.console import Console

    from npc_engine.compose import models_for
    from npc_engine.config import kept_in, load_config
    from npc_engine.terminal import chatting, logs, setup
    from npc_engine.terminal.display import Display

    if out and not voice:
        raise typer.BadParameter("--out needs --voice")
    logs.configure(logging.ERROR)
    settings = kept_in(setup.with_language_model(load_config(config), model), store)
    name, loaded = next(iter(setup.load_personas([persona]).items()))
    if not fake:
        setup.pull_missing(models_for(settings, [language] if language else loaded.languages), Console(stderr=True))
    options = chatting.ChatOptions(name, language, plain, voice, out, mic, fake, seed, go_on)
    display = Display(*chatting.consoles(plain), plain)
    run(chatting.chat(options, settings, loaded, display))
    if plain and display.failed:
        raise typer.Exit(1)


def demo(
    language: Annotated[str, typer.Option(help="Of the question: en or zh.", metavar="CODE")] = "en",
    out: Annotated[Path, typer.Option(help="Folder for what comes back.", metavar="DIR")] = Path("npc-engine-out"),
    fake: Fake = False,
) -> None:
    """Ask a recorded question through a real server; keep the spoken answer, its cues and timings."""
    from rich.console import Console

    from npc_engine.compose import models_for
    from npc_engine.config import Config
    from npc_engine.demo import DemoOptions
    from npc_engine.demo import demo as run_demo
    from npc_engine.recordings import question
    from npc_engine.terminal import setup

    console = Console(highlight=False)
    question(language)
    if not fake:
        setup.pull_missing(models_for(Config(), [language]), console)
    run(run_demo(DemoOptions(language, out, fake), console))


def try_scenarios(
    paths: Annotated[list[Path], typer.Argument(help="Scenario files, or folders that hold some.", metavar="PATH...")],
    model: Annotated[
        list[str] | None, typer.Option(help="Language model; may be repeated.", metavar="NAME|PATH")
    ] = None,
    seeds: Annotated[str, typer.Option(help="Of the answers; each scenario is played with each.")] = "1",
    repeat: Annotated[int, typer.Option(min=1, help="How often all of it is played.")] = 1,
    compare: Annotated[bool, typer.Option("--compare", help="Show where two models differ.")] = False,
    timing: Annotated[bool, typer.Option("--timing", help="Let slow answers fail, too.")] = False,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML, for build servers.", metavar="FILE")] = None,
    html: Annotated[Path | None, typer.Option(help="Write one page with every line.", metavar="FILE")] = None,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Play scenario files with characters, by text, and judge what they say, know and do."""
    import logging

    from npc_engine.config import load_config
    from npc_engine.terminal import logs, trying

    logs.configure(logging.ERROR)
    options = trying.Options(tuple(paths), tuple(model or [None]), trying.seeds_of(seeds), repeat, timing, fake)
    if compare and len(options.models) != 2:
        raise typer.BadParameter("--compare needs two models: give --model twice")
    trials = run(trying.play_all(options, load_config(config)))
    trying.show(trials, compare)
    trying.publish(trials, junit, html)
    if not all(trial.passed for trial in trials):
        raise typer.Exit(1)


def doctor(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port that the server is to use.")] = 8765,
    config: ConfigFile = None,
    store: StoreFile = None,
) -> None:
    """Look at this machine and say what to fix."""
    from npc_engine.terminal import listing

    raise typer.Exit(0 if listing.show_findings(port, config, store) else 1)
