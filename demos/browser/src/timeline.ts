import type { Cue } from "./protocol.js";

/** Milliseconds between looks while no sound of an utterance is here. */
const WAITING = 20;

/** A cue whose moment has come at the loudspeaker. */
export interface DueCue {
  utterance: number;
  actor_id: string;
  cue: Cue;
  /** How long ago its moment was, in milliseconds. */
  late_ms: number;
}

interface Track {
  actor_id: string;
  cues: Cue[];
}

/** Gives each cue when its sample is heard: read by the clock of the output, not of the wall. */
export class Timeline {
  #tracks = new Map<number, Track>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `clock` says where in an utterance the ear is, in milliseconds; infinity where it was heard to its end. */
  constructor(
    private readonly clock: (utterance: number) => number,
    private readonly give: (cue: DueCue) => void,
  ) {}

  begin(utterance: number, actor_id: string): void {
    this.#tracks.set(utterance, { actor_id, cues: [] });
  }

  add(utterance: number, cues: readonly Cue[]): void {
    const track = this.#tracks.get(utterance);
    if (!track) return;
    track.cues = [...track.cues, ...cues].sort((a, b) => a.t_ms - b.t_ms);
    this.look();
  }

  /** Not one more cue of it. */
  cancel(utterance: number): void {
    this.#tracks.delete(utterance);
  }

  clear(): void {
    this.#tracks.clear();
  }

  /** Give what is due, and come back when the next cue is. */
  look(): void {
    clearTimeout(this.#timer);
    let wait = Infinity;
    for (const [utterance, track] of this.#tracks) {
      const at = this.clock(utterance);
      while (track.cues[0] && track.cues[0].t_ms <= at && this.#tracks.has(utterance)) {
        const cue = track.cues.shift()!;
        const late_ms = at === Infinity ? 0 : at - cue.t_ms;
        this.give({ utterance, actor_id: track.actor_id, cue, late_ms });
      }
      const next = track.cues[0];
      if (next) wait = Math.min(wait, at === -Infinity ? WAITING : next.t_ms - at);
    }
    if (wait < Infinity) this.#timer = setTimeout(() => this.look(), wait);
  }
}
