/** Listeners by the type of an event. */
export declare class Emitter<Events> {
    #private;
    /** Call `listener` for each event of this type; what is returned ends that. */
    on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void;
    /** The next event of this type for which `wanted` holds. */
    next<Type extends keyof Events>(type: Type, wanted?: (event: Events[Type]) => boolean): Promise<Events[Type]>;
    /** Tell the listeners. */
    protected emit<Type extends keyof Events>(type: Type, event: Events[Type]): void;
}
