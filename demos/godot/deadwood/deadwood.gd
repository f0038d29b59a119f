extends Node2D
## A small game with a character who knows what is true: walk, talk, find the key, open the safe.
##
## Joins the parts: `game.gd` decides what happens, the client tells it to the server, the nodes show it.

const Game = preload("game.gd")
const Words = preload("words.gd")
const STANDS := {"safe": 150.0, "bar": 900.0}
## Where one stands to use a thing.
const REACH := 40.0
## Pixels to a thing within which it can be used.
const BESIDE := 90.0
## Pixels that Ada keeps from the player.

var game := Game.new()
var words := Words.new()

var _begun := false
## Whether the player was greeted.
var _to_use := ""
## What is used on arrival.

@onready var client = $NpcClient
@onready var _microphone = $NpcMicrophone
@onready var _street = $Street
@onready var _player = $Player
@onready var _ada = $Ada
@onready var _line = $Hud/Line


func _ready() -> void:
	client.world = game.world
	client.actions["hand_over"] = Callable(self, "_hand_over")
	client.actions["mark_map"] = Callable(self, "_mark_map")
	client.language = words.language
	game.happened.connect(_on_game_happened)
	_show_words()
	_show_status("connecting")
	_show_state()
	client.open()


func _process(_delta: float) -> void:
	if not _line.has_focus():
		var way := 0
		if Input.is_action_pressed("ui_left"):
			way -= 1
		if Input.is_action_pressed("ui_right"):
			way += 1
		if way != 0:
			_walk_to(_player.position.x + way * 20.0)
	game.go_to(Game.PLACES[_street.place_at(_player.position.x)])
	if abs(_ada.position.x - _player.position.x) > BESIDE * 1.5:
		_ada.walk_to(_player.position.x + BESIDE * sign(_ada.position.x - _player.position.x))


func _unhandled_input(event) -> void:
	if event is InputEventMouseButton and event.pressed and event.button_index == MOUSE_BUTTON_LEFT:
		_line.release_focus()
		_walk_to(event.position.x)
		if event.position.y < 440.0:
			use(_thing_at(event.position.x))
	elif event is InputEventKey and event.pressed and not event.echo:
		match event.keycode:
			KEY_E:
				use(_nearest_thing())
			KEY_ENTER, KEY_KP_ENTER:
				_line.grab_focus()
			KEY_ESCAPE:
				_line.release_focus()


func use(thing: String) -> void:
	## Go there and use it: the `bar`, or the `safe`.
	if thing != "":
		_walk_to(STANDS[thing])
		_to_use = thing
		_on_player_arrived()


func say(text: String) -> void:
	## The player's line.
	if text.strip_edges() != "":
		client.input_text(text.strip_edges())
		$Hud/Heard.text = words.of("heard") + text.strip_edges()


func _walk_to(x: float) -> void:
	_to_use = ""
	_player.walk_to(clamp(x, 30.0, 1120.0))


func _thing_at(x: float) -> String:
	if x < 170.0:
		return "safe"
	return "bar" if x > 890.0 else ""


func _nearest_thing() -> String:
	for thing in STANDS:
		if abs(STANDS[thing] - _player.position.x) < REACH:
			return thing
	return ""


func _hand_over(action: Dictionary) -> Dictionary:
	var given := game.hand_over(action["args"]["item"])
	_show_state()
	return client.done() if given else client.refused(words.of("not_mine"))


func _mark_map(action: Dictionary) -> Dictionary:
	var marked := game.mark_map(action["args"]["place"])
	_show_state()
	return client.done() if marked else client.refused(words.of("no_map"))


func _show_words() -> void:
	$Hud/Help.text = words.of("help")
	$Hud/Send.text = words.of("send")
	$Hud/Microphone.text = words.of("microphone")
	$Hud/Language.text = words.of("language")
	$Hud/Quest.text = words.of("quest")
	$Signs/Bank.text = words.of("bank")
	$Signs/Saloon.text = words.of("saloon")
	$Signs/BackRoom.text = words.of("back_room")
	_line.placeholder_text = words.of("say")


func _show_state() -> void:
	var lines := [words.of(game.world["quest.safe"])]
	for item in ["key", "map"]:
		if game.has(item):
			lines.append(words.of("has_" + item))
	var places := []
	for place in game.marked:
		places.append(words.of("place." + place))
	if places.size() > 0:
		lines.append(words.of("marked") + ", ".join(places))
	$Hud/Objective.text = "\n".join(lines)
	$Door.visible = game.world["safe.open"]
	$Key.visible = not game.has("key")


func _show_status(name_: String, more: String = "") -> void:
	$Hud/Status.text = words.of(name_) + more


func _on_game_happened(name_: String, respond: String) -> void:
	client.world_event(name_, {"text": words.of(name_), "respond": respond})
	_show_state()


func _on_player_arrived() -> void:
	if _to_use != "" and _player.position.x == _player.goal:
		var thing := _to_use
		_to_use = ""
		game.go_to(Game.PLACES[_street.place_at(_player.position.x)])
		game.use(thing)


func _on_session_opened(message: Dictionary) -> void:
	$Hud/AiLabel.text = message["label"]
	_show_status("connected")
	if not _begun:
		_begun = true
		client.say("ada", words.of("greeting"))
	client.character_focus("ada")


func _on_connection_lost(_retry_seconds: float) -> void:
	_show_status("lost")


func _on_session_lost(_error: Dictionary) -> void:
	_show_status("new_session")


func _on_session_ended(reason: String) -> void:
	_show_status("refused", reason)


func _on_quest_changed(_message: Dictionary) -> void:
	_show_state()


func _on_transcript(message: Dictionary) -> void:
	$Hud/Heard.text = words.of("heard") + message["text"]


func _on_turn_started(_message: Dictionary) -> void:
	_show_status("thinking")


func _on_turn_completed(_message: Dictionary) -> void:
	_show_status("connected")


func _on_utterance_began(_utterance) -> void:
	_show_status("connected")


func _on_viseme_changed(viseme: String) -> void:
	_ada.show_viseme(viseme)


func _on_line_submitted(text: String) -> void:
	say(text)
	_line.clear()


func _on_send_pressed() -> void:
	_on_line_submitted(_line.text)


func _on_microphone_toggled(on: bool) -> void:
	_microphone.listen(on)


func _on_language_pressed() -> void:
	## A new session in the other language; what the game has reached stays.
	words.language = "zh" if words.language == "en" else "en"
	client.language = words.language
	_begun = false
	_show_words()
	_show_state()
	client.open()
