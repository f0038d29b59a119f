import type { PlaybackReport, ServerMessage } from "./protocol.js";
import { Speaker } from "./speaker.js";
import { type DueCue } from "./timeline.js";
/** What is told of playback. */
export interface Listener {
    cue(cue: DueCue): void;
    report(report: PlaybackReport): void;
}
/** Speech on its way to the ear: sound, the cues that go with it, and reports of what was heard. Knows no connection. */
export declare class Playback {
    #private;
    readonly speaker: Speaker;
    private readonly listener;
    constructor(speaker: Speaker, listener: Listener);
    /** The last utterance of which audio came, and how many samples: for `resume`. */
    get last(): {
        utterance: number;
        samples: number;
    } | undefined;
    /** How much of an utterance was heard, in milliseconds: negative before its first sound, infinity once it is over. */
    heardMs(number: number): number;
    /** A message of the server that may concern an utterance. */
    take(message: ServerMessage): void;
    /** Audio of an utterance; returns how many of its samples are new. */
    play(utterance: number, first: number, pcm: Int16Array): number;
    /** Not one more sample and not one more cue of an utterance. */
    cancel(utterance: number): void;
    /** Silence; and what was before has never been. */
    clear(): void;
    /** Tell what was heard by now, and let go of what was heard to its end. */
    report(): void;
}
