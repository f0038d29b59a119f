/** How long to wait before the next try, in milliseconds: doubled each time, with jitter, so that not all come at once. */
export declare class Backoff {
    #private;
    private readonly random;
    /** `random` gives numbers from 0 to below 1. */
    constructor(random?: () => number);
    /** The server said when to come back: no try comes earlier. */
    notBefore(ms: number): void;
    next(): number;
    /** A connection stands: the next wait is short again. */
    reset(): void;
}
