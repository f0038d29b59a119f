class_name NpcMicrophone
extends Node
## Sends what the microphone hears to a `NpcClient`, at the rate at which the engine mixes.
##
## It is opened when it is listened to for the first time, and then stays open, so that no first syllable is lost.
## The project must allow it: Project Settings > Audio > Driver > Enable Input. Godot 3 needs 3.3 or newer.

const RATES := [8000, 16000, 22050, 24000, 32000, 44100, 48000]
## What the server takes.
const BUS := "npc_engine microphone"
const CAPTURE := "AudioEffectCapture"
const SEND_EVERY := 0.02
## Seconds of audio in a frame, at least.
const BUFFER := 0.5
## Seconds for which the game may stand still without a word being lost.

@export var client: NodePath = NodePath("../NpcClient")
@export var listening: bool = true

var _client
var _capture
var _source: AudioStreamPlayer
var _every := 1


func _ready() -> void:
	_client = get_node(client)
	if not ClassDB.class_exists(CAPTURE):
		push_warning("NpcMicrophone needs Godot 3.3 or newer; nothing is heard")
		set_process(false)
		return
	_every = decimation(int(AudioServer.get_mix_rate()))
	_client.input_rate = int(AudioServer.get_mix_rate()) / _every
	_add_bus()
	if listening:
		_source.play()


func _exit_tree() -> void:
	if _capture:
		_source.stop()
		AudioServer.remove_bus(AudioServer.get_bus_index(BUS))


func listen(on: bool) -> void:
	## Hear from now on, or no longer. With `push_to_talk` letting go is what ends the player's line.
	if _capture and on and not listening:
		_capture.clear_buffer()
		if not _source.playing:
			_source.play()
	if listening and not on and _client.mode == "push_to_talk":
		if _capture:
			_send(_every)
		_client.input_audio_commit()
	listening = on


func _process(_delta: float) -> void:
	if not listening or not _client.is_open():
		_capture.clear_buffer()
		return
	_send(int(AudioServer.get_mix_rate() * SEND_EVERY))


func _send(at_least: int) -> void:
	## What was heard, if it is so many frames.
	var count: int = _capture.get_frames_available() / _every * _every
	if count >= at_least:
		_client.input_audio(pcm(_capture.get_buffer(count), _every))


static func decimation(rate: int) -> int:
	## How many samples of the engine become one of the server: 1 where it takes the engine's rate, which is mostly so.
	for every in range(1, 9):
		if rate % every == 0 and rate / every in RATES:
			return every
	push_warning("the server takes no audio of %d samples per second; set the project's mix rate to 48000" % rate)
	return 1


static func pcm(frames: PackedVector2Array, every: int) -> PackedByteArray:
	## Both ears as signed 16 bit, little-endian, mono; each sample is the mean of `every` frames.
	var data := StreamPeerBuffer.new()
	for first in range(0, frames.size(), every):
		var sum := 0.0
		for at in range(first, first + every):
			sum += frames[at].x + frames[at].y
		data.put_16(int(clamp(sum / (2 * every) * 32768.0, -32768.0, 32767.0)))
	return data.data_array


func _add_bus() -> void:
	## A bus of its own, mute, on which the microphone plays: from there it is taken.
	AudioServer.add_bus()
	var bus := AudioServer.bus_count - 1
	AudioServer.set_bus_name(bus, BUS)
	AudioServer.set_bus_mute(bus, true)
	_capture = ClassDB.instantiate(CAPTURE)  # by its name, which Godot 3.2 does not know
	_capture.buffer_length = BUFFER
	AudioServer.add_bus_effect(bus, _capture)
	_source = AudioStreamPlayer.new()
	_source.stream = AudioStreamMicrophone.new()
	_source.bus = BUS
	add_child(_source)
