/** Zero crossings of the filter on each side. */
/** Takes a stream of samples from one rate to another, piece by piece and without seams: a windowed sinc. */
export declare class Resampler {
    #private;
    /** Where the next output lies, in steps of an input sample / `up`, counted from the first kept sample. */
    /** Rates in samples per second. */
    constructor(from: number, to: number);
    /** The samples that can be told by now; the last millisecond waits for what comes after it. */
    push(input: Float32Array): Float32Array<ArrayBuffer>;
}
