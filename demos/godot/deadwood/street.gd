extends Node2D
## Draws the town as one looks at it from across the street. Nothing moves here.

const GROUND := 440.0
const WIDTH := 1152.0
const EDGES := [0.0, 210.0, 430.0, 810.0, 1152.0]
## Where places begin and end, in the order of `game.gd`.

const SKY := Color("f2c98b")
const HILLS := Color("c98f5a")
const DUST := Color("b98a5a")
const WOOD := Color("7a4a2b")
const DARK_WOOD := Color("5a341e")
const PLASTER := Color("c9b08a")
const IRON := Color("3b4048")


func _draw() -> void:
	draw_rect(Rect2(0, 0, WIDTH, GROUND), SKY)
	draw_circle(Vector2(640, 130), 46, Color("fbe6b4"))
	draw_colored_polygon(_points([430, 330, 520, 240, 600, 300, 690, 220, 810, 330, 810, 440, 430, 440]), HILLS)
	draw_rect(Rect2(0, GROUND, WIDTH, 648 - GROUND), DUST)
	_draw_bank()
	_draw_saloon()


func place_at(x: float) -> int:
	## Number of the place in `game.gd`.
	for number in range(EDGES.size() - 2):
		if x < EDGES[number + 1]:
			return number
	return EDGES.size() - 2


func _draw_bank() -> void:
	draw_rect(Rect2(0, 150, 430, GROUND - 150), PLASTER)
	draw_rect(Rect2(0, 130, 430, 24), DARK_WOOD)
	draw_rect(Rect2(0, 190, 210, GROUND - 190), Color("8d7453"))  # the back room lies in shadow
	draw_rect(Rect2(206, 190, 8, 110), DARK_WOOD)
	draw_rect(Rect2(50, 340, 90, 100), IRON)
	draw_rect(Rect2(58, 348, 74, 84), Color("565e69"))
	draw_circle(Vector2(95, 390), 16, IRON)
	draw_circle(Vector2(95, 390), 5, Color("d9a441"))
	draw_rect(Rect2(240, 372, 130, 68), WOOD)
	draw_rect(Rect2(234, 364, 142, 10), DARK_WOOD)
	draw_rect(Rect2(250, 210, 70, 90), Color("e8dcb8"))


func _draw_saloon() -> void:
	draw_rect(Rect2(810, 120, 342, GROUND - 120), WOOD)
	for plank in range(7):
		draw_rect(Rect2(810, 160 + plank * 40, 342, 3), DARK_WOOD)
	draw_rect(Rect2(800, 100, 352, 24), DARK_WOOD)
	draw_rect(Rect2(830, 250, 10, 190), DARK_WOOD)
	for shelf in range(2):
		draw_rect(Rect2(930, 260 + shelf * 50, 200, 6), DARK_WOOD)
		for bottle in range(6):
			draw_rect(Rect2(942 + bottle * 32, 234 + shelf * 50, 12, 26), Color("4f7a5a").lightened(0.1 * (bottle % 3)))
	draw_rect(Rect2(920, 372, 220, 68), DARK_WOOD)
	draw_rect(Rect2(912, 362, 236, 12), Color("8f5a35"))


func _points(numbers: Array) -> PackedVector2Array:
	var points := PackedVector2Array()
	for at in range(0, numbers.size(), 2):
		points.append(Vector2(numbers[at], numbers[at + 1]))
	return points
