import type { Key } from '../i18n';
import { now } from './clock';

export interface SnoozeChoice {
  key: Key;
  until: number;
}

/** The usual choices, by the clock of the agent's zone. `wall` gives the instant of a local day and hour. */
export function snoozeChoices(
  wall: (days: number, hour: number) => number,
  hourNow: number,
  weekday: number,
): SnoozeChoice[] {
  const choices: SnoozeChoice[] = [{ key: 'snooze.hour', until: now() + 3_600_000 }];
  if (hourNow < 13) choices.push({ key: 'snooze.afternoon', until: wall(0, 14) });
  choices.push({ key: 'snooze.tomorrow', until: wall(1, 9) });
  choices.push({ key: 'snooze.monday', until: wall((8 - weekday) % 7 || 7, 9) });
  return choices;
}
