"""Three worlds, and what one character of each may say: what tests of the gate begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from npc_engine.core.gate import Gate, Ground
from npc_engine.core.names import Names
from npc_engine.persona.conditions import Lookup
from npc_engine.persona.model import Persona
from npc_engine.persona.world import PROPERTIES, World
from npc_engine.protocol import Value

DEADWOOD = World.model_validate(
    {
        "name": "Deadwood",
        "things": [
            {"id": "key", "kind": "item", "names": {"en": ["key"], "zh": ["钥匙"]}, "place": "saloon", "owner": "bank"},
            {
                "id": "safe",
                "kind": "item",
                "names": {"en": ["safe", "vault"], "zh": ["保险箱", "保险柜"]},
                "place": "back_room",
                "owner": "bank",
                "open": False,
                "locked": True,
            },
            {
                "id": "saloon",
                "kind": "place",
                "names": {"en": ["saloon"], "zh": ["酒馆"]},
                "at": {"en": "in the saloon, behind the bar", "zh": "酒馆的吧台后面"},
                "owner": "tom",
            },
            {"id": "bank", "kind": "place", "names": {"en": ["bank"], "zh": ["银行"]}},
            {
                "id": "back_room",
                "kind": "place",
                "names": {"en": ["back room"], "zh": ["后台"]},
                "at": {"en": "in the back room of the bank", "zh": "银行的后台"},
                "place": "bank",
            },
            {"id": "stable", "kind": "place", "names": {"en": ["stable"], "zh": ["马厩"]}},
            {"id": "horses", "kind": "item", "names": {"en": ["horse"], "zh": ["马"]}, "place": "stable", "count": 3},
            {"id": "tom", "kind": "person", "names": {"en": ["Tom"], "zh": ["汤姆"]}, "place": "saloon", "alive": True},
            {"id": "sheriff", "kind": "person", "names": {"en": ["sheriff"], "zh": ["警长"]}, "alive": False},
            {"id": "ada", "kind": "person", "names": {"en": ["Ada"], "zh": ["艾达"]}, "place": "bank", "alive": True},
            {"id": "map", "kind": "item", "names": {"en": ["map"], "zh": ["地图"]}, "place": "player"},
            {"id": "lantern", "kind": "item", "names": {"en": ["lantern"], "zh": ["灯笼"]}, "place": "tom"},
            {
                "id": "ledger",
                "kind": "item",
                "names": {"en": ["ledger"], "zh": ["账本"]},
                "place": "ada",
                "owner": "ada",
            },
            {"id": "gold", "kind": "item", "names": {"en": ["gold"], "zh": ["金子"]}},
        ],
        "quests": [
            {
                "id": "safe",
                "name": {"en": "The safe", "zh": "保险箱"},
                "goal": {"en": "Find the key and open the safe.", "zh": "找到钥匙，打开保险箱。"},
                "beats": [
                    {"id": "find_key", "objective": {"en": "Find the key to the safe.", "zh": "找到保险箱的钥匙。"}},
                    {"id": "open_safe", "objective": {"en": "Open the safe.", "zh": "用钥匙打开银行后台的保险箱。"}},
                ],
            }
        ],
    }
)
KEEP = World.model_validate(
    {
        "name": {"en": "Thornhold", "zh": "荆棘堡"},
        "things": [
            {
                "id": "sword",
                "kind": "item",
                "names": {"en": ["silver sword", "sword"], "zh": ["银剑"]},
                "place": "crypt",
            },
            {
                "id": "crown",
                "kind": "item",
                "names": {"en": ["crown"], "zh": ["王冠"]},
                "place": "king",
                "owner": "king",
            },
            {"id": "crypt", "kind": "place", "names": {"en": ["crypt"], "zh": ["墓室"]}, "locked": True},
            {"id": "gate", "kind": "item", "names": {"en": ["gate"], "zh": ["城门"]}, "open": False},
            {"id": "king", "kind": "person", "names": {"en": ["king"], "zh": ["国王"]}, "alive": True, "place": "hall"},
            {"id": "queen", "kind": "person", "names": {"en": ["queen"], "zh": ["王后"]}, "alive": False},
            {"id": "hall", "kind": "place", "names": {"en": ["great hall", "hall"], "zh": ["大厅"]}},
            {"id": "guards", "kind": "person", "names": {"en": ["guard"], "zh": ["卫兵"]}, "count": 5},
            {"id": "mira", "kind": "person", "names": {"en": ["Mira"], "zh": ["米拉"]}, "alive": True},
        ],
    }
)
STATION = World.model_validate(
    {
        "name": {"en": "Europa Station", "zh": "木卫二空间站"},
        "things": [
            {"id": "card", "kind": "item", "names": {"en": ["access card"], "zh": ["门禁卡"]}, "place": "captain"},
            {"id": "airlock", "kind": "item", "names": {"en": ["airlock"], "zh": ["气闸门", "气闸"]}, "open": False},
            {"id": "hangar", "kind": "place", "names": {"en": ["hangar"], "zh": ["机库"]}},
            {"id": "ship", "kind": "item", "names": {"en": ["shuttle"], "zh": ["飞船"]}, "place": "hangar", "count": 2},
            {"id": "captain", "kind": "person", "names": {"en": ["captain"], "zh": ["舰长"]}, "alive": True},
            {"id": "med_bay", "kind": "place", "names": {"en": ["med bay"], "zh": ["医疗舱"]}, "locked": True},
            {"id": "lin", "kind": "person", "names": {"en": ["Lin"], "zh": ["林舟"]}, "place": "hangar"},
        ],
    }
)
FALLBACKS = {
    "in_character": {"en": ["Hm."], "zh": ["嗯。"]},
    "unknown": {"en": ["I can not say."], "zh": ["我不清楚。"]},
    "failed": {"en": ["Pardon?"], "zh": ["什么？"]},
}


def _persona(name: dict[str, str], description: dict[str, str], world: World, **more: Any) -> Persona:
    return Persona.model_validate(
        {"name": name, "languages": ["en", "zh"], "description": description, "world": world, "fallbacks": FALLBACKS}
        | more
    )


ADA = _persona(
    {"en": "Ada Finch", "zh": "艾达·芬奇"},
    {
        "en": "You are Ada Finch, a clerk at the bank in the town of Deadwood, 1876.",
        "zh": "你是艾达·芬奇，1876年Deadwood小镇银行的职员。",
    },
    DEADWOOD,
    place={"en": "the middle of the town of Deadwood", "zh": "Deadwood小镇的中央"},
    style={
        "en": "You are helpful, creative, clever and friendly. Answer in one or two short sentences.",
        "zh": "你乐于助人、有创意、聪明又友善。用一两句简短的话回答。",
    },
    examples=[
        {"player": "Are you from here?", "npc": {"en": "I'm from Boston, friend.", "zh": "我是从波士顿来的，朋友。"}}
    ],
    proper_nouns={"en": ["Deadwood"]},
)
MIRA = _persona(
    {"en": "Mira", "zh": "米拉"},
    {"en": "You are Mira, a healer in the castle of Thornhold.", "zh": "你是米拉，荆棘堡里的治疗师。"},
    KEEP,
)
LIN = _persona(
    {"en": "Lin", "zh": "林舟"},
    {"en": "You are Lin, an engineer on Europa Station.", "zh": "你是林舟，木卫二空间站的工程师。"},
    STATION,
)
ROLES = {"ada": ADA, "mira": MIRA, "lin": LIN}
NAMES = {role: Names(persona.setting.things) for role, persona in ROLES.items()}


def looking(world: World, **changes: Value) -> Lookup:
    """State as the world begins, with changes: `key_place="bank"` for the path `key.place`."""
    begun = {f"{thing.id}.{what}": getattr(thing, what) for thing in world.things for what in PROPERTIES}
    changed = {path[::-1].replace("_", ".", 1)[::-1]: value for path, value in changes.items()}
    return lambda path: (begun | changed).get(path)


def ground(line: str = "", role: str = "ada", language: str = "en", **changes: Any) -> Ground:
    """What an answer of one of the characters to `line` is held against, with changes."""
    persona = ROLES[role]
    quests = tuple((quest, {quest.beats[0].id: "active"}) for quest in persona.setting.quests)
    names, look_up = NAMES[role], looking(persona.setting)
    begun = Ground(persona, role, names, look_up, lambda thing, path: True, line, language, quests=quests)  # type: ignore[arg-type]
    return replace(begun, **changes)


def gate(line: str = "", role: str = "ada", language: str = "en", **changes: Any) -> Gate:
    """The gate of such an answer."""
    return Gate(ground(line, role, language, **changes))
