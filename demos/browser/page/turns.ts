import type { ServerMessage, Span, TurnCompleted } from "npc-engine";
import { element } from "./dom.js";
import { type Word, word } from "./words.js";

const STAGES: Span["stage"][] = [
  "speech",
  "endpointing",
  "recognition",
  "first_token",
  "first_clause",
  "synthesis",
  "held",
  "speaking",
];
/** Earlier turns that are listed. */
const KEPT = 6;

type Live = Partial<Record<Span["stage"], { start: number; end?: number }>>;

/** Where a turn's time goes: drawn from events while it happens, and as the server measured it once it is over. */
export class Turns {
  #live: Live = {};
  #zero = 0;
  #number = 0;
  #frame = 0;
  #done: TurnCompleted[] = [];
  readonly #title = element("h3");
  readonly #rows = element("ol", { className: "stages" });
  readonly #earlierTitle = element("h3");
  readonly #earlier = element("ol", { className: "earlier" });

  constructor(private readonly place: HTMLElement) {
    this.clear();
  }

  clear(): void {
    this.#done = [];
    this.#live = {};
    cancelAnimationFrame(this.#frame);
    this.place.replaceChildren(element("p", { className: "empty" }, word("turn_empty")));
  }

  /** The page speaks another language. */
  renamed(): void {
    const last = this.#done[0];
    if (last) this.#complete(last);
    else this.clear();
  }

  /** The player sent a typed line. */
  typed(): void {
    this.#begin(performance.now());
  }

  take(message: ServerMessage): void {
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

  #begin(at: number): void {
    this.#live = {};
    this.#zero = at;
    this.#run();
  }

  #run(): void {
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

  #complete(turn: TurnCompleted): void {
    cancelAnimationFrame(this.#frame);
    this.#draw(headline(turn), turn.timeline, false);
  }

  #draw(title: string, spans: Span[], isLive: boolean): void {
    if (!this.#title.isConnected) {
      this.place.replaceChildren(this.#title, this.#rows, this.#earlierTitle, this.#earlier);
    }
    this.#title.textContent = title;
    const from = Math.min(0, ...spans.map((span) => span.start_ms));
    const until = Math.max(600, ...spans.map((span) => span.end_ms));
    const percent = (ms: number) => `${((ms - from) / (until - from)) * 100}%`;
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
          element("span", { className: "stage-name" }, word(stage as Word)),
          element("span", { className: "track", set: { "aria-hidden": "true" } }, zero, bar),
          element("span", { className: "time" }, word("ms", { ms: Math.round(end_ms - start_ms) })),
        );
      }),
    );
    const before = this.#done.slice(isLive ? 0 : 1);
    this.#earlierTitle.textContent = word("earlier_turns");
    this.#earlierTitle.hidden = !before.length;
    this.#earlier.replaceChildren(...before.map((each) => element("li", {}, headline(each))));
  }
}

/** What counts of a turn: how long the player waited. */
function headline({ turn, metrics, timeline }: TurnCompleted): string {
  const spoken = metrics.voice_to_voice_ms;
  const sound = timeline.find(({ stage }) => stage === "speaking")?.start_ms;
  const wait = spoken !== undefined ? word("voice_to_voice") : word("first_sound");
  const ms = spoken ?? sound;
  return [word("turn_number", { turn }), ...(ms === undefined ? [] : [`${wait} ${word("ms", { ms })}`])].join(" · ");
}
