import type { ClientMessage, ServerMessage } from "./protocol.js";
/** How a connection is. */
export type ConnectionState = {
    state: "connecting" | "open";
}
/** It broke, or never stood; the next try comes by itself. */
 | {
    state: "waiting";
    retry_in_ms: number;
    reason: string;
}
/** For good. */
 | {
    state: "closed";
    reason: string;
};
/** What a connection tells. */
export interface Listener {
    /** The server can be spoken to: it waits for `session.open`. */
    connected(): void;
    message(message: ServerMessage): void;
    audio(frame: ArrayBuffer): void;
    state(state: ConnectionState): void;
}
/** One WebSocket after the other: comes back by itself, with growing pauses, until it is closed. Knows no session. */
export declare class Connection {
    #private;
    private readonly url;
    private readonly listener;
    constructor(url: string, listener: Listener);
    open(): void;
    /** Close for good; nothing more is told but the state. */
    close(reason?: string): void;
    send(message: ClientMessage): void;
    sendAudio(frame: Int16Array<ArrayBuffer>): void;
    /** A session stands: the next pause is short again. */
    settle(): void;
    /** However the server closes now, it is not for good: come back, not before so many milliseconds. */
    comeBack(ms: number): void;
}
