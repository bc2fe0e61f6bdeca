import type { Message, Ticket } from '../../../core/console/src/api/client';
import { type Drawn, draw, every, iconsOf, wordsOf } from './drawn';
import { stubPage } from './page';
import { HOUR, iso, T0, ticket } from './sample';

type Look = (Drawn | string)[];
type State = NonNullable<Message['delivery']>['state'];

const MINUTE = 60_000;
/** A record of every state: one that the API gains is missed here when types are checked. */
const STATES: Record<State, { fr: string; en: string; icon: string }> = {
  queued: { fr: 'En file d’envoi', en: 'Queued', icon: 'clock' },
  sending: { fr: 'Envoi en cours', en: 'Sending', icon: 'clock' },
  sent: { fr: 'Envoyé', en: 'Sent', icon: 'check' },
  delivered: { fr: 'Remis', en: 'Delivered', icon: 'check-two' },
  read: { fr: 'Lu', en: 'Read', icon: 'check-two' },
  failed: { fr: 'Échec de l’envoi', en: 'Sending failed', icon: 'alert' },
};

let language: typeof import('../../../core/console/src/i18n').setLanguage;
let bits: typeof import('../../../core/console/src/ui/bits');
let messages: typeof import('../../../core/console/src/views/inbox/message');
let rows: typeof import('../../../core/console/src/views/inbox/row');
let store: typeof import('../../../core/console/src/state/store');
beforeAll(async () => {
  vi.useFakeTimers({ now: T0 });
  stubPage();
  language = (await import('../../../core/console/src/i18n')).setLanguage;
  bits = await import('../../../core/console/src/ui/bits');
  messages = await import('../../../core/console/src/views/inbox/message');
  rows = await import('../../../core/console/src/views/inbox/row');
  store = await import('../../../core/console/src/state/store');
});
beforeEach(() => language('fr'));
afterAll(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const titled = (look: Look) => every(look, ({ props }) => typeof props.title === 'string');
const distinct = (looks: string[]) => expect(new Set(looks).size, looks.join(' | ')).toBe(looks.length);

describe('C-CO-3: each state of a delivery is an icon with a title, and a text for assistive tools', () => {
  test.each(Object.entries(STATES))('%s', async (state, wanted) => {
    for (const tongue of ['fr', 'en'] as const) {
      await language(tongue);
      const look = draw(messages.DeliveryMark({ state: state as State }));
      expect(titled(look).map(({ props }) => props.title)).toEqual([wanted[tongue]]);
      expect(iconsOf(look)).toEqual([wanted.icon]);
      // Hidden, not absent: only what the icon draws is kept from assistive tools.
      expect(wordsOf(every(look, ({ props }) => props['aria-hidden'] !== 'true').slice(1))).toBe(wanted[tongue]);
    }
  });
  test('no two are told alike', () => distinct(Object.values(STATES).map(({ fr }) => fr)));
});

describe('C-AX-9: what a colour tells, words tell too', () => {
  const window = (left: number, part: Partial<Ticket['window']> = {}) => ({
    ...ticket().window,
    closes_at: iso(T0 + left),
    ...part,
  });
  test('the chip of a reply window: as many words as looks', () => {
    const windows = [
      window(9 * HOUR),
      window(3 * HOUR),
      window(20 * MINUTE),
      window(2 * MINUTE),
      window(-HOUR, { state: 'human_agent', human_until: iso(T0 + 30 * HOUR), closes_at: iso(T0 + 30 * HOUR) }),
      window(-HOUR, { state: 'closed', human_until: null }),
      window(9 * HOUR, { lock: 'quota' }),
      window(9 * HOUR, { lock: 'restricted' }),
      window(9 * HOUR, { lock: 'paused' }),
      window(9 * HOUR, { lock: 'blocked' }),
    ];
    for (const short of [false, true]) {
      const chips = windows.map((each) => draw(bits.WindowChip({ window: each, short })));
      for (const chip of chips) expect(wordsOf(chip)).not.toBe('');
      distinct(chips.map(wordsOf));
    }
    const shapes = windows.slice(0, 6).map((each) => iconsOf(draw(bits.WindowChip({ window: each }))).join());
    expect(shapes).toEqual(['', 'clock', 'alert', 'alert', 'person', 'lock']);
  });
  /** A row as drawn: its sentence, and what stands in it for those who see. */
  const rowOf = (part: Partial<Ticket>) => {
    const data = ticket({ number: 7, customer: { ...ticket().customer, name: 'Chloé Roy' }, ...part });
    store.ticketOf(data.id).value = data;
    const props = { id: data.id, index: 0, count: 1, top: 0, active: false, open: false, fresh: false };
    const [row] = draw(rows.Row(props)) as [Drawn];
    const [said, ...seen] = row.children;
    return { said: wordsOf([said!]), seen };
  };
  test('each status of a ticket, in its row', () => {
    const statuses = ['open', 'pending', 'snoozed', 'solved', 'closed'] as const;
    const drawn = statuses.map((status) => rowOf({ status }));
    distinct(drawn.map(({ said }) => said));
    distinct(
      drawn.map(({ seen }) => {
        const marks = every(seen, ({ props }) => /chip|row-flag/.test(String(props.class)));
        return marks.map((mark) => `${wordsOf([mark])} ${iconsOf([mark])} ${mark.props.title ?? ''}`).join();
      }),
    );
  });
  test('each priority that is told: high and urgent have a flag with a title, and are said', () => {
    const of = (priority: Ticket['priority']) => rowOf({ priority });
    expect(of('high').said).toContain('Élevée');
    expect(of('urgent').said).toContain('Urgente');
    distinct(
      (['normal', 'high', 'urgent'] as const).map((priority) =>
        every(of(priority).seen, ({ props }) => /row-flag/.test(String(props.class)))
          .map(({ props }) => props.title)
          .join(),
      ),
    );
  });
  test('unread, in the sentence of the row', () => {
    expect(rowOf({ unread: 2 }).said).toMatch(/^Non lu, .*2 nouveaux messages/);
    expect(rowOf({ unread: 0 }).said).not.toMatch(/Non lu|nouveau/);
  });
  test('the sides of a conversation have a label each (C-LY-6)', () => {
    const by = (kind: 'customer' | 'agent' | 'automation' | 'external', part: object = {}) =>
      messages.authorLabel(
        {
          kind: 'message',
          direction: kind === 'customer' ? 'in' : 'out',
          author: { kind, id: null, name: null },
          ...part,
        } as Message,
        'Chloé Roy',
      );
    distinct([by('customer'), by('agent'), by('automation'), by('external'), by('agent', { kind: 'note' })]);
  });
});
