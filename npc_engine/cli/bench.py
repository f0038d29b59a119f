"""`npc-engine bench`: options in; what is measured, and how, is elsewhere and imported when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npc_engine.cli.options import ConfigFile, Fake, Json, Markdown, run

app = typer.Typer(help="Benchmarks.", no_args_is_help=True)


@app.command("loop")
def loop(
    turns: Annotated[int, typer.Option(min=1, help="Measured turns.")] = 10,
    warmup: Annotated[int, typer.Option(min=1, help="Turns before them; the first one is the cold one.")] = 2,
    language: Annotated[str, typer.Option(help="Of the questions: en or zh.", metavar="CODE")] = "en",
    json: Json = None,
    plot: Annotated[
        Path | None, typer.Option(help="Also draw the median turn as a picture.", metavar="FILE.svg")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Only typed turns.")] = False,
    markdown: Markdown = False,
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
    benching.show(run(measure(plan, benching.note)), json, markdown, plot)


@app.command("cost")
def cost(
    pairs: Annotated[int, typer.Option(min=1, help="Questions that both are asked, and half as many wishes.")] = 20,
    language: Annotated[str, typer.Option(help="Of the lines: en or zh.", metavar="CODE")] = "en",
    json: Json = None,
    markdown: Markdown = False,
    config: ConfigFile = None,
    fake: Fake = False,
) -> None:
    """Measure what a world costs a turn: the same lines to a character with its world and to the same one without."""
    from npc_engine.bench import loop
    from npc_engine.bench.cost import Plan, measure
    from npc_engine.config import load_config
    from npc_engine.terminal import benching, measuring

    server = ("--language", language, *(("--fake",) if fake else ()), *(("--config", str(config)) if config else ()))
    benching.prepare(loop.Plan(language=language), None if fake else load_config(config))
    measuring.show(run(measure(Plan(pairs, language, server=server), benching.note)), json, markdown)


@app.command("tune")
def tune(
    language: Annotated[str, typer.Option(help="Of what is recognised and spoken: en or zh.", metavar="CODE")] = "en",
    save: Annotated[bool, typer.Option(help="Keep what was found, for servers that start from now on.")] = True,
    json: Json = None,
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
    report = run(tuning.tune(settings, language, fake))
    tuning.show(report, json, markdown)
    if save and not fake:
        tuning.save(report.chosen)


@app.command("model")
def model(
    name: Annotated[str, typer.Option("--model", help="Language model.", metavar="NAME|PATH")] = "small",
    tries: Annotated[int, typer.Option(min=1, help="Of each batch.")] = 9,
    json: Json = None,
    markdown: Markdown = False,
) -> None:
    """Measure the language model alone: batches by size, attention behind long prompts, and what quick weights cost."""
    from npc_engine.bench.model import Plan, measure
    from npc_engine.terminal import benching, measuring

    measuring.show(measure(Plan(name, tries), benching.note), json, markdown)


@app.command("barge-in")
def barge_in(
    cases: Annotated[int, typer.Option(min=1, help="Sounds that must not stop a reply.")] = 120,
    words: Annotated[int, typer.Option(min=1, help="Players who speak, half of them over an echo.")] = 36,
    live: Annotated[int, typer.Option(min=0, help="Players who speak in real time, to a server.")] = 16,
    quick: Annotated[bool, typer.Option("--quick", help="A tenth of all that, without recorded people.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Odd ones choose settings, even ones report.")] = 2,
    json: Annotated[Path | None, typer.Option(help="Also write every case as JSON.", metavar="FILE")] = None,
    markdown: Markdown = False,
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
    barge_in.show(run(measure(plan, benching.note)), json, markdown)


@app.command("peer")
def peer(
    turns: Annotated[int, typer.Option(min=1, help="Measured turns of each.")] = 20,
    warmup: Annotated[int, typer.Option(min=1, help="Turns of each before them.")] = 2,
    peers: Annotated[
        list[str] | None,
        typer.Option(
            help="pipecat, pipecat-tuned, livekit or livekit-tuned; may be repeated. [default: all]", metavar="NAME"
        ),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write every turn as JSON.", metavar="FILE")] = None,
    markdown: Markdown = False,
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
    report = run(peering.compare(turns, warmup, peers or [], load_config(config), server, fake))
    peering.show(report, json, markdown)


@app.command("crowd")
def crowd(
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
    markdown: Markdown = False,
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
    measuring.show(run(measure(plan, benching.note)), json, markdown)


@app.command("join")
def join(
    turns: Annotated[int, typer.Option(min=1, help="Players who join, for each persona.")] = 20,
    json: Json = None,
    markdown: Markdown = False,
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
    measuring.show(run(measure(Plan(turns, config=settings, fake=fake), benching.note)), json, markdown)


@app.command("idle")
def idle(
    sessions: Annotated[int, typer.Option(min=1, help="Connected players who say nothing.")] = 200,
    turns: Annotated[int, typer.Option(min=1, help="Turns of a player who speaks, in each state.")] = 20,
    microphones: Annotated[int, typer.Option(min=1, help="Players whose microphone sends silence.")] = 10,
    watch: Annotated[float, typer.Option(min=0.1, help="Seconds over which processor time is counted.")] = 20.0,
    json: Json = None,
    markdown: Markdown = False,
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
    measuring.show(run(measure(plan, benching.note)), json, markdown)


@app.command("endpointing")
def endpointing(
    game: Annotated[int, typer.Option(min=0, help="Lines of the game; the other corpora are taken whole.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of the choice of lines and of their halves.")] = 1,
    json: Json = None,
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
    report = run(measure(Plan(game, seed, settings, fake), ears_for(settings, fake), benching.note))
    names = ("scripted", "scripted") if fake else (settings.models.recognition, "smart-turn")
    models = dict(zip(("recognition", "end of turn"), names, strict=True))
    measuring.show(findings(report, models), json, markdown)


@app.command("recognition")
def recognition(
    sounds: Annotated[int, typer.Option(min=1, help="Of each kind in which nothing is said.")] = 20,
    sentences: Annotated[int | None, typer.Option(min=1, help="Of each corpus. [default: all]")] = None,
    json: Json = None,
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
    report = run(measure(Plan(sounds, sentences, fake), ears_for(settings, fake), benching.note))
    measuring.show(findings(report, "scripted" if fake else settings.models.recognition), json, markdown)


@app.command("truth")
def truth(
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="blind, fresh, questions, elsewhere, pressure, attacks, secrets, wishes, fuzz, saves, crash or cost; "
            "may be repeated. [default: all]",
            metavar="PART",
        ),
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
    """Ask, press, attack and probe characters of three worlds: how true they are, and what they let out. Fuzz their
    actions, load their saves, kill their servers, and measure what all of it costs a turn.

    All of it takes hours on two cores, about 2 s a case: --only and --limit ask less. Ctrl-C shows what was found so
    far.
    """
    import logging

    from npc_engine.bench.truth.measure import Plan
    from npc_engine.config import load_config
    from npc_engine.terminal import logs, setup, telling

    logs.configure(logging.ERROR)
    settings = setup.with_language_model(load_config(config), model)
    server = (*(("--fake",) if fake else ()), *(("--config", str(config)) if config else ()))
    plan = Plan(telling.parts(only), limit, seed, settings, fake, server)
    if not fake:
        telling.prepare(settings)
    telling.publish(run(telling.tell(plan, transcript)), json, markdown)


@app.command("crash")
def crash(
    conversations: Annotated[int, typer.Option(min=1, help="Under servers that die.")] = 200,
    at_once: Annotated[int, typer.Option(min=1, help="Conversations under one server.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Of what players do, and when servers die.")] = 1,
    json: Json = None,
    markdown: Markdown = False,
) -> None:
    """Kill servers in mid-conversation, scripted engines: what clients were told must be there after the restart."""
    from npc_engine.bench.crash import Plan, measure
    from npc_engine.terminal import benching, measuring

    found = run(measure(Plan(conversations, at_once, seed), benching.note))
    measuring.show(found, json, markdown)
    raise typer.Exit(1 if found.data["missing"] else 0)


@app.command("resume")
def resume(
    tries: Annotated[int, typer.Option(min=1, help="Connections to cut.")] = 100,
    at_once: Annotated[int, typer.Option(min=1, help="Players at once.")] = 10,
    stall: Annotated[float, typer.Option(min=0, help="Seconds for which a game reads nothing.")] = 30.0,
    seed: Annotated[int, typer.Option(min=0, help="Of the places of the cuts.")] = 1,
    json: Json = None,
    markdown: Markdown = False,
) -> None:
    """Cut connections at random places, and stop reading, scripted engines: games must get everything, once."""
    from npc_engine.bench.resume import Plan, measure
    from npc_engine.terminal import benching, measuring

    found = run(measure(Plan(tries, at_once, stall, seed), benching.note))
    measuring.show(found, json, markdown)
    raise typer.Exit(1 if found.data["failed"] else 0)


@app.command("lipsync")
def lipsync(
    utterances: Annotated[int, typer.Option(min=1, help="Heard to their ends.")] = 12,
    cancelled: Annotated[int, typer.Option(min=0, help="Cut off midway.")] = 12,
    json: Json = None,
    markdown: Markdown = False,
) -> None:
    """Measure in Chromium how far cues are from their sound: a voice that clicks, captured on its way out."""
    import logging

    from npc_engine.bench.lipsync import BOUND_MS, Plan, measure
    from npc_engine.terminal import benching, logs, measuring

    logs.configure(logging.WARNING)
    found = run(measure(Plan(utterances, cancelled), benching.note))
    measuring.show(found, json, markdown)
    raise typer.Exit(1 if found.data["late"] or found.data["p95_ms"] > BOUND_MS else 0)
