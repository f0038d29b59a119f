class_name NpcClient
extends Node
## One session on an npc-engine server: signals for what it says, a dictionary for the state of the game, callables for
## what characters may ask for. The words are those of `docs/protocol.md`.
##
## Knows nothing of sound: `NpcVoice` plays, `NpcMicrophone` listens.

signal message_received(message)
## Every message of the server, before its own signal. All carry the message as a dictionary.
signal session_opened(message)
## Show its `label` to the player.
signal error(message)
signal input_speech_started(message)
signal input_speech_stopped(message)
signal transcript_partial(message)
signal transcript_final(message)
signal turn_started(message)
signal utterance_started(message)
signal utterance_text(message)
signal utterance_cues(message)
signal utterance_completed(message)
signal action_requested(message)
signal quest_changed(message)
signal turn_completed(message)
signal save_created(message)
signal save_loaded(message)
signal session_closing(message)
signal pong(message)

signal audio_received(utterance, first_sample, pcm)
## Speech as it comes: signed 16 bit, little-endian, mono.
signal connection_lost(retry_seconds)
## It is tried again by itself, after so many seconds.
signal session_lost(error)
## The server does not know the session any more; a new one is being opened by itself, with the `world` of now.
signal session_ended(reason)
## Nothing is tried any more: the code of the server's refusal, or `taken over`.

const Connection = preload("connection.gd")
const LARGEST_AUDIO := 32768
## Bytes of microphone audio in one frame; the server takes up to 64 KiB.

@export var url: String = "ws://127.0.0.1:8765/v1"
@export var token: String = ""
@export var player_id: String = "player"
@export var player_name: String = ""
@export var language: String = ""
## Two letters; without it the player's first words decide.
@export var characters: Dictionary = {}
## Who is in earshot: a persona of the server by the game's key of the character.
@export var mode: String = "hands_free"
## Or `push_to_talk`.
@export var story: String = "new"
## Or `continue`: go on where this player last was.
@export var speech: bool = true
## Without it characters only write.
@export var open_by_itself: bool = true
## Opens the session once the scene runs; else call `open`.

var world := {}
## The state of the game, by path: `client.world["key.place"] = "player"`. What has changed is sent before the next
## message, and once a frame.
var actions := {}
## What does an action, by its name: `Callable(self, "_hand_over")`. It is given the message `action.requested` and
## returns `done()`, `refused(why)` or `failed(why)`; or null, and `action_result` is called later.
var declared_actions := []
## Actions that the game itself declares, each as a dictionary; see `DeclaredAction` in `docs/protocol.md`.
var input_rate := 16000
## Samples per second of `input_audio`. A `NpcMicrophone` sets it.
var protocol := "npc.v1"

var _connection
var _sent_world := {}


func _init() -> void:
	_connection = Connection.new(self)
	_connection.message_received.connect(_on_message_received)
	_connection.audio_received.connect(_on_audio_received)
	_connection.connection_lost.connect(_on_connection_lost)
	_connection.session_lost.connect(_on_session_lost)
	_connection.ended.connect(_on_ended)


func _ready() -> void:
	process_mode = Node.PROCESS_MODE_ALWAYS  # a paused game still answers the server
	if open_by_itself:
		call_deferred("open")


func _process(_delta: float) -> void:
	_connection.poll(Time.get_ticks_msec() / 1000.0)
	if is_open():
		_send_world()


func _exit_tree() -> void:
	close()


func open() -> void:
	## Begin a session, now or once the server can be reached. One that is open is ended.
	close()
	_connection.open(url)


func close() -> void:
	## An orderly end.
	_connection.close()


func is_open() -> bool:
	return _connection.state == Connection.OPEN


func opening() -> Dictionary:
	## The `session.open` that describes the game as it is now.
	_sent_world = world.duplicate(true)
	var player := {"id": player_id}
	if player_name != "":
		player["name"] = player_name
	if language != "":
		player["language"] = language
	var message := {
		"type": "session.open",
		"protocol": protocol,
		"player": player,
		"scene": {"characters": _scene_characters(), "world": _sent_world, "actions": declared_actions},
		"audio": {"input": {"rate": input_rate}, "output": {"encoding": "pcm" if speech else "none"}},
		"mode": mode,
		"story": story,
	}
	if token != "":
		message["token"] = token
	return message


func send(type: String, fields: Dictionary = {}) -> String:
	## Send any message of the protocol; fields that are empty texts are left out. Returns its `id`, which the server's
	## answer carries as `ref`. What a broken connection swallows is sent again.
	_send_world()
	return _connection.send(_message(type, fields))


func input_text(text: String, to: String = "") -> String:
	return send("input.text", {"text": text, "to": to})


func input_audio(pcm: PackedByteArray) -> void:
	## Microphone audio of 20 to 100 ms, as it comes, silence included.
	if pcm.size() <= LARGEST_AUDIO:
		_connection.send_audio(pcm)
		return
	var data := StreamPeerBuffer.new()
	data.data_array = pcm
	while data.get_position() < pcm.size():
		_connection.send_audio(data.get_data(int(min(LARGEST_AUDIO, pcm.size() - data.get_position())))[1])


func input_audio_commit() -> String:
	return send("input.audio.commit")


func input_audio_clear() -> String:
	return send("input.audio.clear")


func world_event(name_: String, fields: Dictionary = {}) -> String:
	## Something happened. `fields` may have `text`, `params`, `respond` and `to`.
	var all := fields.duplicate()
	all["name"] = name_
	return send("world.event", all)


func character_join(actor_id: String, persona: String) -> String:
	characters[actor_id] = persona
	return send("character.join", {"actor_id": actor_id, "persona": persona})


func character_leave(actor_id: String) -> String:
	characters.erase(actor_id)
	return send("character.leave", {"actor_id": actor_id})


func character_focus(actor_id: String, weight: float = 1.0) -> String:
	return send("character.focus", {"actor_id": actor_id, "weight": weight})


func character_claim(actor_id: String, reason: String = "") -> String:
	return send("character.claim", {"actor_id": actor_id, "reason": reason})


func character_release(actor_id: String) -> String:
	return send("character.release", {"actor_id": actor_id})


func character_act(actor_id: String, names: Array, text: String) -> String:
	return send("character.act", {"actor_id": actor_id, "actions": names, "text": text})


func gossip(actor_id: String, to: String, facts: Array) -> String:
	return send("gossip", {"actor_id": actor_id, "to": to, "facts": facts})


func say(actor_id: String, text: String, priority: String = "normal") -> String:
	return send("say", {"actor_id": actor_id, "text": text, "priority": priority})


func reply_cancel() -> String:
	return send("reply.cancel")


func save_create(label: String = "") -> String:
	return send("save.create", {"label": label})


func save_load(save_id: String) -> String:
	return send("save.load", {"save_id": save_id})


func action_result(action_id: String, result: Dictionary) -> String:
	var all := result.duplicate()
	all["action_id"] = action_id
	return send("action.result", all)


func done(detail: String = "") -> Dictionary:
	return {"status": "done", "detail": detail}


func refused(detail: String = "") -> Dictionary:
	return {"status": "refused", "detail": detail}


func failed(detail: String = "") -> Dictionary:
	return {"status": "failed", "detail": detail}


func playback_report(utterance: int, samples: int, state: String) -> void:
	## How much of an utterance was heard. `NpcVoice` does this.
	_connection.send_at_once(
		{"type": "playback.report", "utterance": utterance, "samples": samples, "state": state}
	)


func _message(type: String, fields: Dictionary) -> Dictionary:
	var message := {"type": type}
	for field in fields:
		if typeof(fields[field]) != TYPE_STRING or fields[field] != "":
			message[field] = fields[field]
	return message


func _scene_characters() -> Array:
	var all := []
	for actor_id in characters:
		all.append({"actor_id": actor_id, "persona": characters[actor_id]})
	return all


func _send_world() -> void:
	var values := {}
	for path in world:
		if not _sent_world.has(path) or not _is_same(_sent_world[path], world[path]):
			values[path] = world[path]
	for path in _sent_world:
		if not world.has(path):
			values[path] = null
	if values.size() > 0:
		_sent_world = world.duplicate(true)
		_connection.send({"type": "world.set", "values": values.duplicate(true)})


func _is_same(one, other) -> bool:
	return typeof(one) == typeof(other) and one == other


func _act(message: Dictionary) -> void:
	var result = failed("The game can't do this.")
	if actions.has(message["name"]):
		result = actions[message["name"]].call(message)
	if result != null:
		action_result(message["action_id"], result)


func _on_message_received(message: Dictionary) -> void:
	message_received.emit(message)
	var name_: String = message["type"].replace(".", "_")
	if has_signal(name_):
		emit_signal(name_, message)
	if name_ == "action_requested":
		_act(message)


func _on_audio_received(utterance: int, first_sample: int, pcm: PackedByteArray) -> void:
	audio_received.emit(utterance, first_sample, pcm)


func _on_connection_lost(retry_seconds: float) -> void:
	connection_lost.emit(retry_seconds)


func _on_session_lost(message: Dictionary) -> void:
	session_lost.emit(message)


func _on_ended(reason: String) -> void:
	session_ended.emit(reason)
