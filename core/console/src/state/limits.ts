/** Lengths as the channel counts them (C-CO-6). Pure. */
import type { Capabilities, TextUnit } from '../api/client';

const encoder = new TextEncoder();

export function textLength(words: string, unit: TextUnit): number {
  if (unit === 'utf16') return words.length;
  if (unit === 'bytes') return encoder.encode(words).length;
  let count = 0;
  for (const _ of words) count += 1;
  return count;
}

export interface Fill {
  length: number;
  max: number;
  /** Worth showing: four fifths are used. */
  shown: boolean;
  over: boolean;
}

export function fillOf(words: string, { text }: Pick<Capabilities, 'text'>): Fill {
  const length = textLength(words, text.unit);
  return { length, max: text.max, shown: length >= text.max * 0.8, over: length > text.max };
}
