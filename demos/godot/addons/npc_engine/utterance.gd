extends RefCounted
## One utterance as it arrives: its samples, and its timeline. Knows no clock and no loudspeaker.

var number := 0
var actor_id := ""
var rate := 0
## Samples per second; 0 for one without speech.
var received := 0
## Samples so far.
var reason := ""
## Of `utterance.completed`; empty until then.

var _pcm := StreamPeerBuffer.new()
var _timeline := []
var _clause := {}
## The last that came; `words` says whether cues tell when each of its words is heard.


func _init(started: Dictionary) -> void:
	number = int(started["utterance"])
	actor_id = started["actor_id"]
	rate = int(started.get("rate", 0))


func add_text(message: Dictionary) -> void:
	## A clause comes before its cues: the timeline stays in order.
	_clause = {"t_ms": int(message["t_ms"]), "kind": "clause", "value": message["text"], "words": false}
	_timeline.append(_clause)


func add_cues(message: Dictionary) -> void:
	for cue in message["cues"]:
		_timeline.append(cue)
		if cue["kind"] == "word":
			_clause["words"] = true


func add_audio(first_sample: int, pcm: PackedByteArray) -> void:
	_pcm.seek(first_sample * 2)
	_pcm.put_data(pcm)
	received = first_sample + pcm.size() / 2


func frames(first: int, count: int) -> PackedVector2Array:
	## Samples for both ears, from -1 to 1.
	var both := PackedVector2Array()
	both.resize(count)
	_pcm.seek(first * 2)
	for at in range(count):
		var sample := _pcm.get_16() / 32768.0
		both[at] = Vector2(sample, sample)
	return both


func reached(samples: int) -> Array:
	## The cues that playback has come to, each once. Without speech there is nothing to wait for.
	var cues := []
	while _timeline.size() > 0 and (rate == 0 or received > 0 and int(_timeline[0]["t_ms"]) * rate <= samples * 1000):
		cues.append(_timeline.pop_front())
	return cues
