import type { QuestChanged, WorldSet } from "./protocol.js";

/** What a value of the world may be; `null` removes it. */
export type WorldValue = WorldSet["values"][string];

/** The game's state and quests as the server was told of them, and told of them. */
export class World {
  readonly #values = new Map<string, WorldValue>();
  readonly #quests = new Map<string, QuestChanged>();

  constructor(values: Record<string, WorldValue> = {}) {
    this.take(values);
  }

  /** All values by path, as `session.open` takes them. */
  get values(): Record<string, Exclude<WorldValue, null>> {
    return Object.fromEntries(this.#values) as Record<string, Exclude<WorldValue, null>>;
  }

  /** Where each quest is, by its id. */
  get quests(): ReadonlyMap<string, QuestChanged> {
    return this.#quests;
  }

  get(path: string): WorldValue | undefined {
    return this.#values.get(path);
  }

  /** Values were sent. */
  take(values: Record<string, WorldValue>): void {
    for (const [path, value] of Object.entries(values)) {
      if (value === null) this.#values.delete(path);
      else this.#values.set(path, value);
    }
  }

  /** A quest moved; a path of the game's own that moved it before says the same from now on. */
  move(quest: QuestChanged): void {
    this.#quests.set(quest.quest, quest);
    if (this.#values.has(`quest.${quest.quest}`)) this.#values.set(`quest.${quest.quest}`, quest.stage);
  }
}
