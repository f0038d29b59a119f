import { PROCESSOR } from "./worklet.js";

/** What the browser may do to the sound before we get it. */
export interface MicrophoneSettings {
  echoCancellation?: boolean;
  noiseSuppression?: boolean;
  autoGainControl?: boolean;
  /** Which one, as `navigator.mediaDevices.enumerateDevices` names it. */
  deviceId?: string;
}

/** The player's microphone, as frames of 20 ms at 16 kHz. Needs a secure page: `https:`, or this machine. */
export class Microphone {
  #stream: MediaStream | undefined;
  #nodes: AudioNode[] = [];
  #starting: Promise<void> | undefined;

  /** `worklet` is the address of this module, which the audio thread loads too. */
  constructor(
    private readonly context: () => AudioContext,
    private readonly worklet: string,
    private readonly take: (frame: Int16Array) => void,
  ) {}

  /** Whether it is on. */
  get isOn(): boolean {
    return this.#stream !== undefined;
  }

  /** Ask the player for it, and send from now on. Rejects as `getUserMedia` does: `NotAllowedError`, `NotFoundError`. */
  start(settings: MicrophoneSettings = {}): Promise<void> {
    this.#starting ??= this.#start(settings).finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  /** Send no more, and let go of the microphone. */
  stop(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    for (const node of this.#nodes) node.disconnect();
    this.#stream = undefined;
    this.#nodes = [];
  }

  async #start(settings: MicrophoneSettings): Promise<void> {
    if (this.#stream) return;
    if (!navigator.mediaDevices) throw new DOMException("a page needs https for the microphone", "NotAllowedError");
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...settings };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, ...wanted } });
    const context = this.context();
    await Promise.all([context.audioWorklet.addModule(this.worklet), context.resume()]);
    const capture = new AudioWorkletNode(context, PROCESSOR, { channelCount: 1, channelCountMode: "explicit" });
    capture.port.onmessage = ({ data }: MessageEvent<Int16Array>) => {
      if (this.#stream === stream) this.take(data);
    };
    for (const track of stream.getTracks()) track.onended = () => this.stop(); // it was pulled out
    this.#stream = stream;
    const source = context.createMediaStreamSource(stream);
    this.#nodes = [source, capture];
    source.connect(capture).connect(context.destination); // it is silent, but what leads nowhere is not run
  }
}
