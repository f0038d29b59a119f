extends RefCounted
## What is so in the town, and what the player may do. The game decides; characters only ask. Knows neither nodes nor
## the server: `world` is the state that it is told, by the paths of `personas/deadwood/world.yaml`.

signal happened(name, respond)
## Something that characters in earshot notice.

const PLACES := ["back_room", "bank", "town", "saloon"]
## From left to right.
const PLACE_OF := {"safe": "back_room", "bar": "saloon"}
## What can be used, and where it stands.

var world := {
	"place": "town",
	"key.place": "saloon",
	"key.owner": "bank",
	"map.place": "town",
	"map.owner": "deadwood",
	"safe.locked": true,
	"safe.open": false,
	"quest.safe": "find_key",
}
var marked := []
## Places on the player's map.


func has(item: String) -> bool:
	return world[item + ".place"] == "player"


func go_to(place: String) -> void:
	if world["place"] != place:
		world["place"] = place


func use(thing: String) -> void:
	if PLACE_OF[thing] != world["place"]:
		return
	match thing:
		"bar":
			_search_bar()
		"safe":
			_try_safe()


func hand_over(item: String) -> bool:
	## A character gives the player something.
	if item != "map" or has("map"):
		return false
	world["map.place"] = "player"
	world["map.owner"] = "player"
	return true


func mark_map(place: String) -> bool:
	## A character marks a place on the player's map, if there is one.
	if not has("map"):
		return false
	if not place in marked:
		marked.append(place)
	return true


func _search_bar() -> void:
	if has("key"):
		return
	world["key.place"] = "player"
	world["key.owner"] = "player"
	world["quest.safe"] = "open_safe"
	happened.emit("key_found", "silent")  # the quest has words of its own for it


func _try_safe() -> void:
	if world["safe.open"]:
		return
	if not has("key"):
		happened.emit("safe_is_locked", "auto")
		return
	world["safe.locked"] = false
	world["safe.open"] = true
	world["quest.safe"] = "done"
	happened.emit("safe_opened", "silent")
