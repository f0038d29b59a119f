const HALF_WIDTH = 16;
/** Zero crossings of the filter on each side. */

/** Takes a stream of samples from one rate to another, piece by piece and without seams: a windowed sinc. */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #half: number;
  readonly #filters: Float32Array[];
  #kept: Float32Array;
  #at = 0;
  /** Where the next output lies, in steps of an input sample / `up`, counted from the first kept sample. */

  /** Rates in samples per second. */
  constructor(from: number, to: number) {
    const divisor = greatestDivisor(from, to);
    this.#up = to / divisor;
    this.#down = from / divisor;
    const cutoff = Math.min(1, to / from) * (from === to ? 1 : 0.95);
    this.#half = Math.ceil(HALF_WIDTH / cutoff);
    this.#filters = Array.from({ length: this.#up }, (_, phase) => taps(phase / this.#up, this.#half, cutoff));
    // silence before the first sample, so that output 0 falls on input 0
    this.#kept = new Float32Array(this.#half - 1);
  }

  /** The samples that can be told by now; the last millisecond waits for what comes after it. */
  push(input: Float32Array): Float32Array<ArrayBuffer> {
    const samples = new Float32Array(this.#kept.length + input.length);
    samples.set(this.#kept);
    samples.set(input, this.#kept.length);
    const width = 2 * this.#half;
    const steps = (samples.length - width + 1) * this.#up - this.#at;
    const output = new Float32Array(Math.max(0, Math.ceil(steps / this.#down)));
    for (let index = 0; index < output.length; index++) {
      const first = Math.floor(this.#at / this.#up);
      const filter = this.#filters[this.#at % this.#up]!;
      let sum = 0;
      for (let tap = 0; tap < width; tap++) sum += samples[first + tap]! * filter[tap]!;
      output[index] = sum;
      this.#at += this.#down;
    }
    const used = Math.min(samples.length, Math.floor(this.#at / this.#up));
    this.#kept = samples.slice(used);
    this.#at -= used * this.#up;
    return output;
  }
}

/** The filter for outputs that lie `offset` of a sample behind an input; its middle is between taps `half - 1` and `half`. */
function taps(offset: number, half: number, cutoff: number): Float32Array {
  const filter = Float32Array.from({ length: 2 * half }, (_, tap) => {
    const distance = tap - (half - 1) - offset;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / half);
    return cutoff * sinc(cutoff * distance) * window;
  });
  const sum = filter.reduce((total, each) => total + each, 0);
  return filter.map((each) => each / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
