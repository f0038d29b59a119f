// The page at `/`: a stage for one character, and the game's part to play.

import { NpcClient, NpcError, type ServerMessage } from "npc-engine";
import { Avatar, type Doing } from "./avatar.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { Ears, type Mode } from "./ears.js";
import { ActionCards, type Persona, QuestPanel, WorldPanel } from "./game.js";
import { kept, keep, playerId } from "./kept.js";
import { Subtitles } from "./subtitles.js";
import { tabs } from "./tabs.js";
import { Turns } from "./turns.js";
import { type Language, language, localised, speak, type Word, word } from "./words.js";

const ACTOR = "npc";

const context = new AudioContext({ latencyHint: "interactive" });
let npc: NpcClient | undefined;
let personas: Persona[] = [];
let persona: Persona | undefined;
let token = new URLSearchParams(location.hash.slice(1)).get("token") ?? sessionStorage.getItem("npc.token") ?? "";
let doing: Doing = "idle";
let playerSpeaks = false;

const line = byId<HTMLInputElement>("line");
const avatar = new Avatar();
const conversation = new Conversation(byId<HTMLOListElement>("conversation"));
const subtitles = new Subtitles(byId("subtitles"), (utterance) => npc?.heardMs(utterance) ?? Infinity);
const turns = new Turns(byId("turn"));
const client = () => npc;
const chosen = () => persona;
const worldPanel = new WorldPanel(byId("world"), client, chosen, (text) => conversation.note(text));
const questPanel = new QuestPanel(byId("quests"), client, chosen);
const actions = new ActionCards(byId("actions"), client);
const ears = new Ears(client, notice);

function notice(text: string): void {
  byId("notice").textContent = text;
}

/** Whom the server has; asks for its token first, if it wants one. */
async function load(): Promise<void> {
  const headers: HeadersInit = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch("/personas.json", { headers });
  if (answer.status === 401) return byId<HTMLDialogElement>("door").showModal();
  byId<HTMLDialogElement>("door").close();
  sessionStorage.setItem("npc.token", token);
  personas = ((await answer.json()) as { personas: Persona[] }).personas;
  const wanted = new URLSearchParams(location.search).get("persona") ?? kept("persona");
  persona = personas.find((each) => each.persona === wanted) ?? personas[0];
  translate();
  meet();
}

/** A new session with the chosen character. */
function meet(): void {
  npc?.close();
  if (!persona) return;
  clear();
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1`;
  const speaks = persona.languages.includes(language());
  const opening = {
    ...(token ? { token } : {}),
    player: { id: playerId(), ...(speaks ? { language: language() } : {}) },
    scene: { characters: [{ actor_id: ACTOR, persona: persona.persona }] },
    mode: ears.mode,
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
  session.speaker.output.gain.value = byId<HTMLInputElement>("volume").valueAsNumber;
  session.open().then(
    () => ears.show(),
    (problem: NpcError) => session === npc && notice(word("problem", { message: problem.message })),
  );
  worldPanel.build();
  questPanel.show();
}

function clear(): void {
  conversation.clear();
  turns.clear();
  actions.clear();
  subtitles.clear();
  notice("");
  showMood("");
  playerSpeaks = false;
  avatar.become(persona!.persona, word("portrait", { name: localised(persona!.name) }), persona!.color);
  byId("name").textContent = localised(persona!.name);
  byId("label").textContent = "";
  document.body.style.setProperty("--own", persona!.color);
  show("idle");
}

function take(message: ServerMessage): void {
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

function show(now: Doing): void {
  doing = now === "idle" && npc?.microphone.isOn ? "listening" : now;
  byId("doing").textContent = word(doing);
  byId("doing").dataset.doing = doing;
  byId<HTMLButtonElement>("stop").disabled = doing !== "speaking" && doing !== "thinking";
  avatar.do(doing);
}

function showMood(emotion: string): void {
  byId("mood").hidden = !emotion;
  byId("mood").textContent = word("mood", { mood: emotion });
}

function connectionChanged(state: "connecting" | "open" | "waiting" | "closed"): void {
  byId("connection").dataset.state = state;
  byId("connection-text").textContent = word(state);
  byId("reconnect").hidden = state !== "closed";
  if (state !== "open") show("idle");
}

/** The page's own words, in its language. */
function translate(): void {
  speak(byId<HTMLSelectElement>("language").value as Language);
  const list = byId<HTMLSelectElement>("persona");
  list.replaceChildren(...personas.map((each) => new Option(localised(each.name), each.persona)));
  if (persona) list.value = persona.persona;
  const said = ([1, 2, 3] as const).map((number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word(`suggestion_${number}` as Word);
    button.onclick = () => say(button.textContent!);
    return button;
  });
  byId("suggestions").replaceChildren(...said);
  ears.show();
  turns.renamed();
}

function say(text: string): void {
  const id = npc?.text(text);
  if (!id) return;
  conversation.player(id, text);
  turns.typed();
  notice("");
}

function dress(appearance: string): void {
  document.documentElement.dataset.theme = appearance;
  keep("appearance", appearance);
}

function begin(): void {
  const languages = byId<HTMLSelectElement>("language");
  const mode = byId<HTMLSelectElement>("mode");
  const appearance = byId<HTMLSelectElement>("appearance");
  const asked = new URLSearchParams(location.search).get("lang");
  languages.value = asked ?? kept("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
  appearance.value = kept("appearance") ?? "auto";
  dress(appearance.value);
  byId("portrait").append(avatar.svg);
  tabs(document.querySelector<HTMLElement>("[role=tablist]")!);
  translate();
  worldPanel.build();
  connectionChanged("connecting");

  languages.onchange = () => {
    keep("language", languages.value);
    translate();
    meet();
  };
  appearance.onchange = () => dress(appearance.value);
  byId<HTMLSelectElement>("persona").onchange = ({ target }) => {
    persona = personas.find((each) => each.persona === (target as HTMLSelectElement).value);
    keep("persona", persona!.persona);
    meet();
  };
  mode.onchange = () => {
    ears.mode = mode.value as Mode;
    meet();
    ears.show();
  };
  byId("reconnect").onclick = meet;
  byId("volume").oninput = ({ target }) => {
    if (npc) npc.speaker.output.gain.value = (target as HTMLInputElement).valueAsNumber;
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
    token = byId<HTMLInputElement>("token").value;
    void load();
  };
  void load();
}

begin();
