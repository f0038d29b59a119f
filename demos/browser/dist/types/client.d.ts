import { type ActionHandler } from "./actions.js";
import { type ConnectionState } from "./connection.js";
import { Emitter } from "./emitter.js";
import { type Outgoing } from "./mailbox.js";
import { Microphone } from "./microphone.js";
import type { ActionResult, OpenedCharacter, PlaybackReport, ServerMessage, SessionOpen, SessionOpened } from "./protocol.js";
import { Speaker } from "./speaker.js";
import type { DueCue } from "./timeline.js";
import { World, type WorldValue } from "./world.js";
export type { ActionAnswer, ActionHandler } from "./actions.js";
export type { Outgoing as SentMessage } from "./mailbox.js";
/** As `session.open` has it: who plays, who is in earshot, in which world. */
export type NpcOptions = Omit<SessionOpen, "type" | "id" | "protocol" | "resume">;
export interface NpcSettings {
    /** An audio context of the game's own. Its sound can be routed through `client.speaker.output`. */
    context?: AudioContext;
    /** The address of this module, where a bundler has made it part of another file. The audio thread loads it. */
    worklet?: string | URL;
}
/** Every message of the server by its type, and what the client itself has to say. */
export type NpcEvents = {
    [Message in ServerMessage as Message["type"]]: Message;
} & {
    /** Every message of the server, in order. */
    message: ServerMessage;
    /** The connection was made, lost, or closed for good. */
    connection: ConnectionState;
    /** The server did not know the session any more: a new one stands, in which nothing that was open goes on. */
    "session.replaced": {
        before: string;
        session_id: string;
    };
    /** A cue's sample is heard now: move the mouth. */
    cue: DueCue;
    /** Speech came, and plays by itself: samples from `first_sample` on. */
    audio: {
        utterance: number;
        first_sample: number;
        samples: Int16Array;
    };
    /** What was heard, as the server is told. */
    "playback.report": PlaybackReport;
};
/** The server refused: `code` is one of the protocol's. */
export declare class NpcError extends Error {
    readonly code: string;
    readonly name = "NpcError";
    constructor(code: string, message: string);
}
/** One player's session. Connects, comes back and resumes by itself; plays speech and reports what was heard. */
export declare class NpcClient extends Emitter<NpcEvents> {
    #private;
    private readonly options;
    readonly world: World;
    readonly speaker: Speaker;
    readonly microphone: Microphone;
    /** `url` is the server's: `ws://127.0.0.1:8765/v1`. */
    constructor(url: string | URL, options: NpcOptions, settings?: NpcSettings);
    /** The session, once it stands: with the `label` that every player must be shown. */
    get opened(): SessionOpened | undefined;
    /** Who was in earshot when the session was opened. */
    get characters(): readonly OpenedCharacter[];
    /** Connect, and keep at it until `close`. Rejects with `NpcError` if the server refuses the session. */
    open(): Promise<SessionOpened>;
    /** An orderly end. */
    close(): void;
    /** Send any message of the protocol, now or when the connection is back; returns the `id` that answers carry as `ref`. */
    send(message: Outgoing): string;
    /** A typed line of the player. */
    text(text: string, more?: {
        to?: string;
        whisper?: boolean;
    }): string;
    /** Microphone audio from elsewhere: 16 kHz, or the rate of `audio.input`. It is lost while there is no connection. */
    sendAudio(frame: Int16Array): void;
    /** State of the game. */
    set(values: Record<string, WorldValue>): string;
    /** Something happened in the game. */
    event(name: string, more?: {
        text?: string;
        respond?: "silent" | "auto" | "must";
        to?: string;
    }): string;
    /** Do what characters ask for: `handler` is called with the arguments of each `action.requested` of this name. */
    action(name: string, handler: ActionHandler): void;
    /** What the game did with an action that no handler answers. */
    answer(action_id: string, status: ActionResult["status"], detail?: string): string;
    /** Stop talking: at once here, then there. What was heard until now is what the character remembers. */
    cancel(): void;
    /** How much of an utterance was heard, in milliseconds: negative before its first sound, infinity once it is over. */
    heardMs(utterance: number): number;
}
