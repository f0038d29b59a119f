"""The client events of the OpenAI Realtime API that are understood, and the session's settings. No state.

A client may be newer than this server: settings that are not known here are kept and sent back, other fields are passed
over. What is known must be right.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

RATE = 24000
"""Samples per second, both ways."""


class Invalid(Exception):
    """An event that can't be understood or carried out; becomes an `error` event."""

    def __init__(
        self, message: str, code: str = "invalid_value", param: str | None = None, event_id: str | None = None
    ):
        super().__init__(message)
        self.code, self.param, self.event_id = code, param, event_id


class Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Setting(BaseModel):
    """Settings that are sent back as they came, together with those that are not known here."""

    model_config = ConfigDict(extra="allow", frozen=True)


class PcmFormat(Setting):
    """The one form of audio."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: Literal[24000] = 24000


class Transcription(Setting):
    """Asks for the player's words as events."""

    language: str | None = None


class Detection(Setting):
    """When the player's turn ends. A character always answers, and always lets itself be interrupted."""

    create_response: Literal[True] = True
    interrupt_response: Literal[True] = True


class ServerVad(Detection):
    """A turn ends after so much silence."""

    type: Literal["server_vad"]
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    prefix_padding_ms: Annotated[int, Field(ge=0, le=5000)] = 300
    silence_duration_ms: Annotated[int, Field(ge=0, le=10000)] = 500


class SemanticVad(Detection):
    """A turn ends when it sounds finished."""

    type: Literal["semantic_vad"]
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"


TurnDetection = Annotated[ServerVad | SemanticVad, Field(discriminator="type")]


class AudioInput(Setting):
    """The microphone."""

    format: PcmFormat = PcmFormat()
    noise_reduction: Any = None
    transcription: Transcription | None = None
    turn_detection: TurnDetection | None = SemanticVad(type="semantic_vad")


class AudioOutput(Setting):
    """The speech that comes back."""

    format: PcmFormat = PcmFormat()
    voice: Any = "persona"
    speed: float = 1.0


class Audio(Setting):
    """Both directions."""

    input: AudioInput = AudioInput()
    output: AudioOutput = AudioOutput()


class FunctionTool(Setting):
    """What a character may be asked to do."""

    type: Literal["function"] = "function"
    name: Annotated[str, Field(min_length=1, max_length=128)]
    description: str | None = None
    parameters: dict[str, Any] | None = None


class Settings(Setting):
    """A session, with what every client may look for."""

    type: Literal["realtime"] = "realtime"
    output_modalities: Annotated[list[Literal["audio", "text"]], Field(min_length=1, max_length=1)] = ["audio"]
    instructions: str = ""
    audio: Audio = Audio()
    tools: Annotated[list[FunctionTool], Field(max_length=64)] = []
    tool_choice: Any = "auto"
    max_output_tokens: Any = "inf"
    tracing: Any = None
    truncation: Any = "auto"
    prompt: Any = None
    include: Any = None

    @property
    def speaks(self) -> bool:
        """Whether replies are spoken."""
        return self.output_modalities == ["audio"]


class Content(Part):
    """A part of an item."""

    type: str
    text: str | None = None
    transcript: str | None = None


class Message(Part):
    """Something that was said."""

    type: Literal["message"]
    id: str | None = None
    role: Literal["user", "assistant", "system", "developer"]
    content: list[Content]

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(said for part in self.content if (said := part.text or part.transcript))


class FunctionCallOutput(Part):
    """What came of a call."""

    type: Literal["function_call_output"]
    id: str | None = None
    call_id: str
    output: str


NewItem = Annotated[Message | FunctionCallOutput, Field(discriminator="type")]


class ResponseParams(Part):
    """Of one response."""

    instructions: str | None = None
    metadata: dict[str, Any] | None = None
    output_modalities: Annotated[list[Literal["audio", "text"]], Field(min_length=1, max_length=1)] | None = None
    conversation: Any = "auto"
    tool_choice: Any = None
    input: list[Any] | None = None


class ClientEvent(Part):
    event_id: Annotated[str, Field(max_length=512)] | None = None


class SessionUpdate(ClientEvent):
    type: Literal["session.update"]
    session: dict[str, Any]


class AudioAppend(ClientEvent):
    type: Literal["input_audio_buffer.append"]
    audio: str


class AudioCommit(ClientEvent):
    type: Literal["input_audio_buffer.commit"]


class AudioClear(ClientEvent):
    type: Literal["input_audio_buffer.clear"]


class ItemCreate(ClientEvent):
    type: Literal["conversation.item.create"]
    previous_item_id: str | None = None
    item: NewItem


class ItemRetrieve(ClientEvent):
    type: Literal["conversation.item.retrieve"]
    item_id: str


class ItemDelete(ClientEvent):
    type: Literal["conversation.item.delete"]
    item_id: str


class ItemTruncate(ClientEvent):
    type: Literal["conversation.item.truncate"]
    item_id: str
    content_index: int = 0
    audio_end_ms: Annotated[int, Field(ge=0, lt=2**31)]


class ResponseCreate(ClientEvent):
    type: Literal["response.create"]
    response: ResponseParams | None = None


class ResponseCancel(ClientEvent):
    type: Literal["response.cancel"]
    response_id: str | None = None


AnyClientEvent = (
    SessionUpdate
    | AudioAppend
    | AudioCommit
    | AudioClear
    | ItemCreate
    | ItemRetrieve
    | ItemDelete
    | ItemTruncate
    | ResponseCreate
    | ResponseCancel
)
_EVENTS: TypeAdapter[AnyClientEvent] = TypeAdapter(Annotated[AnyClientEvent, Field(discriminator="type")])


def read(frame: str) -> dict[str, Any]:
    """A frame as JSON. Raises `Invalid`."""
    try:
        data = from_json(frame, allow_inf_nan=False)
    except ValueError as problem:
        raise Invalid(f"the event is not JSON: {problem}", "invalid_json") from problem
    if not isinstance(data, dict):
        raise Invalid("an event must be a JSON object with a `type`", "invalid_event")
    return data


def understood(data: dict[str, Any]) -> AnyClientEvent:
    """The event. Raises `Invalid`, which names the field."""
    event_id = given if isinstance(given := data.get("event_id"), str) else None
    try:
        return _EVENTS.validate_python(data)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        if first["type"] in ("union_tag_invalid", "union_tag_not_found") and not first["loc"]:
            known = ", ".join(event.model_fields["type"].annotation.__args__[0] for event in AnyClientEvent.__args__)
            text = f"no event '{str(data.get('type'))[:64]}' is understood here; there is: {known}"
            code = "invalid_value" if "type" in data else "invalid_event"
            raise Invalid(text, code, "type", event_id) from problem
        raise Invalid(first["msg"], "invalid_value", place(first["loc"][1:]), event_id) from problem


def changed(settings: Settings, update: dict[str, Any]) -> Settings:
    """The settings after `session.update`: what it leaves out stays as it is. Raises `Invalid`."""
    kept = settings.model_dump(exclude={"tools"} if "tools" in update else set())
    try:
        return Settings.model_validate(_merged(kept, update))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Invalid(first["msg"], "invalid_value", f"session.{place(first['loc'])}") from problem


def _merged(kept: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    """Only the branches of audio are merged; a turn detection, say, is replaced whole."""
    merged = dict(kept)
    for name, value in update.items():
        inner = name in ("audio", "input", "output") and isinstance(value, dict) and isinstance(kept.get(name), dict)
        merged[name] = _merged(kept[name], value) if inner else value
    return merged


def place(location: tuple[int | str, ...]) -> str:
    """A place in an event as the API writes it."""
    return ".".join(str(part) for part in location)
