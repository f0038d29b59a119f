// Written by generate.mjs from docs/npc.v1.schema.json; do not edit.

export type ClientMessage =
  | SessionOpen
  | SessionClose
  | InputText
  | InputAudioCommit
  | InputAudioClear
  | WorldSet
  | WorldEvent
  | CharacterJoin
  | CharacterLeave
  | CharacterFocus
  | Gossip
  | CharacterClaim
  | CharacterRelease
  | Say
  | CharacterAct
  | ActionResult
  | ReplyCancel
  | PlaybackReport
  | SaveCreate
  | SaveLoad
  | Ping;

export type ServerMessage =
  | SessionOpened
  | Error
  | InputSpeechStarted
  | InputSpeechStopped
  | TranscriptPartial
  | TranscriptFinal
  | TurnStarted
  | UtteranceStarted
  | UtteranceText
  | UtteranceCues
  | UtteranceAudio
  | UtteranceCompleted
  | ActionRequested
  | QuestChanged
  | TurnCompleted
  | SaveCreated
  | SaveLoaded
  | SessionClosing
  | Pong;

/** The character wants to do something; the game decides. */
export interface ActionRequested {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "action.requested";
  /** For `action.result`. */
  action_id: string;
  /** Who asks. */
  actor_id: string;
  /** What for. */
  name: string;
  /** How. */
  args: Record<string, string | number | boolean | string[] | null>;
  /** No answer within this time counts as `failed`. */
  deadline_ms: number;
}

/** What the game did with a requested action. */
export interface ActionResult {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "action.result";
  /** As in `action.requested`. */
  action_id: string;
  /** What became of it. */
  status: "done" | "refused" | "failed";
  /** Why, in a sentence for the character. */
  detail?: string;
}

/** Audio of both directions. */
export interface Audio {
  /** The microphone. */
  input?: AudioInput;
  /** The speech that comes back. */
  output?: AudioOutput;
}

/** The player's microphone. */
export interface AudioInput {
  /** Samples per second of the client's binary frames. */
  rate?: 8000 | 16000 | 22050 | 24000 | 32000 | 44100 | 48000;
}

/** How speech comes back. */
export interface AudioOutput {
  /** Samples per second; without it each utterance comes at its voice's own rate. */
  rate?: 8000 | 16000 | 22050 | 24000 | 32000 | 44100 | 48000;
  /** `pcm` sends binary frames, `base64` sends `utterance.audio`, with `none` no speech is made. */
  encoding?: "pcm" | "base64" | "none";
}

/** Have a character do one of these actions: it chooses which, and with what, out of what is legal by then. It waits for its turn like `say`, asks by `action.requested`, and speaks of the result. */
export interface CharacterAct {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "character.act";
  /** Who. */
  actor_id: string;
  /** Names of actions that the character may ask for. */
  actions: string[];
  /** What it is about, as if the player said it: `It is your turn. Draw or pass?` */
  text: string;
  /** When, if somebody is speaking, as in `say`. */
  priority?: "low" | "normal" | "high" | "critical";
}

/** A scripted scene owns this character. */
export interface CharacterClaim {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "character.claim";
  /** Who. */
  actor_id: string;
  /** For the log. */
  reason?: string;
}

/** The player looks at or nears a character: its answer is prepared. */
export interface CharacterFocus {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "character.focus";
  /** Who. */
  actor_id: string;
  /** From 0, out of view, to 1, the only one in view. The weightier is prepared first; 0 ends a preparation. */
  weight?: number;
}

/** A character comes into earshot. */
export interface CharacterJoin {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "character.join";
  /** The game's own key of the character. */
  actor_id: string;
  /** Name of a persona that the server has. */
  persona: string;
  /** What this character may ask the game to do, besides what its persona file says. */
  actions?: DeclaredAction[];
}

/** A character is out of earshot. */
export interface CharacterLeave {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "character.leave";
  /** Who. */
  actor_id: string;
}

/** The scripted scene is over. */
export interface CharacterRelease {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "character.release";
  /** Who. */
  actor_id: string;
  /** For the log. */
  reason?: string;
}

/** One thing on an utterance's timeline. */
export interface Cue {
  /** When it begins, from the utterance's first sample. */
  t_ms: number;
  /** What it drives. */
  kind: "viseme" | "word" | "emotion" | "gesture" | "look" | "action";
  /** A viseme's id, a word, or the name of an emotion, a gesture, a target or an action. */
  value: string;
  /** How long it lasts. */
  duration_ms?: number;
  /** How strong it is, 0 to 1. */
  weight?: number;
}

/** Something that characters may ask the game to do, besides what their persona files say. */
export interface DeclaredAction {
  /** As in `action.requested`. */
  name: string;
  /** What it does, for the model: `Hand an item to the player.` */
  description: string | Record<string, unknown>;
  /** What it is done with, by name. */
  args?: Record<string, unknown>;
  /** Over which state it may be done: values by path that must all hold, or a list of such of which one must. */
  when?: Record<string, string | number | boolean | (string | number | boolean)[] | null> | (Record<string, string | number | boolean | (string | number | boolean)[] | null>)[];
  /** What a player says who wants it. */
  asks?: string[] | Record<string, unknown>;
  /** No `action.result` within this time counts as `failed`. */
  deadline_ms?: number;
  /** `actor_id` of who may; empty for everybody that the message brings. */
  actors?: string[];
  /** What the character is told when it is done: `You gave the {item} to the player.` */
  done?: string | Record<string, unknown>;
  /** The same when the game refuses or fails. */
  refused?: string | Record<string, unknown>;
}

/** What an action is done with. Only what is legal in the state of the moment is ever asked for. */
export interface DeclaredArgument {
  /** Items and places are things of the character's world; `person` is anybody in earshot, the player included; `text` is whatever the model writes: check it. */
  type: "item" | "place" | "person" | "number" | "choice" | "text";
  /** Of a choice, what there is to choose; of the others, the only ids that are meant. */
  of?: string[];
  /** Of an item: who must own it. */
  owned_by?: "self" | "player";
  /** Of an item or person: whether it must be at the place of the scene. */
  here?: boolean;
  /** Of a number: the lowest. */
  least?: number;
  /** Of a number: the highest; of a text: how many characters at most, up to 400. */
  most?: number;
  /** Of a number: a path of the state that it may not exceed. */
  budget?: string;
}

/** `message` says what is wrong and what to do. After `fatal` the server closes the connection. */
export interface Error {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "error";
  /** For programs; see the list of errors. */
  code: "invalid_json" | "invalid_message" | "unknown_type" | "frame_too_large" | "not_open" | "already_open" | "protocol_version" | "unauthorised" | "not_supported" | "persona_not_found" | "actor_not_found" | "fact_not_found" | "action_not_found" | "utterance_not_found" | "invalid_audio" | "audio_backlog" | "too_many_sessions" | "nothing_heard" | "engine_failed" | "slow_client" | "store_failed" | "save_not_found" | "resume_failed" | "idle";
  /** For people. */
  message: string;
  /** The connection is closed after this. */
  fatal: boolean;
  /** Trying again before this is pointless. */
  retry_after_ms?: number;
}

/** One character tells another what it knows, out of the player's hearing. Neither needs to be in earshot. */
export interface Gossip {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "gossip";
  /** Who tells. */
  actor_id: string;
  /** Who knows it from now on. */
  to: string;
  /** Ids of facts of the world, or paths of a thing's state, such as `key.place`. */
  facts: string[];
}

/** Throw away the audio that was not answered yet. */
export interface InputAudioClear {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "input.audio.clear";
}

/** Push-to-talk was released: answer what was said since the last commit or clear. */
export interface InputAudioCommit {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "input.audio.commit";
}

/** The player began to speak, `at_ms` into the microphone's audio. */
export interface InputSpeechStarted {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "input.speech_started";
  /** Milliseconds of audio since the session began. */
  at_ms: number;
}

/** The player stopped speaking, `at_ms` into the microphone's audio. */
export interface InputSpeechStopped {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "input.speech_stopped";
  /** Milliseconds of audio since the session began. */
  at_ms: number;
}

/** A line that the player typed. Without `to` the scene decides who answers. */
export interface InputText {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "input.text";
  /** The line. */
  text: string;
  /** `actor_id` of who is to answer. */
  to?: string;
  /** Whether only who answers hears it, and the answer. Without it everybody in earshot does. */
  whisper?: boolean;
}

/** How long each stage of a turn took, in milliseconds. A stage that a turn did not have is absent. Stages overlap, since the server thinks while it listens: they add up to more than the whole. */
export interface Metrics {
  /** From the end of the player's speech until the turn was taken to be over. */
  endpointing_ms?: number;
  /** From asking for the transcript that counted until it came. */
  recognition_ms?: number;
  /** From asking the model for the answer until its first token; 0 where the answer begins with a fact. */
  first_token_ms?: number;
  /** From the first token until the first speakable clause. */
  first_clause_ms?: number;
  /** From the first clause until its audio was made. */
  first_audio_ms?: number;
  /** From the end of the player's speech until the first audio of the reply was sent: the wait as a whole. */
  voice_to_voice_ms?: number;
}

/** Names of the models in use. */
export interface Models {
  /** What understands speech. */
  recognition: string;
  /** What finds the words. */
  language_model: string;
  /** What speaks. */
  synthesis: string;
  /** What hears that somebody speaks. */
  voice_activity: string;
}

/** Audio as agreed. */
export interface OpenedAudio {
  /** Samples per second of the microphone. */
  input_rate: number;
  /** Samples per second of all speech; absent if each utterance has its voice's own. */
  output_rate?: number;
  /** As asked for. */
  encoding: string;
  /** What speaks. */
  voices: Voice[];
}

/** A character as the server knows it. */
export interface OpenedCharacter {
  /** As in `session.open`. */
  actor_id: string;
  /** What players read, in their language. */
  name: string;
  /** Of the name, as `#rrggbb`. */
  color: string;
  /** Spoken by the character, the preferred one first. */
  languages: string[];
  /** What it may ask the game to do. */
  actions: string[];
}

/** Answered by `pong` with the same `t`. */
export interface Ping {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "ping";
  /** Anything, for example the client's clock. */
  t?: number;
}

/** How much of an utterance the player has really heard. Clients that never send it are timed by the clock. */
export interface PlaybackReport {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "playback.report";
  /** Number of the utterance. */
  utterance: number;
  /** How many of its samples have been played, from its first on. */
  samples: number;
  /** `done` when all that came was played; `stopped` when no more of it will be: then the reply ends here. */
  state: "playing" | "done" | "stopped";
}

/** Who plays. */
export interface Player {
  /** The game's own key of the player. */
  id: string;
  /** What characters call the player. */
  name?: string;
  /** Spoken by the player; without it the first utterance decides. */
  language?: string;
}

/** Answer to `ping`. */
export interface Pong {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "pong";
  /** As in `ping`. */
  t?: number;
}

/** A quest moved. */
export interface QuestChanged {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "quest.changed";
  /** Id of the quest. */
  quest: string;
  /** Id of its beat, or `done`. */
  stage: string;
  /** Of that beat: `open` and `offered` begin when the player accepts, `active` is under way. */
  status: "open" | "offered" | "active" | "refused" | "done";
}

/** Stop talking now. With `utterance`, only if that one is being spoken. */
export interface ReplyCancel {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "reply.cancel";
  /** Number of the only utterance that is meant. */
  utterance?: number;
}

/** Take up a dropped connection. */
export interface Resume {
  /** `resume_token` of the session that was lost. */
  token: string;
  /** Highest `seq` that arrived. */
  last_seq: number;
  /** Number of the utterance whose audio came last. Without it, audio that was sent since `last_seq` comes again. */
  utterance?: number;
  /** How many of its samples, from its first on, arrived. */
  samples?: number;
}

/** Ask for a short id that the game keeps in its own savefile. */
export interface SaveCreate {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "save.create";
  /** A name for people. */
  label?: string;
}

/** The save exists. */
export interface SaveCreated {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "save.created";
  /** Keep it in the game's savefile. */
  save_id: string;
}

/** Go back to a save. */
export interface SaveLoad {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "save.load";
  /** As in `save.created`. */
  save_id: string;
}

/** The past is present again. */
export interface SaveLoaded {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "save.loaded";
  /** As in `save.load`. */
  save_id: string;
  /** For people: what the save speaks of and its world, changed since, lacks. */
  warning?: string;
}

/** Speak exactly this. `low` is dropped while anybody speaks, `normal` waits for its turn, `high` comes before all that waits, `critical` interrupts. */
export interface Say {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "say";
  /** Who speaks. */
  actor_id: string;
  /** What, word for word. */
  text: string;
  /** When, if somebody is speaking. */
  priority?: "low" | "normal" | "high" | "critical";
}

/** Where the session begins. */
export interface Scene {
  /** The game's own key of the scene. */
  id?: string;
  /** In the order in which they answer a line that names nobody. */
  characters: SceneCharacter[];
  /** State of the world to begin with, as in `world.set`. */
  world?: Record<string, string | number | boolean | string[] | null>;
  /** What characters may ask the game to do, besides what their persona files say. */
  actions?: DeclaredAction[];
}

/** A character in earshot. */
export interface SceneCharacter {
  /** The game's own key of the character: who speaks, in all messages. */
  actor_id: string;
  /** Name of a persona that the server has. */
  persona: string;
}

/** An orderly end. */
export interface SessionClose {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "session.close";
}

/** The server is about to close the connection. */
export interface SessionClosing {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "session.closing";
  /** For people. */
  reason: string;
  /** When to come back. */
  reconnect_after_ms?: number;
}

/** The first message on a connection. */
export interface SessionOpen {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "session.open";
  /** Always `npc.v1`. */
  protocol: string;
  /** The server's access token, if it asks for one and the client can't send an `Authorization` header. */
  token?: string;
  /** Whose session it is. */
  player: Player;
  /** Who is in earshot, and in which world. */
  scene: Scene;
  /** Rates and form of the audio, both ways. */
  audio?: Audio;
  /** `hands_free` finds the ends of utterances in the audio, `push_to_talk` waits for `input.audio.commit`. */
  mode?: "hands_free" | "push_to_talk";
  /** Takes up a dropped session instead of opening a new one; all but `token` and `resume` is as it was then. */
  resume?: Resume;
  /** `continue` goes on where this player last was in the worlds of these characters, also after a crash; the characters and the state of the world are those of `scene`. */
  story?: "new" | "continue";
  /** Makes replies repeatable, as far as the engine allows. */
  seed?: number;
}

/** The session stands. `label` is the AI-generated notice that every client must show to the player. */
export interface SessionOpened {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "session.opened";
  /** The server's key of the session, as in its log. */
  session_id: string;
  /** For `resume`; keep it to yourself. */
  resume_token: string;
  /** Name and version. */
  server: string;
  /** What is at work. */
  models: Models;
  /** Who is in earshot. */
  characters: OpenedCharacter[];
  /** As agreed. */
  audio: OpenedAudio;
  /** Show this to the player. */
  label: string;
  /** Whether this is the session that was lost. */
  resumed: boolean;
  /** Of a session that is resumed: `id` of the last of your messages that arrived. Those behind it, send again. */
  received?: string;
  /** Whether an earlier story goes on, as `story` asked for. */
  continued: boolean;
  /** For people: what that story speaks of and its world, changed since, lacks. */
  warning?: string;
}

/** A stage of a turn. Times count from the end of the player's speech, or from the arrival of a typed line. */
export interface Span {
  /** `speech`: the player speaks. `endpointing`: it is decided whether the turn is over. `recognition`: the transcript that counted is made. `first_token`, `first_clause`: the model is at work. `synthesis`: the first clause's audio is made. `held`: the audio is ready and waits for the turn to be over. `speaking`: the character is heard. */
  stage: "speech" | "endpointing" | "recognition" | "first_token" | "first_clause" | "synthesis" | "held" | "speaking";
  /** Its beginning; negative for what began while the player spoke. */
  start_ms: number;
  /** Its end. */
  end_ms: number;
}

/** What the player said. A turn that the player went on with has one again, which replaces the earlier one. */
export interface TranscriptFinal {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "transcript.final";
  /** The words. */
  text: string;
  /** The turn that they begin. */
  turn: number;
  /** Given in `session.open`, or detected. */
  language: string;
  /** Length of the utterance. */
  audio_ms: number;
}

/** What was understood so far; may change. */
export interface TranscriptPartial {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "transcript.partial";
  /** The words so far. */
  text: string;
  /** The turn that they will begin. */
  turn: number;
}

/** The exchange is over. */
export interface TurnCompleted {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "turn.completed";
  /** Number of the turn. */
  turn: number;
  /** How long each stage took. */
  metrics: Metrics;
  /** When each stage took place; they overlap. */
  timeline: Span[];
}

/** A character is thinking. */
export interface TurnStarted {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "turn.started";
  /** Number of the turn; rises. */
  turn: number;
  /** Who will answer. */
  actor_id: string;
}

/** Audio as base64 (`audio.output.encoding = "base64"`): PCM s16le mono. */
export interface UtteranceAudio {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "utterance.audio";
  /** Number of the utterance. */
  utterance: number;
  /** Index of the first sample in the utterance. */
  first_sample: number;
  /** The samples, in base64. */
  pcm: string;
}

/** The utterance is over and no audio of it follows. `heard_text` is what the character remembers having said. */
export interface UtteranceCompleted {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "utterance.completed";
  /** Number of the utterance. */
  utterance: number;
  /** `done`: heard to its end. `interrupted`: the player, or a `critical` line, took the turn. `cancelled`: the client stopped it, or the character left. `failed`: it broke off. */
  reason: "done" | "interrupted" | "cancelled" | "failed";
  /** All that was sent. */
  text: string;
  /** What was played of it, up to the last whole word. */
  heard_text: string;
  /** Length of the audio that was sent. */
  duration_ms: number;
}

/** Cues of one clause, in order of time, before its audio. */
export interface UtteranceCues {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "utterance.cues";
  /** Number of the utterance. */
  utterance: number;
  /** In order of time. */
  cues: Cue[];
}

/** A character begins to speak. Without audio there is no `rate`. */
export interface UtteranceStarted {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "utterance.started";
  /** Number of the utterance; never used again. */
  utterance: number;
  /** The turn that it belongs to. */
  turn: number;
  /** Who speaks. */
  actor_id: string;
  /** Samples per second of its audio. */
  rate?: number;
}

/** One clause, before its audio. */
export interface UtteranceText {
  /** Rises by one with every text frame of a session. */
  seq?: number;
  /** The `id` of the client message that caused this one. */
  ref?: string;
  type: "utterance.text";
  /** Number of the utterance. */
  utterance: number;
  /** The clause, as players read it. */
  text: string;
  /** When it is spoken, from the utterance's first sample. */
  t_ms: number;
}

/** What speaks a language. */
export interface Voice {
  /** Two letters, or `*` for all others. */
  language: string;
  /** What makes the sound. */
  engine: string;
  /** Its name. */
  voice: string;
  /** True for a robotic voice that stands in because no better one is installed. */
  last_resort: boolean;
}

/** Something happened. The characters in earshot know it from now on. `silent` leaves it at that, `auto` lets a character speak of it if nobody is speaking, `must` makes one. */
export interface WorldEvent {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "world.event";
  /** What happened, as a key; it is told when there is no `text`. */
  name: string;
  /** What happened, in a sentence for the character. */
  text?: string;
  /** Details for the game's own use. */
  params?: Record<string, string | number | boolean | string[] | null>;
  /** Whether a character speaks of it. */
  respond?: "silent" | "auto" | "must";
  /** `actor_id` of who speaks of it. */
  to?: string;
}

/** State of the game; the last value wins, `null` removes. `place` (a text) is where the scene is. `quest.NAME` (a beat's id, or `done`) moves a quest. */
export interface WorldSet {
  /** Chosen by the client; every answer or error that this message causes carries it as `ref`. */
  id?: string;
  type: "world.set";
  /** New value by path. */
  values: Record<string, string | number | boolean | string[] | null>;
}
