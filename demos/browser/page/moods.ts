/** What a mood does to a face; each number from -1 to 1. */
export interface Mood {
  smile: number;
  /** Brows up. */
  brows: number;
  /** Inner ends of the brows up: worry; down: anger. */
  tilt: number;
  /** Eyes wide, or narrow. */
  eyes: number;
  blush: number;
}

const CALM: Mood = { smile: 0.4, brows: 0, tilt: 0, eyes: 0, blush: 0 };

/** Authors name emotions as they like: these are understood, others leave the face calm and are shown by name. */
const MOODS: [RegExp, Mood][] = [
  [/joy|happ|glad|delight|cheer|excit|laugh|amuse|playful/, { smile: 0.9, brows: 0.3, tilt: 0, eyes: -0.15, blush: 0.5 }],
  [/love|fond|warm|affection|trust|grateful|kind|friend/, { smile: 0.6, brows: 0.1, tilt: 0.15, eyes: -0.1, blush: 0.6 }],
  [/concern|worr|care|anxious|pity|sympath/, { smile: -0.15, brows: 0.3, tilt: 0.7, eyes: 0.1, blush: 0 }],
  [/sad|sorrow|grief|melanch|hurt|lonel/, { smile: -0.5, brows: 0, tilt: 0.9, eyes: -0.3, blush: 0 }],
  [/ang|annoy|irritat|furious|hostil|contempt/, { smile: -0.5, brows: -0.4, tilt: -0.9, eyes: -0.2, blush: 0.3 }],
  [/surpris|amaz|astonish|curious/, { smile: 0.1, brows: 1, tilt: 0.1, eyes: 0.7, blush: 0 }],
  [/fear|afraid|scare|nervous|suspic|wary/, { smile: -0.3, brows: 0.5, tilt: 0.8, eyes: 0.5, blush: 0 }],
];

/** The face of an emotion, as strong as `weight` says. */
export function mood(emotion: string | undefined, weight = 1): Mood {
  const found = MOODS.find(([names]) => emotion && names.test(emotion.toLowerCase()))?.[1] ?? CALM;
  const parts = Object.keys(CALM) as (keyof Mood)[];
  return Object.fromEntries(parts.map((part) => [part, CALM[part] + (found[part] - CALM[part]) * weight])) as unknown as Mood;
}
