import { useEffect, useRef } from 'preact/hooks';
import { text } from '../../i18n';
import { loadDrafts } from '../../state/drafts';
import { nowOn } from '../../state/presence';
import { route } from '../../state/route';
import { contextOpen } from '../../state/store';
import { loadThread, restThread } from '../../state/threads';
import { Blank } from '../../ui/blank';
import { Crash } from '../../ui/crash';
import { lazy } from '../../ui/lazy';
import { heading, TicketListPane } from './list';
import { ThreadPane } from './thread';

const Context = lazy<{ id: string }>(() => import('./context'));

const WIDTH = 'guichet.list-width';
const [NARROW, WIDE] = [320, 400];
const clampWidth = (px: number) => Math.min(WIDE, Math.max(NARROW, px));

/** Between list and thread: drag it, or move it with the arrow keys. */
function Divider() {
  const shell = () => document.querySelector<HTMLElement>('.inbox')!;
  const set = (px: number) => {
    const width = clampWidth(px);
    shell().style.setProperty('--list-width', `${width}px`);
    localStorage.setItem(WIDTH, String(width));
    follow();
  };
  const element = useRef<HTMLDivElement>(null);
  const chosen = Number(localStorage.getItem(WIDTH)) || null;
  const list = () => document.querySelector('.list-pane')!.getBoundingClientRect();
  // What is seen: a narrow window leaves the list less than was chosen.
  const follow = () => element.current?.setAttribute('aria-valuenow', String(Math.round(list().width)));
  // Without a choice the width follows the window's.
  useEffect(() => {
    if (chosen !== null) shell().style.setProperty('--list-width', `${clampWidth(chosen)}px`);
    follow();
    addEventListener('resize', follow);
    return () => removeEventListener('resize', follow);
  }, []);
  return (
    <div
      ref={element}
      class="divider"
      role="separator"
      aria-orientation="vertical"
      aria-label={text('list.width')}
      aria-valuemin={NARROW}
      aria-valuemax={WIDE}
      aria-valuenow={clampWidth(chosen ?? NARROW)}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        set(Math.round(list().width) + step);
      }}
      onPointerDown={(event) => element.current!.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => element.current!.hasPointerCapture(event.pointerId) && set(event.clientX - list().left)}
    />
  );
}

export function Inbox() {
  const ticket = route.value.ticket;
  useEffect(() => {
    nowOn(ticket);
    if (ticket === null) return;
    void loadThread(ticket);
    void loadDrafts(ticket);
    return () => {
      nowOn(null);
      restThread(ticket);
    };
  }, [ticket]);
  return (
    <div
      class={`inbox${ticket === null ? '' : ' has-ticket'}${contextOpen.value && ticket !== null ? ' has-context' : ''}`}
    >
      <h1 class="hidden">{heading()}</h1>
      <Crash name="list">
        <TicketListPane />
      </Crash>
      <Divider />
      {ticket === null ? (
        <section class="thread-pane none" data-region="thread" aria-label={text('thread.label_none')}>
          <Blank icon="inbox" title={text('thread.none')} body={text('thread.none_hint')} />
        </section>
      ) : (
        <Crash name="thread" key={ticket}>
          <ThreadPane id={ticket} />
        </Crash>
      )}
      {ticket !== null && (
        <Crash name="context" key={`context-${ticket}`}>
          <Context id={ticket} />
        </Crash>
      )}
    </div>
  );
}
