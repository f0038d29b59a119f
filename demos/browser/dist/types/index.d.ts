export { NpcClient, NpcError } from "./client.js";
export type { ActionAnswer, ActionHandler, NpcEvents, NpcOptions, NpcSettings, SentMessage } from "./client.js";
export type { ConnectionState } from "./connection.js";
export type { Microphone, MicrophoneSettings } from "./microphone.js";
export type * from "./protocol.js";
export type { Speaker } from "./speaker.js";
export type { DueCue } from "./timeline.js";
export type { World, WorldValue } from "./world.js";
