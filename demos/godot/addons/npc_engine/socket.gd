extends RefCounted
## A WebSocket as `connection.gd` needs it, on Godot 4. Knows frames, and nothing of what they say.
##
## The one file of which Godot 3 has its own: `demos/godot3/addons/npc_engine/socket.gd`.

const SUBPROTOCOL := "npc.v1"
const LARGEST := 4194304
## Bytes that may wait to be read: more than half a minute of speech, for a game that loads a level. Godot's own 64 KiB
## close the connection with 1009.
const LONGEST_QUEUE := 8192
## Frames that may wait to be read.

var close_code := -1
## Of the server's farewell; -1 without one.
var close_reason := ""

var _peer := WebSocketPeer.new()
var _failed := false


func open(url: String) -> void:
	_peer.supported_protocols = PackedStringArray([SUBPROTOCOL])
	_peer.inbound_buffer_size = LARGEST
	_peer.outbound_buffer_size = LARGEST
	_peer.max_queued_packets = LONGEST_QUEUE
	_failed = _peer.connect_to_url(url) != OK


func poll() -> void:
	_peer.poll()
	if _peer.get_ready_state() == WebSocketPeer.STATE_CLOSED:
		close_code = _peer.get_close_code()
		close_reason = _peer.get_close_reason()


func is_open() -> bool:
	return _peer.get_ready_state() == WebSocketPeer.STATE_OPEN


func is_closed() -> bool:
	return _failed or _peer.get_ready_state() == WebSocketPeer.STATE_CLOSED


func take() -> Array:
	## The frames that came, each a String or bytes.
	var frames := []
	while _peer.get_available_packet_count() > 0:
		var frame := _peer.get_packet()
		frames.append(frame.get_string_from_utf8() if _peer.was_string_packet() else frame)
	return frames


func send_text(text: String) -> void:
	_peer.send_text(text)


func send_bytes(bytes: PackedByteArray) -> void:
	_peer.send(bytes)


func close() -> void:
	## In good order: the server ends the session.
	_peer.close(1000)
	_peer.poll()
