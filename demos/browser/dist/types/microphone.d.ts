/** What the browser may do to the sound before we get it. */
export interface MicrophoneSettings {
    echoCancellation?: boolean;
    noiseSuppression?: boolean;
    autoGainControl?: boolean;
    /** Which one, as `navigator.mediaDevices.enumerateDevices` names it. */
    deviceId?: string;
}
/** The player's microphone, as frames of 20 ms at 16 kHz. Needs a secure page: `https:`, or this machine. */
export declare class Microphone {
    #private;
    private readonly context;
    private readonly worklet;
    private readonly take;
    /** `worklet` is the address of this module, which the audio thread loads too. */
    constructor(context: () => AudioContext, worklet: string, take: (frame: Int16Array) => void);
    /** Whether it is on. */
    get isOn(): boolean;
    /** Ask the player for it, and send from now on. Rejects as `getUserMedia` does: `NotAllowedError`, `NotFoundError`. */
    start(settings?: MicrophoneSettings): Promise<void>;
    /** Send no more, and let go of the microphone. */
    stop(): void;
}
