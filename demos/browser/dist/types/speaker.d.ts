/** Plays utterances, each sample on a frame of the audio context that is known, and tells what was heard. */
export declare class Speaker {
    #private;
    /** Without a context of the game's own, one is made when it is needed. */
    constructor(context?: AudioContext);
    get context(): AudioContext;
    /** All voices go through here: set its `gain`, or connect it to nodes of your own. */
    get output(): GainNode;
    /** Browsers let a page make sound only once its user did something: call this in a click or a key. */
    unlock(): Promise<void>;
    /** An utterance begins, at `rate` samples per second. */
    begin(utterance: number, rate: number): void;
    /** More of an utterance: its samples from `first` on. What has come before is dropped; returns how many are new. */
    add(utterance: number, first: number, pcm: Int16Array): number;
    /** How many samples of an utterance have left the loudspeaker. */
    heard(utterance: number): number;
    /** The place in an utterance that is heard now, in samples: negative before its first, which may not be here yet. */
    position(utterance: number): number;
    /** How many samples of an utterance came. */
    received(utterance: number): number;
    /** Whether all that came of an utterance was heard. */
    isDone(utterance: number): boolean;
    /** Not one more sample of it. */
    stop(utterance: number): void;
    /** Nothing more comes of it; what is still to be heard will be. */
    forget(utterance: number): void;
    stopAll(): void;
    /** The context's time of what leaves the loudspeaker now, in seconds. */
    get audibleTime(): number;
}
