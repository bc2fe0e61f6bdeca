/** Words for problems, from their type and members, never from the gateway's English text (C-I18-8). */
import type { Problem, ProblemType, Refusal } from '../api/client';
import { dateTime, number } from './format';
import { type Key, text } from './index';

const keys: Partial<Record<ProblemType, Key>> = {
  '/problems/bad-credentials': 'error.bad_credentials',
  '/problems/totp-required': 'error.totp_required',
  '/problems/not-signed-in': 'error.not_signed_in',
  '/problems/forbidden': 'error.forbidden',
  '/problems/csrf': 'error.csrf',
  '/problems/not-found': 'error.not_found',
  '/problems/window-closed': 'error.window_closed',
  '/problems/text-too-long': 'error.text_too_long_here',
  '/problems/unsupported-attachment': 'error.unsupported_attachment',
  '/problems/channel-paused': 'error.channel_paused',
  '/problems/quota-reached': 'error.quota_reached',
  '/problems/customer-blocked': 'error.customer_blocked',
  '/problems/policy-restricted': 'error.policy_restricted',
  '/problems/stale': 'error.stale',
  '/problems/ticket-closed': 'error.ticket_closed',
  '/problems/conversation-busy': 'error.conversation_busy',
  '/problems/not-failed': 'error.not_failed',
  '/problems/reload-refused': 'error.reload_refused',
  '/problems/still-unreadable': 'error.still_unreadable',
  '/problems/changed': 'error.changed',
  '/problems/too-large': 'error.too_large',
  '/problems/invalid': 'error.invalid',
  '/problems/internal': 'error.internal',
  '/problems/unavailable': 'error.unavailable',
  '/problems/token-expired': 'error.token_expired',
  '/problems/thread-owned': 'error.thread_owned',
  '/problems/media-rejected': 'error.media_rejected',
  '/problems/message-gone': 'error.message_gone',
  '/problems/platform-refused': 'error.platform_refused',
  '/problems/platform-unreachable': 'error.platform_unreachable',
  '/problems/unconfirmed': 'error.unconfirmed',
};

type Reason = { type: ProblemType } & Partial<Pick<Problem, 'max' | 'length' | 'closed_at'>> & {
    retry_at?: string | null;
  };

export function reasonWords(reason: Reason): string {
  if (reason.type === '/problems/text-too-long' && reason.max !== undefined)
    return text('error.text_too_long', { max: number(reason.max), length: number(reason.length ?? 0) });
  if (reason.type === '/problems/rate-limited')
    return reason.retry_at
      ? text('error.rate_limited_until', { time: dateTime(Date.parse(reason.retry_at)) })
      : text('error.rate_limited');
  if (reason.type === '/problems/window-closed' && reason.closed_at)
    return text('error.window_closed_at', { time: dateTime(Date.parse(reason.closed_at)) });
  const key = keys[reason.type];
  return key ? text(key) : text('error.unknown', { type: reason.type });
}

export function problemWords(refusal: Refusal): string {
  if (refusal.problem) return reasonWords(refusal.problem);
  return refusal.status === 0 ? text('error.no_answer') : text('error.unknown', { type: String(refusal.status) });
}
