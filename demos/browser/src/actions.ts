import type { ActionRequested, ActionResult } from "./protocol.js";

/** What the game did: `done` or `refused`, with a sentence for the character if there is more to say. */
export type ActionAnswer = ActionResult["status"] | { status: ActionResult["status"]; detail?: string };

/** Does what a character asks for. What it throws counts as `failed`. */
export type ActionHandler = (
  args: ActionRequested["args"],
  request: ActionRequested,
) => ActionAnswer | Promise<ActionAnswer>;

/** Functions of the game by the names of actions. */
export class Actions {
  readonly #handlers = new Map<string, ActionHandler>();

  constructor(private readonly send: (result: ActionResult) => void) {}

  set(name: string, handler: ActionHandler): void {
    this.#handlers.set(name, handler);
  }

  /** A character wants something. */
  take(request: ActionRequested): void {
    const handler = this.#handlers.get(request.name);
    if (handler) void this.#answer(handler, request);
  }

  async #answer(handler: ActionHandler, request: ActionRequested): Promise<void> {
    const answer = await this.#do(handler, request);
    const result = typeof answer === "string" ? { status: answer } : answer;
    this.send({ type: "action.result", action_id: request.action_id, ...result });
  }

  async #do(handler: ActionHandler, request: ActionRequested): Promise<ActionAnswer> {
    try {
      return await handler(request.args, request);
    } catch (problem) {
      console.error(problem);
      return { status: "failed", detail: problem instanceof Error ? problem.message : String(problem) };
    }
  }
}
