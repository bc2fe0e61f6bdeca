/** What lies over the page: palette, pickers, settings, cheat-sheet, search, questions. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, Refusal, type SearchHit, take } from '../api/client';
import { text, textIn } from '../i18n';
import { dateTime, zone } from '../i18n/format';
import { changeWords, problemWords } from '../i18n/problems';
import { type CommandId, commands } from '../keys/commands';
import { type Binding, bindings, shownKeys } from '../keys/table';
import * as actions from '../state/actions';
import { now } from '../state/clock';
import { changeSettings } from '../state/session';
import { snoozeChoices } from '../state/snooze';
import { knownTicket, type Layer, layer, me, settings, ticketOf, toast, users } from '../state/store';
import { viewWindow } from '../state/window';
import { Avatar, Keys, mac, Time } from '../ui/bits';
import { Combobox, type Option } from '../ui/combobox';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { NavigationDrawer } from './drawer';
import { SignIn } from './sign-in';

const close = () => {
  layer.value = null;
};

/** Commands used lately, newest first; for the order of the palette. */
let recent: CommandId[] = [];

function Palette() {
  // What can be done is decided where the focus was, before the palette took it.
  const [offered] = useState(() =>
    (Object.keys(commands) as CommandId[]).filter((id) => !commands[id].silent && (commands[id].when?.() ?? true)),
  );
  const options = useMemo<Option[]>(() => {
    const weight = (id: CommandId) => {
      const about = id.startsWith('ticket.') || id === 'context.toggle' ? 0 : 1;
      const used = recent.indexOf(id);
      return about * 100 + (used < 0 ? 50 : used);
    };
    return offered
      .slice()
      .sort((a, b) => weight(a) - weight(b))
      .map((id) => ({
        id,
        label: text(commands[id].label),
        also: [textIn('fr', commands[id].label), textIn('en', commands[id].label)],
        group: text(id.startsWith('ticket.') || id === 'context.toggle' ? 'palette.ticket' : 'palette.everywhere'),
        hint: <Keys command={id} />,
      }));
  }, [offered, settings.value.language]);
  return (
    <Dialog title={text('palette.title')} onClose={close} quiet class="palette">
      <Combobox
        label={text('palette.title')}
        placeholder={text('palette.hint')}
        options={options}
        empty={text('palette.none')}
        onPick={(option) => {
          const id = option.id as CommandId;
          recent = [id, ...recent.filter((other) => other !== id)].slice(0, 8);
          close();
          // After the focus went back to where the palette was called from.
          requestAnimationFrame(() => commands[id].run());
        }}
      />
    </Dialog>
  );
}

function AssignPicker({ ticket }: { ticket: string }) {
  const present = ticketOf(ticket).value;
  const mine = me.value;
  const options: Option[] = [
    ...(mine
      ? [
          {
            id: mine.id,
            label: text('assign.me', { name: mine.name }),
            icon: <Avatar id={mine.id} name={mine.name} small />,
            chosen: present?.assignee?.id === mine.id,
          },
        ]
      : []),
    ...users.value
      .filter((user) => user.id !== mine?.id)
      .map((user) => ({
        id: user.id,
        label: user.name,
        icon: <Avatar id={user.id} name={user.name} small />,
        chosen: present?.assignee?.id === user.id,
      })),
    { id: '', label: text('assign.nobody'), icon: <Icon name="person-none" />, chosen: present?.assignee === null },
  ];
  return (
    <Dialog title={text('assign.title')} onClose={close} class="picker">
      <Combobox
        label={text('assign.title')}
        placeholder={text('assign.hint')}
        options={options}
        empty={text('assign.none')}
        onPick={({ id }) => {
          close();
          actions.assign(ticket, id === '' ? null : id);
        }}
      />
    </Dialog>
  );
}

function PriorityPicker({ ticket }: { ticket: string }) {
  const present = ticketOf(ticket).value;
  const levels = ['urgent', 'high', 'normal', 'low'] as const;
  return (
    <Dialog title={text('priority.title')} onClose={close} class="picker">
      <Combobox
        label={text('priority.title')}
        placeholder={text('priority.hint')}
        options={levels.map((level) => ({
          id: level,
          label: text(actions.priorityKey[level]),
          chosen: present?.priority === level,
        }))}
        empty={text('priority.none')}
        onPick={({ id }) => {
          close();
          actions.setPriority(ticket, id as (typeof levels)[number]);
        }}
      />
    </Dialog>
  );
}

/** Picking a tag puts it on or takes it off; a word that is no tag yet becomes one. */
function TagsPicker({ ticket }: { ticket: string }) {
  const present = ticketOf(ticket).value;
  const typed = useSignal('');
  const tags = present?.tags ?? [];
  const word = typed.value.trim().slice(0, 40);
  const options: Option[] = [
    ...tags.map((tag) => ({ id: tag, label: tag, chosen: true, icon: <Icon name="tag" /> })),
    ...(word !== '' && !tags.includes(word)
      ? [{ id: word, label: text('tags.add', { tag: word }), icon: <Icon name="tag" /> }]
      : []),
  ];
  return (
    <Dialog title={text('tags.title')} onClose={close} class="picker">
      <Combobox
        label={text('tags.title')}
        placeholder={text('tags.hint')}
        options={options}
        filtered
        onQuery={(query) => {
          typed.value = query;
        }}
        empty={text('tags.none')}
        onPick={({ id }) => {
          close();
          actions.setTags(ticket, tags.includes(id) ? tags.filter((tag) => tag !== id) : [...tags, id]);
        }}
      />
    </Dialog>
  );
}

const partsNow = (ms: number) => {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone.value,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(ms);
  const value = (type: string) => Number(parts.find((part) => part.type === type)!.value);
  return {
    year: value('year'),
    month: value('month'),
    day: value('day'),
    hour: value('hour'),
    minute: value('minute'),
  };
};

/** The instant of a wall-clock time in the agent's zone: guess, measure the error, correct; twice for clock changes. */
export function wallTime(year: number, month: number, day: number, hour: number, minute = 0): number {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let guess = wanted;
  for (let pass = 0; pass < 2; pass += 1) {
    const seen = partsNow(guess);
    guess += wanted - Date.UTC(seen.year, seen.month - 1, seen.day, seen.hour, seen.minute);
  }
  return guess;
}

function SnoozePicker({ ticket }: { ticket: string }) {
  const at = partsNow(now());
  const weekday = new Date(Date.UTC(at.year, at.month - 1, at.day)).getUTCDay();
  const choices = snoozeChoices((days, hour) => wallTime(at.year, at.month, at.day + days, hour), at.hour, weekday);
  const window = knownTicket(ticket)?.window;
  const past = (until: number) =>
    window !== undefined && viewWindow(window, now()).look !== 'none' && !viewWindow(window, until).sendable;
  const options: Option[] = [
    ...choices.map(({ key, until }) => ({
      id: String(until),
      label: text(key),
      detail: past(until) ? text('snooze.past_window', { time: dateTime(until) }) : dateTime(until),
      icon: <Icon name="moon" />,
    })),
    { id: 'custom', label: text('snooze.custom'), icon: <Icon name="clock" /> },
  ];
  return (
    <Dialog title={text('snooze.title')} onClose={close} class="picker">
      <Combobox
        label={text('snooze.title')}
        placeholder={text('snooze.hint')}
        options={options}
        empty={text('snooze.none')}
        onPick={({ id }) => {
          if (id === 'custom') {
            layer.value = { kind: 'snooze-at', ticket };
            return;
          }
          close();
          const until = Number(id);
          actions.snooze(ticket, until, () => dateTime(until));
        }}
      />
    </Dialog>
  );
}

function SnoozeAt({ ticket }: { ticket: string }) {
  const wrong = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog title={text('snooze.custom')} onClose={close} class="narrow">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const [, year, month, day, hour, minute] = field.current!.value.match(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/) ?? [];
          const until = year ? wallTime(Number(year), Number(month), Number(day), Number(hour), Number(minute)) : 0;
          wrong.value = until <= now();
          if (wrong.value) return;
          close();
          actions.snooze(ticket, until, () => dateTime(until));
        }}
      >
        <label class="field">
          <span>{text('snooze.until')}</span>
          <input ref={field} type="datetime-local" required />
        </label>
        <div role="alert">{wrong.value && <p class="error-line">{text('snooze.wrong')}</p>}</div>
        <button type="submit" class="button primary">
          {text('command.snooze')}
        </button>
      </form>
    </Dialog>
  );
}

function Confirm({ entry }: { entry: Extract<Layer, { kind: 'confirm' }> }) {
  return (
    <Dialog title={entry.title()} onClose={close} class="narrow">
      <p>{entry.body()}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {text('action.cancel')}
        </button>
        <button
          type="button"
          class="button primary"
          onClick={() => {
            close();
            requestAnimationFrame(entry.run);
          }}
        >
          {entry.yes()}
        </button>
      </div>
    </Dialog>
  );
}

const scopes: Binding['scope'][] = ['everywhere', 'list', 'ticket', 'thread', 'composer'];

function CheatSheet() {
  return (
    <Dialog title={text('keys.title')} onClose={close} class="wide">
      {!settings.value.single_key_shortcuts && <p class="quiet">{text('keys.off')}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div class="cheatsheet" tabIndex={0} role="group" aria-label={text('keys.title')}>
        {scopes.map((scope) => (
          <section key={scope}>
            <h3>{text(`keys.scope_${scope}`)}</h3>
            <dl>
              {bindings
                .filter((binding) => binding.scope === scope)
                .map((binding) => (
                  <div key={binding.command}>
                    <dt>{text(commands[binding.command].label)}</dt>
                    <dd>
                      {shownKeys(binding.command, mac).map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

const zones = () => (typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []);

function SettingsDialog() {
  const failure = useSignal<Refusal | null>(null);
  const change = (part: Parameters<typeof changeSettings>[0]) => {
    failure.value = null;
    changeSettings(part).catch((reason) => {
      failure.value = reason instanceof Refusal ? reason : new Refusal(null, 0);
    });
  };
  const { language, theme, density, enter_sends, single_key_shortcuts, zone: wanted, after_solve } = settings.value;
  const choice = <T extends string>(
    label: string,
    name: string,
    value: T,
    options: [T, string][],
    set: (value: T) => void,
  ) => (
    <fieldset class="segments">
      <legend>{label}</legend>
      {options.map(([option, words]) => (
        <label key={option} class={value === option ? 'on' : ''}>
          <input type="radio" name={name} class="hidden" checked={value === option} onChange={() => set(option)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
  const check = (label: string, hint: string, value: boolean, set: (value: boolean) => void) => (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => set(event.currentTarget.checked)} />
      <span>
        {label}
        <span class="quiet">{hint}</span>
      </span>
    </label>
  );
  return (
    <Dialog title={text('settings.title')} onClose={close} class="settings">
      <div class="stack">
        {choice(
          'Langue / Language',
          'language',
          language,
          [
            ['fr', 'Français'],
            ['en', 'English'],
          ],
          (value) => change({ language: value }),
        )}
        {choice(
          text('settings.theme'),
          'theme',
          theme,
          [
            ['system', text('settings.theme_system')],
            ['light', text('settings.theme_light')],
            ['dark', text('settings.theme_dark')],
          ],
          (value) => change({ theme: value }),
        )}
        {choice(
          text('settings.density'),
          'density',
          density,
          [
            ['comfortable', text('settings.comfortable')],
            ['compact', text('settings.compact')],
          ],
          (value) => change({ density: value }),
        )}
        {choice(
          text('settings.after_solve'),
          'after_solve',
          after_solve,
          [
            ['stay', text('settings.stay')],
            ['next', text('settings.next')],
          ],
          (value) => change({ after_solve: value }),
        )}
        {check(text('settings.enter_sends'), text('settings.enter_sends_hint'), enter_sends, (value) =>
          change({ enter_sends: value }),
        )}
        {check(text('settings.single_keys'), text('settings.single_keys_hint'), single_key_shortcuts, (value) =>
          change({ single_key_shortcuts: value }),
        )}
        <label class="field">
          <span>{text('settings.zone')}</span>
          <select value={wanted ?? ''} onChange={(event) => change({ zone: event.currentTarget.value || null })}>
            <option value="">{text('settings.zone_browser')}</option>
            {zones().map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <div role="alert">
          {failure.value && (
            <p class="error-line">
              <Icon name="alert" />
              {changeWords(failure.value, 'toast.not_saved')}
            </p>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function hitOption(hit: SearchHit, at: number): Option {
  const name = hit.contact.name ?? hit.contact.handle ?? text('author.customer');
  return {
    id: `${at}:${hit.ticket?.id ?? ''}`,
    label: hit.message ? hit.message.excerpt : name,
    detail: hit.message ? (
      <>
        {name} · <Time at={hit.message.sent_at} />
      </>
    ) : (
      (hit.contact.handle ?? '')
    ),
    group: text(hit.kind === 'contact' ? 'search.contacts' : 'search.messages'),
    icon: hit.kind === 'contact' ? <Avatar id={hit.contact.id} name={name} small /> : <Icon name="channel" />,
  };
}

function Search() {
  const query = useSignal('');
  const hits = useSignal<Option[]>([]);
  const failure = useSignal<Refusal | null>(null);
  const busy = useSignal(false);
  const words = query.value.trim();
  useEffect(() => {
    if (words === '') {
      hits.value = [];
      busy.value = false;
      return;
    }
    busy.value = true;
    let here = true;
    const timer = setTimeout(async () => {
      try {
        const { items } = await take(api.GET('/search', { params: { query: { q: words.slice(0, 200), limit: 30 } } }));
        if (here) hits.value = items.map(hitOption);
        if (here) failure.value = null;
      } catch (reason) {
        if (here) failure.value = reason instanceof Refusal ? reason : new Refusal(null, 0);
      } finally {
        if (here) busy.value = false;
      }
    }, 200);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [words]);
  return (
    <Dialog title={text('search.title')} onClose={close} quiet class="palette">
      <Combobox
        label={text('search.title')}
        placeholder={text('search.hint')}
        options={hits.value}
        filtered
        busy={busy.value}
        onQuery={(typed) => {
          query.value = typed;
        }}
        empty={failure.value ? problemWords(failure.value) : text(words === '' ? 'search.start' : 'search.none')}
        onPick={({ id }) => {
          const ticket = id.slice(id.indexOf(':') + 1);
          close();
          if (ticket === '') toast({ words: () => text('search.no_ticket'), tone: 'plain' });
          else actions.openTicket(ticket);
        }}
      />
    </Dialog>
  );
}

export default function Layers({ layer: entry }: { layer: Layer }) {
  switch (entry.kind) {
    case 'palette':
      return <Palette />;
    case 'pick':
      if (entry.what === 'assign') return <AssignPicker ticket={entry.ticket} />;
      if (entry.what === 'snooze') return <SnoozePicker ticket={entry.ticket} />;
      return entry.what === 'tags' ? <TagsPicker ticket={entry.ticket} /> : <PriorityPicker ticket={entry.ticket} />;
    case 'snooze-at':
      return <SnoozeAt ticket={entry.ticket} />;
    case 'cheatsheet':
      return <CheatSheet />;
    case 'settings':
      return <SettingsDialog />;
    case 'search':
      return <Search />;
    case 'confirm':
      return <Confirm entry={entry} />;
    case 'navigation':
      return <NavigationDrawer />;
    case 'session':
      return (
        <Dialog title={text('sign_in.again_title')} onClose={() => {}} firm class="narrow">
          <p>{text('sign_in.again')}</p>
          <SignIn again />
        </Dialog>
      );
  }
}
