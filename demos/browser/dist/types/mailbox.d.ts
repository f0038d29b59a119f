import type { ClientMessage, ServerMessage } from "./protocol.js";
type Unnamed<Message> = Message extends unknown ? Omit<Message, "id"> & {
    id?: string;
} : never;
/** What a game may send: opening, closing, pings and playback are the client's own. */
export type Outgoing = Unnamed<Exclude<ClientMessage, {
    type: "session.open" | "session.close" | "ping" | "playback.report";
}>>;
/**
 * What is on its way to the server. While there is no connection it waits; what was sent over one that broke, and was
 * not answered, is sent again once it is known that no answer is under way.
 */
export declare class Mailbox {
    #private;
    private readonly transmit;
    constructor(transmit: (message: ClientMessage) => void);
    /** Whether what is sent leaves at once. */
    get isOpen(): boolean;
    send(message: Outgoing): string;
    /** A `session.open` goes out that tells the scene and its world: what waits to say so is said by it. */
    told(): void;
    /** A session stands. One that was resumed first tells what was missed: the answer to a ping comes behind all of it. */
    open(resumed: boolean): void;
    close(): void;
    /** A message of the server. */
    take(message: ServerMessage): void;
}
export {};
