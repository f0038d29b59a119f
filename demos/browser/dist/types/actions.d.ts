import type { ActionRequested, ActionResult } from "./protocol.js";
/** What the game did: `done` or `refused`, with a sentence for the character if there is more to say. */
export type ActionAnswer = ActionResult["status"] | {
    status: ActionResult["status"];
    detail?: string;
};
/** Does what a character asks for. What it throws counts as `failed`. */
export type ActionHandler = (args: ActionRequested["args"], request: ActionRequested) => ActionAnswer | Promise<ActionAnswer>;
/** Functions of the game by the names of actions. */
export declare class Actions {
    #private;
    private readonly send;
    constructor(send: (result: ActionResult) => void);
    set(name: string, handler: ActionHandler): void;
    /** A character wants something. */
    take(request: ActionRequested): void;
}
