"""What the end of a text says about whether more will come."""

from __future__ import annotations

import pytest

from npc_engine.core.ending import Ending, ending_of


@pytest.mark.parametrize(
    ("ending", "texts"),
    [
        ("unknown", ["", "  ", "...", "。"]),
        ("hanging", ["I want to go and...", "Um.", "and", "Where is the", "Where is the?", "Well, uh,", "I’m", "ERM"]),
        ("hanging", ["我想去，因为", "嗯", "然后……", "我要那个。", "我和"]),
        ("question", ["Where are you from?", "Really?", "你在哪？", "你好吗", "那你呢。"]),
        ("statement", ["I am here.", "Stop!", "好的。", "走吧！", "I like that album."]),
        ("open", ["I went to the mill", "Well, I was...", "First,", "so I hum", "我现在", "我想去，", "I paid—"]),
        ("lead", ["Excuse me.", "Hey, listen!", "I am lost. Please.", "Well,", "The key.", "My old friend?", "请问。"]),
        ("statement", ["Please sit down.", "The key is lost.", "Show me the key.", "A mine, please."]),
    ],
)
def test_a_text_ends(ending: Ending, texts: list[str]) -> None:
    assert {text: ending_of(text) for text in texts} == dict.fromkeys(texts, ending)
