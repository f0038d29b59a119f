"""Settings of turn detection as settings of endpointing. Pure."""

from __future__ import annotations

from npc_engine.core.endpointing import EndpointingSettings
from npc_engine.core.patience import Waits
from npc_engine.realtime.schema import SemanticVad, ServerVad

_HYSTERESIS = 0.15
"""Between beginning and going on, as in Silero's own iterator."""
_PATIENCE = {"low": 2.0, "medium": 1.0, "auto": 1.0, "high": 0.5}
"""Factor on all waits. The API bounds them by 8, 4 and 2 seconds: the same steps."""


def endpointing(detection: ServerVad | SemanticVad | None) -> EndpointingSettings:
    """When utterances end. Without detection a button ends them."""
    match detection:
        case None:
            return EndpointingSettings()
        case ServerVad():
            silence = detection.silence_duration_ms / 1000
            return EndpointingSettings(
                start_probability=detection.threshold,
                stop_probability=max(0.0, detection.threshold - _HYSTERESIS),
                pre_roll=detection.prefix_padding_ms / 1000,
                waits=Waits(shortest=silence, longest=silence, quickest_pace=1.0, slowest_pace=1.0),
            )
        case SemanticVad():
            usual, patience = Waits(), _PATIENCE[detection.eagerness]
            waits = Waits(
                shortest=usual.shortest * patience, worth=usual.worth * patience, longest=usual.longest * patience
            )
            return EndpointingSettings(waits=waits)
