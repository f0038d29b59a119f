const FIRST = 250;
const LONGEST = 15_000;

/** How long to wait before the next try, in milliseconds: doubled each time, with jitter, so that not all come at once. */
export class Backoff {
  #tries = 0;
  #notBefore = 0;

  /** `random` gives numbers from 0 to below 1. */
  constructor(private readonly random: () => number = Math.random) {}

  /** The server said when to come back: no try comes earlier. */
  notBefore(ms: number): void {
    this.#notBefore = ms;
  }

  next(): number {
    const most = Math.min(LONGEST, FIRST * 2 ** this.#tries++);
    const wait = this.#notBefore + most * (0.5 + 0.5 * this.random());
    this.#notBefore = 0;
    return wait;
  }

  /** A connection stands: the next wait is short again. */
  reset(): void {
    this.#tries = 0;
    this.#notBefore = 0;
  }
}
