// The microphone's half on the audio thread. This very module is loaded there too: there is no second file to serve.

import { Resampler } from "./resampler.js";

/** Samples per second that the server is sent. */
export const RATE = 16_000;
/** Samples of one frame: 20 ms. */
export const FRAME = 320;
export const PROCESSOR = "npc-microphone";

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;
declare const sampleRate: number;

/** Does nothing but on the audio thread. */
export function registerMicrophone(): void {
  if (typeof registerProcessor === "undefined") return;

  registerProcessor(
    PROCESSOR,
    class extends AudioWorkletProcessor {
      #resampler = new Resampler(sampleRate, RATE);
      #frame = new Int16Array(FRAME);
      #filled = 0;

      process([input]: Float32Array[][]): boolean {
        const channel = input?.[0];
        if (channel) this.#take(sampleRate === RATE ? channel : this.#resampler.push(channel));
        return true;
      }

      #take(samples: Float32Array): void {
        for (const sample of samples) {
          this.#frame[this.#filled++] = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
          if (this.#filled < FRAME) continue;
          this.port.postMessage(this.#frame, [this.#frame.buffer]);
          this.#frame = new Int16Array(FRAME);
          this.#filled = 0;
        }
      }
    },
  );
}
