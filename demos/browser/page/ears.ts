import type { NpcClient } from "npc-engine";
import { byId } from "./dom.js";
import { type Word, word } from "./words.js";

export type Mode = "hands_free" | "push_to_talk";

/** The microphone's button: on and off, or held. Also the space bar, where it types nothing. */
export class Ears {
  readonly #button = byId<HTMLButtonElement>("microphone");
  readonly #text = byId("microphone-text");
  #isHeld = false;
  mode: Mode = "hands_free";

  constructor(
    private readonly npc: () => NpcClient | undefined,
    private readonly tell: (text: string) => void,
  ) {
    const button = this.#button;
    button.onclick = () => void (this.mode === "hands_free" && this.#toggle());
    button.onpointerdown = (event) => {
      if (this.mode !== "push_to_talk") return;
      button.setPointerCapture(event.pointerId);
      void this.#hold();
    };
    button.onpointerup = button.onpointercancel = () => this.#letGo();
    addEventListener("keydown", (event) => {
      const holds = event.code === "Space" && this.mode === "push_to_talk" && !types(event.target);
      if (!holds || (event.target instanceof HTMLButtonElement && event.target !== button)) return;
      event.preventDefault();
      if (!event.repeat) void this.#hold();
    });
    addEventListener("keyup", (event) => event.code === "Space" && this.#letGo());
    addEventListener("blur", () => this.#letGo());
  }

  show(): void {
    const isOn = this.mode === "hands_free" ? (this.npc()?.microphone.isOn ?? false) : this.#isHeld;
    this.#button.setAttribute("aria-pressed", String(isOn));
    this.#text.textContent = word(this.mode === "push_to_talk" ? "hold" : isOn ? "microphone_off" : "microphone");
  }

  async #toggle(): Promise<void> {
    const microphone = this.npc()?.microphone;
    if (microphone?.isOn) microphone.stop();
    else await this.#start();
    this.show();
  }

  async #hold(): Promise<void> {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.show();
    this.npc()?.send({ type: "input.audio.clear" });
    await this.#start();
    if (!this.#isHeld) this.npc()?.microphone.stop();
  }

  #letGo(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    if (this.npc()?.microphone.isOn) {
      this.npc()?.microphone.stop();
      this.npc()?.send({ type: "input.audio.commit" });
    }
    this.show();
  }

  async #start(): Promise<void> {
    const npc = this.npc();
    if (!npc) return;
    void npc.speaker.unlock();
    try {
      await npc.microphone.start();
      this.tell("");
    } catch (problem) {
      this.#isHeld = false;
      this.show();
      this.tell(word(reason(problem)));
    }
  }
}

function reason(problem: unknown): Word {
  if (!isSecureContext) return "microphone_insecure";
  return problem instanceof DOMException && problem.name === "NotFoundError" ? "microphone_missing" : "microphone_denied";
}

/** Whether keys that go there are letters. */
function types(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
