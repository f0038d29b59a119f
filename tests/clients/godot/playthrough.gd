extends Node
## Plays the Deadwood scene from the first greeting to the open safe: `playthrough URL TOKEN`. Prints what a player saw as
## one line of JSON.
##
## A step is over once it has come true, and all that is said about it was heard. Nothing is done but what a player can
## do: walk, use, say, press.

const Scene = preload("res://deadwood/deadwood.tscn")
const STEPS := ["greeted", "locked", "map", "mark", "key", "open", "chinese"]

var scene
var step := 0
var said := []
## What stood under the picture when a character had spoken.
var objectives := []
var labels := []
var visemes := []
var errors := []
var turns := 0
var turns_before := 0


func _ready() -> void:
	var arguments := OS.get_cmdline_user_args()
	scene = Scene.instantiate()
	var client = scene.get_node("NpcClient")
	client.url = arguments[arguments.size() - 2]
	client.token = arguments[arguments.size() - 1]
	client.error.connect(_on_error)
	client.turn_completed.connect(_on_turn_completed)
	scene.get_node("NpcVoice").utterance_ended.connect(_on_utterance_ended)
	scene.get_node("NpcLipSync").viseme_changed.connect(_on_viseme_changed)
	add_child(scene)


func _process(_delta: float) -> void:
	if scene.get_node("NpcVoice").speaking() != "" or turns == turns_before or not _has_come_true():
		return
	objectives.append(scene.get_node("Hud/Objective").text)
	labels.append(scene.get_node("Hud/AiLabel").text)
	step += 1
	turns_before = turns
	if step == STEPS.size():
		print(JSON.stringify(_seen()))
		set_process(false)
		get_tree().quit(0)
		return
	match STEPS[step]:
		"locked", "open":
			scene.use("safe")
		"map":
			scene.say("Could I have your map?")
		"mark":
			scene.say("Can you mark the saloon on my map?")
		"key":
			scene.use("bar")
		"chinese":
			scene.get_node("Hud/Language").emit_signal("pressed")


func _has_come_true() -> bool:
	match STEPS[step]:
		"map":
			return scene.game.has("map")
		"mark":
			return scene.game.marked.size() > 0
		"key":
			return scene.game.has("key")
		"open":
			return scene.game.world["safe.open"]
	return true


func _seen() -> Dictionary:
	return {
		"labels": labels,
		"said": said,
		"objectives": objectives,
		"marked": scene.game.marked,
		"door": scene.get_node("Door").visible,
		"mouth": visemes.size(),
		"shut": visemes[visemes.size() - 1],
		"errors": errors,
	}


func _on_error(message: Dictionary) -> void:
	errors.append(message["code"])


func _on_turn_completed(_message: Dictionary) -> void:
	turns += 1


func _on_utterance_ended(_utterance) -> void:
	said.append(scene.get_node("Hud/Subtitle").text)


func _on_viseme_changed(viseme: String) -> void:
	visemes.append(viseme)
