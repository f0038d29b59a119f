extends Reference
# A WebSocket as `connection.gd` needs it, on Godot 3. Knows frames, and nothing of what they say.

const SUBPROTOCOL := "npc.v1"
const LARGEST := 4096
# KiB that may wait to be read: more than half a minute of speech, for a game that loads a level. Of a message above
# Godot's own 64 KiB nothing would ever be heard.
const LONGEST_QUEUE := 8192
# Frames that may wait to be read.

var close_code := -1
# Of the server's farewell; -1 without one.
var close_reason := ""

var _client := WebSocketClient.new()
var _failed := false
var _frames := []


func open(url: String) -> void:
	_client.connect("data_received", self, "_on_data_received")
	_client.connect("server_close_request", self, "_on_server_close_request")
	_client.set_buffers(LARGEST, LONGEST_QUEUE, LARGEST, LONGEST_QUEUE)
	_failed = _client.connect_to_url(url, PoolStringArray([SUBPROTOCOL])) != OK


func poll() -> void:
	if not is_closed():
		_client.poll()


func is_open() -> bool:
	return _client.get_connection_status() == NetworkedMultiplayerPeer.CONNECTION_CONNECTED


func is_closed() -> bool:
	return _failed or _client.get_connection_status() == NetworkedMultiplayerPeer.CONNECTION_DISCONNECTED


func take() -> Array:
	# The frames that came, each a String or bytes.
	var frames := _frames
	_frames = []
	return frames


func send_text(text: String) -> void:
	_send(text.to_utf8(), WebSocketPeer.WRITE_MODE_TEXT)


func send_bytes(bytes: PoolByteArray) -> void:
	_send(bytes, WebSocketPeer.WRITE_MODE_BINARY)


func close() -> void:
	# In good order: the server ends the session.
	if is_open():
		_client.disconnect_from_host(1000)
		_client.poll()


func _send(bytes: PoolByteArray, mode: int) -> void:
	var peer := _client.get_peer(1)
	peer.set_write_mode(mode)
	peer.put_packet(bytes)


func _on_data_received() -> void:
	# Taken at once: nothing can be read any more when the server closes behind it.
	var peer := _client.get_peer(1)
	var frame := peer.get_packet()
	if peer.was_string_packet():
		_frames.append(frame.get_string_from_utf8())
	else:
		_frames.append(frame)


func _on_server_close_request(code: int, reason: String) -> void:
	close_code = code
	close_reason = reason
