"""The command line. Options in, exit code out; what commands do is elsewhere and imported when it is needed."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from npc_engine import __version__
from npc_engine.errors import NpcEngineError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

T = TypeVar("T")

app = typer.Typer(
    name="npc-engine",
    help="The voice and mind of game characters: listens, thinks and speaks in real time, on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
models_app = typer.Typer(help="Models: what there is, what is installed.", no_args_is_help=True)
personas_app = typer.Typer(help="Characters and their worlds: what there is, and new ones.", no_args_is_help=True)
saves_app = typer.Typer(help="Saves: what there is of them, and what is in them.", no_args_is_help=True)
bench_app = typer.Typer(help="Benchmarks.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(personas_app, name="personas")
app.add_typer(saves_app, name="saves")
app.add_typer(bench_app, name="bench")

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it: 128 and the signal's number."""
TERMINATED = 143
"""Exit code after SIGTERM, where a command has no better answer to it."""


def _language(code: str | None) -> str | None:
    if code is not None and not re.fullmatch("[a-z]{2}", code):
        raise typer.BadParameter(f"'{code}' is no language code; they have two letters: en, zh, ja")
    return code


def _languages(codes: list[str] | None) -> list[str] | None:
    return [code for code in codes or [] if _language(code)]


Fake = Annotated[bool, typer.Option("--fake", help="Scripted engines: no model is needed, answers are simple.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="A configuration file.", metavar="FILE")]
StoreFile = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="File that keeps stories and saves; `off` keeps nothing. [default: as configured]",
        envvar="NPC_ENGINE_STORE",
        show_envvar=True,
        metavar="FILE|off",
    ),
]
Language = Annotated[
    str | None, typer.Option(help="Spoken by the player: en, zh, ...", metavar="CODE", callback=_language)
]


def main() -> None:
    """Run the command line; errors that a user can mend are one line."""
    signal.signal(signal.SIGTERM, _terminate)
    # questions in other scripts must not fail on a console that is not set to UTF-8
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except NpcEngineError as error:
        _print_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # whoever read the output has left; what is still buffered goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _terminate(number: int, frame: object) -> None:
    """End by an exception, so that what was started is cleaned up."""
    sys.exit(TERMINATED)


def _print_error(error: NpcEngineError) -> None:
    from rich.console import Console
    from rich.text import Text

    Console(stderr=True).print(Text.assemble(("error: ", "bold red"), str(error)), soft_wrap=True)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which is cancelled by Ctrl-C and SIGTERM."""
    import asyncio

    async def cancellable() -> T:
        task = asyncio.current_task()
        if task and os.name != "nt":
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        sys.exit(TERMINATED)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"npc-engine {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command()
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
            callback=_languages,
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
    given = {"host": host, "port": port, "personas": tuple(persona or ()) or None, "tracing": tracing}
    settings = settings.model_copy(update={key: value for key, value in given.items() if value is not None})
    personas = setup.load_personas(settings.personas)
    languages = tuple(language or languages_of(personas.values()))
    if not fake:
        setup.pull_missing(models_for(settings, languages), Console(stderr=True))
    _run(serving.serve(settings, personas, languages, fake, attached))


@app.command()
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
    _run(chatting.chat(options, settings, loaded, display))
    if plain and display.failed:
        raise typer.Exit(1)


@app.command()
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
    _run(run_demo(DemoOptions(language, out, fake), console))


@app.command("test")
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
    trials = _run(trying.play_all(options, load_config(config)))
    trying.show(trials, compare)
    trying.publish(trials, junit, html)
    if not all(trial.passed for trial in trials):
        raise typer.Exit(1)


@bench_app.command("loop")
def bench_loop(
    turns: Annotated[int, typer.Option(min=1, help="Measured turns.")] = 10,
    warmup: Annotated[int, typer.Option(min=1, help="Turns before them; the first one is the cold one.")] = 2,
    language: Annotated[str, typer.Option(help="Of the questions: en or zh.", metavar="CODE")] = "en",
    json: Annotated[Path | None, typer.Option(help="Also write everything as JSON.", metavar="FILE")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Also draw the median turn as a picture.", metavar="FILE.svg")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Only typed turns.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for docs/benchmarks.md.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Measure spoken and typed turns through a real server: median and 90th percentile of every stage."""
    from npc_engine.bench.loop import Plan, measure
    from npc_engine.config import load_config
    from npc_engine.terminal import benching

    server = ["--language", language, *(["--fake"] if fake else []), *(["--config", str(config)] if config else [])]
    plan = Plan(turns, warmup, language, spoken=not text, server=tuple(server))
    benching.prepare(plan, None if fake else load_config(config))
    benching.show(_run(measure(plan, benching.note)), json, markdown, plot)


@bench_app.command("tune")
def bench_tune(
    language: Annotated[str, typer.Option(help="Of what is recognised and spoken: en or zh.", metavar="CODE")] = "en",
    save: Annotated[bool, typer.Option(help="Keep what was found, for servers that start from now on.")] = True,
    json: Annotated[Path | None, typer.Option(help="Also write everything as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Find the thread counts that suit this machine and keep them: takes one to three minutes, best left alone."""
    from rich.console import Console

    from npc_engine.compose import models_for
    from npc_engine.config import load_config
    from npc_engine.terminal import setup, tuning

    settings = load_config(config)
    if not fake:
        setup.pull_missing(models_for(settings, [language]), Console(stderr=True))
    report = _run(tuning.tune(settings, language, fake))
    tuning.show(report, json, markdown)
    if save and not fake:
        tuning.save(report.chosen)


@bench_app.command("barge-in")
def bench_barge_in(
    cases: Annotated[int, typer.Option(min=1, help="Sounds that must not stop a reply.")] = 120,
    words: Annotated[int, typer.Option(min=1, help="Players who speak, half of them over an echo.")] = 36,
    live: Annotated[int, typer.Option(min=0, help="Players who speak in real time, to a server.")] = 16,
    quick: Annotated[bool, typer.Option("--quick", help="A tenth of all that, without recorded people.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Odd ones choose settings, even ones report.")] = 2,
    json: Annotated[Path | None, typer.Option(help="Also write every case as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for docs/benchmarks.md.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Speak, cough and echo into replies: how soon they stop, and how often they stop for nothing.

    Coughs and hums are made by formulas, echoes by room models, most voices by the synthesiser; some players are
    recorded people (a Debian package of 20 MB).
    """
    from npc_engine.bench.barge_in import Plan, measure
    from npc_engine.bench.barge_in_cases import Counts
    from npc_engine.config import load_config
    from npc_engine.terminal import barge_in, benching

    settings = load_config(config)
    if not fake:
        barge_in.prepare(settings)
    server = ["--language", "en", *(["--fake"] if fake else []), *(["--config", str(config)] if config else [])]
    tenth = 10 if quick else 1
    counts = Counts(-(-cases // tenth), -(-words // tenth))
    plan = Plan(counts, -(-live // tenth), not quick, seed, settings, tuple(server), fake)
    barge_in.show(_run(measure(plan, benching.note)), json, markdown)


@bench_app.command("peer")
def bench_peer(
    turns: Annotated[int, typer.Option(min=1, help="Measured turns of each.")] = 20,
    warmup: Annotated[int, typer.Option(min=1, help="Turns of each before them.")] = 2,
    peers: Annotated[
        list[str] | None,
        typer.Option(
            help="pipecat, pipecat-tuned, livekit or livekit-tuned; may be repeated. [default: all]", metavar="NAME"
        ),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write every turn as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for docs/benchmarks.md.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Ask other voice frameworks and our server the same questions with the same models, turn by turn.

    The frameworks are installed into environments of their own in the user's cache folder: about 1.6 GB.
    """
    from npc_engine.config import load_config
    from npc_engine.terminal import peering

    server = ["--language", peering.LANGUAGE, *(["--fake"] if fake else [])]
    server += ["--config", str(config)] if config else []
    report = _run(peering.compare(turns, warmup, peers or [], load_config(config), server, fake))
    peering.show(report, json, markdown)


@bench_app.command("crowd")
def bench_crowd(
    turns: Annotated[int, typer.Option(min=1, help="Measured turns of each size, at least.")] = 20,
    size: Annotated[
        list[int] | None, typer.Option(min=1, max=8, help="Players at once; may be repeated. [default: 1 2 4 8]")
    ] = None,
    through: Annotated[
        list[str] | None,
        typer.Option(
            help="npc-engine, llama-cpp-python or llama-server; may be repeated. [default: all]", metavar="NAME"
        ),
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Only typed turns.")] = False,
    spoken: Annotated[bool, typer.Option("--spoken", help="Only spoken turns.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the moments at which players begin.")] = 1,
    json: Annotated[Path | None, typer.Option(help="Also write every turn as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for docs/benchmarks.md.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Let players speak and type at once: with our scheduler, and with other servers in its place, set up at need."""
    from npc_engine.bench.crowd import Plan, measure
    from npc_engine.bench.rivals import OURS, THROUGH
    from npc_engine.config import load_config
    from npc_engine.terminal import benching, measuring

    if text and spoken:
        raise typer.BadParameter("--text and --spoken exclude each other")
    settings = load_config(config)
    if not fake:
        measuring.prepare(settings, "en")
    kinds = tuple(kind for kind in (True, False) if not (text if kind else spoken))
    names = (OURS,) if fake else tuple(through or THROUGH)
    plan = Plan(turns, tuple(size or (1, 2, 4, 8)), kinds, names, seed=seed, config=settings, fake=fake)
    measuring.show(_run(measure(plan, benching.note)), json, markdown)


@bench_app.command("join")
def bench_join(
    turns: Annotated[int, typer.Option(min=1, help="Players who join, for each persona.")] = 20,
    json: Annotated[Path | None, typer.Option(help="Also write everything as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for docs/benchmarks.md.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Let characters join whose persona is known: first token with 2,000 tokens of persona, against a short one."""
    from npc_engine.bench.join import Plan, measure
    from npc_engine.config import load_config
    from npc_engine.terminal import benching, measuring

    settings = load_config(config)
    if not fake:
        measuring.prepare(settings, "en")
    measuring.show(_run(measure(Plan(turns, config=settings, fake=fake), benching.note)), json, markdown)


@bench_app.command("idle")
def bench_idle(
    sessions: Annotated[int, typer.Option(min=1, help="Connected players who say nothing.")] = 200,
    turns: Annotated[int, typer.Option(min=1, help="Turns of a player who speaks, in each state.")] = 20,
    microphones: Annotated[int, typer.Option(min=1, help="Players whose microphone sends silence.")] = 10,
    watch: Annotated[float, typer.Option(min=0.1, help="Seconds over which processor time is counted.")] = 20.0,
    json: Annotated[Path | None, typer.Option(help="Also write everything as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for docs/benchmarks.md.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Connect players who say nothing: memory, processor time, and what they do to the turns of one who speaks."""
    from npc_engine.bench.idle import Plan, measure
    from npc_engine.config import load_config
    from npc_engine.terminal import benching, measuring

    settings = load_config(config)
    if not fake:
        measuring.prepare(settings, "en")
    plan = Plan(sessions, microphones, turns, watch, config=settings, fake=fake)
    measuring.show(_run(measure(plan, benching.note)), json, markdown)


@bench_app.command("endpointing")
def bench_endpointing(
    game: Annotated[int, typer.Option(min=0, help="Lines of the game; the other corpora are taken whole.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of the choice of lines and of their halves.")] = 1,
    json: Annotated[Path | None, typer.Option(help="Also write everything as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Recorded people with pauses in their sentences: how often a turn is ended too early, how long a player waits.

    The recordings are fetched as Debian packages into the user's cache: 60 MB. The first run takes
    half an hour, later ones a minute: what was heard is kept.
    """
    from rich.console import Console

    from npc_engine.bench.endpointing import Plan, measure
    from npc_engine.bench.endpointing_report import findings
    from npc_engine.compose import ears_for, ears_models
    from npc_engine.config import load_config
    from npc_engine.terminal import benching, measuring, setup

    settings = load_config(config)
    if not fake:
        setup.pull_missing(ears_models(settings), Console(stderr=True))
    report = _run(measure(Plan(game, seed, settings, fake), ears_for(settings, fake), benching.note))
    names = ("scripted", "scripted") if fake else (settings.models.recognition, "smart-turn")
    models = dict(zip(("recognition", "end of turn"), names, strict=True))
    measuring.show(findings(report, models), json, markdown)


@bench_app.command("recognition")
def bench_recognition(
    sounds: Annotated[int, typer.Option(min=1, help="Of each kind in which nothing is said.")] = 20,
    sentences: Annotated[int | None, typer.Option(min=1, help="Of each corpus. [default: all]")] = None,
    json: Annotated[Path | None, typer.Option(help="Also write everything as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Recorded people: word errors through short windows and through 30 s; and text where nothing was said.

    The recordings are fetched as Debian packages into the user's cache: 35 MB.
    """
    from rich.console import Console

    from npc_engine.bench.recognition import Plan, measure
    from npc_engine.bench.recognition_report import findings
    from npc_engine.compose import ears_for, ears_models
    from npc_engine.config import load_config
    from npc_engine.terminal import benching, measuring, setup

    settings = load_config(config)
    if not fake:
        setup.pull_missing(ears_models(settings), Console(stderr=True))
    report = _run(measure(Plan(sounds, sentences, fake), ears_for(settings, fake), benching.note))
    measuring.show(findings(report, "scripted" if fake else settings.models.recognition), json, markdown)


@bench_app.command("truth")
def bench_truth(
    only: Annotated[
        list[str] | None,
        typer.Option(help="questions, pressure, attacks or secrets; may be repeated. [default: all]", metavar="PART"),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Cases of each part, drawn by the seed.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of the answers.")] = 1,
    model: Annotated[str | None, typer.Option(help="Language model.", metavar="NAME|PATH")] = None,
    json: Annotated[Path | None, typer.Option(help="Also write every case as JSON.", metavar="FILE")] = None,
    transcript: Annotated[
        Path | None, typer.Option(help="Write every line, answer and verdict, for people.", metavar="FILE")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Ask, press, attack and probe characters of three worlds: how true they are, and what they let out.

    All of it takes 15 to 30 minutes on two cores. Ctrl-C shows what was found so far.
    """
    import logging

    from npc_engine.bench.truth.measure import Plan
    from npc_engine.config import load_config
    from npc_engine.terminal import logs, setup, telling

    logs.configure(logging.ERROR)
    settings = setup.with_language_model(load_config(config), model)
    plan = Plan(telling.parts(only), limit, seed, settings, fake)
    if not fake:
        telling.prepare(settings)
    telling.publish(_run(telling.tell(plan, transcript)), json, markdown)


@bench_app.command("crash")
def bench_crash(
    conversations: Annotated[int, typer.Option(min=1, help="Under servers that die.")] = 200,
    at_once: Annotated[int, typer.Option(min=1, help="Conversations under one server.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Of what players do, and when servers die.")] = 1,
    json: Annotated[Path | None, typer.Option(help="Also write everything as JSON.", metavar="FILE")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for docs/benchmarks.md.")] = False,
) -> None:
    """Kill servers in mid-conversation, scripted engines: what clients were told must be there after the restart."""
    from npc_engine.bench.crash import Plan, measure
    from npc_engine.terminal import benching, measuring

    found = _run(measure(Plan(conversations, at_once, seed), benching.note))
    measuring.show(found, json, markdown)
    raise typer.Exit(1 if found.data["missing"] else 0)


@models_app.command("list")
def models_list() -> None:
    """All models that can be pulled; installed ones are marked."""
    from npc_engine.terminal import listing

    listing.list_models()


@models_app.command("pull")
def models_pull(
    names: Annotated[list[str] | None, typer.Argument(help="Models. [default: the default set]")] = None,
    origin: Annotated[
        Path | None, typer.Option("--from", help="A folder that holds the files.", metavar="FOLDER")
    ] = None,
) -> None:
    """Fetch models and check them; goes on where an interrupted pull stopped."""
    from npc_engine.terminal import listing

    listing.pull_models(names or [], origin)


@models_app.command("verify")
def models_verify(
    names: Annotated[list[str] | None, typer.Argument(help="Models. [default: all that are installed]")] = None,
) -> None:
    """Read every byte of installed models and compare with what was pulled."""
    from npc_engine.terminal import listing

    raise typer.Exit(0 if listing.verify_models(names or []) else 1)


@models_app.command("path")
def models_path(
    name: Annotated[str | None, typer.Argument(help="A model. [default: the folder of all]")] = None,
) -> None:
    """Print where a model is."""
    from npc_engine.models.store import Store

    store = Store()
    typer.echo(store.path(name) if name else store.folder)


@personas_app.command("list")
def personas_list() -> None:
    """All personas and worlds that are found, and where."""
    from npc_engine.terminal import listing

    listing.list_personas()


@personas_app.command("check")
def personas_check(path: Annotated[str, typer.Argument(help="Name, folder or file of a persona or world.")]) -> None:
    """Read a persona and its world, and name everything that is wrong, with its line."""
    from npc_engine.terminal.checking import check_named

    raise typer.Exit(0 if check_named(path) else 1)


@personas_app.command("new")
def personas_new(
    name: Annotated[str, typer.Argument(help="Small letters, digits, - and _.")],
    folder: Annotated[Path, typer.Option("--in", help="Where its folder is made.", metavar="DIR")] = Path("personas"),
) -> None:
    """Write the first draft of a persona."""
    from npc_engine.persona.template import create

    file = create(name, folder)
    typer.echo(f"{file} is written; edit it, then: npc-engine personas check {file.parent}")


@personas_app.command("import")
def personas_import(
    file: Annotated[
        Path, typer.Argument(help="A character card (V2 or V3; PNG or JSON), or a story: story.ink, story.yarn.")
    ],
    name: Annotated[
        str | None, typer.Option(help="Of its folder: small letters, digits, - and _. [default: as in the file]")
    ] = None,
    language: Language = None,
    folder: Annotated[Path, typer.Option("--in", help="Where its folder is made.", metavar="DIR")] = Path("personas"),
    persona: Annotated[
        list[str] | None, typer.Option(help="Of a story: who tells it; may be repeated. [default: everybody there]")
    ] = None,
) -> None:
    """Make a persona of a character card, or a world of an Ink or Yarn story, and check it."""
    from npc_engine.terminal.importing import import_file

    raise typer.Exit(0 if import_file(file, name, language, folder, persona or ()) else 1)


@saves_app.command("list")
def saves_list(config: ConfigFile = None, store: StoreFile = None) -> None:
    """All saves, oldest first."""
    from npc_engine.terminal import saves

    saves.show_all(saves.file(config, store))


@saves_app.command("show")
def saves_show(
    save_id: Annotated[str, typer.Argument(help="A save.", metavar="ID")],
    config: ConfigFile = None,
    store: StoreFile = None,
) -> None:
    """What was said last before a save."""
    from npc_engine.terminal import saves

    saves.show(saves.file(config, store), save_id)


@saves_app.command("export")
def saves_export(
    save_id: Annotated[str, typer.Argument(help="A save.", metavar="ID")],
    config: ConfigFile = None,
    store: StoreFile = None,
) -> None:
    """Print all that has happened until a save: one JSON object a line."""
    from npc_engine.terminal import saves

    saves.export(saves.file(config, store), save_id)


@saves_app.command("set-aside")
def saves_set_aside(config: ConfigFile = None, store: StoreFile = None) -> None:
    """Give a damaged file of stories another name; the next server begins a new one."""
    from npc_engine.terminal import saves

    saves.put_aside(saves.file(config, store))


@app.command()
def doctor(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port that the server is to use.")] = 8765,
    config: ConfigFile = None,
    store: StoreFile = None,
) -> None:
    """Look at this machine and say what to fix."""
    from npc_engine.terminal import listing

    raise typer.Exit(0 if listing.show_findings(port, config, store) else 1)


if __name__ == "__main__":
    main()
