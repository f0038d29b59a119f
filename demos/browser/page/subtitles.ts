import type { DueCue, NpcClient } from "npc-engine";
import { element } from "./dom.js";

interface Clause {
  text: string;
  t_ms: number;
  /** Characters that were heard. */
  heard: number;
}

/** What is said, word by word as it is heard. */
export class Subtitles {
  #utterance = 0;
  #clauses: Clause[] = [];
  #frame = 0;

  constructor(
    private readonly place: HTMLElement,
    private readonly heardMs: NpcClient["heardMs"],
  ) {}

  begin(utterance: number): void {
    this.#utterance = utterance;
    this.#clauses = [];
    this.#show();
    cancelAnimationFrame(this.#frame);
    this.#follow();
  }

  add(utterance: number, text: string, t_ms: number): void {
    if (utterance === this.#utterance) this.#clauses.push({ text, t_ms, heard: 0 });
  }

  /** A word begins to be heard: it is shown, with what stands around it. */
  hear({ utterance, cue }: DueCue): void {
    if (utterance !== this.#utterance || cue.kind !== "word") return;
    const clause = this.#clauses.findLast((each) => each.t_ms <= cue.t_ms);
    const at = clause?.text.indexOf(cue.value, clause.heard) ?? -1;
    if (!clause || at < 0) return;
    const rest = clause.text.slice(at + cue.value.length);
    clause.heard = at + cue.value.length + (/^[\p{P}\p{S}]*/u.exec(rest)?.[0].length ?? 0);
    this.#show(cue.value);
  }

  /** It is over: what was heard of it stays. */
  end(utterance: number, heard: string): void {
    if (utterance !== this.#utterance) return;
    cancelAnimationFrame(this.#frame);
    this.#utterance = 0;
    this.place.replaceChildren(heard);
  }

  clear(text = ""): void {
    cancelAnimationFrame(this.#frame);
    this.#utterance = 0;
    this.place.replaceChildren(text);
  }

  /** Clauses that are over were heard to their ends, also where a voice knows nothing of its words. */
  #follow = (): void => {
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

  #show(word = ""): void {
    const heard = this.#clauses.map(({ text, heard }) => text.slice(0, heard));
    const text = heard.filter(Boolean).reduce((all, each) => all + (needsSpace(all, each) ? " " : "") + each, "");
    const at = text.lastIndexOf(word);
    this.place.replaceChildren(
      ...(word ? [text.slice(0, at), element("strong", {}, word), text.slice(at + word.length)] : [text]),
    );
  }
}

/** Chinese clauses stand without a space between them. */
function needsSpace(before: string, after: string): boolean {
  return before !== "" && !/[\u3000-\u9fff\uff00-\uffef]$/u.test(before) && !/^[\u3000-\u9fff\uff00-\uffef]/u.test(after);
}
