/** What this browser remembered of a choice. */
export function kept(name: string): string | null {
  return localStorage.getItem(`npc.${name}`);
}

/** Remember a choice. */
export function keep(name: string, value: string): void {
  localStorage.setItem(`npc.${name}`, value);
}

/** The key of the player, who is whoever uses this browser. */
export function playerId(): string {
  const known = kept("player") ?? `page-${Math.random().toString(36).slice(2, 10)}`;
  keep("player", known);
  return known;
}
