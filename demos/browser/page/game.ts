import type { ActionRequested, NpcClient, WorldValue } from "npc-engine";
import { element } from "./dom.js";
import { localised, word } from "./words.js";

/** A character as `/personas.json` describes it. */
export interface Persona {
  persona: string;
  name: Record<string, string>;
  color: string;
  languages: string[];
  greeting: Record<string, string>;
  state: Record<string, string | number | boolean>;
  quests: { quest: string; name: Record<string, string>; beats: { beat: string; objective: Record<string, string> }[] }[];
}

/** What somebody typed, as a value of the world: `true`, `3`, `null`, `[a, b]`, else text. */
export function parsed(text: string): WorldValue {
  const trimmed = text.trim();
  if (/^\[.*\]$/.test(trimmed)) return trimmed.slice(1, -1).split(/[,，]/).map((each) => each.trim()).filter(Boolean);
  if (/^(true|false|null)$/.test(trimmed)) return JSON.parse(trimmed) as boolean | null;
  return trimmed !== "" && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

/** The panel in which the game's state is set and events happen. */
export class WorldPanel {
  readonly #list = element("ul", { className: "values" });
  readonly #paths = element("datalist", { id: "paths" });

  constructor(
    private readonly place: HTMLElement,
    private readonly npc: () => NpcClient | undefined,
    private readonly persona: () => Persona | undefined,
    private readonly note: (text: string) => void,
  ) {}

  /** All of it anew, for another character or language. */
  build(): void {
    this.place.replaceChildren(
      element("p", { className: "hint" }, word("world_hint")),
      this.#list,
      this.#valueForm(),
      element("h3", {}, word("event_title")),
      this.#eventForm(),
    );
    this.show();
  }

  /** What holds: the world's beginning, and over it what the game has set. */
  show(): void {
    const values = { place: "", ...this.persona()?.state, ...this.npc()?.world.values };
    this.#paths.replaceChildren(...Object.keys(values).map((value) => element("option", { value })));
    const known = Object.entries(values).filter(([, value]) => value !== "");
    const set = this.npc()?.world.values ?? {};
    this.#list.replaceChildren(
      ...known.map(([path, value]) =>
        element(
          "li",
          { className: path in set ? "set" : "" },
          element("span", { className: "path" }, path),
          typeof value === "boolean" ? this.#switch(path, value) : element("span", { className: "value" }, String(value)),
        ),
      ),
    );
    if (!known.length) this.#list.replaceChildren(element("li", { className: "empty" }, word("world_empty")));
  }

  #switch(path: string, value: boolean): HTMLElement {
    return element("button", {
      type: "button",
      className: "value switch",
      textContent: String(value),
      set: { "aria-label": `${path}: ${value}`, "aria-pressed": String(value) },
      onclick: () => {
        this.npc()?.set({ [path]: !value });
        this.show();
      },
    });
  }

  #valueForm(): HTMLFormElement {
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

  #eventForm(): HTMLFormElement {
    const name = element("input", { required: true, autocomplete: "off", pattern: "[A-Za-z0-9_.:\\-]{1,64}", set: { "aria-label": word("event_name"), placeholder: word("event_name") } });
    const text = element("input", { autocomplete: "off", set: { "aria-label": word("event_text"), placeholder: word("event_text") } });
    const responds = [["silent", word("silent")], ["auto", word("respond_auto")], ["must", word("must")]] as const;
    const respond = element("select", { set: { "aria-label": word("respond") } }, ...responds.map(([value, label]) => element("option", { value }, label)));
    const form = element("form", { className: "column" }, name, text, element("div", { className: "row" }, respond, element("button", { type: "submit" }, word("send_event"))));
    form.onsubmit = (event) => {
      event.preventDefault();
      const more = text.value ? { text: text.value } : {};
      this.npc()?.event(name.value, { ...more, respond: respond.value as "silent" | "auto" | "must" });
      this.note(word("event_sent", { name: text.value || name.value }));
      form.reset();
    };
    return form;
  }
}

/** The panel of quests, whose steps the game moves. */
export class QuestPanel {
  constructor(
    private readonly place: HTMLElement,
    private readonly npc: () => NpcClient | undefined,
    private readonly persona: () => Persona | undefined,
  ) {}

  show(): void {
    const quests = this.persona()?.quests ?? [];
    this.place.replaceChildren(...quests.map((quest) => this.#quest(quest)));
    if (!quests.length) this.place.replaceChildren(element("p", { className: "empty" }, word("quests_empty")));
  }

  #quest({ quest, name, beats }: Persona["quests"][number]): HTMLElement {
    const set = this.npc()?.world.get(`quest.${quest}`);
    const stage = this.npc()?.world.quests.get(quest)?.stage ?? (typeof set === "string" ? set : beats[0]?.beat);
    const current = stage === "done" ? beats.length : beats.findIndex(({ beat }) => beat === stage);
    const move = (to: string) => {
      this.npc()?.set({ [`quest.${quest}`]: to });
      this.show();
    };
    const steps = beats.map(({ objective }, index) => {
      const state = index < current ? "over" : index === current ? "now" : "later";
      return element(
        "li",
        { className: state, set: index === current ? { "aria-current": "step" } : {} },
        element("span", {}, localised(objective)),
        ...(index === current
          ? [element("button", { type: "button", onclick: () => move(beats[index + 1]?.beat ?? "done") }, word("step_done"))]
          : []),
      );
    });
    const over = current >= beats.length ? [element("p", { className: "finished" }, word("quest_done"))] : [];
    const first = beats[0]?.beat;
    const again = current > 0 && first ? [element("button", { type: "button", className: "quiet", onclick: () => move(first) }, word("start_over"))] : [];
    return element("article", {}, element("h3", {}, localised(name)), element("ol", { className: "steps" }, ...steps), ...over, ...again);
  }
}

/** What a character asks the game to do, until the player has answered for it. */
export class ActionCards {
  constructor(
    private readonly place: HTMLElement,
    private readonly npc: () => NpcClient | undefined,
  ) {}

  clear(): void {
    this.place.replaceChildren();
  }

  ask(request: ActionRequested, name: string): void {
    const until = performance.now() + request.deadline_ms;
    const left = element("span", { className: "left", set: { "aria-hidden": "true" } });
    const detail = element("input", { autocomplete: "off", set: { "aria-label": word("action_detail"), placeholder: word("action_detail") } });
    const args = Object.entries(request.args).map(([key, value]) => `${key}: ${String(value)}`).join(", ");
    const answer = (status: "done" | "refused") => () => {
      this.npc()?.answer(request.action_id, status, detail.value || undefined);
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
        left,
      ),
    );
    const tick = () => {
      const seconds = Math.ceil((until - performance.now()) / 1000);
      left.textContent = word("seconds_left", { seconds: Math.max(0, seconds) });
      if (seconds > 0) return;
      clearInterval(timer);
      card.replaceChildren(element("p", {}, `${request.name}: ${word("action_late")}`));
      setTimeout(() => card.remove(), 4000);
    };
    const timer = setInterval(tick, 250);
    this.place.append(card);
    tick();
  }
}
