/** Channels and plugins: what runs, what came last, what is wrong; pause, resume, reload; the quarantine. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, type Channel, type Plugin, type Quarantined, Refusal, take } from '../../api/client';
import { type Key, plural, text } from '../../i18n';
import { fileSize, list, number } from '../../i18n/format';
import { changeWords } from '../../i18n/problems';
import { loadChannels } from '../../state/session';
import { channels, channelsLoaded, toast } from '../../state/store';
import { Time } from '../../ui/bits';
import { Blank, Failed, Skeleton } from '../../ui/blank';
import { channelIcon, Icon, type IconName } from '../../ui/icon';
import { attachmentName } from '../inbox/attachment';

const states: Record<Channel['state'], { key: Key; icon: IconName }> = {
  active: { key: 'channel.active', icon: 'check' },
  paused: { key: 'channel.paused', icon: 'pause' },
  reconnect: { key: 'channel.reconnect', icon: 'lock' },
  restricted: { key: 'channel.restricted', icon: 'alert' },
  failed: { key: 'channel.failed', icon: 'alert' },
};

const refused = (reason: unknown) => {
  const refusal = reason instanceof Refusal ? reason : new Refusal(null, 0);
  toast({ words: () => changeWords(refusal), tone: 'bad', reference: refusal.problem?.reference });
};

async function act(channel: Channel, action: 'pause' | 'resume' | 'reload') {
  const done: Record<typeof action, Key> = {
    pause: 'channel.did_pause',
    resume: 'channel.did_resume',
    reload: 'channel.did_reload',
  };
  try {
    const after = await take(api.PATCH('/channels/{id}', { params: { path: { id: channel.id } }, body: { action } }));
    channels.value = channels.peek().map((other) => (other.id === after.id ? after : other));
    toast({ words: () => text(done[action], { name: channel.name }), tone: 'plain' });
  } catch (reason) {
    refused(reason);
  }
}

const State = ({ state }: { state: Channel['state'] }) => (
  <span class={`chip channel-${state}`}>
    <Icon name={states[state].icon} />
    {text(states[state].key)}
  </span>
);

function Capabilities({ channel }: { channel: Channel }) {
  const { text: limit, kinds_in, kinds_out, window, receipts, source, checked_on } = channel.capabilities;
  const unit = { code_points: 'unit.code_points', bytes: 'unit.bytes', utf16: 'unit.utf16' } as const;
  const yes = (value: boolean) => text(value ? 'capability.yes' : 'capability.no');
  return (
    <details class="capabilities">
      <summary>{text('capability.title')}</summary>
      <dl class="facts">
        <div class="fact">
          <dt>{text('capability.text')}</dt>
          <dd>{text(unit[limit.unit], { max: number(limit.max) })}</dd>
        </div>
        <div class="fact">
          <dt>{text('capability.window')}</dt>
          <dd>
            {window.hours === null
              ? text('capability.no_window')
              : text('capability.hours', { hours: number(window.hours) })}
            {window.human_hours !== null && text('capability.human', { hours: number(window.human_hours) })}
          </dd>
        </div>
        <div class="fact">
          <dt>{text('capability.in')}</dt>
          <dd>{list(kinds_in.map(attachmentName))}</dd>
        </div>
        <div class="fact">
          <dt>{text('capability.out')}</dt>
          <dd>
            {list(
              kinds_out.map(({ kind, max_bytes }) =>
                max_bytes === null
                  ? attachmentName(kind)
                  : text('capability.up_to', { kind: attachmentName(kind), size: fileSize(max_bytes) }),
              ),
            )}
          </dd>
        </div>
        <div class="fact">
          <dt>{text('capability.receipts')}</dt>
          <dd>{text('capability.receipts_value', { delivered: yes(receipts.delivered), read: yes(receipts.read) })}</dd>
        </div>
        {source && (
          <div class="fact">
            <dt>{text('capability.source')}</dt>
            <dd>{checked_on ? text('capability.source_on', { source, date: checked_on }) : source}</dd>
          </div>
        )}
      </dl>
    </details>
  );
}

function ChannelCard({ channel }: { channel: Channel }) {
  const { state } = channel;
  return (
    <article class="card channel" aria-label={channel.name}>
      <header class="channel-head">
        <Icon name={channelIcon(channel.plugin)} />
        <h2>{channel.name}</h2>
        <State state={state} />
        <span class="channel-actions">
          {state === 'paused' ? (
            <button type="button" class="button small" onClick={() => void act(channel, 'resume')}>
              <Icon name="play" />
              {text('channel.resume')}
            </button>
          ) : (
            <button type="button" class="button small" onClick={() => void act(channel, 'pause')}>
              <Icon name="pause" />
              {text('channel.pause')}
            </button>
          )}
          <button type="button" class="button small" onClick={() => void act(channel, 'reload')}>
            <Icon name="refresh" />
            {text('channel.reload')}
          </button>
        </span>
      </header>
      {channel.error !== null && (
        <p class="error-line" lang="en">
          <Icon name="alert" />
          {channel.error}
        </p>
      )}
      <dl class="facts across">
        <div class="fact">
          <dt>{text('channel.last_event')}</dt>
          <dd>{channel.last_event_at ? <Time at={channel.last_event_at} /> : text('channel.never')}</dd>
        </div>
        <div class="fact">
          <dt>{text('channel.last_send')}</dt>
          <dd>{channel.last_send_at ? <Time at={channel.last_send_at} /> : text('channel.never')}</dd>
        </div>
        <div class="fact">
          <dt>{text('channel.queued')}</dt>
          <dd>{number(channel.queued)}</dd>
        </div>
        <div class="fact">
          <dt>{text('channel.quarantined')}</dt>
          <dd>{number(channel.quarantined)}</dd>
        </div>
      </dl>
      <ul class="accounts">
        {channel.accounts.map((account) => (
          <li key={account.id}>
            <span>{account.name}</span>
            <State state={account.state} />
            {account.error !== null && <span lang="en">{account.error}</span>}
          </li>
        ))}
      </ul>
      <Capabilities channel={channel} />
    </article>
  );
}

const pluginState: Record<Plugin['state'], Key> = {
  loaded: 'plugin.loaded',
  refused: 'plugin.refused',
  disabled: 'plugin.disabled',
  crashed: 'plugin.crashed',
};

function Plugins({ plugins }: { plugins: Plugin[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div class="table-place" tabIndex={0} role="group" aria-label={text('plugin.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text('plugin.name')}</th>
            <th scope="col">{text('plugin.version')}</th>
            <th scope="col">{text('plugin.state')}</th>
            <th scope="col">{text('plugin.channels')}</th>
            <th scope="col">{text('plugin.digest')}</th>
          </tr>
        </thead>
        <tbody>
          {plugins.map((plugin) => (
            <tr key={plugin.name}>
              <th scope="row">{plugin.name}</th>
              <td>{plugin.version ?? ''}</td>
              <td>
                {text(pluginState[plugin.state])}
                {plugin.restarts > 0 && <span class="quiet"> · {plural('plugin.restarts', plugin.restarts)}</span>}
                {plugin.refusal !== null && (
                  <p class="error-line" lang="en">
                    {plugin.refusal}
                  </p>
                )}
              </td>
              <td>{list(plugin.channels)}</td>
              <td>
                <code title={plugin.digest}>{plugin.digest.slice(0, 12)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Quarantine({ items, gone }: { items: Quarantined[]; gone: (id: string) => void }) {
  const end = async (id: string, call: () => Promise<unknown>, done: Key) => {
    try {
      await call();
      gone(id);
      toast({ words: () => text(done), tone: 'plain' });
    } catch (reason) {
      refused(reason);
    }
  };
  if (items.length === 0) return <p class="quiet">{text('quarantine.empty')}</p>;
  return (
    <ul class="quarantine">
      {items.map((item) => (
        <li key={item.id} class="card">
          <p class="separated">
            <strong>{item.channel}</strong>
            <Time at={item.received_at} />
            <span>{fileSize(item.size)}</span>
          </p>
          <p lang="en">{item.reason}</p>
          <div class="dialog-actions">
            <button
              type="button"
              class="button small"
              onClick={() =>
                void end(
                  item.id,
                  () => take(api.POST('/quarantine/{id}/release', { params: { path: { id: item.id } } })),
                  'quarantine.released',
                )
              }
            >
              {text('quarantine.release')}
            </button>
            <button
              type="button"
              class="button small"
              onClick={() =>
                void end(
                  item.id,
                  () => take(api.DELETE('/quarantine/{id}', { params: { path: { id: item.id } } })),
                  'quarantine.dropped',
                )
              }
            >
              {text('quarantine.drop')}
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}

export default function Admin() {
  const plugins = useSignal<Plugin[] | null>(null);
  const quarantine = useSignal<Quarantined[]>([]);
  const failure = useSignal<Refusal | null>(null);
  const load = async () => {
    failure.value = null;
    try {
      const query = { params: { query: { limit: 200 } } };
      const [found, held] = await Promise.all([
        take(api.GET('/plugins', query)),
        take(api.GET('/quarantine', query)),
        loadChannels(),
      ]);
      plugins.value = found.items;
      quarantine.value = held.items;
    } catch (reason) {
      failure.value = reason instanceof Refusal ? reason : new Refusal(null, 0);
    }
  };
  useEffect(() => void load(), []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="page" aria-label={text('nav.admin')} data-region="list" tabIndex={0}>
      <h1>{text('nav.admin')}</h1>
      {failure.value && <Failed what={text('admin.failed')} refusal={failure.value} retry={() => void load()} />}
      {!channelsLoaded.value && !failure.value && <Skeleton lines={5} />}
      {channelsLoaded.value && channels.value.length === 0 && (
        <Blank icon="plug" title={text('empty.no_channel')} body={text('empty.no_channel_admin')} />
      )}
      <div class="channels">
        {channels.value.map((channel) => (
          <ChannelCard key={channel.id} channel={channel} />
        ))}
      </div>
      {plugins.value && (
        <>
          <h2>{text('plugin.title')}</h2>
          <Plugins plugins={plugins.value} />
          <h2>{text('quarantine.title')}</h2>
          <Quarantine
            items={quarantine.value}
            gone={(id) => {
              quarantine.value = quarantine.value.filter((item) => item.id !== id);
            }}
          />
        </>
      )}
    </section>
  );
}
