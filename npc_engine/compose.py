"""Put a server together: the one place that names concrete engines."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from npc_engine.config import Config, Endpoint
from npc_engine.engines.base import Embedder
from npc_engine.ensemble import Engines, Speaker, Voices
from npc_engine.errors import ModelMissing
from npc_engine.intents import IntentClassifier
from npc_engine.kinship import ADAPTERS, Kinship
from npc_engine.likeness import ByMeaning
from npc_engine.models.catalogue import load_catalogue
from npc_engine.models.own import looks_like_path
from npc_engine.models.store import Store
from npc_engine.persona.model import Persona
from npc_engine.process import EngineSpec
from npc_engine.protocol import Models
from npc_engine.spaces import Space
from npc_engine.threads import usable_cores
from npc_engine.vectors import Vectors, vectors_file
from npc_engine.worker import Worker

_ENGINES = "npc_engine.engines"
_PIPER_LANGUAGE = slice(0, 2)
"""Piper's voices are called `en_US-joe-medium`: the language comes first."""
_END_OF_TURN = "smart-turn"
LIKENESS = ("likeness", "likeness-any", "likeness-en")
_TOLD_APART = frozenset(["en", "ja", "ko", "ru", "zh"])
"""Languages that can be told from English by their script."""
_VOICE_ACTIVITY = EngineSpec(
    name="voice activity",
    factory=f"{_ENGINES}.silero:SileroVoiceActivity",
    # A window is too little work to share: with a thread per core, half the time goes into waiting.
    environment={"OMP_NUM_THREADS": "1"},
)


def languages_of(personas: Iterable[Persona]) -> tuple[str, ...]:
    """All languages that the characters speak."""
    return tuple(dict.fromkeys(language for persona in personas for language in persona.languages))


def models_for(config: Config, languages: Collection[str]) -> list[str]:
    """Names of the catalogue models that a server needs to hear, to think and to speak."""
    chosen = [config.models.recognition]
    if isinstance(config.models.language, str):
        chosen.append(config.models.language)
    chosen += [*_voices_for(config, languages), *LIKENESS]
    return [name for name in chosen if not looks_like_path(name)]


def engines_for(config: Config, fake: bool = False, languages: Collection[str] = ("en",)) -> Engines:
    """The engines that the configuration asks for, not started. `fake` makes scripted ones that need no model.

    Raises `ModelMissing` or `ModelDamaged` for a model that is not in place.
    """
    return _scripted() if fake else _real(config, languages, Store())


def likeness_for(store: Store | None = None, languages: Collection[str] = ("en",)) -> ByMeaning | None:
    """The likeness models, loaded in this process: a line costs a few milliseconds.

    None unless all are installed: then facts are found by their keys alone. Raises `ModelDamaged`. The model for
    English is left out where characters speak another language that is written in Latin letters.
    """
    store = store or Store()
    try:
        first, other, english = (store.resolve("likeness", name).path for name in LIKENESS)
    except ModelMissing:
        return None
    e5, mpnet = "e5:E5Embedder", "mpnet:MPNetEmbedder"
    foreign = _space(e5, other, adapters=ADAPTERS)
    is_told_apart = _TOLD_APART.issuperset(languages)
    tuned = _space(mpnet, english, adapters=ADAPTERS) if is_told_apart else foreign
    spaces = _space("universal_sentence:UniversalSentenceEmbedder", first), _space(e5, other)
    intents = IntentClassifier((*spaces, tuned) if is_told_apart else (), (*spaces, foreign))
    return ByMeaning(*spaces, Kinship(tuned, foreign), intents)


def _space(engine: str, path: Path, **options: Path) -> Space:
    spec = EngineSpec("likeness model", f"{_ENGINES}.{engine}", {"path": path, **options})
    embedder = cast(Embedder, spec.make())
    return Space(embedder, Vectors(embedder, vectors_file()))


def text_engines_for(config: Config, fake: bool = False) -> Engines:
    """The engines of sessions by text, not started: the language model that the configuration asks for, and neither
    ears nor voice. Raises as `engines_for`.
    """
    scripted = _scripted()
    if fake:
        return scripted
    store = Store()
    models = scripted.models.model_copy(update={"language_model": _language_model_name(config, store)})
    model = Worker(_language_model(config, store))
    return replace(
        scripted, language_model=model, goes_on=_goes_on(config), models=models, likeness=likeness_for(store)
    )


def clicking_engines() -> Engines:
    """Scripted engines whose voice clicks where its visemes begin, not started."""
    voice = Worker(_scripted_spec("voice", "Clicker"))
    return replace(_scripted(), voices=Voices([Speaker(voice, "scripted", "scripted", "", ("*",))]))


@dataclass(frozen=True)
class Ears:
    """The engines that listen, for benchmarks of them."""

    voice_activity: EngineSpec
    recogniser: EngineSpec
    whole: EngineSpec
    """The same recogniser, through the window that it was trained on."""
    turn_judge: EngineSpec


def ears_for(config: Config, fake: bool = False) -> Ears:
    """What a server would listen with, not started. Raises as `engines_for`."""
    if fake:
        recogniser = _scripted_spec("speech recogniser", "Recogniser")
        judge = _scripted_spec("end-of-turn model", "TurnJudge")
        return Ears(_scripted_spec("voice activity", "VoiceActivity"), recogniser, recogniser, judge)
    store = Store()
    whole = _recogniser(config, store, windows=(30,))
    return Ears(_VOICE_ACTIVITY, _recogniser(config, store), whole, _judge(store))


def ears_models(config: Config) -> list[str]:
    """Names of the catalogue models that these need."""
    return [name for name in (config.models.recognition, _END_OF_TURN) if not looks_like_path(name)]


def _real(config: Config, languages: Collection[str], store: Store) -> Engines:
    speakers = _speakers(config, languages, store)
    return Engines(
        voice_activity=Worker(_VOICE_ACTIVITY),
        recogniser=Worker(_recogniser(config, store)),
        likeness=likeness_for(store, languages),
        language_model=Worker(_language_model(config, store)),
        goes_on=_goes_on(config),
        voices=Voices(speakers),
        models=Models(
            recognition=store.resolve("recognition", config.models.recognition).name,
            language_model=_language_model_name(config, store),
            synthesis=", ".join(dict.fromkeys(speaker.name for speaker in speakers)),
            voice_activity="silero",
        ),
        deferred=_deferred(speakers, next(iter(languages))),
    )


def _judge(store: Store) -> EngineSpec:
    arguments = {"path": store.resolve("end_of_turn", _END_OF_TURN).path, "threads": 1}
    return EngineSpec("end-of-turn model", f"{_ENGINES}.smart_turn:SmartTurnJudge", arguments)


def _recogniser(config: Config, store: Store, **more: Any) -> EngineSpec:
    arguments = {
        "path": store.resolve("recognition", config.models.recognition).path,
        "threads": config.threads.recognition,
        "concurrency": max(1, usable_cores() // config.threads.recognition),
        **more,
    }
    factory = f"{_ENGINES}.whisper:WhisperRecogniser"
    return EngineSpec("speech recogniser", factory, arguments, threads=config.threads.recognition)


def _deferred(speakers: list[Speaker], first_language: str) -> tuple[Worker, ...]:
    """The voices that the first language does not need: others can wait for them, and the start not."""
    eager = Voices(speakers).pick(first_language).worker
    return tuple(dict.fromkeys(speaker.worker for speaker in speakers if speaker.worker is not eager))


def _language_model(config: Config, store: Store) -> EngineSpec:
    chosen = config.models.language
    if isinstance(chosen, Endpoint):
        arguments = {"base_url": chosen.url, "model": chosen.model, "api_key": chosen.api_key}
        return EngineSpec("language model", f"{_ENGINES}.openai_http:OpenAILanguageModel", arguments)
    return EngineSpec(
        name="language model",
        threads=config.threads.language_model,
        factory=f"{_ENGINES}.llama:LlamaLanguageModel",
        arguments={
            "path": store.resolve("language", chosen).path,
            "threads": config.threads.language_model,
            "decode_threads": config.threads.decode,
            "context_tokens": config.context_tokens,
            "saved_bytes": config.saved_mib * 2**20,
        },
    )


def _goes_on(config: Config) -> bool:
    return not isinstance(config.models.language, Endpoint)


def _language_model_name(config: Config, store: Store) -> str:
    chosen = config.models.language
    return chosen.model if isinstance(chosen, Endpoint) else store.resolve("language", chosen).name


def _voices_for(config: Config, languages: Collection[str]) -> list[str]:
    """The configured voices that speak one of the languages."""
    return [name for name in config.models.voices if not set(_spoken_by(name)).isdisjoint(languages)]


def _spoken_by(voice: str) -> tuple[str, ...]:
    if looks_like_path(voice):
        return (Path(voice).name[_PIPER_LANGUAGE],)
    return load_catalogue().find(voice).languages


def _speakers(config: Config, languages: Collection[str], store: Store) -> list[Speaker]:
    """The voices in the order of the configuration, espeak-ng behind them for all other languages."""
    names = _voices_for(config, languages)
    kokoro = [name for name in names if name.partition(":")[0] == "kokoro"]
    piper = [name for name in names if name not in kokoro]
    speakers = _piper(piper, config, store) if piper else []
    speakers += _kokoro(kokoro, config, store) if kokoro else []
    if all(any(speaker.speaks(language) for speaker in speakers) for language in languages):
        return speakers
    espeak = Worker(EngineSpec("espeak-ng voice", f"{_ENGINES}.espeak:EspeakSynthesiser"))
    return [*speakers, Speaker(espeak, "espeak-ng", "espeak-ng", "", ("*",), last_resort=True)]


def _piper(names: list[str], config: Config, store: Store) -> list[Speaker]:
    paths = {name: store.resolve("voice", name).path for name in names}
    arguments = {"voices": paths, "threads": config.threads.synthesis}
    worker = Worker(
        EngineSpec("Piper voice", f"{_ENGINES}.piper:PiperSynthesiser", arguments, threads=config.threads.synthesis)
    )
    return [Speaker(worker, "piper", name, name, _spoken_by(name)) for name in names]


def _kokoro(names: list[str], config: Config, store: Store) -> list[Speaker]:
    folder = store.resolve("voice", names[0]).path
    arguments = {
        "model": folder / "kokoro.onnx",
        "voices": folder / "voices_ja.npz",
        "vocabulary": folder / "vocab.json",
        "threads": config.threads.synthesis,
    }
    worker = Worker(
        EngineSpec("Kokoro voice", f"{_ENGINES}.kokoro:KokoroSynthesiser", arguments, threads=config.threads.synthesis)
    )
    model = load_catalogue().find(names[0])
    asked = [name.partition(":")[2] for name in names if ":" in name]
    voices = list(dict.fromkeys([*asked, *model.voices]))
    return [Speaker(worker, "kokoro", f"{model.name}:{voice}", voice, model.languages) for voice in voices]


def _scripted() -> Engines:
    def worker(name: str, engine: str) -> Worker:
        return Worker(_scripted_spec(name, engine))

    voice = worker("voice", "Synthesiser")
    return Engines(
        voice_activity=worker("voice activity", "VoiceActivity"),
        recogniser=worker("speech recogniser", "Recogniser"),
        language_model=worker("language model", "LanguageModel"),
        turn_judge=worker("end-of-turn model", "TurnJudge"),
        voices=Voices([Speaker(voice, "scripted", "scripted", "", ("*",))]),
        models=Models(
            recognition="scripted", language_model="scripted", synthesis="scripted", voice_activity="scripted"
        ),
    )


def _scripted_spec(name: str, engine: str) -> EngineSpec:
    return EngineSpec(name, f"{_ENGINES}.scripted:Scripted{engine}", isolated=False)
