/** Words for problems, from their type and members, never from the gateway's English text (C-I18-8). */
import type { Problem, ProblemType, Refusal } from '../api/client';
import { dateTime, number } from './format';
import { type Key, text } from './index';

/** The catalogues name the words for `/problems/not-found` as `error.not_found`. */
function wordsOf(type: ProblemType): string {
  const key = `error.${type.slice('/problems/'.length).replaceAll('-', '_')}` as Key;
  const words = text(key);
  return words === key ? text('error.unknown', { type }) : words;
}

type Reason = { type: ProblemType } & Partial<Pick<Problem, 'max' | 'length' | 'closed_at'>> & {
    retry_at?: string | null;
  };

export function reasonWords(reason: Reason): string {
  if (reason.type === '/problems/text-too-long')
    return reason.max === undefined
      ? text('error.text_too_long_here')
      : text('error.text_too_long', { max: number(reason.max), length: number(reason.length ?? 0) });
  if (reason.type === '/problems/rate-limited')
    return reason.retry_at
      ? text('error.rate_limited_until', { time: dateTime(Date.parse(reason.retry_at)) })
      : text('error.rate_limited');
  if (reason.type === '/problems/window-closed' && reason.closed_at)
    return text('error.window_closed_at', { time: dateTime(Date.parse(reason.closed_at)) });
  return wordsOf(reason.type);
}

export function problemWords(refusal: Refusal): string {
  if (refusal.problem) return reasonWords(refusal.problem);
  return refusal.status === 0 ? text('error.no_answer') : text('error.unknown', { type: String(refusal.status) });
}

/** The same for a change: when its answer was lost, it may have been made (C-EM-2). */
export function changeWords(refusal: Refusal, frame?: 'toast.not_saved'): string {
  if (!refusal.problem && (refusal.status === 0 || refusal.status >= 500)) return text('error.answer_lost');
  const reason = problemWords(refusal);
  return frame ? text(frame, { reason }) : reason;
}
