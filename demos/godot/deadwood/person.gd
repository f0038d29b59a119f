extends Node2D
## Somebody who walks along the street, and whose mouth takes the shape of a viseme.

signal arrived

const SPEED := 260.0
## Pixels per second.
const SHAPES := {
	"sil": Vector2(1.0, 0.15),
	"PP": Vector2(0.8, 0.1),
	"FF": Vector2(0.9, 0.25),
	"TH": Vector2(1.0, 0.35),
	"DD": Vector2(1.0, 0.45),
	"kk": Vector2(1.0, 0.5),
	"CH": Vector2(0.7, 0.6),
	"SS": Vector2(1.1, 0.3),
	"nn": Vector2(1.0, 0.35),
	"RR": Vector2(0.8, 0.5),
	"aa": Vector2(1.1, 1.2),
	"E": Vector2(1.3, 0.7),
	"I": Vector2(1.4, 0.45),
	"O": Vector2(0.8, 1.0),
	"U": Vector2(0.6, 0.7),
}
## How wide and how high the mouth is.

@export var coat: Color = Color("3d5a80")
@export var hair: Color = Color("4a2c1a")
@export var hat: bool = false
@export var skirt: bool = false

var goal := 0.0
## Where this one walks to.

var _shape: Vector2 = SHAPES["sil"]

@onready var _mouth: Polygon2D = $Mouth


func _ready() -> void:
	goal = position.x


func _process(delta: float) -> void:
	_mouth.scale = _mouth.scale.lerp(_shape, min(1.0, delta * 25.0))
	if position.x == goal:
		return
	position.x = move_toward(position.x, goal, SPEED * delta)
	if position.x == goal:
		arrived.emit()


func walk_to(x: float) -> void:
	goal = x


func show_viseme(viseme: String) -> void:
	_shape = SHAPES[viseme]


func _draw() -> void:
	# The origin is between the feet.
	draw_rect(Rect2(-14, -40, 12, 40), Color("2b2b2b"))
	draw_rect(Rect2(2, -40, 12, 40), Color("2b2b2b"))
	draw_rect(Rect2(-20, -104, 40, 70), coat)
	if skirt:
		var cloth := PackedVector2Array()
		for point in [Vector2(-20, -50), Vector2(20, -50), Vector2(32, -4), Vector2(-32, -4)]:
			cloth.append(point)
		draw_colored_polygon(cloth, coat)
	draw_rect(Rect2(-28, -100, 10, 48), coat.darkened(0.15))
	draw_rect(Rect2(18, -100, 10, 48), coat.darkened(0.15))
	draw_circle(Vector2(0, -130), 30, hair)
	draw_circle(Vector2(0, -126), 26, Color("e8b892"))
	draw_circle(Vector2(-9, -132), 3, Color("2b2b2b"))
	draw_circle(Vector2(9, -132), 3, Color("2b2b2b"))
	if hat:
		draw_rect(Rect2(-40, -154, 80, 8), Color("6b4a2f"))
		draw_rect(Rect2(-22, -178, 44, 26), Color("6b4a2f"))
	else:
		draw_rect(Rect2(-28, -156, 56, 14), hair)
