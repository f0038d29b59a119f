import { Backoff } from "./backoff.js";
import type { ClientMessage, ServerMessage } from "./protocol.js";

/** How long a connection may be silent, pings and all, before it is taken to be dead: milliseconds. */
const SILENCE = 20_000;
const NORMAL = 1000;
/** WebSocket's code for what breaks a server's rules. */
const POLICY = 1008;

/** How a connection is. */
export type ConnectionState =
  | { state: "connecting" | "open" }
  /** It broke, or never stood; the next try comes by itself. */
  | { state: "waiting"; retry_in_ms: number; reason: string }
  /** For good. */
  | { state: "closed"; reason: string };

/** What a connection tells. */
export interface Listener {
  /** The server can be spoken to: it waits for `session.open`. */
  connected(): void;
  message(message: ServerMessage): void;
  audio(frame: ArrayBuffer): void;
  state(state: ConnectionState): void;
}

/** One WebSocket after the other: comes back by itself, with growing pauses, until it is closed. Knows no session. */
export class Connection {
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #backoff = new Backoff();
  #heardAt = 0;
  #isInvited = false;
  #isOver = true;

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
  ) {}

  open(): void {
    if (!this.#isOver) return;
    this.#isOver = false;
    globalThis.addEventListener?.("online", this.#hurry);
    this.#connect();
  }

  /** Close for good; nothing more is told but the state. */
  close(reason = ""): void {
    if (this.#isOver) return;
    const socket = this.#socket;
    this.#end(reason);
    socket?.close(NORMAL);
  }

  send(message: ClientMessage): void {
    this.#transmit(JSON.stringify(message));
  }

  sendAudio(frame: Int16Array<ArrayBuffer>): void {
    this.#transmit(frame);
  }

  /** A session stands: the next pause is short again. */
  settle(): void {
    this.#isInvited = false;
    this.#backoff.reset();
    this.listener.state({ state: "open" });
  }

  /** However the server closes now, it is not for good: come back, not before so many milliseconds. */
  comeBack(ms: number): void {
    this.#isInvited = true;
    this.#backoff.notBefore(ms);
  }

  #transmit(frame: string | Int16Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  #connect(): void {
    this.listener.state({ state: "connecting" });
    const socket = new WebSocket(this.url, "npc.v1");
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.onopen = () => {
      this.#watch = setInterval(() => this.#check(socket), SILENCE / 2);
      this.listener.connected();
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.#socket) return;
      this.#heardAt = performance.now();
      if (typeof data !== "string") this.listener.audio(data);
      else this.listener.message(JSON.parse(data) as ServerMessage);
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#lost(code, reason);
    };
  }

  #lost(code: number, reason: string): void {
    clearInterval(this.#watch);
    if ((code === NORMAL || code === POLICY) && !this.#isInvited) return this.#end(reason || "the server closed the session");
    this.#socket = undefined;
    const wait = this.#backoff.next();
    const why = reason || (code === 1006 ? `no answer at ${this.url}` : `closed with code ${code}`);
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.listener.state({ state: "waiting", retry_in_ms: wait, reason: why });
  }

  /** The network is back: no need to wait. */
  #hurry = (): void => {
    if (this.#isOver || this.#socket) return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  /** Timers of a page in the background come late, messages do not: silence alone tells, after a ping went out. */
  #check(socket: WebSocket): void {
    const silent = performance.now() - this.#heardAt;
    if (silent < SILENCE / 2) return;
    if (silent < 2 * SILENCE) return this.send({ type: "ping" });
    socket.onclose = null;
    socket.close();
    this.#lost(1006, "the connection went silent");
  }

  #end(reason: string): void {
    this.#isOver = true;
    this.#socket = undefined;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    globalThis.removeEventListener?.("online", this.#hurry);
    this.listener.state({ state: "closed", reason });
  }
}
