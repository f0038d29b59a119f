// page/page.ts
import { NpcClient } from "./npc-engine.js";

// page/dom.ts
function element(name, properties = {}, ...children) {
  const { set = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(set)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}
function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}
var stillness = matchMedia("(prefers-reduced-motion: reduce)");

// page/moods.ts
var CALM = { smile: 0.4, brows: 0, tilt: 0, eyes: 0, blush: 0 };
var MOODS = [
  [/joy|happ|glad|delight|cheer|excit|laugh|amuse|playful/, { smile: 0.9, brows: 0.3, tilt: 0, eyes: -0.15, blush: 0.5 }],
  [/love|fond|warm|affection|trust|grateful|kind|friend/, { smile: 0.6, brows: 0.1, tilt: 0.15, eyes: -0.1, blush: 0.6 }],
  [/concern|worr|care|anxious|pity|sympath/, { smile: -0.15, brows: 0.3, tilt: 0.7, eyes: 0.1, blush: 0 }],
  [/sad|sorrow|grief|melanch|hurt|lonel/, { smile: -0.5, brows: 0, tilt: 0.9, eyes: -0.3, blush: 0 }],
  [/ang|annoy|irritat|furious|hostil|contempt/, { smile: -0.5, brows: -0.4, tilt: -0.9, eyes: -0.2, blush: 0.3 }],
  [/surpris|amaz|astonish|curious/, { smile: 0.1, brows: 1, tilt: 0.1, eyes: 0.7, blush: 0 }],
  [/fear|afraid|scare|nervous|suspic|wary/, { smile: -0.3, brows: 0.5, tilt: 0.8, eyes: 0.5, blush: 0 }]
];
function mood(emotion, weight = 1) {
  const found = MOODS.find(([names]) => emotion && names.test(emotion.toLowerCase()))?.[1] ?? CALM;
  const parts = Object.keys(CALM);
  return Object.fromEntries(parts.map((part) => [part, CALM[part] + (found[part] - CALM[part]) * weight]));
}

// page/mouth.ts
var CLOSED = { open: 0, wide: 0, round: 0, teeth: 0, tongue: 0 };
var SHAPES = {
  sil: CLOSED,
  PP: { ...CLOSED, wide: -0.15 },
  FF: { ...CLOSED, open: 0.14, wide: 0.1, teeth: 1 },
  TH: { ...CLOSED, open: 0.24, teeth: 0.7, tongue: 1 },
  DD: { ...CLOSED, open: 0.28, wide: 0.1, teeth: 0.7, tongue: 0.6 },
  kk: { ...CLOSED, open: 0.34, teeth: 0.3, tongue: 0.2 },
  CH: { ...CLOSED, open: 0.28, round: 0.6, teeth: 0.8 },
  SS: { ...CLOSED, open: 0.16, wide: 0.45, teeth: 1 },
  nn: { ...CLOSED, open: 0.22, teeth: 0.5, tongue: 0.7 },
  RR: { ...CLOSED, open: 0.28, round: 0.5, tongue: 0.3 },
  aa: { ...CLOSED, open: 1, wide: 0.1, teeth: 0.25, tongue: 0.4 },
  E: { ...CLOSED, open: 0.55, wide: 0.6, teeth: 0.4, tongue: 0.3 },
  I: { ...CLOSED, open: 0.34, wide: 0.85, teeth: 0.6 },
  O: { ...CLOSED, open: 0.72, round: 0.75 },
  U: { ...CLOSED, open: 0.34, round: 1 }
};
var QUICKNESS = 0.04;
var Mouth = class {
  /** `x` and `y` are its middle. */
  constructor(x, y) {
    this.x = x;
    this.y = y;
    const clip = drawn("clipPath", { id: "mouth" }, this.#clip);
    const within = drawn("g", { "clip-path": "url(#mouth)" }, this.#teeth, this.#tongue);
    this.group.append(clip, this.#inside, within, this.#lips);
    this.draw(0);
  }
  x;
  y;
  group = drawn("g", {});
  #clip = drawn("path", {});
  #inside = drawn("path", { fill: "#5b1f2a" });
  #teeth = drawn("rect", { fill: "#fbf7f0", rx: 4 });
  #tongue = drawn("ellipse", { fill: "#c9606c" });
  #lips = drawn("path", { fill: "none", stroke: "#b4605c", "stroke-width": 3.6, "stroke-linejoin": "round" });
  #now = { ...CLOSED };
  #target = CLOSED;
  /** A viseme begins. */
  shape(viseme, weight = 1) {
    const shape = SHAPES[viseme] ?? CLOSED;
    this.#target = { ...shape, open: shape.open * weight, wide: shape.wide * weight };
  }
  /** Time passed, in seconds. */
  move(seconds) {
    const part = 1 - Math.exp(-seconds / QUICKNESS);
    for (const key of Object.keys(this.#now)) this.#now[key] += (this.#target[key] - this.#now[key]) * part;
  }
  /** `smile` lifts the corners, from -1 to 1. */
  draw(smile) {
    const { open, wide, round, teeth, tongue } = this.#now;
    const { x, y } = this;
    const half = 25 * (1 + 0.26 * wide - 0.48 * round + 0.14 * Math.max(0, smile) * (1 - round));
    const drop = 27 * open;
    const rise = 4 + 5 * open + 4 * round;
    const corner = y - smile * 7;
    const sag = Math.max(0, smile) * 9;
    const path = [
      curve`M ${x - half} ${corner}`,
      curve`Q ${x - half * 0.45} ${y - rise} ${x} ${y - rise * 0.62}`,
      curve`Q ${x + half * 0.45} ${y - rise} ${x + half} ${corner}`,
      curve`Q ${x + half * 0.62} ${y + 2 + drop + sag} ${x} ${y + 3 + drop + sag * 0.8}`,
      curve`Q ${x - half * 0.62} ${y + 2 + drop + sag} ${x - half} ${corner} Z`
    ].join(" ");
    for (const each of [this.#clip, this.#inside, this.#lips]) each.setAttribute("d", path);
    this.#inside.setAttribute("fill", open < 0.05 ? "#c4736c" : "#5b1f2a");
    place(this.#teeth, { x: x - half * 0.72, y: y - rise, width: half * 1.44, height: 4 + 7 * teeth, opacity: teeth * Math.min(1, open * 8) });
    place(this.#tongue, { cx: x, cy: y + drop + sag * 0.5 + 9 - 9 * tongue, rx: half * 0.55, ry: 10, opacity: Math.min(1, open * 4) });
  }
};
function curve(words, ...numbers) {
  return words.map((text, index) => text + (numbers[index]?.toFixed(2) ?? "")).join("");
}
function place(shape, attributes) {
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value.toFixed(2));
}

// page/avatar.ts
var CENTRE = { x: 0, y: 0 };
var LOOKS = {
  player: CENTRE,
  camera: CENTRE,
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
  away: { x: 0.9, y: 0.2 }
};
var LOOK = 1.6;
var Avatar = class {
  svg;
  #mouth = new Mouth(160, 232);
  #head;
  #face;
  #eyes = [];
  #lids = [];
  #brows = [];
  #cheeks;
  #hair;
  #hairBehind;
  #doing = "idle";
  #mood = mood(void 0);
  #shown = { ...this.#mood };
  #gaze = { ...CENTRE };
  #target = CENTRE;
  #looksUntil = 0;
  #wandersAt = 0;
  #blinksAt = 2;
  #nodsAt = -10;
  #shakes = false;
  #last = 0;
  constructor() {
    this.#hair = drawn("g", {});
    this.#hairBehind = drawn("g", {});
    this.#cheeks = drawn(
      "g",
      { opacity: 0 },
      ...[104, 216].map((cx) => drawn("ellipse", { cx, cy: 206, rx: 19, ry: 11, fill: "#e5756f" }))
    );
    for (const x of [122, 198]) this.#drawEye(x);
    this.#face = drawn(
      "g",
      {},
      this.#cheeks,
      ...this.#eyes,
      ...this.#brows,
      drawn("path", { d: "M 160 180 q 9 20 -5 24", class: "line" }),
      this.#mouth.group
    );
    const skull = drawn("path", { d: "M 84 162 q 0 -86 76 -86 q 76 0 76 86 q 0 62 -32 92 q -20 19 -44 19 q -24 0 -44 -19 q -32 -30 -32 -92 Z", class: "skin" });
    const ears2 = [80, 240].map((cx) => drawn("ellipse", { cx, cy: 180, rx: 11, ry: 18, class: "skin shade" }));
    this.#head = drawn("g", {}, ...ears2, skull, this.#face, this.#hair);
    const body = drawn(
      "g",
      {},
      drawn("path", { d: "M 134 244 v 50 q 26 22 52 0 v -50 Z", class: "skin shade" }),
      drawn("path", { d: "M 30 380 q 6 -76 96 -92 q 34 26 68 0 q 90 16 96 92 Z", class: "cloth" }),
      drawn("path", { d: "M 128 286 q 32 26 64 0 l 14 13 q -14 18 -46 42 q -32 -24 -46 -42 Z", class: "collar" }),
      drawn("path", { d: "M 134 290 q 26 22 52 0 q -6 16 -26 30 q -20 -14 -26 -30 Z", class: "skin shade" })
    );
    this.svg = drawn("svg", { viewBox: "0 0 320 360", preserveAspectRatio: "xMidYMax", role: "img", class: "avatar" }, this.#hairBehind, body, this.#head);
    requestAnimationFrame(this.#frame);
  }
  /** Somebody else: `color` is the character's own, and `key` decides on the hair. */
  become(key, name, color) {
    this.svg.style.setProperty("--own", color);
    this.svg.setAttribute("aria-label", name);
    const style = [...key].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % HAIR.length;
    const [before, behind] = HAIR[style];
    this.#hair.replaceChildren(...before.map((d) => drawn("path", { d, class: "hair" })));
    this.#hairBehind.replaceChildren(...behind.map((d) => drawn("path", { d, class: "hair shade" })));
    this.feel(void 0);
    this.rest();
  }
  do(doing2) {
    this.#doing = doing2;
    this.#wandersAt = 0;
    if (doing2 !== "speaking") this.#mouth.shape("sil");
  }
  feel(emotion, weight = 1) {
    this.#mood = mood(emotion, weight);
  }
  /** Nothing is said any more. */
  rest() {
    this.#mouth.shape("sil");
  }
  /** A cue's moment has come. */
  take(cue) {
    const now = performance.now() / 1e3;
    if (cue.kind === "viseme") this.#mouth.shape(cue.value, cue.weight ?? 1);
    if (cue.kind === "emotion") this.feel(cue.value, cue.weight ?? 1);
    if (cue.kind === "look") {
      this.#target = LOOKS[cue.value] ?? { x: 0.7, y: 0.1 };
      this.#looksUntil = now + (cue.duration_ms ?? LOOK * 1e3) / 1e3;
    }
    if (cue.kind === "gesture") {
      this.#nodsAt = now;
      this.#shakes = /shake|no|den/.test(cue.value);
    }
  }
  #frame = (ms) => {
    requestAnimationFrame(this.#frame);
    const now = ms / 1e3;
    const passed = Math.min(0.1, now - this.#last);
    this.#last = now;
    this.#mouth.move(passed);
    for (const part of Object.keys(this.#shown)) {
      this.#shown[part] += (this.#mood[part] - this.#shown[part]) * (1 - Math.exp(-passed / 0.25));
    }
    this.#look(now, passed);
    this.#draw(now);
  };
  #look(now, passed) {
    if (now > this.#looksUntil && now > this.#wandersAt) {
      this.#wandersAt = now + 1.2 + 2.6 * Math.random();
      this.#target = stillness.matches ? CENTRE : this.#wander();
    }
    if (this.#doing === "thinking" && now > this.#looksUntil) this.#target = { x: 0.55, y: -0.7 };
    const part = 1 - Math.exp(-passed / 0.06);
    this.#gaze.x += (this.#target.x - this.#gaze.x) * part;
    this.#gaze.y += (this.#target.y - this.#gaze.y) * part;
  }
  /** Eyes rest on the player, and now and then elsewhere; on somebody who speaks they stay. */
  #wander() {
    const far = this.#doing === "hearing" || Math.random() < 0.65 ? 0.12 : 0.5;
    return { x: far * (2 * Math.random() - 1), y: far * (1.2 * Math.random() - 0.6) };
  }
  #draw(now) {
    const { brows, tilt, eyes, smile, blush } = this.#shown;
    this.#mouth.draw(smile);
    this.#cheeks.setAttribute("opacity", (blush * 0.45).toFixed(2));
    const lid = this.#lid(now, eyes);
    for (const [side, eye] of this.#eyes.entries()) {
      eye.querySelector(".gaze").setAttribute("transform", `translate(${(this.#gaze.x * 8).toFixed(2)} ${(this.#gaze.y * 6).toFixed(2)})`);
      this.#lids[side].setAttribute("height", (lid * 36).toFixed(2));
      const outward = side ? 1 : -1;
      const x = side ? 198 : 122;
      const inner = 139 - brows * 9 - tilt * 9;
      const outer = 145 - brows * 8 + tilt * 5;
      const from = side ? inner : outer;
      const to = side ? outer : inner;
      this.#brows[side].setAttribute("d", `M ${x - 21} ${from} Q ${x + outward * 3} ${Math.min(from, to) - 8} ${x + 21} ${to}`);
    }
    const still = stillness.matches;
    const sway = still ? 0 : Math.sin(now * 0.7) * 1.2 + (this.#doing === "speaking" ? Math.sin(now * 2.3) * 1.1 : 0);
    const nod = this.#nod(now);
    const tilted = this.#doing === "hearing" || this.#doing === "listening" ? 2.5 : 0;
    const turn = sway * 0.6 + (still ? 0 : tilted);
    const sink = (this.#shakes ? 0 : nod) + (still ? 0 : Math.sin(now * 1.4) * 0.8);
    const moved = `rotate(${turn.toFixed(2)} 160 290) translate(${(this.#shakes ? nod : 0).toFixed(2)} ${sink.toFixed(2)})`;
    this.#head.setAttribute("transform", moved);
    this.#hairBehind.setAttribute("transform", moved);
    this.#face.setAttribute("transform", `translate(${(this.#gaze.x * 3).toFixed(2)} ${(this.#gaze.y * 2).toFixed(2)})`);
  }
  /** How much of the eye is covered, from 0 to 1. */
  #lid(now, eyes) {
    if (stillness.matches) return Math.max(0, 0.07 - eyes * 0.2);
    if (now > this.#blinksAt + 0.16) this.#blinksAt = now + 1.8 + 3.5 * Math.random();
    const blink = now > this.#blinksAt ? Math.sin((now - this.#blinksAt) / 0.16 * Math.PI) : 0;
    return Math.max(0.07 - eyes * 0.2, Math.min(1, blink));
  }
  #nod(now) {
    const since = now - this.#nodsAt;
    return since < 0.9 && !stillness.matches ? Math.sin(since * 14) * 6 * (1 - since / 0.9) : 0;
  }
  #drawEye(x) {
    const id = `eye${x}`;
    const shape = `M ${x - 20} 173 q 20 -23 40 0 q -20 17 -40 0 Z`;
    const gaze = drawn(
      "g",
      { class: "gaze" },
      drawn("circle", { cx: x, cy: 170, r: 10.5, class: "iris" }),
      drawn("circle", { cx: x, cy: 170, r: 5, fill: "#1c1614" }),
      drawn("circle", { cx: x + 3.5, cy: 166, r: 2.6, fill: "#fff" })
    );
    const lid = drawn("rect", { x: x - 26, y: 152, width: 52, height: 0, class: "skin shade" });
    const clip = drawn("clipPath", { id }, drawn("path", { d: shape }));
    const inside = drawn("g", { "clip-path": `url(#${id})` }, drawn("path", { d: shape, fill: "#fdfaf5" }), gaze, lid);
    this.#lids.push(lid);
    this.#eyes.push(drawn("g", {}, clip, inside, drawn("path", { d: `M ${x - 20} 173 q 20 -23 40 0`, class: "lash" })));
    this.#brows.push(drawn("path", { class: "brow" }));
  }
};
var HAIR = [
  [
    ["M 76 186 q -14 -124 84 -126 q 98 2 84 126 q -4 -44 -28 -66 q -36 22 -92 10 q -38 8 -48 56 Z"],
    ["M 78 140 q -26 92 -10 168 q 24 22 52 14 l 80 0 q 28 8 52 -14 q 16 -76 -10 -168 Z"]
  ],
  [
    ["M 80 172 q -10 -110 80 -112 q 90 2 80 112 q -4 -30 -18 -48 q -46 12 -86 -14 q -42 14 -56 62 Z"],
    ["M 160 24 q 36 0 36 30 q 0 24 -36 24 q -36 0 -36 -24 q 0 -30 36 -30 Z"]
  ],
  [
    ["M 76 180 q -12 -120 84 -122 q 96 2 84 122 q -8 -58 -50 -80 q -14 34 -118 80 Z"],
    ["M 74 150 q -18 66 -4 112 q 18 16 40 2 l 100 0 q 22 14 40 -2 q 14 -46 -4 -112 Z"]
  ]
];

// page/words.ts
var ENGLISH = {
  title: "Talk to a character",
  character: "Character",
  interface: "Language",
  appearance: "Appearance",
  auto: "As the system",
  light: "Light",
  dark: "Dark",
  connecting: "Connecting …",
  open: "Connected",
  waiting: "Connection lost, coming back …",
  closed: "Not connected",
  reconnect: "Connect again",
  token_title: "This server asks for a token",
  token_hint: "It is the `token` in the server's configuration file.",
  token: "Token",
  enter: "Enter",
  say: "Say something",
  send: "Send",
  stop: "Stop",
  microphone: "Talk",
  microphone_off: "Stop listening",
  hold: "Hold to talk",
  mode: "Microphone",
  hands_free: "Hands-free",
  push_to_talk: "Hold to talk",
  mode_hint: "Hands-free hears when you are done. Hold to talk: the button, or the space bar.",
  volume: "Volume",
  microphone_denied: "The browser gives no microphone to this page. Allow it beside the address, and try again.",
  microphone_missing: "No microphone was found.",
  microphone_insecure: "Browsers give the microphone only to pages of this machine or over https. You can type.",
  idle: "Here for you",
  listening: "Listening",
  hearing: "You speak",
  thinking: "Thinking",
  speaking: "Speaking",
  suggestions: "Things to say",
  suggestion_1: "Hello!",
  suggestion_2: "Who are you?",
  suggestion_3: "Where am I?",
  you: "You",
  conversation: "Conversation",
  conversation_empty: "What is said appears here.",
  interrupted: "interrupted",
  panels: "The game's part",
  turn: "Turn",
  world: "World",
  quests: "Quests",
  turn_empty: "Say something: here you see where its time goes.",
  turn_number: "Turn {turn}",
  earlier_turns: "Earlier turns",
  voice_to_voice: "last word → first sound",
  first_sound: "line → first sound",
  ms: "{ms} ms",
  speech: "You speak",
  endpointing: "Was that all?",
  recognition: "Understanding",
  first_token: "First thought",
  first_clause: "First words",
  synthesis: "Finding the voice",
  held: "Held back",
  world_hint: "What is so, the game says. Play its part: set a value, and the character knows.",
  path: "Path",
  value: "Value",
  value_hint: "true, 3, null to remove, or text",
  set: "Set",
  world_empty: "Nothing is set yet.",
  event_title: "Something happens",
  event_name: "Name",
  event_text: "In a sentence",
  respond: "The character",
  silent: "takes note",
  respond_auto: "may speak of it",
  must: "speaks of it",
  send_event: "Let it happen",
  event_sent: "It happened: {name}",
  quests_empty: "This character has no quests.",
  quest_done: "Done",
  step_done: "This step is done",
  start_over: "Start over",
  action_title: "{name} would like to",
  action_detail: "What the character is told (optional)",
  done: "Done",
  refuse: "Refuse",
  seconds_left: "{seconds} s left",
  action_late: "Too late: it counts as failed.",
  problem: "The server says: {message}",
  replaced: "The server began a new session.",
  mood: "Mood: {mood}",
  models: "{recognition} · {language_model} · {synthesis}",
  skip: "To the text field",
  portrait: "Portrait of {name}"
};
var CHINESE = {
  title: "和角色聊聊",
  character: "角色",
  interface: "语言",
  appearance: "外观",
  auto: "跟随系统",
  light: "浅色",
  dark: "深色",
  connecting: "正在连接……",
  open: "已连接",
  waiting: "连接中断，正在恢复……",
  closed: "未连接",
  reconnect: "重新连接",
  token_title: "这台服务器需要令牌",
  token_hint: "就是服务器配置文件里的 `token`。",
  token: "令牌",
  enter: "进入",
  say: "说点什么",
  send: "发送",
  stop: "停",
  microphone: "说话",
  microphone_off: "停止聆听",
  hold: "按住说话",
  mode: "麦克风",
  hands_free: "自动聆听",
  push_to_talk: "按住说话",
  mode_hint: "自动聆听会听出你何时说完；按住说话请用按钮或空格键。",
  volume: "音量",
  microphone_denied: "浏览器没有允许本页使用麦克风。请在地址栏旁允许后再试。",
  microphone_missing: "没有找到麦克风。",
  microphone_insecure: "浏览器只允许本机或 https 页面使用麦克风。你可以打字。",
  idle: "在这里等你",
  listening: "正在听",
  hearing: "你在说话",
  thinking: "正在想",
  speaking: "正在说",
  suggestions: "可以这样说",
  suggestion_1: "你好！",
  suggestion_2: "你是谁？",
  suggestion_3: "我在哪儿？",
  you: "你",
  conversation: "对话",
  conversation_empty: "说过的话会出现在这里。",
  interrupted: "被打断",
  panels: "扮演游戏",
  turn: "回合",
  world: "世界",
  quests: "任务",
  turn_empty: "说点什么，这里会显示时间都花在了哪里。",
  turn_number: "第 {turn} 回合",
  earlier_turns: "之前的回合",
  voice_to_voice: "话音落下 → 开口",
  first_sound: "发出文字 → 开口",
  ms: "{ms} 毫秒",
  speech: "你在说话",
  endpointing: "说完了吗",
  recognition: "听懂",
  first_token: "第一个念头",
  first_clause: "第一句话",
  synthesis: "配上声音",
  held: "先等等",
  world_hint: "世界是什么样，由游戏说了算。你来扮演游戏：设一个值，角色就知道了。",
  path: "路径",
  value: "值",
  value_hint: "true、3、文字；null 表示删除",
  set: "设置",
  world_empty: "还没有设置任何值。",
  event_title: "发生一件事",
  event_name: "名称",
  event_text: "用一句话说",
  respond: "角色",
  silent: "只是记住",
  respond_auto: "可以谈起它",
  must: "一定谈起它",
  send_event: "让它发生",
  event_sent: "已发生：{name}",
  quests_empty: "这个角色没有任务。",
  quest_done: "完成",
  step_done: "这一步完成了",
  start_over: "从头开始",
  action_title: "{name}想要",
  action_detail: "告诉角色的话（可不填）",
  done: "做到了",
  refuse: "拒绝",
  seconds_left: "还剩 {seconds} 秒",
  action_late: "太晚了，算作失败。",
  problem: "服务器说：{message}",
  replaced: "服务器开始了新的会话。",
  mood: "心情：{mood}",
  models: "{recognition} · {language_model} · {synthesis}",
  skip: "跳到输入框",
  portrait: "{name}的画像"
};
var current = "en";
function speak(language2) {
  current = language2;
  document.documentElement.lang = language2 === "zh" ? "zh-CN" : "en";
  document.title = `${word("title")} · npc-engine`;
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", word(each.dataset.label));
  }
  for (const each of document.querySelectorAll("[data-hint]")) {
    each.placeholder = word(each.dataset.hint);
  }
}
function language() {
  return current;
}
function word(key, values = {}) {
  const text = (current === "zh" ? CHINESE : ENGLISH)[key];
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
function localised(texts) {
  return texts[current] ?? texts[""] ?? Object.values(texts)[0] ?? "";
}

// page/conversation.ts
var Conversation = class {
  constructor(list) {
    this.list = list;
    this.clear();
  }
  list;
  #lines = /* @__PURE__ */ new Map();
  clear() {
    this.#lines.clear();
    this.list.replaceChildren(element("li", { className: "empty" }, word("conversation_empty")));
  }
  /** The player's line; one with the same key replaces it. */
  player(key, text, isFinal = true) {
    this.#put(`player ${key}`, word("you"), text, isFinal ? "player" : "player partial");
  }
  character(utterance, name, text, isCut = false) {
    this.#put(`character ${utterance}`, name, isCut ? `${text} …` : text, "character", isCut ? word("interrupted") : "");
  }
  note(text) {
    this.#put(`note ${this.#lines.size}`, "", text, "note");
  }
  #put(key, who, text, className, remark = "") {
    const line2 = this.#lines.get(key) ?? element("li");
    line2.className = className;
    line2.replaceChildren(
      ...who ? [element("span", { className: "speaker" }, who)] : [],
      element("span", { className: "text" }, text),
      ...remark ? [element("span", { className: "remark" }, remark)] : []
    );
    if (this.#lines.size === 0) this.list.replaceChildren();
    if (!line2.isConnected) this.list.append(line2);
    this.#lines.set(key, line2);
    const log = this.list.parentElement;
    log.scrollTop = log.scrollHeight;
  }
};

// page/ears.ts
var Ears = class {
  constructor(npc2, tell) {
    this.npc = npc2;
    this.tell = tell;
    const button = this.#button;
    button.onclick = () => void (this.mode === "hands_free" && this.#toggle());
    button.onpointerdown = (event) => {
      if (this.mode !== "push_to_talk") return;
      button.setPointerCapture(event.pointerId);
      void this.#hold();
    };
    button.onpointerup = button.onpointercancel = () => this.#letGo();
    addEventListener("keydown", (event) => {
      const holds = event.code === "Space" && this.mode === "push_to_talk" && !types(event.target);
      if (!holds || event.target instanceof HTMLButtonElement && event.target !== button) return;
      event.preventDefault();
      if (!event.repeat) void this.#hold();
    });
    addEventListener("keyup", (event) => event.code === "Space" && this.#letGo());
    addEventListener("blur", () => this.#letGo());
  }
  npc;
  tell;
  #button = byId("microphone");
  #text = byId("microphone-text");
  #isHeld = false;
  mode = "hands_free";
  show() {
    const isOn = this.mode === "hands_free" ? this.npc()?.microphone.isOn ?? false : this.#isHeld;
    this.#button.setAttribute("aria-pressed", String(isOn));
    this.#text.textContent = word(this.mode === "push_to_talk" ? "hold" : isOn ? "microphone_off" : "microphone");
  }
  async #toggle() {
    const microphone = this.npc()?.microphone;
    if (microphone?.isOn) microphone.stop();
    else await this.#start();
    this.show();
  }
  async #hold() {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.show();
    this.npc()?.send({ type: "input.audio.clear" });
    await this.#start();
    if (!this.#isHeld) this.npc()?.microphone.stop();
  }
  #letGo() {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    if (this.npc()?.microphone.isOn) {
      this.npc()?.microphone.stop();
      this.npc()?.send({ type: "input.audio.commit" });
    }
    this.show();
  }
  async #start() {
    const npc2 = this.npc();
    if (!npc2) return;
    void npc2.speaker.unlock();
    try {
      await npc2.microphone.start();
      this.tell("");
    } catch (problem) {
      this.#isHeld = false;
      this.show();
      this.tell(word(reason(problem)));
    }
  }
};
function reason(problem) {
  if (!isSecureContext) return "microphone_insecure";
  return problem instanceof DOMException && problem.name === "NotFoundError" ? "microphone_missing" : "microphone_denied";
}
function types(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

// page/game.ts
function parsed(text) {
  const trimmed = text.trim();
  if (/^\[.*\]$/.test(trimmed)) return trimmed.slice(1, -1).split(/[,，]/).map((each) => each.trim()).filter(Boolean);
  if (/^(true|false|null)$/.test(trimmed)) return JSON.parse(trimmed);
  return trimmed !== "" && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}
var WorldPanel = class {
  constructor(place2, npc2, persona2, note) {
    this.place = place2;
    this.npc = npc2;
    this.persona = persona2;
    this.note = note;
  }
  place;
  npc;
  persona;
  note;
  #list = element("ul", { className: "values" });
  #paths = element("datalist", { id: "paths" });
  /** All of it anew, for another character or language. */
  build() {
    this.place.replaceChildren(
      element("p", { className: "hint" }, word("world_hint")),
      this.#list,
      this.#valueForm(),
      element("h3", {}, word("event_title")),
      this.#eventForm()
    );
    this.show();
  }
  /** What holds: the world's beginning, and over it what the game has set. */
  show() {
    const values = { place: "", ...this.persona()?.state, ...this.npc()?.world.values };
    this.#paths.replaceChildren(...Object.keys(values).map((value) => element("option", { value })));
    const known = Object.entries(values).filter(([, value]) => value !== "");
    const set = this.npc()?.world.values ?? {};
    this.#list.replaceChildren(
      ...known.map(
        ([path, value]) => element(
          "li",
          { className: path in set ? "set" : "" },
          element("span", { className: "path" }, path),
          typeof value === "boolean" ? this.#switch(path, value) : element("span", { className: "value" }, String(value))
        )
      )
    );
    if (!known.length) this.#list.replaceChildren(element("li", { className: "empty" }, word("world_empty")));
  }
  #switch(path, value) {
    return element("button", {
      type: "button",
      className: "value switch",
      textContent: String(value),
      set: { "aria-label": `${path}: ${value}`, "aria-pressed": String(value) },
      onclick: () => {
        this.npc()?.set({ [path]: !value });
        this.show();
      }
    });
  }
  #valueForm() {
    const path = element("input", { required: true, autocomplete: "off", set: { list: "paths", "aria-label": word("path"), placeholder: word("path") } });
    const value = element("input", { autocomplete: "off", set: { "aria-label": word("value"), placeholder: word("value_hint") } });
    const form = element("form", { className: "row" }, path, value, element("button", { type: "submit" }, word("set")), this.#paths);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.npc()?.set({ [path.value.trim()]: parsed(value.value) });
      form.reset();
      this.show();
    };
    return form;
  }
  #eventForm() {
    const name = element("input", { required: true, autocomplete: "off", pattern: "[A-Za-z0-9_.:\\-]{1,64}", set: { "aria-label": word("event_name"), placeholder: word("event_name") } });
    const text = element("input", { autocomplete: "off", set: { "aria-label": word("event_text"), placeholder: word("event_text") } });
    const responds = [["silent", word("silent")], ["auto", word("respond_auto")], ["must", word("must")]];
    const respond = element("select", { set: { "aria-label": word("respond") } }, ...responds.map(([value, label]) => element("option", { value }, label)));
    const form = element("form", { className: "column" }, name, text, element("div", { className: "row" }, respond, element("button", { type: "submit" }, word("send_event"))));
    form.onsubmit = (event) => {
      event.preventDefault();
      const more = text.value ? { text: text.value } : {};
      this.npc()?.event(name.value, { ...more, respond: respond.value });
      this.note(word("event_sent", { name: text.value || name.value }));
      form.reset();
    };
    return form;
  }
};
var QuestPanel = class {
  constructor(place2, npc2, persona2) {
    this.place = place2;
    this.npc = npc2;
    this.persona = persona2;
  }
  place;
  npc;
  persona;
  show() {
    const quests = this.persona()?.quests ?? [];
    this.place.replaceChildren(...quests.map((quest) => this.#quest(quest)));
    if (!quests.length) this.place.replaceChildren(element("p", { className: "empty" }, word("quests_empty")));
  }
  #quest({ quest, name, beats }) {
    const set = this.npc()?.world.get(`quest.${quest}`);
    const stage = this.npc()?.world.quests.get(quest)?.stage ?? (typeof set === "string" ? set : beats[0]?.beat);
    const current2 = stage === "done" ? beats.length : beats.findIndex(({ beat }) => beat === stage);
    const move = (to) => {
      this.npc()?.set({ [`quest.${quest}`]: to });
      this.show();
    };
    const steps = beats.map(({ objective }, index) => {
      const state = index < current2 ? "over" : index === current2 ? "now" : "later";
      return element(
        "li",
        { className: state, set: index === current2 ? { "aria-current": "step" } : {} },
        element("span", {}, localised(objective)),
        ...index === current2 ? [element("button", { type: "button", onclick: () => move(beats[index + 1]?.beat ?? "done") }, word("step_done"))] : []
      );
    });
    const over = current2 >= beats.length ? [element("p", { className: "finished" }, word("quest_done"))] : [];
    const first = beats[0]?.beat;
    const again = current2 > 0 && first ? [element("button", { type: "button", className: "quiet", onclick: () => move(first) }, word("start_over"))] : [];
    return element("article", {}, element("h3", {}, localised(name)), element("ol", { className: "steps" }, ...steps), ...over, ...again);
  }
};
var ActionCards = class {
  constructor(place2, npc2) {
    this.place = place2;
    this.npc = npc2;
  }
  place;
  npc;
  clear() {
    this.place.replaceChildren();
  }
  ask(request, name) {
    const until = performance.now() + request.deadline_ms;
    const left = element("span", { className: "left", set: { "aria-hidden": "true" } });
    const detail = element("input", { autocomplete: "off", set: { "aria-label": word("action_detail"), placeholder: word("action_detail") } });
    const args = Object.entries(request.args).map(([key, value]) => `${key}: ${String(value)}`).join(", ");
    const answer = (status) => () => {
      this.npc()?.answer(request.action_id, status, detail.value || void 0);
      card.remove();
      clearInterval(timer);
    };
    const card = element(
      "article",
      { className: "action" },
      element("h3", {}, word("action_title", { name }), " ", element("code", {}, `${request.name}(${args})`)),
      detail,
      element(
        "div",
        { className: "row" },
        element("button", { type: "button", className: "primary", onclick: answer("done") }, word("done")),
        element("button", { type: "button", onclick: answer("refused") }, word("refuse")),
        left
      )
    );
    const tick = () => {
      const seconds = Math.ceil((until - performance.now()) / 1e3);
      left.textContent = word("seconds_left", { seconds: Math.max(0, seconds) });
      if (seconds > 0) return;
      clearInterval(timer);
      card.replaceChildren(element("p", {}, `${request.name}: ${word("action_late")}`));
      setTimeout(() => card.remove(), 4e3);
    };
    const timer = setInterval(tick, 250);
    this.place.append(card);
    tick();
  }
};

// page/kept.ts
function kept(name) {
  return localStorage.getItem(`npc.${name}`);
}
function keep(name, value) {
  localStorage.setItem(`npc.${name}`, value);
}
function playerId() {
  const known = kept("player") ?? `page-${Math.random().toString(36).slice(2, 10)}`;
  keep("player", known);
  return known;
}

// page/subtitles.ts
var Subtitles = class {
  constructor(place2, heardMs) {
    this.place = place2;
    this.heardMs = heardMs;
  }
  place;
  heardMs;
  #utterance = 0;
  #clauses = [];
  #frame = 0;
  begin(utterance) {
    this.#utterance = utterance;
    this.#clauses = [];
    this.#show();
    cancelAnimationFrame(this.#frame);
    this.#follow();
  }
  add(utterance, text, t_ms) {
    if (utterance === this.#utterance) this.#clauses.push({ text, t_ms, heard: 0 });
  }
  /** A word begins to be heard: it is shown, with what stands around it. */
  hear({ utterance, cue }) {
    if (utterance !== this.#utterance || cue.kind !== "word") return;
    const clause = this.#clauses.findLast((each) => each.t_ms <= cue.t_ms);
    const at = clause?.text.indexOf(cue.value, clause.heard) ?? -1;
    if (!clause || at < 0) return;
    const rest = clause.text.slice(at + cue.value.length);
    clause.heard = at + cue.value.length + (/^[\p{P}\p{S}]*/u.exec(rest)?.[0].length ?? 0);
    this.#show(cue.value);
  }
  /** It is over: what was heard of it stays. */
  end(utterance, heard) {
    if (utterance !== this.#utterance) return;
    cancelAnimationFrame(this.#frame);
    this.#utterance = 0;
    this.place.replaceChildren(heard);
  }
  clear(text = "") {
    cancelAnimationFrame(this.#frame);
    this.#utterance = 0;
    this.place.replaceChildren(text);
  }
  /** Clauses that are over were heard to their ends, also where a voice knows nothing of its words. */
  #follow = () => {
    const at = this.heardMs(this.#utterance);
    let changed = false;
    for (const [index, clause] of this.#clauses.entries()) {
      const next = this.#clauses[index + 1];
      if (next && at >= next.t_ms && clause.heard < clause.text.length) {
        clause.heard = clause.text.length;
        changed = true;
      }
    }
    if (changed) this.#show();
    this.#frame = requestAnimationFrame(this.#follow);
  };
  #show(word2 = "") {
    const heard = this.#clauses.map(({ text: text2, heard: heard2 }) => text2.slice(0, heard2));
    const text = heard.filter(Boolean).reduce((all, each) => all + (needsSpace(all, each) ? " " : "") + each, "");
    const at = text.lastIndexOf(word2);
    this.place.replaceChildren(
      ...word2 ? [text.slice(0, at), element("strong", {}, word2), text.slice(at + word2.length)] : [text]
    );
  }
};
function needsSpace(before, after) {
  return before !== "" && !/[\u3000-\u9fff\uff00-\uffef]$/u.test(before) && !/^[\u3000-\u9fff\uff00-\uffef]/u.test(after);
}

// page/tabs.ts
function tabs(list) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const choose = (chosen2) => {
    for (const tab of all) {
      const isChosen = tab === chosen2;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
    }
  };
  for (const [index, tab] of all.entries()) {
    tab.onclick = () => choose(tab);
    tab.onkeydown = ({ key }) => {
      const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
      const next = all[(index + step + all.length) % all.length];
      if (step) choose(next);
      if (step) next.focus();
    };
  }
}

// page/turns.ts
var STAGES = [
  "speech",
  "endpointing",
  "recognition",
  "first_token",
  "first_clause",
  "synthesis",
  "held",
  "speaking"
];
var KEPT = 6;
var Turns = class {
  constructor(place2) {
    this.place = place2;
    this.clear();
  }
  place;
  #live = {};
  #zero = 0;
  #number = 0;
  #frame = 0;
  #done = [];
  #title = element("h3");
  #rows = element("ol", { className: "stages" });
  #earlierTitle = element("h3");
  #earlier = element("ol", { className: "earlier" });
  clear() {
    this.#done = [];
    this.#live = {};
    cancelAnimationFrame(this.#frame);
    this.place.replaceChildren(element("p", { className: "empty" }, word("turn_empty")));
  }
  /** The page speaks another language. */
  renamed() {
    const last = this.#done[0];
    if (last) this.#complete(last);
    else this.clear();
  }
  /** The player sent a typed line. */
  typed() {
    this.#begin(performance.now());
  }
  take(message) {
    const now = performance.now();
    switch (message.type) {
      case "input.speech_started":
        this.#live = { speech: { start: now } };
        return this.#run();
      case "input.speech_stopped":
        if (this.#live.speech) this.#live.speech.end = now;
        this.#zero = now;
        this.#live.endpointing = { start: now };
        return;
      case "turn.started":
        this.#number = message.turn;
        if (!this.#zero) this.#begin(now);
        if (this.#live.endpointing) this.#live.endpointing.end = now;
        this.#live.first_token = { start: now };
        return this.#run();
      case "utterance.started":
        if (this.#live.first_token) this.#live.first_token.end ??= now;
        this.#live.speaking ??= { start: now };
        return;
      case "turn.completed":
        this.#done = [message, ...this.#done].slice(0, KEPT);
        this.#live = {};
        this.#zero = 0;
        return this.#complete(message);
    }
  }
  #begin(at) {
    this.#live = {};
    this.#zero = at;
    this.#run();
  }
  #run() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const now = performance.now();
      const zero = this.#zero || now;
      const spans = STAGES.flatMap((stage) => {
        const span = this.#live[stage];
        return span ? [{ stage, start_ms: span.start - zero, end_ms: (span.end ?? now) - zero }] : [];
      });
      this.#draw(this.#number ? word("turn_number", { turn: this.#number }) : "…", spans, true);
      if (spans.length || this.#zero) this.#run();
    });
  }
  #complete(turn) {
    cancelAnimationFrame(this.#frame);
    this.#draw(headline(turn), turn.timeline, false);
  }
  #draw(title, spans, isLive) {
    if (!this.#title.isConnected) {
      this.place.replaceChildren(this.#title, this.#rows, this.#earlierTitle, this.#earlier);
    }
    this.#title.textContent = title;
    const from = Math.min(0, ...spans.map((span) => span.start_ms));
    const until = Math.max(600, ...spans.map((span) => span.end_ms));
    const percent = (ms) => `${(ms - from) / (until - from) * 100}%`;
    this.#rows.classList.toggle("live", isLive);
    this.#rows.replaceChildren(
      ...spans.map(({ stage, start_ms, end_ms }) => {
        const bar = element("span", { className: `bar ${stage}` });
        bar.style.left = percent(start_ms);
        bar.style.width = `max(3px, calc(${percent(end_ms)} - ${percent(start_ms)}))`;
        const zero = element("span", { className: "zero" });
        zero.style.left = percent(0);
        return element(
          "li",
          {},
          element("span", { className: "stage-name" }, word(stage)),
          element("span", { className: "track", set: { "aria-hidden": "true" } }, zero, bar),
          element("span", { className: "time" }, word("ms", { ms: Math.round(end_ms - start_ms) }))
        );
      })
    );
    const before = this.#done.slice(isLive ? 0 : 1);
    this.#earlierTitle.textContent = word("earlier_turns");
    this.#earlierTitle.hidden = !before.length;
    this.#earlier.replaceChildren(...before.map((each) => element("li", {}, headline(each))));
  }
};
function headline({ turn, metrics, timeline }) {
  const spoken = metrics.voice_to_voice_ms;
  const sound = timeline.find(({ stage }) => stage === "speaking")?.start_ms;
  const wait = spoken !== void 0 ? word("voice_to_voice") : word("first_sound");
  const ms = spoken ?? sound;
  return [word("turn_number", { turn }), ...ms === void 0 ? [] : [`${wait} ${word("ms", { ms })}`]].join(" · ");
}

// page/page.ts
var ACTOR = "npc";
var context = new AudioContext({ latencyHint: "interactive" });
var npc;
var personas = [];
var persona;
var token = new URLSearchParams(location.hash.slice(1)).get("token") ?? sessionStorage.getItem("npc.token") ?? "";
var doing = "idle";
var playerSpeaks = false;
var line = byId("line");
var avatar = new Avatar();
var conversation = new Conversation(byId("conversation"));
var subtitles = new Subtitles(byId("subtitles"), (utterance) => npc?.heardMs(utterance) ?? Infinity);
var turns = new Turns(byId("turn"));
var client = () => npc;
var chosen = () => persona;
var worldPanel = new WorldPanel(byId("world"), client, chosen, (text) => conversation.note(text));
var questPanel = new QuestPanel(byId("quests"), client, chosen);
var actions = new ActionCards(byId("actions"), client);
var ears = new Ears(client, notice);
function notice(text) {
  byId("notice").textContent = text;
}
async function load() {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch("/personas.json", { headers });
  if (answer.status === 401) return byId("door").showModal();
  byId("door").close();
  sessionStorage.setItem("npc.token", token);
  personas = (await answer.json()).personas;
  const wanted = new URLSearchParams(location.search).get("persona") ?? kept("persona");
  persona = personas.find((each) => each.persona === wanted) ?? personas[0];
  translate();
  meet();
}
function meet() {
  npc?.close();
  if (!persona) return;
  clear();
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1`;
  const speaks = persona.languages.includes(language());
  const opening = {
    ...token ? { token } : {},
    player: { id: playerId(), ...speaks ? { language: language() } : {} },
    scene: { characters: [{ actor_id: ACTOR, persona: persona.persona }] },
    mode: ears.mode
  };
  const session = new NpcClient(url, opening, { context });
  npc = session;
  session.on("connection", (state) => session === npc && connectionChanged(state.state));
  session.on("message", (message) => session === npc && take(message));
  session.on("cue", (due) => {
    avatar.take(due.cue);
    subtitles.hear(due);
    if (due.cue.kind === "emotion") showMood(due.cue.value);
  });
  session.on("session.replaced", () => conversation.note(word("replaced")));
  session.speaker.output.gain.value = byId("volume").valueAsNumber;
  session.open().then(
    () => ears.show(),
    (problem) => session === npc && notice(word("problem", { message: problem.message }))
  );
  worldPanel.build();
  questPanel.show();
}
function clear() {
  conversation.clear();
  turns.clear();
  actions.clear();
  subtitles.clear();
  notice("");
  showMood("");
  playerSpeaks = false;
  avatar.become(persona.persona, word("portrait", { name: localised(persona.name) }), persona.color);
  byId("name").textContent = localised(persona.name);
  byId("label").textContent = "";
  document.body.style.setProperty("--own", persona.color);
  show("idle");
}
function take(message) {
  turns.take(message);
  switch (message.type) {
    case "session.opened":
      byId("label").textContent = message.label;
      byId("name").textContent = message.characters[0]?.name ?? "";
      byId("name").title = word("models", { ...message.models });
      return;
    case "error":
      return notice(message.code === "resume_failed" ? "" : word("problem", { message: message.message }));
    case "input.speech_started":
      playerSpeaks = true;
      return show("hearing");
    case "input.speech_stopped":
      playerSpeaks = false;
      return show("listening");
    case "transcript.partial":
    case "transcript.final":
      return conversation.player(`turn ${message.turn}`, message.text, message.type === "transcript.final");
    case "turn.started":
      return show("thinking");
    case "utterance.started":
      subtitles.begin(message.utterance);
      return show("speaking");
    case "utterance.text":
      return subtitles.add(message.utterance, message.text, message.t_ms);
    case "utterance.completed": {
      const isCut = message.reason === "interrupted" || message.reason === "cancelled";
      conversation.character(message.utterance, byId("name").textContent ?? "", isCut ? message.heard_text : message.text, isCut);
      subtitles.end(message.utterance, message.heard_text);
      return show(playerSpeaks ? "hearing" : "idle");
    }
    case "turn.completed":
      return show(playerSpeaks ? "hearing" : "idle");
    case "quest.changed":
      questPanel.show();
      return worldPanel.show();
    case "action.requested":
      return actions.ask(message, byId("name").textContent ?? "");
  }
}
function show(now) {
  doing = now === "idle" && npc?.microphone.isOn ? "listening" : now;
  byId("doing").textContent = word(doing);
  byId("doing").dataset.doing = doing;
  byId("stop").disabled = doing !== "speaking" && doing !== "thinking";
  avatar.do(doing);
}
function showMood(emotion) {
  byId("mood").hidden = !emotion;
  byId("mood").textContent = word("mood", { mood: emotion });
}
function connectionChanged(state) {
  byId("connection").dataset.state = state;
  byId("connection-text").textContent = word(state);
  byId("reconnect").hidden = state !== "closed";
  if (state !== "open") show("idle");
}
function translate() {
  speak(byId("language").value);
  const list = byId("persona");
  list.replaceChildren(...personas.map((each) => new Option(localised(each.name), each.persona)));
  if (persona) list.value = persona.persona;
  const said = [1, 2, 3].map((number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word(`suggestion_${number}`);
    button.onclick = () => say(button.textContent);
    return button;
  });
  byId("suggestions").replaceChildren(...said);
  ears.show();
  turns.renamed();
}
function say(text) {
  const id = npc?.text(text);
  if (!id) return;
  conversation.player(id, text);
  turns.typed();
  notice("");
}
function dress(appearance) {
  document.documentElement.dataset.theme = appearance;
  keep("appearance", appearance);
}
function begin() {
  const languages = byId("language");
  const mode = byId("mode");
  const appearance = byId("appearance");
  const asked = new URLSearchParams(location.search).get("lang");
  languages.value = asked ?? kept("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
  appearance.value = kept("appearance") ?? "auto";
  dress(appearance.value);
  byId("portrait").append(avatar.svg);
  tabs(document.querySelector("[role=tablist]"));
  translate();
  worldPanel.build();
  connectionChanged("connecting");
  languages.onchange = () => {
    keep("language", languages.value);
    translate();
    meet();
  };
  appearance.onchange = () => dress(appearance.value);
  byId("persona").onchange = ({ target }) => {
    persona = personas.find((each) => each.persona === target.value);
    keep("persona", persona.persona);
    meet();
  };
  mode.onchange = () => {
    ears.mode = mode.value;
    meet();
    ears.show();
  };
  byId("reconnect").onclick = meet;
  byId("volume").oninput = ({ target }) => {
    if (npc) npc.speaker.output.gain.value = target.valueAsNumber;
  };
  byId("stop").onclick = () => npc?.cancel();
  addEventListener("keydown", ({ key }) => void (key === "Escape" && npc?.cancel()));
  byId("talk").onsubmit = (event) => {
    event.preventDefault();
    const text = line.value.trim();
    line.value = "";
    if (text) say(text);
  };
  byId("door-form").onsubmit = (event) => {
    event.preventDefault();
    token = byId("token").value;
    void load();
  };
  void load();
}
begin();
