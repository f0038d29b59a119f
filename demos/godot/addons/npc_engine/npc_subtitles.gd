class_name NpcSubtitles
extends Node
## Writes what is heard into a label, word by word.
##
## A clause whose voice gives no times of its words is written at once.

@export var voice: NodePath = NodePath("../NpcVoice")
@export var label: NodePath
## A Label or RichTextLabel.
@export var keep_seconds: float = 3.0
## How long the words stay once they are all said.

var text := ""
## What stands there.

var _label
var _clause := ""
## What is being said, and how much of it.
var _written := 0
var _before := ""
## The clauses that were said before it.
var _left := -1.0


func _ready() -> void:
	_label = get_node_or_null(label)
	var heard = get_node(voice)
	heard.utterance_began.connect(_on_utterance_began)
	heard.cue_reached.connect(_on_cue_reached)
	heard.utterance_ended.connect(_on_utterance_ended)


func _process(delta: float) -> void:
	if _left >= 0.0:
		_left -= delta
		if _left < 0.0:
			_write("")


func _write(all: String) -> void:
	text = all
	if _label:
		_label.text = all


func _finish_clause() -> void:
	_before += _clause
	_clause = ""
	_written = 0


func _on_utterance_began(_utterance) -> void:
	_left = -1.0
	_clause = ""
	_before = ""
	_write("")


func _on_cue_reached(cue: Dictionary) -> void:
	if cue["kind"] == "clause":
		_finish_clause()
		_clause = cue["value"] if _before == "" else _separator() + cue["value"]
		if not cue["words"]:
			_write(_before + _clause)
	elif cue["kind"] == "word":
		_write_word(cue["value"])


func _separator() -> String:
	## Between clauses; Chinese and Japanese have none.
	var last := _before.unicode_at(_before.length() - 1)
	return "" if last >= 0x2E80 else " "


func _write_word(word: String) -> void:
	## Up to the end of the word and the signs behind it, which belong to it.
	var found := _clause.find(word, _written)
	if found >= 0:
		_written = found + word.length()
	while _written < _clause.length() and _clause[_written] in ",.;:!?…，。；：！？、”’\"')":
		_written += 1
	_write(_before + _clause.substr(0, _written))


func _on_utterance_ended(utterance) -> void:
	_left = keep_seconds
	if utterance.reason == "done":
		_write(_before + _clause)
