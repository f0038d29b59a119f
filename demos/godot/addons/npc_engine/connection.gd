extends RefCounted
## Keeps one session over connections that break: opens, resumes, waits before it tries again, opens anew.
##
## Knows `session.open`, `resume`, `seq` and `ping`, and nothing of what characters say. Does nothing by itself: `poll`
## is called once a frame.

signal message_received(message)
signal audio_received(utterance, first_sample, pcm)
signal connection_lost(retry_seconds)
## The connection is gone, and tried again after so long.
signal session_lost(error)
## The server does not know the session any more; a new one is being opened.
signal ended(reason)
## Nothing is tried any more.

enum { IDLE, WAITING, CONNECTING, OPENING, OPEN }

const Socket = preload("socket.gd")
const FIRST_RETRY := 0.25
## Seconds; doubled with each try that fails, and shortened by up to half, so that clients don't come back all at once.
const LONGEST_RETRY := 10.0
const HANDSHAKE_PATIENCE := 20.0
## Seconds until a connection that has not opened a session is given up.
const PING_EVERY := 10.0
## Seconds between pings while nothing is sent.
const SILENCE := 30.0
## Seconds without any frame after a ping, for which a connection is taken to be dead.
const OF_ONE_SESSION := ["world.set", "action.result", "reply.cancel", "character.join", "character.leave", "save.load"]
## What is not sent again into a new session: it is part of its `session.open`, or means nothing there.

var state := IDLE

var _client
## Has `opening()`, which is the `session.open` of now.
var _url := ""
var _socket
var _now := 0.0
var _retry_at := 0.0
var _attempts := 0
var _began_at := 0.0
## When this connection was begun.
var _heard_at := 0.0
var _pinged_at := 0.0
var _pings := 0
## How many have no answer.
var _story := ""
## `continue` once a session was lost.

var _token := ""
var _last_seq := 0
var _utterance := -1
## The one whose audio came last, and how many of its samples.
var _samples := 0

var _count := 0
## Messages so far.
var _confirmed := 0
## All up to this number have arrived at the server.
var _waiting := []
## Messages that may not have arrived, each with its number.
var _catching_up := false
## Whether what the server has missed is not known yet.


func _init(client) -> void:
	_client = client
	randomize()


func open(url: String) -> void:
	_url = url
	_story = ""
	_attempts = 0
	_forget()
	_retry_at = 0.0
	state = WAITING


func close() -> void:
	## The session ends in good order.
	if state == OPEN:
		_write({"type": "session.close"})
	if state >= CONNECTING:
		_socket.close()
	state = IDLE
	_forget()
	_waiting = []


func send(message: Dictionary) -> String:
	## Send now, or once there is a session; again if it got lost on the way. Returns its `id`.
	_count += 1
	message["id"] = "m%d" % _count
	_waiting.append([_count, message])
	if state == OPEN and not _catching_up:
		_write(message)
	return message["id"]


func send_at_once(message: Dictionary) -> void:
	## Send, or forget it: for what is old a moment later.
	if state == OPEN:
		_write(message)


func send_audio(pcm: PackedByteArray) -> void:
	if state == OPEN:
		_socket.send_bytes(pcm)


func poll(now: float) -> void:
	## What has come by this time, in seconds on a clock that never goes back.
	_now = now
	if state == WAITING and now >= _retry_at:
		_connect()
	if state < CONNECTING:
		return
	_socket.poll()
	if state == CONNECTING and _socket.is_open():
		_send_opening()
	for frame in _socket.take():
		_heard_at = now
		_take(frame)
		if state < CONNECTING:
			return
	if _socket.is_closed() or _is_dead():
		_lose()
	elif state == OPEN:
		_ask_what_arrived()


func _connect() -> void:
	_socket = Socket.new()
	_socket.open(_url)
	_began_at = _now
	_heard_at = _now
	_pinged_at = _now
	_pings = 0
	state = CONNECTING


func _is_dead() -> bool:
	if state != OPEN:
		return _now - _began_at > HANDSHAKE_PATIENCE
	return _pings > 0 and _now - max(_heard_at, _pinged_at) > SILENCE


func _send_opening() -> void:
	var message: Dictionary = _client.opening()
	if _story != "":
		message["story"] = _story
	if _token != "":
		message["resume"] = {"token": _token, "last_seq": _last_seq}
		if _utterance >= 0:
			message["resume"]["utterance"] = _utterance
			message["resume"]["samples"] = _samples
	_write(message)
	state = OPENING


func _write(message: Dictionary) -> void:
	_socket.send_text(JSON.stringify(message))


func _take(frame) -> void:
	if typeof(frame) != TYPE_STRING:
		_take_audio(frame)
		return
	var message = JSON.parse_string(frame)
	if typeof(message) != TYPE_DICTIONARY:
		return
	if message.has("seq"):
		if int(message["seq"]) <= _last_seq:
			return
		_last_seq = int(message["seq"])
	match message.get("type", ""):
		"session.opened":
			_take_opened(message)
		"session.closing":
			_retry_at = _now + message.get("reconnect_after_ms", 0) / 1000.0
		"pong":
			_take_pong(str(message.get("ref", "")))
		"error":
			if state == OPENING:
				_take_refusal(message)
				return
	message_received.emit(message)


func _take_audio(frame: PackedByteArray) -> void:
	if frame.size() < 8:
		return
	var data := StreamPeerBuffer.new()
	data.data_array = frame
	var utterance := data.get_u32()
	var first := data.get_u32()
	if utterance != _utterance:
		_utterance = utterance
		_samples = 0
	var known := int(clamp(_samples - first, 0, (frame.size() - 8) / 2))
	data.seek(8 + known * 2)
	var pcm: PackedByteArray = data.get_data(frame.size() - 8 - known * 2)[1]
	_samples = int(max(_samples, first + (frame.size() - 8) / 2))
	if pcm.size() > 0:
		audio_received.emit(utterance, first + known, pcm)


func _take_opened(message: Dictionary) -> void:
	state = OPEN
	_attempts = 0
	_retry_at = 0.0
	_token = message["resume_token"]
	_catching_up = message.get("resumed", false)
	if _catching_up:
		# Its answer comes behind all that was missed: what is not confirmed by then has never arrived.
		_write({"type": "ping", "id": "caught up"})
	else:
		_send_waiting()


func _take_refusal(error: Dictionary) -> void:
	if error["code"] == "resume_failed":
		_forget()
		_story = "continue"
		_drop_what_is_of_one_session()
		session_lost.emit(error)
		if state == OPENING:
			_send_opening()
		return
	message_received.emit(error)
	if state != OPENING:
		return
	if error.has("retry_after_ms"):
		_retry_at = _now + error["retry_after_ms"] / 1000.0
		_try_again()
	else:
		_end(error["code"])


func _take_pong(ref: String) -> void:
	_pings = 0
	if ref.begins_with("p"):
		_confirmed = int(ref.substr(1, ref.length() - 1))
		while _waiting.size() > 0 and _waiting[0][0] <= _confirmed:
			_waiting.pop_front()
	elif ref == "caught up":
		_catching_up = false
		_send_waiting()


func _send_waiting() -> void:
	for each in _waiting:
		_write(each[1])


func _ask_what_arrived() -> void:
	## A ping behind the messages of this frame: its answer says that they have arrived.
	var news: bool = _waiting.size() > 0 and not _catching_up and _pings == 0
	if news or _now - _pinged_at > PING_EVERY:
		_write({"type": "ping", "id": "p%d" % (_confirmed if _catching_up else _count)})
		_pinged_at = _now
		_pings += 1


func _lose() -> void:
	if _socket.close_reason.begins_with("taken over"):
		_end("taken over")
	elif state == OPENING and _socket.close_code == 1008:
		# A refusal whose message Godot has thrown away with the connection: the reason is its code.
		_take_refusal({"type": "error", "code": _socket.close_reason, "message": _socket.close_reason, "fatal": true})
	else:
		_try_again()


func _try_again() -> void:
	var longest: float = min(LONGEST_RETRY, FIRST_RETRY * pow(2.0, _attempts))
	var delay: float = max(_retry_at - _now, longest * randf_range(0.5, 1.0))
	_attempts += 1
	_retry_at = _now + delay
	_socket = null
	state = WAITING
	connection_lost.emit(delay)


func _end(reason: String) -> void:
	_socket.close()
	_forget()
	_waiting = []
	state = IDLE
	ended.emit(reason)


func _forget() -> void:
	_token = ""
	_last_seq = 0
	_utterance = -1
	_samples = 0
	_catching_up = false


func _drop_what_is_of_one_session() -> void:
	var left := []
	for each in _waiting:
		if not each[1]["type"] in OF_ONE_SESSION:
			left.append(each)
	_waiting = left
