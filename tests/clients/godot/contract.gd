extends Node
## A game in small, with the add-on's own nodes: `SCENARIO URL TOKEN`. Prints what it saw as one line of JSON.
##
## `tests/test_clients.py` tells what the scenarios are, `tests/test_godot.py` what `away` is. Godot 3 runs what
## `demos/godot3/translate.py` makes of it.

const Client = preload("res://addons/npc_engine/npc_client.gd")
const Voice = preload("res://addons/npc_engine/npc_voice.gd")
const STORY := "I love a good story."
const RATE := 16000
const FRAME_SECONDS := 0.02
const FRAME_BYTES := 640
const DRINK := {
	"name": "serve_drink",
	"description": "Serve the player a drink.",
	"args": {"drink": {"type": "choice", "of": ["whisky", "water"]}},
	"asks": ["Can I have a drink?"],
}

var client := Client.new()
var voice := Voice.new()
var scenario := ""
var sessions := []
var resumed := false
var label := ""
var errors := []
var seqs := []
var frames := []
## Of audio: utterance, first sample, samples.
var completed := []
## Messages `utterance.completed`.
var late := 0
var heard := ""
var reported := 0
var reported_utterance := -1
var requested := []
var turns := 0
var turns_started := 0
var said_while_away := false
var said_ready := false
var speech
## A StreamPeerBuffer of what the microphone hears, or null while it is off.
var until_frame := 0.0


func _ready() -> void:
	var arguments := OS.get_cmdline_user_args()
	scenario = arguments[arguments.size() - 3]
	client.name = "NpcClient"
	client.url = arguments[arguments.size() - 2]
	client.token = arguments[arguments.size() - 1]
	client.player_id = "p1"
	client.characters = {"ada": "deadwood"}
	if scenario == "wrong_protocol":
		client.protocol = "npc.v0"
	if scenario == "action":
		client.declared_actions = [DRINK]
		client.actions["serve_drink"] = Callable(self, "_serve_drink")
	client.message_received.connect(_on_message_received)
	client.session_opened.connect(_on_session_opened)
	client.error.connect(_on_error)
	client.transcript_final.connect(_on_transcript_final)
	client.utterance_completed.connect(_on_utterance_completed)
	client.turn_started.connect(_on_turn_started)
	client.turn_completed.connect(_on_turn_completed)
	client.connection_lost.connect(_on_connection_lost)
	client.audio_received.connect(_on_audio_received)
	voice.reported.connect(_on_reported)
	add_child(client)
	add_child(voice)


func _process(delta: float) -> void:
	if speech and client.is_open():
		until_frame -= delta
		while until_frame <= 0.0:
			until_frame += FRAME_SECONDS
			client.input_audio(_next_frame())
	if _is_over():
		print(JSON.stringify(_seen()))
		set_process(false)
		get_tree().quit(0)


func _is_over() -> bool:
	match scenario:
		"text":
			return turns == 1 and voice.speaking() == ""
		"barge_in":
			return turns == 2 and heard != ""
		"restart", "away":
			return turns == 2
		"refused", "wrong_protocol":
			return errors.size() > 0
	return turns == 1


func _seen() -> Dictionary:
	var last: Dictionary = {} if completed.size() == 0 else completed[completed.size() - 1]
	match scenario:
		"text":
			return {
				"label": label,
				"reply": last["text"],
				"heard_text": last["heard_text"],
				"samples": _samples_of(int(last["utterance"])),
				"reported": reported if reported_utterance == int(last["utterance"]) else -1,
				"errors": errors,
			}
		"voice":
			return {"heard": heard, "reply": last["text"], "errors": errors}
		"action":
			return {"actions": requested, "reply": last["text"], "errors": errors}
		"barge_in":
			var story: Dictionary = completed[0]
			return {"reason": story["reason"], "heard_text": story["heard_text"], "late": late, "heard": heard}
		"resume":
			return {
				"resumed": resumed,
				"missing": _missing(),
				"twice": _twice(),
				"gaps": _gaps(last),
				"reply": last["text"],
			}
		"restart":
			return {"replies": [completed[0]["text"], last["text"]], "sessions": sessions}
		"away":
			return {"turns": turns_started, "reply": last["text"], "errors": errors}
	return {"code": errors[0]}


func _samples_of(utterance: int) -> int:
	var all := 0
	for frame in frames:
		if frame[0] == utterance:
			all += frame[2]
	return all


func _missing() -> int:
	var missing := 0
	for seq in range(1, seqs[seqs.size() - 1]):
		if not seq in seqs:
			missing += 1
	return missing


func _twice() -> int:
	var twice := 0
	for at in range(seqs.size()):
		if seqs.find(seqs[at]) < at:
			twice += 1
	return twice


func _gaps(last: Dictionary) -> int:
	## Samples that are missing or came again, to the end that the server tells.
	var next := 0
	var gaps := 0
	for frame in frames:
		if frame[0] == int(last["utterance"]):
			gaps += int(abs(frame[1] - next))
			next = frame[1] + frame[2]
	var end := int(last["duration_ms"]) * RATE / 1000
	return gaps + (int(abs(end - next)) if abs(end - next) > RATE / 1000 else 0)


func _speak() -> void:
	var file := FileAccess.open(OS.get_environment("NPC_SPEECH"), FileAccess.READ)
	speech = StreamPeerBuffer.new()
	speech.data_array = file.get_buffer(file.get_length())


func _next_frame() -> PackedByteArray:
	## Silence once all is said.
	var silence := PackedByteArray()
	silence.resize(FRAME_BYTES)
	for at in range(FRAME_BYTES):
		silence[at] = 0
	if speech.get_size() - speech.get_position() < FRAME_BYTES:
		return silence
	return speech.get_data(FRAME_BYTES)[1]


func _serve_drink(action: Dictionary) -> Dictionary:
	requested.append({"name": action["name"], "args": action["args"]})
	return client.done("The glass is full.")


func _on_message_received(message: Dictionary) -> void:
	if message.has("seq"):
		seqs.append(int(message["seq"]))


func _on_session_opened(message: Dictionary) -> void:
	label = message["label"]
	sessions.append(message["session_id"])
	if message.get("resumed", false):
		resumed = true
		return
	match scenario:
		"text", "restart":
			client.input_text("Hello?")
		"voice":
			_speak()
		"action":
			client.input_text("Please give me the whisky.")
		"barge_in", "resume", "away":
			client.input_text(STORY)


func _on_error(message: Dictionary) -> void:
	errors.append(message["code"])


func _on_transcript_final(message: Dictionary) -> void:
	heard = message["text"]


func _on_utterance_completed(message: Dictionary) -> void:
	completed.append(message)


func _on_turn_started(_message: Dictionary) -> void:
	turns_started += 1


func _on_connection_lost(_retry_seconds: float) -> void:
	if scenario == "away" and not said_while_away:
		said_while_away = true
		client.world["place"] = "saloon"
		client.input_text("Hello?")


func _on_turn_completed(_message: Dictionary) -> void:
	turns += 1
	if scenario == "restart" and turns == 1:
		print("ready")


func _on_audio_received(utterance: int, first_sample: int, pcm: PackedByteArray) -> void:
	frames.append([utterance, first_sample, pcm.size() / 2])
	if completed.size() > 0 and utterance == int(completed[0]["utterance"]):
		late += 1
	if said_ready:
		return
	said_ready = true
	if scenario == "barge_in":
		_speak()
	elif scenario == "resume" or scenario == "away":
		print("ready")


func _on_reported(utterance: int, samples: int) -> void:
	reported_utterance = utterance
	reported = samples
