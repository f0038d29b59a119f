import { drawn } from "./dom.js";

/** A mouth in five numbers, each from 0 to 1 but `wide`, from -1 to 1. */
export interface Shape {
  open: number;
  wide: number;
  round: number;
  teeth: number;
  tongue: number;
}

const CLOSED: Shape = { open: 0, wide: 0, round: 0, teeth: 0, tongue: 0 };

/** The 15 visemes. */
const SHAPES: Record<string, Shape> = {
  sil: CLOSED,
  PP: { ...CLOSED, wide: -0.15 },
  FF: { ...CLOSED, open: 0.14, wide: 0.1, teeth: 1 },
  TH: { ...CLOSED, open: 0.24, teeth: 0.7, tongue: 1 },
  DD: { ...CLOSED, open: 0.28, wide: 0.1, teeth: 0.7, tongue: 0.6 },
  kk: { ...CLOSED, open: 0.34, teeth: 0.3, tongue: 0.2 },
  CH: { ...CLOSED, open: 0.28, round: 0.6, teeth: 0.8 },
  SS: { ...CLOSED, open: 0.16, wide: 0.45, teeth: 1 },
  nn: { ...CLOSED, open: 0.22, teeth: 0.5, tongue: 0.7 },
  RR: { ...CLOSED, open: 0.28, round: 0.5, tongue: 0.3 },
  aa: { ...CLOSED, open: 1, wide: 0.1, teeth: 0.25, tongue: 0.4 },
  E: { ...CLOSED, open: 0.55, wide: 0.6, teeth: 0.4, tongue: 0.3 },
  I: { ...CLOSED, open: 0.34, wide: 0.85, teeth: 0.6 },
  O: { ...CLOSED, open: 0.72, round: 0.75 },
  U: { ...CLOSED, open: 0.34, round: 1 },
};
/** Seconds in which a mouth goes two thirds of the way to its next shape. */
const QUICKNESS = 0.04;

/** A mouth that moves from viseme to viseme. */
export class Mouth {
  readonly group = drawn("g", {});
  readonly #clip = drawn("path", {});
  readonly #inside = drawn("path", { fill: "#5b1f2a" });
  readonly #teeth = drawn("rect", { fill: "#fbf7f0", rx: 4 });
  readonly #tongue = drawn("ellipse", { fill: "#c9606c" });
  readonly #lips = drawn("path", { fill: "none", stroke: "#b4605c", "stroke-width": 3.6, "stroke-linejoin": "round" });
  #now: Shape = { ...CLOSED };
  #target = CLOSED;

  /** `x` and `y` are its middle. */
  constructor(
    private readonly x: number,
    private readonly y: number,
  ) {
    const clip = drawn("clipPath", { id: "mouth" }, this.#clip);
    const within = drawn("g", { "clip-path": "url(#mouth)" }, this.#teeth, this.#tongue);
    this.group.append(clip, this.#inside, within, this.#lips);
    this.draw(0);
  }

  /** A viseme begins. */
  shape(viseme: string, weight = 1): void {
    const shape = SHAPES[viseme] ?? CLOSED;
    this.#target = { ...shape, open: shape.open * weight, wide: shape.wide * weight };
  }

  /** Time passed, in seconds. */
  move(seconds: number): void {
    const part = 1 - Math.exp(-seconds / QUICKNESS);
    for (const key of Object.keys(this.#now) as (keyof Shape)[]) this.#now[key] += (this.#target[key] - this.#now[key]) * part;
  }

  /** `smile` lifts the corners, from -1 to 1. */
  draw(smile: number): void {
    const { open, wide, round, teeth, tongue } = this.#now;
    const { x, y } = this;
    const half = 25 * (1 + 0.26 * wide - 0.48 * round + 0.14 * Math.max(0, smile) * (1 - round));
    const drop = 27 * open;
    const rise = 4 + 5 * open + 4 * round;
    const corner = y - smile * 7;
    const sag = Math.max(0, smile) * 9;
    const path = [
      curve`M ${x - half} ${corner}`,
      curve`Q ${x - half * 0.45} ${y - rise} ${x} ${y - rise * 0.62}`,
      curve`Q ${x + half * 0.45} ${y - rise} ${x + half} ${corner}`,
      curve`Q ${x + half * 0.62} ${y + 2 + drop + sag} ${x} ${y + 3 + drop + sag * 0.8}`,
      curve`Q ${x - half * 0.62} ${y + 2 + drop + sag} ${x - half} ${corner} Z`,
    ].join(" ");
    for (const each of [this.#clip, this.#inside, this.#lips]) each.setAttribute("d", path);
    // a closed mouth is lips alone
    this.#inside.setAttribute("fill", open < 0.05 ? "#c4736c" : "#5b1f2a");
    place(this.#teeth, { x: x - half * 0.72, y: y - rise, width: half * 1.44, height: 4 + 7 * teeth, opacity: teeth * Math.min(1, open * 8) });
    place(this.#tongue, { cx: x, cy: y + drop + sag * 0.5 + 9 - 9 * tongue, rx: half * 0.55, ry: 10, opacity: Math.min(1, open * 4) });
  }
}

/** A piece of a path, to a hundredth. */
function curve(words: TemplateStringsArray, ...numbers: number[]): string {
  return words.map((text, index) => text + (numbers[index]?.toFixed(2) ?? "")).join("");
}

function place(shape: SVGElement, attributes: Record<string, number>): void {
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value.toFixed(2));
}
