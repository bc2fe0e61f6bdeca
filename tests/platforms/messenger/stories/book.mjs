// Reads the stories: one JSON file a customer in people/, what all have in common beside it. Wrong files are refused by name.

import { readdirSync, readFileSync } from 'node:fs';

const PEOPLE = 'people/';
const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

function readJsonFile(name) {
  try {
    return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
  } catch (error) {
    throw new Error(`stories/${name}: ${error.message}`);
  }
}

/** Milliseconds of "23h25m", "40m" or "1d2h". */
export function duration(text) {
  if (!/^(\d+[dhms])+$/.test(text)) throw new RangeError(`"${text}" is no duration such as 23h25m`);
  return [...text.matchAll(/(\d+)([dhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
}

/** Gives {stories, replies, visits}. */
export function readStories() {
  const names = readdirSync(new URL(PEOPLE, import.meta.url))
    .filter((name) => name.endsWith('.json'))
    .sort();
  const stories = names.map((name) => ({ file: name, ...readJsonFile(PEOPLE + name) }));
  return { stories, replies: readJsonFile('replies.json'), visits: readJsonFile('visits.json') };
}
