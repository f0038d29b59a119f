/** Listeners by the type of an event. */
export class Emitter<Events> {
  #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** Call `listener` for each event of this type; what is returned ends that. */
  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** The next event of this type for which `wanted` holds. */
  next<Type extends keyof Events>(
    type: Type,
    wanted: (event: Events[Type]) => boolean = () => true,
  ): Promise<Events[Type]> {
    return new Promise((resolve) => {
      const off = this.on(type, (event) => {
        if (!wanted(event)) return;
        off();
        resolve(event);
      });
    });
  }

  /** Tell the listeners. */
  protected emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      (listener as (event: Events[Type]) => void)(event);
    }
  }
}
