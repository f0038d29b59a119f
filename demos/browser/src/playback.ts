import type { PlaybackReport, ServerMessage, UtteranceCompleted } from "./protocol.js";
import { Speaker } from "./speaker.js";
import { type DueCue, Timeline } from "./timeline.js";

/** Milliseconds between two reports of what was heard. */
const INTERVAL = 100;

interface Utterance {
  actor_id: string;
  /** Samples per second; none where no speech is made. */
  rate: number | undefined;
  /** On the clock of the page, for an utterance without sound. */
  began: number;
  /** Samples of the last report. */
  reported: number;
  isComplete: boolean;
}

/** What is told of playback. */
export interface Listener {
  cue(cue: DueCue): void;
  report(report: PlaybackReport): void;
}

/** Speech on its way to the ear: sound, the cues that go with it, and reports of what was heard. Knows no connection. */
export class Playback {
  readonly #utterances = new Map<number, Utterance>();
  readonly #timeline: Timeline;
  #timer: ReturnType<typeof setInterval> | undefined;
  #last = { utterance: 0, samples: 0 };

  constructor(
    readonly speaker: Speaker,
    private readonly listener: Listener,
  ) {
    this.#timeline = new Timeline(
      (utterance) => this.heardMs(utterance),
      (cue) => listener.cue(cue),
    );
  }

  /** The last utterance of which audio came, and how many samples: for `resume`. */
  get last(): { utterance: number; samples: number } | undefined {
    return this.#last.utterance ? { ...this.#last } : undefined;
  }

  /** How much of an utterance was heard, in milliseconds: negative before its first sound, infinity once it is over. */
  heardMs(number: number): number {
    const utterance = this.#utterances.get(number);
    if (!utterance) return Infinity;
    if (!utterance.rate) return performance.now() - utterance.began;
    if (utterance.isComplete && this.speaker.isDone(number)) return Infinity;
    return (this.speaker.position(number) * 1000) / utterance.rate;
  }

  /** A message of the server that may concern an utterance. */
  take(message: ServerMessage): void {
    switch (message.type) {
      case "utterance.started":
        return this.#begin(message.utterance, message.actor_id, message.rate);
      case "utterance.cues":
        return this.#timeline.add(message.utterance, message.cues);
      case "utterance.completed":
        return this.#end(message.utterance, message.reason);
    }
  }

  /** Audio of an utterance; returns how many of its samples are new. */
  play(utterance: number, first: number, pcm: Int16Array): number {
    if (!this.#utterances.has(utterance)) return 0;
    const added = this.speaker.add(utterance, first, pcm);
    this.#last = { utterance, samples: this.speaker.received(utterance) };
    this.#timeline.look();
    return added;
  }

  /** Not one more sample and not one more cue of an utterance. */
  cancel(utterance: number): void {
    this.#timeline.cancel(utterance);
    this.speaker.stop(utterance);
    this.#utterances.delete(utterance);
  }

  /** Silence; and what was before has never been. */
  clear(): void {
    this.speaker.stopAll();
    this.#timeline.clear();
    this.#utterances.clear();
    this.#last = { utterance: 0, samples: 0 };
  }

  /** Tell what was heard by now, and let go of what was heard to its end. */
  report(): void {
    for (const [number, utterance] of this.#utterances) {
      if (utterance.rate) this.#reportHeard(number, utterance);
      if (utterance.isComplete && (!utterance.rate || this.speaker.isDone(number))) {
        this.#timeline.look(); // the cues at its very end
        this.#utterances.delete(number);
        this.#timeline.cancel(number);
        this.speaker.forget(number);
      }
    }
    if (!this.#utterances.size) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #begin(utterance: number, actor_id: string, rate: number | undefined): void {
    this.#utterances.set(utterance, { actor_id, rate, began: performance.now(), reported: -1, isComplete: false });
    this.#timeline.begin(utterance, actor_id);
    if (rate) this.speaker.begin(utterance, rate);
    this.#timer ??= setInterval(() => this.report(), INTERVAL);
  }

  #end(number: number, reason: UtteranceCompleted["reason"]): void {
    if (reason === "interrupted" || reason === "cancelled") return this.cancel(number);
    const utterance = this.#utterances.get(number);
    if (utterance) utterance.isComplete = true;
    this.report();
  }

  #reportHeard(utterance: number, state: Utterance): void {
    const samples = this.speaker.heard(utterance);
    if (samples <= state.reported || !this.speaker.received(utterance)) return;
    state.reported = samples;
    const isDone = samples === this.speaker.received(utterance);
    this.listener.report({ type: "playback.report", utterance, samples, state: isDone ? "done" : "playing" });
  }
}
