import type { Cue } from "npc-engine";
import { drawn, stillness } from "./dom.js";
import { type Mood, mood } from "./moods.js";
import { Mouth } from "./mouth.js";

/** What the character is doing. */
export type Doing = "idle" | "listening" | "hearing" | "thinking" | "speaking";

interface Point {
  x: number;
  y: number;
}

const CENTRE: Point = { x: 0, y: 0 };
const LOOKS: Record<string, Point> = {
  player: CENTRE,
  camera: CENTRE,
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
  away: { x: 0.9, y: 0.2 },
};
/** Seconds for which a look lasts that does not say so. */
const LOOK = 1.6;

/** A portrait whose mouth, gaze and mood follow the cues of what is heard. */
export class Avatar {
  readonly svg: SVGSVGElement;
  readonly #mouth = new Mouth(160, 232);
  readonly #head: SVGGElement;
  readonly #face: SVGGElement;
  readonly #eyes: SVGGElement[] = [];
  readonly #lids: SVGRectElement[] = [];
  readonly #brows: SVGPathElement[] = [];
  readonly #cheeks: SVGGElement;
  readonly #hair: SVGGElement;
  readonly #hairBehind: SVGGElement;
  #doing: Doing = "idle";
  #mood = mood(undefined);
  #shown: Mood = { ...this.#mood };
  #gaze: Point = { ...CENTRE };
  #target: Point = CENTRE;
  #looksUntil = 0;
  #wandersAt = 0;
  #blinksAt = 2;
  #nodsAt = -10;
  #shakes = false;
  #last = 0;

  constructor() {
    this.#hair = drawn("g", {});
    this.#hairBehind = drawn("g", {});
    this.#cheeks = drawn(
      "g",
      { opacity: 0 },
      ...[104, 216].map((cx) => drawn("ellipse", { cx, cy: 206, rx: 19, ry: 11, fill: "#e5756f" })),
    );
    for (const x of [122, 198]) this.#drawEye(x);
    this.#face = drawn(
      "g",
      {},
      this.#cheeks,
      ...this.#eyes,
      ...this.#brows,
      drawn("path", { d: "M 160 180 q 9 20 -5 24", class: "line" }),
      this.#mouth.group,
    );
    const skull = drawn("path", { d: "M 84 162 q 0 -86 76 -86 q 76 0 76 86 q 0 62 -32 92 q -20 19 -44 19 q -24 0 -44 -19 q -32 -30 -32 -92 Z", class: "skin" });
    const ears = [80, 240].map((cx) => drawn("ellipse", { cx, cy: 180, rx: 11, ry: 18, class: "skin shade" }));
    this.#head = drawn("g", {}, ...ears, skull, this.#face, this.#hair);
    const body = drawn(
      "g",
      {},
      drawn("path", { d: "M 134 244 v 50 q 26 22 52 0 v -50 Z", class: "skin shade" }),
      drawn("path", { d: "M 30 380 q 6 -76 96 -92 q 34 26 68 0 q 90 16 96 92 Z", class: "cloth" }),
      drawn("path", { d: "M 128 286 q 32 26 64 0 l 14 13 q -14 18 -46 42 q -32 -24 -46 -42 Z", class: "collar" }),
      drawn("path", { d: "M 134 290 q 26 22 52 0 q -6 16 -26 30 q -20 -14 -26 -30 Z", class: "skin shade" }),
    );
    this.svg = drawn("svg", { viewBox: "0 0 320 360", preserveAspectRatio: "xMidYMax", role: "img", class: "avatar" }, this.#hairBehind, body, this.#head);
    requestAnimationFrame(this.#frame);
  }

  /** Somebody else: `color` is the character's own, and `key` decides on the hair. */
  become(key: string, name: string, color: string): void {
    this.svg.style.setProperty("--own", color);
    this.svg.setAttribute("aria-label", name);
    const style = [...key].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % HAIR.length;
    const [before, behind] = HAIR[style]!;
    this.#hair.replaceChildren(...before.map((d) => drawn("path", { d, class: "hair" })));
    this.#hairBehind.replaceChildren(...behind.map((d) => drawn("path", { d, class: "hair shade" })));
    this.feel(undefined);
    this.rest();
  }

  do(doing: Doing): void {
    this.#doing = doing;
    this.#wandersAt = 0;
    if (doing !== "speaking") this.#mouth.shape("sil");
  }

  feel(emotion: string | undefined, weight = 1): void {
    this.#mood = mood(emotion, weight);
  }

  /** Nothing is said any more. */
  rest(): void {
    this.#mouth.shape("sil");
  }

  /** A cue's moment has come. */
  take(cue: Cue): void {
    const now = performance.now() / 1000;
    if (cue.kind === "viseme") this.#mouth.shape(cue.value, cue.weight ?? 1);
    if (cue.kind === "emotion") this.feel(cue.value, cue.weight ?? 1);
    if (cue.kind === "look") {
      this.#target = LOOKS[cue.value] ?? { x: 0.7, y: 0.1 };
      this.#looksUntil = now + (cue.duration_ms ?? LOOK * 1000) / 1000;
    }
    if (cue.kind === "gesture") {
      this.#nodsAt = now;
      this.#shakes = /shake|no|den/.test(cue.value);
    }
  }

  #frame = (ms: number): void => {
    requestAnimationFrame(this.#frame);
    const now = ms / 1000;
    const passed = Math.min(0.1, now - this.#last);
    this.#last = now;
    this.#mouth.move(passed);
    for (const part of Object.keys(this.#shown) as (keyof Mood)[]) {
      this.#shown[part] += (this.#mood[part] - this.#shown[part]) * (1 - Math.exp(-passed / 0.25));
    }
    this.#look(now, passed);
    this.#draw(now);
  };

  #look(now: number, passed: number): void {
    if (now > this.#looksUntil && now > this.#wandersAt) {
      this.#wandersAt = now + 1.2 + 2.6 * Math.random();
      this.#target = stillness.matches ? CENTRE : this.#wander();
    }
    if (this.#doing === "thinking" && now > this.#looksUntil) this.#target = { x: 0.55, y: -0.7 };
    const part = 1 - Math.exp(-passed / 0.06);
    this.#gaze.x += (this.#target.x - this.#gaze.x) * part;
    this.#gaze.y += (this.#target.y - this.#gaze.y) * part;
  }

  /** Eyes rest on the player, and now and then elsewhere; on somebody who speaks they stay. */
  #wander(): Point {
    const far = this.#doing === "hearing" || Math.random() < 0.65 ? 0.12 : 0.5;
    return { x: far * (2 * Math.random() - 1), y: far * (1.2 * Math.random() - 0.6) };
  }

  #draw(now: number): void {
    const { brows, tilt, eyes, smile, blush } = this.#shown;
    this.#mouth.draw(smile);
    this.#cheeks.setAttribute("opacity", (blush * 0.45).toFixed(2));
    const lid = this.#lid(now, eyes);
    for (const [side, eye] of this.#eyes.entries()) {
      eye.querySelector(".gaze")!.setAttribute("transform", `translate(${(this.#gaze.x * 8).toFixed(2)} ${(this.#gaze.y * 6).toFixed(2)})`);
      this.#lids[side]!.setAttribute("height", (lid * 36).toFixed(2));
      const outward = side ? 1 : -1;
      const x = side ? 198 : 122;
      const inner = 139 - brows * 9 - tilt * 9;
      const outer = 145 - brows * 8 + tilt * 5;
      const from = side ? inner : outer;
      const to = side ? outer : inner;
      this.#brows[side]!.setAttribute("d", `M ${x - 21} ${from} Q ${x + outward * 3} ${Math.min(from, to) - 8} ${x + 21} ${to}`);
    }
    const still = stillness.matches;
    const sway = still ? 0 : Math.sin(now * 0.7) * 1.2 + (this.#doing === "speaking" ? Math.sin(now * 2.3) * 1.1 : 0);
    const nod = this.#nod(now);
    const tilted = this.#doing === "hearing" || this.#doing === "listening" ? 2.5 : 0;
    const turn = sway * 0.6 + (still ? 0 : tilted);
    const sink = (this.#shakes ? 0 : nod) + (still ? 0 : Math.sin(now * 1.4) * 0.8);
    const moved = `rotate(${turn.toFixed(2)} 160 290) translate(${(this.#shakes ? nod : 0).toFixed(2)} ${sink.toFixed(2)})`;
    this.#head.setAttribute("transform", moved);
    this.#hairBehind.setAttribute("transform", moved);
    this.#face.setAttribute("transform", `translate(${(this.#gaze.x * 3).toFixed(2)} ${(this.#gaze.y * 2).toFixed(2)})`);
  }

  /** How much of the eye is covered, from 0 to 1. */
  #lid(now: number, eyes: number): number {
    if (stillness.matches) return Math.max(0, 0.07 - eyes * 0.2);
    if (now > this.#blinksAt + 0.16) this.#blinksAt = now + 1.8 + 3.5 * Math.random();
    const blink = now > this.#blinksAt ? Math.sin(((now - this.#blinksAt) / 0.16) * Math.PI) : 0;
    return Math.max(0.07 - eyes * 0.2, Math.min(1, blink));
  }

  #nod(now: number): number {
    const since = now - this.#nodsAt;
    return since < 0.9 && !stillness.matches ? Math.sin(since * 14) * 6 * (1 - since / 0.9) : 0;
  }

  #drawEye(x: number): void {
    const id = `eye${x}`;
    const shape = `M ${x - 20} 173 q 20 -23 40 0 q -20 17 -40 0 Z`;
    const gaze = drawn(
      "g",
      { class: "gaze" },
      drawn("circle", { cx: x, cy: 170, r: 10.5, class: "iris" }),
      drawn("circle", { cx: x, cy: 170, r: 5, fill: "#1c1614" }),
      drawn("circle", { cx: x + 3.5, cy: 166, r: 2.6, fill: "#fff" }),
    );
    const lid = drawn("rect", { x: x - 26, y: 152, width: 52, height: 0, class: "skin shade" });
    const clip = drawn("clipPath", { id }, drawn("path", { d: shape }));
    const inside = drawn("g", { "clip-path": `url(#${id})` }, drawn("path", { d: shape, fill: "#fdfaf5" }), gaze, lid);
    this.#lids.push(lid);
    this.#eyes.push(drawn("g", {}, clip, inside, drawn("path", { d: `M ${x - 20} 173 q 20 -23 40 0`, class: "lash" })));
    this.#brows.push(drawn("path", { class: "brow" }));
  }
}

/** Hair before and behind the head. */
const HAIR: [string[], string[]][] = [
  [
    ["M 76 186 q -14 -124 84 -126 q 98 2 84 126 q -4 -44 -28 -66 q -36 22 -92 10 q -38 8 -48 56 Z"],
    ["M 78 140 q -26 92 -10 168 q 24 22 52 14 l 80 0 q 28 8 52 -14 q 16 -76 -10 -168 Z"],
  ],
  [
    ["M 80 172 q -10 -110 80 -112 q 90 2 80 112 q -4 -30 -18 -48 q -46 12 -86 -14 q -42 14 -56 62 Z"],
    ["M 160 24 q 36 0 36 30 q 0 24 -36 24 q -36 0 -36 -24 q 0 -30 36 -30 Z"],
  ],
  [
    ["M 76 180 q -12 -120 84 -122 q 96 2 84 122 q -8 -58 -50 -80 q -14 34 -118 80 Z"],
    ["M 74 150 q -18 66 -4 112 q 18 16 40 2 l 100 0 q 22 14 40 -2 q 14 -46 -4 -112 Z"],
  ],
];
