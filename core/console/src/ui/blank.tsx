/** Empty and error states: what it would hold, and the next step (C-EM-1, C-EM-2). */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Refusal } from '../api/client';
import { text } from '../i18n';
import { problemWords } from '../i18n/problems';
import { Icon, type IconName } from './icon';

export const Blank = ({
  icon,
  title,
  body,
  children,
  alone = false,
}: {
  icon: IconName;
  title: string;
  body?: string;
  children?: ComponentChildren;
  /** It is all there is on the page. */
  alone?: boolean;
}) => (
  <div class="blank">
    <Icon name={icon} />
    {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
    {body && <p>{body}</p>}
    {children}
  </div>
);

export const Failed = ({ what, refusal, retry }: { what: string; refusal: Refusal; retry: () => void }) => (
  <div class="blank" role="alert">
    <Icon name="alert" />
    <h2>{what}</h2>
    <p>{problemWords(refusal)}</p>
    {refusal.problem?.reference && (
      <p class="quiet">{text('error.reference', { reference: refusal.problem.reference })}</p>
    )}
    <button type="button" class="button" onClick={retry}>
      {text('action.retry')}
    </button>
  </div>
);

/** True after `ms`: skeletons appear only when a wait is worth showing. */
export function useLate(ms = 300): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late;
}

export function Skeleton({ lines }: { lines: number }) {
  if (!useLate()) return null;
  return (
    <div class="skeleton" role="status" aria-label={text('state.loading')}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="bone" />
      ))}
    </div>
  );
}
