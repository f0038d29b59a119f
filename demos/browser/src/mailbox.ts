import type { ClientMessage, ServerMessage } from "./protocol.js";

type Unnamed<Message> = Message extends unknown ? Omit<Message, "id"> & { id?: string } : never;
/** What a game may send: opening, closing, pings and playback are the client's own. */
export type Outgoing = Unnamed<Exclude<ClientMessage, { type: "session.open" | "session.close" | "ping" | "playback.report" }>>;

/** What `session.open` tells of a new session, whatever was sent of it before. */
const OPENING = new Set(["world.set", "character.join", "character.leave"]);
/** Messages that the server answers: without the answer they did not arrive. */
const ANSWERED = new Set(["input.text", "save.create", "save.load"]);

/**
 * What is on its way to the server. While there is no connection it waits; what was sent over one that broke, and was
 * not answered, is sent again once it is known that no answer is under way.
 */
export class Mailbox {
  #waiting: (Outgoing & { id: string })[] = [];
  #unanswered = new Map<string, Outgoing & { id: string }>();
  #probe: string | undefined;
  #count = 0;
  #isOpen = false;

  constructor(private readonly transmit: (message: ClientMessage) => void) {}

  /** Whether what is sent leaves at once. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(message: Outgoing): string {
    const named = { ...message, id: message.id ?? this.#name("m") };
    if (this.#isOpen && !this.#probe) this.#post(named);
    else this.#waiting.push(named);
    return named.id;
  }

  /** A `session.open` goes out that tells the scene and its world: what waits to say so is said by it. */
  told(): void {
    this.#waiting = this.#waiting.filter(({ type }) => !OPENING.has(type));
  }

  /** A session stands. One that was resumed first tells what was missed: the answer to a ping comes behind all of it. */
  open(resumed: boolean): void {
    this.#isOpen = true;
    if (!resumed) return this.#flush();
    this.#probe = this.#name("resume");
    this.transmit({ type: "ping", id: this.#probe });
  }

  close(): void {
    this.#isOpen = false;
    this.#probe = undefined;
  }

  /** A message of the server. */
  take(message: ServerMessage): void {
    if (!message.ref) return;
    this.#unanswered.delete(message.ref);
    if (message.ref !== this.#probe) return;
    this.#probe = undefined;
    this.#flush();
  }

  #flush(): void {
    const again = [...this.#unanswered.values(), ...this.#waiting];
    this.#waiting = [];
    for (const message of again) this.#post(message);
  }

  #post(message: Outgoing & { id: string }): void {
    if (ANSWERED.has(message.type)) this.#unanswered.set(message.id, message);
    this.transmit(message as ClientMessage);
  }

  #name(prefix: string): string {
    return `${prefix}${++this.#count}`;
  }
}
