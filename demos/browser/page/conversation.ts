import { element } from "./dom.js";
import { word } from "./words.js";

/** Who said what: a list that readers of the screen hear, too. */
export class Conversation {
  #lines = new Map<string, HTMLLIElement>();

  constructor(private readonly list: HTMLOListElement) {
    this.clear();
  }

  clear(): void {
    this.#lines.clear();
    this.list.replaceChildren(element("li", { className: "empty" }, word("conversation_empty")));
  }

  /** The player's line; one with the same key replaces it. */
  player(key: string, text: string, isFinal = true): void {
    this.#put(`player ${key}`, word("you"), text, isFinal ? "player" : "player partial");
  }

  character(utterance: number, name: string, text: string, isCut = false): void {
    this.#put(`character ${utterance}`, name, isCut ? `${text} …` : text, "character", isCut ? word("interrupted") : "");
  }

  note(text: string): void {
    this.#put(`note ${this.#lines.size}`, "", text, "note");
  }

  #put(key: string, who: string, text: string, className: string, remark = ""): void {
    const line = this.#lines.get(key) ?? element("li");
    line.className = className;
    line.replaceChildren(
      ...(who ? [element("span", { className: "speaker" }, who)] : []),
      element("span", { className: "text" }, text),
      ...(remark ? [element("span", { className: "remark" }, remark)] : []),
    );
    if (this.#lines.size === 0) this.list.replaceChildren();
    if (!line.isConnected) this.list.append(line);
    this.#lines.set(key, line);
    const log = this.list.parentElement!;
    log.scrollTop = log.scrollHeight;
  }
}
