/** Samples per second that the server is sent. */
export declare const RATE = 16000;
/** Samples of one frame: 20 ms. */
export declare const FRAME = 320;
export declare const PROCESSOR = "npc-microphone";
/** Does nothing but on the audio thread. */
export declare function registerMicrophone(): void;
