class_name NpcVoice
extends Node
## Plays what characters say, tells the server how much of it was heard, and tells the scene which cue is heard now.
##
## What the player interrupts falls silent at once, and no cue of it comes any more.

signal utterance_began(utterance)
## Is heard from now on: `number`, `actor_id`, `rate`.
signal cue_reached(cue)
## A cue of the timeline is heard now: `kind`, `value`, and mostly `duration_ms`. Besides the kinds of the protocol there
## is `clause`: the text of a clause that begins, with `words` if a cue comes for each word of it.
signal reported(utterance, samples)
## The server was told that so many samples of the utterance of this number were heard.
signal utterance_ended(utterance)
## Nothing more of it is heard: its `reason` is `done`, `interrupted`, `cancelled` or `failed`.

const Utterance = preload("utterance.gd")
const BUFFER := 0.5
## Seconds of the generator. Its length delays nothing, neither a report nor a stop.

@export var client: NodePath = NodePath("../NpcClient")
@export var actor_id: String = ""
## Whose voice this is; without it everybody's.
@export var player: NodePath
## An AudioStreamPlayer of any kind, to be heard from its place; without it one of its own.
@export var report_every: float = 0.1
## Seconds between reports of what was heard.

var _client
var _player
var _waiting := []
## Utterances to be played, the one that is heard first.
var _begun := false
var _playback
var _capacity := 0
## Frames of the generator's buffer.
var _pushed := 0
var _heard := 0
var _reported := -1
var _until_report := 0.0
var _dry_since := -1.0
## When the generator had nothing left to play.
var _latency := 0.0


func _ready() -> void:
	_client = get_node(client)
	_player = get_node(player) if has_node(player) else _own_player()
	_client.utterance_started.connect(_on_utterance_started)
	_client.utterance_text.connect(_on_utterance_text)
	_client.utterance_cues.connect(_on_utterance_cues)
	_client.utterance_completed.connect(_on_utterance_completed)
	_client.audio_received.connect(_on_audio_received)
	_client.session_lost.connect(_on_session_lost)


func speaking() -> String:
	## Who is heard; empty while nobody is.
	return _waiting[0].actor_id if _begun else ""


func _process(delta: float) -> void:
	if _waiting.size() == 0:
		return
	var current = _waiting[0]
	if not _begun:
		_begin(current)
	if current.rate > 0:
		_feed(current)
		_measure(current)
	for cue in current.reached(_heard):
		cue_reached.emit(cue)
	if not _waiting.has(current):
		return  # who got the cue has stopped it
	_report(current, delta)
	if current.reason != "" and _heard >= current.received:
		_end()


func _own_player() -> Node:
	var own := AudioStreamPlayer.new()
	add_child(own)
	return own


func _begin(utterance) -> void:
	_begun = true
	_pushed = 0
	_heard = 0
	_reported = -1
	_dry_since = -1.0
	if utterance.rate > 0:
		var generator := AudioStreamGenerator.new()
		generator.mix_rate = utterance.rate
		generator.buffer_length = BUFFER
		_player.stream = generator
		_player.play()
		_playback = _player.get_stream_playback()
		_capacity = _playback.get_frames_available()
		_latency = AudioServer.get_output_latency()
	utterance_began.emit(utterance)


func _feed(utterance) -> void:
	var count: int = min(_playback.get_frames_available(), utterance.received - _pushed)
	if count > 0:
		_playback.push_buffer(utterance.frames(_pushed, count))
		_pushed += count


func _measure(utterance) -> void:
	## How many samples have left the loudspeaker: those that the mixer has taken, less those on their way.
	var buffered: int = _capacity - _playback.get_frames_available()
	var now := Time.get_ticks_msec() / 1000.0
	var since_taken := AudioServer.get_time_since_last_mix()
	if buffered > 0:
		_dry_since = -1.0
	elif _dry_since < 0.0:
		_dry_since = now
	else:
		since_taken = max(since_taken, now - _dry_since)
	var on_their_way: float = max(0.0, _latency - since_taken) * utterance.rate
	_heard = int(max(_heard, _pushed - buffered - int(on_their_way)))


func _report(utterance, delta: float) -> void:
	_until_report -= delta
	var all: bool = utterance.received > 0 and _heard == utterance.received
	if _heard > _reported and (all or _until_report <= 0.0):
		_reported = _heard
		_until_report = report_every
		_client.playback_report(utterance.number, _heard, "done" if all else "playing")
		reported.emit(utterance.number, _heard)


func _end() -> void:
	var utterance = _waiting.pop_front()
	if _begun:
		_begun = false
		_player.stop()
		_playback = null
		utterance_ended.emit(utterance)


func _find(number: int):
	for utterance in _waiting:
		if utterance.number == number:
			return utterance
	return null


func _on_utterance_started(message: Dictionary) -> void:
	if actor_id == "" or actor_id == message["actor_id"]:
		_waiting.append(Utterance.new(message))


func _on_utterance_text(message: Dictionary) -> void:
	var utterance = _find(int(message["utterance"]))
	if utterance:
		utterance.add_text(message)


func _on_utterance_cues(message: Dictionary) -> void:
	var utterance = _find(int(message["utterance"]))
	if utterance:
		utterance.add_cues(message)


func _on_audio_received(number: int, first_sample: int, pcm: PackedByteArray) -> void:
	var utterance = _find(number)
	if utterance:
		utterance.add_audio(first_sample, pcm)


func _on_utterance_completed(message: Dictionary) -> void:
	var utterance = _find(int(message["utterance"]))
	if not utterance:
		return
	utterance.reason = message["reason"]
	if message["reason"] in ["interrupted", "cancelled"]:
		_stop(utterance)


func _on_session_lost(_message: Dictionary) -> void:
	while _waiting.size() > 0:
		_waiting[0].reason = "failed"
		_stop(_waiting[0])


func _stop(utterance) -> void:
	if utterance == _waiting[0]:
		_end()
	else:
		_waiting.erase(utterance)
