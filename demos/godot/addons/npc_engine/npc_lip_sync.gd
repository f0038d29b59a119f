class_name NpcLipSync
extends Node
## Moves a mouth as its character speaks: the blend shapes of a mesh, or the frames of a sprite.
##
## Follows the cues of a `NpcVoice`, which come when they are heard; a stopped character shuts its mouth.

signal viseme_changed(viseme)
## For mouths of other kinds.

const VISEMES := ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"]
## The 15 Oculus ids; a sprite has a frame for each, in this order.

@export var voice: NodePath = NodePath("../NpcVoice")
@export var target: NodePath
## A MeshInstance3D whose blend shapes are called `prefix` and a viseme, or a sprite.
@export var prefix: String = "viseme_"
@export var actor_id: String = ""
## Whose mouth it is; without it everybody's.
@export var smoothing: float = 0.06
## Seconds in which a blend shape comes and goes.

var viseme := "sil"
## The one that is heard.

var _target
var _mine := false
var _weights := {}


func _ready() -> void:
	_target = get_node_or_null(target)
	for each in VISEMES:
		_weights[each] = 0.0
	var heard = get_node(voice)
	heard.utterance_began.connect(_on_utterance_began)
	heard.cue_reached.connect(_on_cue_reached)
	heard.utterance_ended.connect(_on_utterance_ended)


func _process(delta: float) -> void:
	if not _target is VisualInstance3D:
		return
	for each in VISEMES:
		var goal := 1.0 if each == viseme and each != "sil" else 0.0
		if _weights[each] != goal:
			_weights[each] = move_toward(_weights[each], goal, delta / max(smoothing, 0.001))
			_target.set("blend_shapes/" + prefix + each, _weights[each])


func _show(shown: String) -> void:
	if shown == viseme or not shown in VISEMES:
		return
	viseme = shown
	if _target and "frame" in _target:
		_target.frame = VISEMES.find(shown)
	viseme_changed.emit(shown)


func _on_utterance_began(utterance) -> void:
	_mine = actor_id == "" or actor_id == utterance.actor_id


func _on_cue_reached(cue: Dictionary) -> void:
	if _mine and cue["kind"] == "viseme":
		_show(cue["value"])


func _on_utterance_ended(_utterance) -> void:
	_show("sil")
