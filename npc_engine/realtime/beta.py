"""The older names of the Realtime API (`OpenAI-Beta: realtime=v1`), to and from the current ones. Pure."""

from __future__ import annotations

from typing import Any

from npc_engine.realtime.items import Event

_EVENTS = {
    "response.output_audio.delta": "response.audio.delta",
    "response.output_audio.done": "response.audio.done",
    "response.output_audio_transcript.delta": "response.audio_transcript.delta",
    "response.output_audio_transcript.done": "response.audio_transcript.done",
    "response.output_text.delta": "response.text.delta",
    "response.output_text.done": "response.text.done",
    "conversation.item.added": "conversation.item.created",
}
_LATER = {"conversation.item.done"}
"""Events that older clients don't know."""
_CONTENT = {"output_text": "text", "output_audio": "audio"}
_FORMATS = {"pcm16": {"type": "audio/pcm", "rate": 24000}}
_INPUT = {
    "turn_detection": "turn_detection",
    "input_audio_transcription": "transcription",
    "input_audio_noise_reduction": "noise_reduction",
}
_NAMES = {"modalities": "output_modalities", "max_response_output_tokens": "max_output_tokens"}


def newer(data: dict[str, Any]) -> dict[str, Any]:
    """A client's event in the current names."""
    match data:
        case {"type": "session.update", "session": dict(session)}:
            return {**data, "session": _newer_session(session)}
        case {"type": "response.create", "response": dict(response)}:
            return {**data, "response": _newer_response(response)}
        case _:
            return data


def _newer_session(session: dict[str, Any]) -> dict[str, Any]:
    heard = {new: session[old] for old, new in _INPUT.items() if old in session}
    spoken: dict[str, Any] = {name: session[name] for name in ("voice", "speed") if name in session}
    for old, branch in (("input_audio_format", heard), ("output_audio_format", spoken)):
        if old in session:
            branch["format"] = _FORMATS.get(session[old], {"type": session[old]})
    moved = {*_INPUT, "voice", "speed", "input_audio_format", "output_audio_format"}
    rest = _newer_response({name: value for name, value in session.items() if name not in moved})
    audio = {name: branch for name, branch in (("input", heard), ("output", spoken)) if branch}
    return {**rest, **({"audio": audio} if audio else {})}


def _newer_response(response: dict[str, Any]) -> dict[str, Any]:
    newer = {_NAMES.get(name, name): value for name, value in response.items()}
    if isinstance(modalities := newer.get("output_modalities"), list):
        # The older API always names text beside audio.
        newer["output_modalities"] = ["audio"] if "audio" in modalities else modalities
    return newer


def older(event: Event) -> Event | None:
    """A server's event in the older names; None for what older clients don't know."""
    if event["type"] in _LATER:
        return None
    named = {**event, "type": _EVENTS.get(event["type"], event["type"])}
    if "session" in named:
        named["session"] = _older_session(named["session"])
    if "response" in named:
        named["response"] = _older_response(named["response"])
    if "item" in named:
        named["item"] = _older_item(named["item"])
    return named


def _older_session(session: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in session.items() if name not in ("audio", *_NAMES.values(), "type")}
    heard, spoken = session["audio"]["input"], session["audio"]["output"]
    return {
        **rest,
        "modalities": _older_modalities(session["output_modalities"]),
        "max_response_output_tokens": session["max_output_tokens"],
        "input_audio_format": "pcm16",
        "output_audio_format": "pcm16",
        "voice": spoken["voice"],
        **{old: heard[new] for old, new in _INPUT.items()},
    }


def _older_response(response: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in response.items() if name not in ("audio", *_NAMES.values())}
    return {
        **rest,
        "modalities": _older_modalities(response["output_modalities"]),
        "output": [_older_item(item) for item in response["output"]],
        "output_audio_format": "pcm16",
        "voice": response["audio"]["output"]["voice"],
    }


def _older_modalities(modalities: list[str]) -> list[str]:
    return ["text", "audio"] if modalities == ["audio"] else modalities


def _older_item(item: dict[str, Any]) -> dict[str, Any]:
    parts = [{**part, "type": _CONTENT.get(part["type"], part["type"])} for part in item.get("content", ())]
    return {**item, **({"content": parts} if parts else {})}
