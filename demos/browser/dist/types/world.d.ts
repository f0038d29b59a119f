import type { QuestChanged, WorldSet } from "./protocol.js";
/** What a value of the world may be; `null` removes it. */
export type WorldValue = WorldSet["values"][string];
/** The game's state and quests as the server was told of them, and told of them. */
export declare class World {
    #private;
    constructor(values?: Record<string, WorldValue>);
    /** All values by path, as `session.open` takes them. */
    get values(): Record<string, Exclude<WorldValue, null>>;
    /** Where each quest is, by its id. */
    get quests(): ReadonlyMap<string, QuestChanged>;
    get(path: string): WorldValue | undefined;
    /** Values were sent. */
    take(values: Record<string, WorldValue>): void;
    /** A quest moved; a path of the game's own that moved it before says the same from now on. */
    move(quest: QuestChanged): void;
}
