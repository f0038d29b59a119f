import { Resampler } from "./resampler.js";

/** Seconds from a piece's arrival to its sound, where nothing is playing that it could follow. */
const LEAD = 0.03;
/** Seconds in which a voice that is stopped fades: short enough to be at once, long enough not to click. */
const FADE = 0.005;

/** A piece of one utterance on the audio context's own frames. */
interface Piece {
  /** Index of its first frame in the utterance. */
  first: number;
  /** The context's frame on which it begins. */
  frame: number;
  length: number;
  source: AudioBufferSourceNode;
}

interface Voice {
  rate: number;
  resampler: Resampler | undefined;
  gain: GainNode;
  pieces: Piece[];
  /** Samples that came. */
  received: number;
  /** Frames that were made of them. */
  made: number;
}

/** Plays utterances, each sample on a frame of the audio context that is known, and tells what was heard. */
export class Speaker {
  #context: AudioContext | undefined;
  #output: GainNode | undefined;
  #voices = new Map<number, Voice>();
  #ends = 0;

  /** Without a context of the game's own, one is made when it is needed. */
  constructor(context?: AudioContext) {
    this.#context = context;
  }

  get context(): AudioContext {
    return (this.#context ??= new AudioContext({ latencyHint: "interactive" }));
  }

  /** All voices go through here: set its `gain`, or connect it to nodes of your own. */
  get output(): GainNode {
    if (!this.#output) {
      this.#output = this.context.createGain();
      this.#output.connect(this.context.destination);
    }
    return this.#output;
  }

  /** Browsers let a page make sound only once its user did something: call this in a click or a key. */
  async unlock(): Promise<void> {
    if (this.context.state !== "running") await this.context.resume();
  }

  /** An utterance begins, at `rate` samples per second. */
  begin(utterance: number, rate: number): void {
    const gain = this.context.createGain();
    gain.connect(this.output);
    const resampler = rate === this.context.sampleRate ? undefined : new Resampler(rate, this.context.sampleRate);
    this.#voices.set(utterance, { rate, resampler, gain, pieces: [], received: 0, made: 0 });
  }

  /** More of an utterance: its samples from `first` on. What has come before is dropped; returns how many are new. */
  add(utterance: number, first: number, pcm: Int16Array): number {
    const voice = this.#voices.get(utterance);
    if (!voice || first + pcm.length <= voice.received) return 0;
    const missing = Math.max(0, first - voice.received);
    const known = Math.max(0, voice.received - first);
    const samples = new Float32Array(missing + pcm.length - known);
    for (let index = known; index < pcm.length; index++) samples[missing + index - known] = pcm[index]! / 32768;
    voice.received += samples.length;
    const frames = voice.resampler ? voice.resampler.push(samples) : samples;
    if (frames.length) this.#schedule(voice, frames);
    return pcm.length - known;
  }

  /** How many samples of an utterance have left the loudspeaker. */
  heard(utterance: number): number {
    return Math.max(0, Math.floor(this.position(utterance)));
  }

  /** The place in an utterance that is heard now, in samples: negative before its first, which may not be here yet. */
  position(utterance: number): number {
    const voice = this.#voices.get(utterance);
    const now = this.audibleTime * this.context.sampleRate;
    const piece = voice?.pieces.findLast((each) => each.frame <= now) ?? voice?.pieces[0];
    if (!voice || !piece) return -Infinity;
    const frames = piece.first + Math.min(now - piece.frame, piece.length);
    if (frames >= voice.made) return voice.received;
    return Math.min(voice.received, (frames * voice.rate) / this.context.sampleRate);
  }

  /** How many samples of an utterance came. */
  received(utterance: number): number {
    return this.#voices.get(utterance)?.received ?? 0;
  }

  /** Whether all that came of an utterance was heard. */
  isDone(utterance: number): boolean {
    return this.heard(utterance) >= this.received(utterance);
  }

  /** Not one more sample of it. */
  stop(utterance: number): void {
    const voice = this.#voices.get(utterance);
    if (!voice) return;
    this.#voices.delete(utterance);
    const now = this.context.currentTime;
    voice.gain.gain.setValueAtTime(1, now);
    voice.gain.gain.linearRampToValueAtTime(0, now + FADE);
    for (const { source } of voice.pieces) source.stop(now + FADE);
    this.#ends = 0;
  }

  /** Nothing more comes of it; what is still to be heard will be. */
  forget(utterance: number): void {
    this.#voices.delete(utterance);
  }

  stopAll(): void {
    for (const utterance of [...this.#voices.keys()]) this.stop(utterance);
  }

  /** The context's time of what leaves the loudspeaker now, in seconds. */
  get audibleTime(): number {
    const { currentTime, outputLatency, baseLatency } = this.context;
    const { contextTime = 0, performanceTime = 0 } = this.context.getOutputTimestamp?.() ?? {};
    const audible = contextTime + (performance.now() - performanceTime) / 1000;
    const isTold = performanceTime > 0 && audible <= currentTime && audible > currentTime - 1;
    return isTold ? audible : currentTime - (outputLatency || baseLatency || 0);
  }

  #schedule(voice: Voice, frames: Float32Array<ArrayBuffer>): void {
    const { context } = this;
    const rate = context.sampleRate;
    const buffer = context.createBuffer(1, frames.length, rate);
    buffer.copyToChannel(frames, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(voice.gain);
    const earliest = Math.ceil((context.currentTime + LEAD) * rate);
    const last = voice.pieces.at(-1);
    const follows = last ? last.frame + last.length : this.#ends;
    const isInTime = follows > context.currentTime * rate;
    const frame = isInTime ? follows : earliest;
    source.start(frame / rate);
    voice.pieces.push({ first: voice.made, frame, length: frames.length, source });
    voice.made += frames.length;
    this.#ends = frame + frames.length;
  }
}
