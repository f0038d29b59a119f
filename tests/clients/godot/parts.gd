extends Node
## What follows a voice, without a server: mouths, subtitles, and the silence after an interruption; and the microphone.
## Prints what it saw as one line of JSON.
##
## One utterance of two seconds, of which the first is let be heard; it has a viseme and a word each 200 ms.

const Client = preload("res://addons/npc_engine/npc_client.gd")
const Voice = preload("res://addons/npc_engine/npc_voice.gd")
const LipSync = preload("res://addons/npc_engine/npc_lip_sync.gd")
const Subtitles = preload("res://addons/npc_engine/npc_subtitles.gd")
const Microphone = preload("res://addons/npc_engine/npc_microphone.gd")
const RATE := 16000
const TEXT := "One, two, three, four, five, six, seven, eight, nine, ten."
const HEARD_SAMPLES := 16000
const AFTERWARDS := 0.5
## Seconds for which nothing more may come.


class Ear:
	extends Node
	var input_rate := 0
	var mode := "push_to_talk"
	var samples := 0
	var loudest := 0
	var commits := 0

	func is_open() -> bool:
		return true

	func input_audio(pcm: PackedByteArray) -> void:
		var data := StreamPeerBuffer.new()
		data.data_array = pcm
		for at in range(pcm.size() / 2):
			loudest = int(max(loudest, data.get_16()))
		samples += pcm.size() / 2

	func input_audio_commit() -> void:
		commits += 1


var client := Client.new()
var voice := Voice.new()
var lips := LipSync.new()
var face := LipSync.new()
var subtitles := Subtitles.new()
var mesh := MeshInstance3D.new()
var sprite := Sprite2D.new()
var label := Label.new()
var listener := Ear.new()
var microphone := Microphone.new()
var tone
var cues := []
var late := 0
var heard := 0
var stopped := false
var shown := ""
var frames := []
var weight := 0.0
var left := AFTERWARDS


func _ready() -> void:
	mesh.mesh = _mouth()
	sprite.hframes = 15
	client.open_by_itself = false
	_add_to(self, client, "NpcClient")
	_add_to(self, mesh, "Mesh")
	_add_to(self, sprite, "Sprite")
	_add_to(self, label, "Label")
	_add_to(self, listener, "Listener")
	_add_to(self, voice, "NpcVoice")
	lips.target = NodePath("../Sprite")
	_add_to(self, lips, "Lips")
	face.target = NodePath("../Mesh")
	_add_to(self, face, "Face")
	subtitles.label = NodePath("../Label")
	_add_to(self, subtitles, "NpcSubtitles")
	microphone.client = NodePath("../Listener")
	_add_to(self, microphone, "NpcMicrophone")
	voice.cue_reached.connect(_on_cue_reached)
	voice.reported.connect(_on_reported)
	if listener.input_rate > 0:
		_play_into_the_microphone()
	_speak()


func _process(delta: float) -> void:
	if tone:
		for at in range(tone.get_frames_available()):
			tone.push_frame(Vector2(0.5, 0.5))
	weight = max(weight, mesh.get("blend_shapes/viseme_aa"))
	if not stopped and heard >= HEARD_SAMPLES:
		shown = label.text
		stopped = true
		client.utterance_completed.emit({"utterance": 1, "reason": "interrupted"})
	elif stopped:
		left -= delta
		if left < 0.0:
			_finish()


func _finish() -> void:
	microphone.listen(false)
	var seen := {
		"cues": cues,
		"late": late,
		"subtitle": shown,
		"afterwards": label.text,
		"frames": frames,
		"frame": sprite.frame,
		"weight": weight,
		"shut": mesh.get("blend_shapes/viseme_aa"),
		"speaking": voice.speaking(),
		"decimation": [Microphone.decimation(44100), Microphone.decimation(96000), Microphone.decimation(192000)],
		"pcm": _numbers(Microphone.pcm(_stereo([0.5, -0.5, 1.0, -1.0]), 1)),
		"decimated": _numbers(Microphone.pcm(_stereo([0.5, 0.25, -1.0, 0.0]), 2)),
		"documented": _documented(),
		"microphone": {"rate": listener.input_rate, "samples": listener.samples, "loudest": listener.loudest, "commits": listener.commits},
	}
	print(JSON.stringify(seen))
	set_process(false)
	get_tree().quit(0)


func _documented() -> Array:
	## Of each script that the pages show, whether it is one.
	var good := []
	while ResourceLoader.exists("res://documented_%d.gd" % good.size()):
		good.append(load("res://documented_%d.gd" % good.size()).can_instantiate())
	return good


func _add_to(parent: Node, node: Node, name_: String) -> void:
	node.name = name_
	parent.add_child(node)


func _speak() -> void:
	var words := TEXT.split(" ")
	var timeline := []
	for at in range(10):
		timeline.append({"t_ms": at * 200, "kind": "word", "value": words[at].rstrip(",."), "duration_ms": 200})
		timeline.append({"t_ms": at * 200, "kind": "viseme", "value": "PP" if at % 2 == 1 else "aa", "duration_ms": 200})
	var silence := PackedByteArray()
	silence.resize(RATE * 4)
	client.utterance_started.emit({"utterance": 1, "turn": 1, "actor_id": "ada", "rate": RATE})
	client.utterance_text.emit({"utterance": 1, "text": TEXT, "t_ms": 0})
	client.utterance_cues.emit({"utterance": 1, "cues": timeline})
	client.audio_received.emit(1, 0, silence)


func _play_into_the_microphone() -> void:
	var source := AudioStreamPlayer.new()
	source.stream = AudioStreamGenerator.new()
	source.bus = Microphone.BUS
	add_child(source)
	source.play()
	tone = source.get_stream_playback()


func _mouth() -> ArrayMesh:
	## A triangle that opens.
	var arrays := []
	arrays.resize(Mesh.ARRAY_MAX)
	var corners := PackedVector3Array()
	for corner in [Vector3(0, 0, 0), Vector3(1, 0, 0), Vector3(0, 1, 0)]:
		corners.append(corner)
	arrays[Mesh.ARRAY_VERTEX] = corners
	var made := ArrayMesh.new()
	made.add_blend_shape("viseme_aa")
	made.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, arrays, [arrays.duplicate()])
	return made


func _stereo(samples: Array) -> PackedVector2Array:
	var both := PackedVector2Array()
	for sample in samples:
		both.append(Vector2(sample, sample))
	return both


func _numbers(pcm: PackedByteArray) -> Array:
	var data := StreamPeerBuffer.new()
	data.data_array = pcm
	var all := []
	for at in range(pcm.size() / 2):
		all.append(data.get_16())
	return all


func _on_cue_reached(cue: Dictionary) -> void:
	if stopped:
		late += 1
	elif cue["kind"] == "word":
		cues.append(cue["value"])
		frames.append(sprite.frame)


func _on_reported(_utterance: int, samples: int) -> void:
	heard = samples
