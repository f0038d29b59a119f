import { Actions, type ActionHandler } from "./actions.js";
import { Connection, type ConnectionState } from "./connection.js";
import { Emitter } from "./emitter.js";
import { Mailbox, type Outgoing } from "./mailbox.js";
import { Microphone } from "./microphone.js";
import { Playback } from "./playback.js";
import type {
  ActionResult,
  OpenedCharacter,
  PlaybackReport,
  Error as ErrorMessage,
  SceneCharacter,
  ServerMessage,
  SessionOpen,
  SessionOpened,
  UtteranceAudio,
} from "./protocol.js";
import { Speaker } from "./speaker.js";
import type { DueCue } from "./timeline.js";
import { World, type WorldValue } from "./world.js";

export type { ActionAnswer, ActionHandler } from "./actions.js";
export type { Outgoing as SentMessage } from "./mailbox.js";

/** Errors that end a connection, and after which another is welcome. */
const PASSING = new Set(["slow_client", "idle", "too_many_sessions", "resume_failed"]);
/** Bytes before the samples of a binary frame: the utterance, and the index of its first sample. */
const HEADER = 8;

/** As `session.open` has it: who plays, who is in earshot, in which world. */
export type NpcOptions = Omit<SessionOpen, "type" | "id" | "protocol" | "resume">;

export interface NpcSettings {
  /** An audio context of the game's own. Its sound can be routed through `client.speaker.output`. */
  context?: AudioContext;
  /** The address of this module, where a bundler has made it part of another file. The audio thread loads it. */
  worklet?: string | URL;
}

/** Every message of the server by its type, and what the client itself has to say. */
export type NpcEvents = { [Message in ServerMessage as Message["type"]]: Message } & {
  /** Every message of the server, in order. */
  message: ServerMessage;
  /** The connection was made, lost, or closed for good. */
  connection: ConnectionState;
  /** The server did not know the session any more: a new one stands, in which nothing that was open goes on. */
  "session.replaced": { before: string; session_id: string };
  /** A cue's sample is heard now: move the mouth. */
  cue: DueCue;
  /** Speech came, and plays by itself: samples from `first_sample` on. */
  audio: { utterance: number; first_sample: number; samples: Int16Array };
  /** What was heard, as the server is told. */
  "playback.report": PlaybackReport;
};

/** The server refused: `code` is one of the protocol's. */
export class NpcError extends Error {
  override readonly name = "NpcError";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** One player's session. Connects, comes back and resumes by itself; plays speech and reports what was heard. */
export class NpcClient extends Emitter<NpcEvents> {
  readonly world: World;
  readonly speaker: Speaker;
  readonly microphone: Microphone;
  readonly #connection: Connection;
  readonly #playback: Playback;
  readonly #mailbox: Mailbox;
  readonly #actions: Actions;
  #scene: SceneCharacter[];
  #opened: SessionOpened | undefined;
  #lastSeq = 0;
  #isGone = false;
  #refusal: NpcError | undefined;

  /** `url` is the server's: `ws://127.0.0.1:8765/v1`. */
  constructor(
    url: string | URL,
    private readonly options: NpcOptions,
    settings: NpcSettings = {},
  ) {
    super();
    this.#scene = [...options.scene.characters];
    this.world = new World(options.scene.world);
    this.speaker = new Speaker(settings.context);
    this.#playback = new Playback(this.speaker, {
      cue: (cue) => this.emit("cue", cue),
      report: (report) => this.#report(report),
    });
    this.#connection = new Connection(String(url), {
      connected: () => this.#open(),
      message: (message) => this.#take(message),
      audio: (frame) => this.#hear(frame),
      state: (state) => this.#changed(state),
    });
    this.#mailbox = new Mailbox((message) => this.#connection.send(message));
    this.#actions = new Actions((result) => void this.send(result));
    const worklet = String(settings.worklet ?? import.meta.url);
    this.microphone = new Microphone(
      () => this.speaker.context,
      worklet,
      (frame) => this.sendAudio(frame),
    );
  }

  /** The session, once it stands: with the `label` that every player must be shown. */
  get opened(): SessionOpened | undefined {
    return this.#opened;
  }

  /** Who was in earshot when the session was opened. */
  get characters(): readonly OpenedCharacter[] {
    return this.#opened?.characters ?? [];
  }

  /** Connect, and keep at it until `close`. Rejects with `NpcError` if the server refuses the session. */
  open(): Promise<SessionOpened> {
    if (this.#opened) return Promise.resolve(this.#opened);
    this.#refusal = undefined;
    const opened = this.next("session.opened");
    const closed = this.next("connection", ({ state }) => state === "closed").then((state) => {
      throw this.#refusal ?? new NpcError("closed", "reason" in state ? state.reason : "closed");
    });
    this.#connection.open();
    return Promise.race([opened, closed]);
  }

  /** An orderly end. */
  close(): void {
    this.microphone.stop();
    this.#connection.send({ type: "session.close" });
    this.#connection.close("closed by this client");
  }

  /** Send any message of the protocol, now or when the connection is back; returns the `id` that answers carry as `ref`. */
  send(message: Outgoing): string {
    if (message.type === "world.set") this.world.take(message.values);
    if (message.type === "character.join") this.#scene.push({ actor_id: message.actor_id, persona: message.persona });
    if (message.type === "character.leave") {
      this.#scene = this.#scene.filter(({ actor_id }) => actor_id !== message.actor_id);
    }
    return this.#mailbox.send(message);
  }

  /** A typed line of the player. */
  text(text: string, more: { to?: string; whisper?: boolean } = {}): string {
    void this.speaker.unlock();
    return this.send({ type: "input.text", text, ...more });
  }

  /** Microphone audio from elsewhere: 16 kHz, or the rate of `audio.input`. It is lost while there is no connection. */
  sendAudio(frame: Int16Array): void {
    if (this.#mailbox.isOpen) this.#connection.sendAudio(frame as Int16Array<ArrayBuffer>);
  }

  /** State of the game. */
  set(values: Record<string, WorldValue>): string {
    return this.send({ type: "world.set", values });
  }

  /** Something happened in the game. */
  event(name: string, more: { text?: string; respond?: "silent" | "auto" | "must"; to?: string } = {}): string {
    return this.send({ type: "world.event", name, ...more });
  }

  /** Do what characters ask for: `handler` is called with the arguments of each `action.requested` of this name. */
  action(name: string, handler: ActionHandler): void {
    this.#actions.set(name, handler);
  }

  /** What the game did with an action that no handler answers. */
  answer(action_id: string, status: ActionResult["status"], detail?: string): string {
    return this.send({ type: "action.result", action_id, status, ...(detail ? { detail } : {}) });
  }

  /** Stop talking: at once here, then there. What was heard until now is what the character remembers. */
  cancel(): void {
    this.#playback.report();
    this.send({ type: "reply.cancel" });
    const utterance = this.#playback.last?.utterance;
    if (utterance) this.#playback.cancel(utterance);
  }

  /** How much of an utterance was heard, in milliseconds: negative before its first sound, infinity once it is over. */
  heardMs(utterance: number): number {
    return this.#playback.heardMs(utterance);
  }

  // the session

  #open(): void {
    const { options } = this;
    const opening: SessionOpen = { type: "session.open", protocol: "npc.v1", ...options };
    opening.scene = { ...options.scene, characters: this.#scene, world: this.world.values };
    if (this.#opened) opening.story = "continue";
    if (this.#opened && !this.#isGone) {
      opening.resume = { token: this.#opened.resume_token, last_seq: this.#lastSeq, ...this.#playback.last };
    } else {
      this.#mailbox.told();
    }
    this.#connection.send(opening);
  }

  #take(message: ServerMessage): void {
    if (message.seq !== undefined && message.type !== "session.opened") {
      if (message.seq <= this.#lastSeq) return;
      this.#lastSeq = message.seq;
    }
    this.#mailbox.take(message);
    if (message.type === "session.opened") return this.#stand(message);
    if (message.type === "error") this.#refused(message);
    if (message.type === "utterance.audio") this.#hearBase64(message);
    if (message.type === "quest.changed") this.world.move(message);
    if (message.type === "session.closing") this.#connection.comeBack(message.reconnect_after_ms ?? 0);
    this.#playback.take(message);
    this.#tell(message);
    if (message.type === "action.requested") this.#actions.take(message);
  }

  #stand(message: SessionOpened): void {
    const before = this.#opened;
    this.#opened = message;
    this.#isGone = false;
    if (!message.resumed) {
      this.#lastSeq = message.seq ?? 0;
      this.#playback.clear();
    }
    this.#connection.settle();
    this.#mailbox.open(message.resumed);
    if (before && !message.resumed) {
      this.emit("session.replaced", { before: before.session_id, session_id: message.session_id });
    }
    this.#tell(message);
  }

  /** Before the session stands, an error is the end of it, unless it passes; a resume is given up for a new session. */
  #refused(error: ErrorMessage): void {
    if (error.code === "resume_failed") {
      this.#isGone = true;
      if (!error.fatal) return this.#open();
    }
    if (!error.fatal && this.#mailbox.isOpen) return;
    if (PASSING.has(error.code)) return this.#connection.comeBack(error.retry_after_ms ?? 0);
    this.#refusal = new NpcError(error.code, error.message);
    if (!error.fatal) queueMicrotask(() => this.#connection.close(error.message));
  }

  #changed(state: ConnectionState): void {
    if (state.state !== "open") this.#mailbox.close();
    if (state.state === "closed") {
      this.#playback.clear();
      this.#opened = undefined;
      this.#lastSeq = 0;
    }
    this.emit("connection", state);
  }

  // speech

  #hear(frame: ArrayBuffer): void {
    const [utterance, first] = new Uint32Array(frame, 0, 2) as unknown as [number, number];
    this.#play(utterance, first, new Int16Array(frame, HEADER));
  }

  #hearBase64({ utterance, first_sample, pcm }: UtteranceAudio): void {
    const bytes = Uint8Array.from(atob(pcm), (character) => character.charCodeAt(0));
    this.#play(utterance, first_sample, new Int16Array(bytes.buffer));
  }

  #play(utterance: number, first_sample: number, samples: Int16Array): void {
    this.#playback.play(utterance, first_sample, samples);
    this.emit("audio", { utterance, first_sample, samples });
  }

  #report(report: PlaybackReport): void {
    if (this.#mailbox.isOpen) this.#connection.send(report);
    this.emit("playback.report", report);
  }

  #tell(message: ServerMessage): void {
    this.emit("message", message);
    this.emit(message.type, message as never);
  }
}
