// src/resampler.ts
var HALF_WIDTH = 16;
var Resampler = class {
  #up;
  #down;
  #half;
  #filters;
  #kept;
  #at = 0;
  /** Where the next output lies, in steps of an input sample / `up`, counted from the first kept sample. */
  /** Rates in samples per second. */
  constructor(from, to) {
    const divisor = greatestDivisor(from, to);
    this.#up = to / divisor;
    this.#down = from / divisor;
    const cutoff = Math.min(1, to / from) * (from === to ? 1 : 0.95);
    this.#half = Math.ceil(HALF_WIDTH / cutoff);
    this.#filters = Array.from({ length: this.#up }, (_, phase) => taps(phase / this.#up, this.#half, cutoff));
    this.#kept = new Float32Array(this.#half - 1);
  }
  /** The samples that can be told by now; the last millisecond waits for what comes after it. */
  push(input) {
    const samples = new Float32Array(this.#kept.length + input.length);
    samples.set(this.#kept);
    samples.set(input, this.#kept.length);
    const width = 2 * this.#half;
    const steps = (samples.length - width + 1) * this.#up - this.#at;
    const output = new Float32Array(Math.max(0, Math.ceil(steps / this.#down)));
    for (let index = 0; index < output.length; index++) {
      const first = Math.floor(this.#at / this.#up);
      const filter = this.#filters[this.#at % this.#up];
      let sum = 0;
      for (let tap = 0; tap < width; tap++) sum += samples[first + tap] * filter[tap];
      output[index] = sum;
      this.#at += this.#down;
    }
    const used = Math.min(samples.length, Math.floor(this.#at / this.#up));
    this.#kept = samples.slice(used);
    this.#at -= used * this.#up;
    return output;
  }
};
function taps(offset, half, cutoff) {
  const filter = Float32Array.from({ length: 2 * half }, (_, tap) => {
    const distance = tap - (half - 1) - offset;
    const window = 0.5 + 0.5 * Math.cos(Math.PI * distance / half);
    return cutoff * sinc(cutoff * distance) * window;
  });
  const sum = filter.reduce((total, each) => total + each, 0);
  return filter.map((each) => each / sum);
}
function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
function greatestDivisor(a, b) {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

// src/worklet.ts
var RATE = 16e3;
var FRAME = 320;
var PROCESSOR = "npc-microphone";
function registerMicrophone() {
  if (typeof registerProcessor === "undefined") return;
  registerProcessor(
    PROCESSOR,
    class extends AudioWorkletProcessor {
      #resampler = new Resampler(sampleRate, RATE);
      #frame = new Int16Array(FRAME);
      #filled = 0;
      process([input]) {
        const channel = input?.[0];
        if (channel) this.#take(sampleRate === RATE ? channel : this.#resampler.push(channel));
        return true;
      }
      #take(samples) {
        for (const sample of samples) {
          this.#frame[this.#filled++] = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
          if (this.#filled < FRAME) continue;
          this.port.postMessage(this.#frame, [this.#frame.buffer]);
          this.#frame = new Int16Array(FRAME);
          this.#filled = 0;
        }
      }
    }
  );
}

// src/actions.ts
var Actions = class {
  constructor(send) {
    this.send = send;
  }
  send;
  #handlers = /* @__PURE__ */ new Map();
  set(name, handler) {
    this.#handlers.set(name, handler);
  }
  /** A character wants something. */
  take(request) {
    const handler = this.#handlers.get(request.name);
    if (handler) void this.#answer(handler, request);
  }
  async #answer(handler, request) {
    const answer = await this.#do(handler, request);
    const result = typeof answer === "string" ? { status: answer } : answer;
    this.send({ type: "action.result", action_id: request.action_id, ...result });
  }
  async #do(handler, request) {
    try {
      return await handler(request.args, request);
    } catch (problem) {
      console.error(problem);
      return { status: "failed", detail: problem instanceof Error ? problem.message : String(problem) };
    }
  }
};

// src/backoff.ts
var FIRST = 250;
var LONGEST = 15e3;
var Backoff = class {
  /** `random` gives numbers from 0 to below 1. */
  constructor(random = Math.random) {
    this.random = random;
  }
  random;
  #tries = 0;
  #notBefore = 0;
  /** The server said when to come back: no try comes earlier. */
  notBefore(ms) {
    this.#notBefore = ms;
  }
  next() {
    const most = Math.min(LONGEST, FIRST * 2 ** this.#tries++);
    const wait = this.#notBefore + most * (0.5 + 0.5 * this.random());
    this.#notBefore = 0;
    return wait;
  }
  /** A connection stands: the next wait is short again. */
  reset() {
    this.#tries = 0;
    this.#notBefore = 0;
  }
};

// src/connection.ts
var SILENCE = 2e4;
var NORMAL = 1e3;
var POLICY = 1008;
var Connection = class {
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
  }
  url;
  listener;
  #socket;
  #timer;
  #watch;
  #backoff = new Backoff();
  #heardAt = 0;
  #isInvited = false;
  #isOver = true;
  open() {
    if (!this.#isOver) return;
    this.#isOver = false;
    globalThis.addEventListener?.("online", this.#hurry);
    this.#connect();
  }
  /** Close for good; nothing more is told but the state. */
  close(reason = "") {
    if (this.#isOver) return;
    const socket = this.#socket;
    this.#end(reason);
    socket?.close(NORMAL);
  }
  send(message) {
    this.#transmit(JSON.stringify(message));
  }
  sendAudio(frame) {
    this.#transmit(frame);
  }
  /** A session stands: the next pause is short again. */
  settle() {
    this.#isInvited = false;
    this.#backoff.reset();
    this.listener.state({ state: "open" });
  }
  /** However the server closes now, it is not for good: come back, not before so many milliseconds. */
  comeBack(ms) {
    this.#isInvited = true;
    this.#backoff.notBefore(ms);
  }
  #transmit(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }
  #connect() {
    this.listener.state({ state: "connecting" });
    const socket = new WebSocket(this.url, "npc.v1");
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.onopen = () => {
      this.#watch = setInterval(() => this.#check(socket), SILENCE / 2);
      this.listener.connected();
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAt = performance.now();
      if (typeof data !== "string") this.listener.audio(data);
      else this.listener.message(JSON.parse(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#lost(code, reason);
    };
  }
  #lost(code, reason) {
    clearInterval(this.#watch);
    if ((code === NORMAL || code === POLICY) && !this.#isInvited) return this.#end(reason || "the server closed the session");
    this.#socket = void 0;
    const wait = this.#backoff.next();
    const why = reason || (code === 1006 ? `no answer at ${this.url}` : `closed with code ${code}`);
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.listener.state({ state: "waiting", retry_in_ms: wait, reason: why });
  }
  /** The network is back: no need to wait. */
  #hurry = () => {
    if (this.#isOver || this.#socket) return;
    clearTimeout(this.#timer);
    this.#connect();
  };
  /** Timers of a page in the background come late, messages do not: silence alone tells, after a ping went out. */
  #check(socket) {
    const silent = performance.now() - this.#heardAt;
    if (silent < SILENCE / 2) return;
    if (silent < 2 * SILENCE) return this.send({ type: "ping" });
    socket.onclose = null;
    socket.close();
    this.#lost(1006, "the connection went silent");
  }
  #end(reason) {
    this.#isOver = true;
    this.#socket = void 0;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    globalThis.removeEventListener?.("online", this.#hurry);
    this.listener.state({ state: "closed", reason });
  }
};

// src/emitter.ts
var Emitter = class {
  #listeners = /* @__PURE__ */ new Map();
  /** Call `listener` for each event of this type; what is returned ends that. */
  on(type, listener) {
    const listeners = this.#listeners.get(type) ?? /* @__PURE__ */ new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }
  /** The next event of this type for which `wanted` holds. */
  next(type, wanted = () => true) {
    return new Promise((resolve) => {
      const off = this.on(type, (event) => {
        if (!wanted(event)) return;
        off();
        resolve(event);
      });
    });
  }
  /** Tell the listeners. */
  emit(type, event) {
    for (const listener of [...this.#listeners.get(type) ?? []]) {
      listener(event);
    }
  }
};

// src/mailbox.ts
var OPENING = /* @__PURE__ */ new Set(["world.set", "character.join", "character.leave"]);
var ANSWERED = /* @__PURE__ */ new Set(["input.text", "save.create", "save.load"]);
var Mailbox = class {
  constructor(transmit) {
    this.transmit = transmit;
  }
  transmit;
  #waiting = [];
  #unanswered = /* @__PURE__ */ new Map();
  #probe;
  #count = 0;
  #isOpen = false;
  /** Whether what is sent leaves at once. */
  get isOpen() {
    return this.#isOpen;
  }
  send(message) {
    const named = { ...message, id: message.id ?? this.#name("m") };
    if (this.#isOpen && !this.#probe) this.#post(named);
    else this.#waiting.push(named);
    return named.id;
  }
  /** A `session.open` goes out that tells the scene and its world: what waits to say so is said by it. */
  told() {
    this.#waiting = this.#waiting.filter(({ type }) => !OPENING.has(type));
  }
  /** A session stands. One that was resumed first tells what was missed: the answer to a ping comes behind all of it. */
  open(resumed) {
    this.#isOpen = true;
    if (!resumed) return this.#flush();
    this.#probe = this.#name("resume");
    this.transmit({ type: "ping", id: this.#probe });
  }
  close() {
    this.#isOpen = false;
    this.#probe = void 0;
  }
  /** A message of the server. */
  take(message) {
    if (!message.ref) return;
    this.#unanswered.delete(message.ref);
    if (message.ref !== this.#probe) return;
    this.#probe = void 0;
    this.#flush();
  }
  #flush() {
    const again = [...this.#unanswered.values(), ...this.#waiting];
    this.#waiting = [];
    for (const message of again) this.#post(message);
  }
  #post(message) {
    if (ANSWERED.has(message.type)) this.#unanswered.set(message.id, message);
    this.transmit(message);
  }
  #name(prefix) {
    return `${prefix}${++this.#count}`;
  }
};

// src/microphone.ts
var Microphone = class {
  /** `worklet` is the address of this module, which the audio thread loads too. */
  constructor(context, worklet, take) {
    this.context = context;
    this.worklet = worklet;
    this.take = take;
  }
  context;
  worklet;
  take;
  #stream;
  #nodes = [];
  #starting;
  /** Whether it is on. */
  get isOn() {
    return this.#stream !== void 0;
  }
  /** Ask the player for it, and send from now on. Rejects as `getUserMedia` does: `NotAllowedError`, `NotFoundError`. */
  start(settings = {}) {
    this.#starting ??= this.#start(settings).finally(() => this.#starting = void 0);
    return this.#starting;
  }
  /** Send no more, and let go of the microphone. */
  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    for (const node of this.#nodes) node.disconnect();
    this.#stream = void 0;
    this.#nodes = [];
  }
  async #start(settings) {
    if (this.#stream) return;
    if (!navigator.mediaDevices) throw new DOMException("a page needs https for the microphone", "NotAllowedError");
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...settings };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, ...wanted } });
    const context = this.context();
    await Promise.all([context.audioWorklet.addModule(this.worklet), context.resume()]);
    const capture = new AudioWorkletNode(context, PROCESSOR, { channelCount: 1, channelCountMode: "explicit" });
    capture.port.onmessage = ({ data }) => {
      if (this.#stream === stream) this.take(data);
    };
    for (const track of stream.getTracks()) track.onended = () => this.stop();
    this.#stream = stream;
    const source = context.createMediaStreamSource(stream);
    this.#nodes = [source, capture];
    source.connect(capture).connect(context.destination);
  }
};

// src/speaker.ts
var LEAD = 0.03;
var FADE = 5e-3;
var Speaker = class {
  #context;
  #output;
  #voices = /* @__PURE__ */ new Map();
  #ends = 0;
  /** Without a context of the game's own, one is made when it is needed. */
  constructor(context) {
    this.#context = context;
  }
  get context() {
    return this.#context ??= new AudioContext({ latencyHint: "interactive" });
  }
  /** All voices go through here: set its `gain`, or connect it to nodes of your own. */
  get output() {
    if (!this.#output) {
      this.#output = this.context.createGain();
      this.#output.connect(this.context.destination);
    }
    return this.#output;
  }
  /** Browsers let a page make sound only once its user did something: call this in a click or a key. */
  async unlock() {
    if (this.context.state !== "running") await this.context.resume();
  }
  /** An utterance begins, at `rate` samples per second. */
  begin(utterance, rate) {
    const gain = this.context.createGain();
    gain.connect(this.output);
    const resampler = rate === this.context.sampleRate ? void 0 : new Resampler(rate, this.context.sampleRate);
    this.#voices.set(utterance, { rate, resampler, gain, pieces: [], received: 0, made: 0 });
  }
  /** More of an utterance: its samples from `first` on. What has come before is dropped; returns how many are new. */
  add(utterance, first, pcm) {
    const voice = this.#voices.get(utterance);
    if (!voice || first + pcm.length <= voice.received) return 0;
    const missing = Math.max(0, first - voice.received);
    const known = Math.max(0, voice.received - first);
    const samples = new Float32Array(missing + pcm.length - known);
    for (let index = known; index < pcm.length; index++) samples[missing + index - known] = pcm[index] / 32768;
    voice.received += samples.length;
    const frames = voice.resampler ? voice.resampler.push(samples) : samples;
    if (frames.length) this.#schedule(voice, frames);
    return pcm.length - known;
  }
  /** How many samples of an utterance have left the loudspeaker. */
  heard(utterance) {
    return Math.max(0, Math.floor(this.position(utterance)));
  }
  /** The place in an utterance that is heard now, in samples: negative before its first, which may not be here yet. */
  position(utterance) {
    const voice = this.#voices.get(utterance);
    const now = this.audibleTime * this.context.sampleRate;
    const piece = voice?.pieces.findLast((each) => each.frame <= now) ?? voice?.pieces[0];
    if (!voice || !piece) return -Infinity;
    const frames = piece.first + Math.min(now - piece.frame, piece.length);
    if (frames >= voice.made) return voice.received;
    return Math.min(voice.received, frames * voice.rate / this.context.sampleRate);
  }
  /** How many samples of an utterance came. */
  received(utterance) {
    return this.#voices.get(utterance)?.received ?? 0;
  }
  /** Whether all that came of an utterance was heard. */
  isDone(utterance) {
    return this.heard(utterance) >= this.received(utterance);
  }
  /** Not one more sample of it. */
  stop(utterance) {
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
  forget(utterance) {
    this.#voices.delete(utterance);
  }
  stopAll() {
    for (const utterance of [...this.#voices.keys()]) this.stop(utterance);
  }
  /** The context's time of what leaves the loudspeaker now, in seconds. */
  get audibleTime() {
    const { currentTime, outputLatency, baseLatency } = this.context;
    const { contextTime = 0, performanceTime = 0 } = this.context.getOutputTimestamp?.() ?? {};
    const audible = contextTime + (performance.now() - performanceTime) / 1e3;
    const isTold = performanceTime > 0 && audible <= currentTime && audible > currentTime - 1;
    return isTold ? audible : currentTime - (outputLatency || baseLatency || 0);
  }
  #schedule(voice, frames) {
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
};

// src/timeline.ts
var WAITING = 20;
var Timeline = class {
  /** `clock` says where in an utterance the ear is, in milliseconds; infinity where it was heard to its end. */
  constructor(clock, give) {
    this.clock = clock;
    this.give = give;
  }
  clock;
  give;
  #tracks = /* @__PURE__ */ new Map();
  #timer;
  begin(utterance, actor_id) {
    this.#tracks.set(utterance, { actor_id, cues: [] });
  }
  add(utterance, cues) {
    const track = this.#tracks.get(utterance);
    if (!track) return;
    track.cues = [...track.cues, ...cues].sort((a, b) => a.t_ms - b.t_ms);
    this.look();
  }
  /** Not one more cue of it. */
  cancel(utterance) {
    this.#tracks.delete(utterance);
  }
  clear() {
    this.#tracks.clear();
  }
  /** Give what is due, and come back when the next cue is. */
  look() {
    clearTimeout(this.#timer);
    let wait = Infinity;
    for (const [utterance, track] of this.#tracks) {
      const at = this.clock(utterance);
      while (track.cues[0] && track.cues[0].t_ms <= at && this.#tracks.has(utterance)) {
        const cue = track.cues.shift();
        const late_ms = at === Infinity ? 0 : at - cue.t_ms;
        this.give({ utterance, actor_id: track.actor_id, cue, late_ms });
      }
      const next = track.cues[0];
      if (next) wait = Math.min(wait, at === -Infinity ? WAITING : next.t_ms - at);
    }
    if (wait < Infinity) this.#timer = setTimeout(() => this.look(), wait);
  }
};

// src/playback.ts
var INTERVAL = 100;
var Playback = class {
  constructor(speaker, listener) {
    this.speaker = speaker;
    this.listener = listener;
    this.#timeline = new Timeline(
      (utterance) => this.heardMs(utterance),
      (cue) => listener.cue(cue)
    );
  }
  speaker;
  listener;
  #utterances = /* @__PURE__ */ new Map();
  #timeline;
  #timer;
  #last = { utterance: 0, samples: 0 };
  /** The last utterance of which audio came, and how many samples: for `resume`. */
  get last() {
    return this.#last.utterance ? { ...this.#last } : void 0;
  }
  /** How much of an utterance was heard, in milliseconds: negative before its first sound, infinity once it is over. */
  heardMs(number) {
    const utterance = this.#utterances.get(number);
    if (!utterance) return Infinity;
    if (!utterance.rate) return performance.now() - utterance.began;
    if (utterance.isComplete && this.speaker.isDone(number)) return Infinity;
    return this.speaker.position(number) * 1e3 / utterance.rate;
  }
  /** A message of the server that may concern an utterance. */
  take(message) {
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
  play(utterance, first, pcm) {
    if (!this.#utterances.has(utterance)) return 0;
    const added = this.speaker.add(utterance, first, pcm);
    this.#last = { utterance, samples: this.speaker.received(utterance) };
    this.#timeline.look();
    return added;
  }
  /** Not one more sample and not one more cue of an utterance. */
  cancel(utterance) {
    this.#timeline.cancel(utterance);
    this.speaker.stop(utterance);
    this.#utterances.delete(utterance);
  }
  /** Silence; and what was before has never been. */
  clear() {
    this.speaker.stopAll();
    this.#timeline.clear();
    this.#utterances.clear();
    this.#last = { utterance: 0, samples: 0 };
  }
  /** Tell what was heard by now, and let go of what was heard to its end. */
  report() {
    for (const [number, utterance] of this.#utterances) {
      if (utterance.rate) this.#reportHeard(number, utterance);
      if (utterance.isComplete && (!utterance.rate || this.speaker.isDone(number))) {
        this.#timeline.look();
        this.#utterances.delete(number);
        this.#timeline.cancel(number);
        this.speaker.forget(number);
      }
    }
    if (!this.#utterances.size) {
      clearInterval(this.#timer);
      this.#timer = void 0;
    }
  }
  #begin(utterance, actor_id, rate) {
    this.#utterances.set(utterance, { actor_id, rate, began: performance.now(), reported: -1, isComplete: false });
    this.#timeline.begin(utterance, actor_id);
    if (rate) this.speaker.begin(utterance, rate);
    this.#timer ??= setInterval(() => this.report(), INTERVAL);
  }
  #end(number, reason) {
    if (reason === "interrupted" || reason === "cancelled") return this.cancel(number);
    const utterance = this.#utterances.get(number);
    if (utterance) utterance.isComplete = true;
    this.report();
  }
  #reportHeard(utterance, state) {
    const samples = this.speaker.heard(utterance);
    if (samples <= state.reported || !this.speaker.received(utterance)) return;
    state.reported = samples;
    const isDone = samples === this.speaker.received(utterance);
    this.listener.report({ type: "playback.report", utterance, samples, state: isDone ? "done" : "playing" });
  }
};

// src/world.ts
var World = class {
  #values = /* @__PURE__ */ new Map();
  #quests = /* @__PURE__ */ new Map();
  constructor(values = {}) {
    this.take(values);
  }
  /** All values by path, as `session.open` takes them. */
  get values() {
    return Object.fromEntries(this.#values);
  }
  /** Where each quest is, by its id. */
  get quests() {
    return this.#quests;
  }
  get(path) {
    return this.#values.get(path);
  }
  /** Values were sent. */
  take(values) {
    for (const [path, value] of Object.entries(values)) {
      if (value === null) this.#values.delete(path);
      else this.#values.set(path, value);
    }
  }
  /** A quest moved; a path of the game's own that moved it before says the same from now on. */
  move(quest) {
    this.#quests.set(quest.quest, quest);
    if (this.#values.has(`quest.${quest.quest}`)) this.#values.set(`quest.${quest.quest}`, quest.stage);
  }
};

// src/client.ts
var PASSING = /* @__PURE__ */ new Set(["slow_client", "idle", "too_many_sessions", "resume_failed"]);
var HEADER = 8;
var NpcError = class extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
  code;
  name = "NpcError";
};
var NpcClient = class extends Emitter {
  /** `url` is the server's: `ws://127.0.0.1:8765/v1`. */
  constructor(url, options, settings = {}) {
    super();
    this.options = options;
    this.#scene = [...options.scene.characters];
    this.world = new World(options.scene.world);
    this.speaker = new Speaker(settings.context);
    this.#playback = new Playback(this.speaker, {
      cue: (cue) => this.emit("cue", cue),
      report: (report) => this.#report(report)
    });
    this.#connection = new Connection(String(url), {
      connected: () => this.#open(),
      message: (message) => this.#take(message),
      audio: (frame) => this.#hear(frame),
      state: (state) => this.#changed(state)
    });
    this.#mailbox = new Mailbox((message) => this.#connection.send(message));
    this.#actions = new Actions((result) => void this.send(result));
    const worklet = String(settings.worklet ?? import.meta.url);
    this.microphone = new Microphone(
      () => this.speaker.context,
      worklet,
      (frame) => this.sendAudio(frame)
    );
  }
  options;
  world;
  speaker;
  microphone;
  #connection;
  #playback;
  #mailbox;
  #actions;
  #scene;
  #opened;
  #lastSeq = 0;
  #isGone = false;
  #refusal;
  /** The session, once it stands: with the `label` that every player must be shown. */
  get opened() {
    return this.#opened;
  }
  /** Who was in earshot when the session was opened. */
  get characters() {
    return this.#opened?.characters ?? [];
  }
  /** Connect, and keep at it until `close`. Rejects with `NpcError` if the server refuses the session. */
  open() {
    if (this.#opened) return Promise.resolve(this.#opened);
    this.#refusal = void 0;
    const opened = this.next("session.opened");
    const closed = this.next("connection", ({ state }) => state === "closed").then((state) => {
      throw this.#refusal ?? new NpcError("closed", "reason" in state ? state.reason : "closed");
    });
    this.#connection.open();
    return Promise.race([opened, closed]);
  }
  /** An orderly end. */
  close() {
    this.microphone.stop();
    this.#connection.send({ type: "session.close" });
    this.#connection.close("closed by this client");
  }
  /** Send any message of the protocol, now or when the connection is back; returns the `id` that answers carry as `ref`. */
  send(message) {
    if (message.type === "world.set") this.world.take(message.values);
    if (message.type === "character.join") this.#scene.push({ actor_id: message.actor_id, persona: message.persona });
    if (message.type === "character.leave") {
      this.#scene = this.#scene.filter(({ actor_id }) => actor_id !== message.actor_id);
    }
    return this.#mailbox.send(message);
  }
  /** A typed line of the player. */
  text(text, more = {}) {
    void this.speaker.unlock();
    return this.send({ type: "input.text", text, ...more });
  }
  /** Microphone audio from elsewhere: 16 kHz, or the rate of `audio.input`. It is lost while there is no connection. */
  sendAudio(frame) {
    if (this.#mailbox.isOpen) this.#connection.sendAudio(frame);
  }
  /** State of the game. */
  set(values) {
    return this.send({ type: "world.set", values });
  }
  /** Something happened in the game. */
  event(name, more = {}) {
    return this.send({ type: "world.event", name, ...more });
  }
  /** Do what characters ask for: `handler` is called with the arguments of each `action.requested` of this name. */
  action(name, handler) {
    this.#actions.set(name, handler);
  }
  /** What the game did with an action that no handler answers. */
  answer(action_id, status, detail) {
    return this.send({ type: "action.result", action_id, status, ...detail ? { detail } : {} });
  }
  /** Stop talking: at once here, then there. What was heard until now is what the character remembers. */
  cancel() {
    this.#playback.report();
    this.send({ type: "reply.cancel" });
    const utterance = this.#playback.last?.utterance;
    if (utterance) this.#playback.cancel(utterance);
  }
  /** How much of an utterance was heard, in milliseconds: negative before its first sound, infinity once it is over. */
  heardMs(utterance) {
    return this.#playback.heardMs(utterance);
  }
  // the session
  #open() {
    const { options } = this;
    const opening = { type: "session.open", protocol: "npc.v1", ...options };
    opening.scene = { ...options.scene, characters: this.#scene, world: this.world.values };
    if (this.#opened) opening.story = "continue";
    if (this.#opened && !this.#isGone) {
      opening.resume = { token: this.#opened.resume_token, last_seq: this.#lastSeq, ...this.#playback.last };
    } else {
      this.#mailbox.told();
    }
    this.#connection.send(opening);
  }
  #take(message) {
    if (message.seq !== void 0 && message.type !== "session.opened") {
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
  #stand(message) {
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
  #refused(error) {
    if (error.code === "resume_failed") {
      this.#isGone = true;
      if (!error.fatal) return this.#open();
    }
    if (!error.fatal && this.#mailbox.isOpen) return;
    if (PASSING.has(error.code)) return this.#connection.comeBack(error.retry_after_ms ?? 0);
    this.#refusal = new NpcError(error.code, error.message);
    if (!error.fatal) queueMicrotask(() => this.#connection.close(error.message));
  }
  #changed(state) {
    if (state.state !== "open") this.#mailbox.close();
    if (state.state === "closed") {
      this.#playback.clear();
      this.#opened = void 0;
      this.#lastSeq = 0;
    }
    this.emit("connection", state);
  }
  // speech
  #hear(frame) {
    const [utterance, first] = new Uint32Array(frame, 0, 2);
    this.#play(utterance, first, new Int16Array(frame, HEADER));
  }
  #hearBase64({ utterance, first_sample, pcm }) {
    const bytes = Uint8Array.from(atob(pcm), (character) => character.charCodeAt(0));
    this.#play(utterance, first_sample, new Int16Array(bytes.buffer));
  }
  #play(utterance, first_sample, samples) {
    this.#playback.play(utterance, first_sample, samples);
    this.emit("audio", { utterance, first_sample, samples });
  }
  #report(report) {
    if (this.#mailbox.isOpen) this.#connection.send(report);
    this.emit("playback.report", report);
  }
  #tell(message) {
    this.emit("message", message);
    this.emit(message.type, message);
  }
};

// src/index.ts
registerMicrophone();
export {
  NpcClient,
  NpcError
};
