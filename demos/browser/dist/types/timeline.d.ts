import type { Cue } from "./protocol.js";
/** A cue whose moment has come at the loudspeaker. */
export interface DueCue {
    utterance: number;
    actor_id: string;
    cue: Cue;
    /** How long ago its moment was, in milliseconds. */
    late_ms: number;
}
/** Gives each cue when its sample is heard: read by the clock of the output, not of the wall. */
export declare class Timeline {
    #private;
    private readonly clock;
    private readonly give;
    /** `clock` says where in an utterance the ear is, in milliseconds; infinity where it was heard to its end. */
    constructor(clock: (utterance: number) => number, give: (cue: DueCue) => void);
    begin(utterance: number, actor_id: string): void;
    add(utterance: number, cues: readonly Cue[]): void;
    /** Not one more cue of it. */
    cancel(utterance: number): void;
    clear(): void;
    /** Give what is due, and come back when the next cue is. */
    look(): void;
}
