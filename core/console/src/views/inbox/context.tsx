/** Who the customer is, what the ticket is, and what was before. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { api, Refusal, type Ticket, take } from '../../api/client';
import { plural, text } from '../../i18n';
import { problemWords } from '../../i18n/problems';
import { run } from '../../keys/commands';
import { openTicket, priorityKey, statusKey } from '../../state/actions';
import { resyncs } from '../../state/session';
import { contact, ticketOf } from '../../state/store';
import { Avatar, customerName, Time, windowNow, windowWords } from '../../ui/bits';
import { Skeleton } from '../../ui/blank';
import { Icon } from '../../ui/icon';
import { platformName } from './row';

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const EditFact = ({
  name,
  command,
  children,
}: {
  name: string;
  command: 'ticket.assign' | 'ticket.priority' | 'ticket.tags';
  children: ComponentChildren;
}) => (
  <Fact name={name}>
    <button type="button" class="fact-button" onClick={() => run(command)}>
      <span class="fact-value">{children}</span>
      <Icon name="edit" />
      <span class="hidden">{text('action.change')}</span>
    </button>
  </Fact>
);

const origins = {
  organic: 'origin.organic',
  ad: 'origin.ad',
  link: 'origin.link',
  qr: 'origin.qr',
  comment: 'origin.comment',
  story: 'origin.story',
  search: 'origin.search',
} as const;

function Person({ ticket }: { ticket: Ticket }) {
  const failure = useSignal<Refusal | null>(null);
  useEffect(() => {
    let here = true;
    take(api.GET('/contacts/{id}', { params: { path: { id: ticket.customer.id } } })).then(
      (found) => {
        if (here) contact.value = found;
      },
      (reason) => {
        if (here) failure.value = reason instanceof Refusal ? reason : new Refusal(null, 0);
      },
    );
    return () => {
      here = false;
    };
  }, [ticket.customer.id, ticket.status, resyncs.value]);
  if (failure.value) return <p class="quiet">{problemWords(failure.value)}</p>;
  const found = contact.value;
  if (found?.id !== ticket.customer.id) return <Skeleton lines={4} />;
  const others = found.tickets.filter((other) => other.id !== ticket.id);
  const origin = origins[found.origin as keyof typeof origins];
  return (
    <>
      <dl class="facts">
        {found.handle && <Fact name={text('fact.handle')}>{found.handle}</Fact>}
        {origin && <Fact name={text('fact.origin')}>{text(origin)}</Fact>}
        <Fact name={text('fact.first_seen')}>
          <Time at={found.first_seen_at} />
        </Fact>
        <Fact name={text('fact.last_seen')}>
          <Time at={found.last_seen_at} />
        </Fact>
      </dl>
      <h3>{text('context.others')}</h3>
      {others.length === 0 ? (
        <p class="quiet">{text('context.no_others')}</p>
      ) : (
        <ul class="others">
          {others.map((other) => (
            <li key={other.id}>
              <button type="button" class="other" onClick={() => openTicket(other.id)}>
                <span>{text('ticket.number', { number: other.number })}</span>
                <span class={`chip status-${other.status}`}>{text(statusKey[other.status])}</span>
                <Time at={other.created_at} />
                {other.preview && <span class="other-preview">{other.preview}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export default function Context({ id }: { id: string }) {
  const ticket = ticketOf(id).value;
  if (!ticket) return <aside class="context" data-region="context" aria-label={text('context.label')} />;
  const name = customerName(ticket);
  const window = windowWords(ticket.window, windowNow(ticket.window), false);
  const over = ticket.status === 'closed';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <aside class="context" data-region="context" aria-label={text('context.label')} tabIndex={0}>
      <button
        type="button"
        class="icon-button context-close"
        aria-label={text('action.close_layer')}
        onClick={() => run('region.back')}
      >
        <Icon name="close" />
      </button>
      <div class="context-who">
        <Avatar id={ticket.customer.id} name={name} />
        <h2>{name}</h2>
        <p class="quiet">
          {platformName(ticket)} · {ticket.account.name}
        </p>
      </div>
      <h3>{text('context.ticket')}</h3>
      <dl class="facts">
        {window !== '' && <Fact name={text('fact.window')}>{window}</Fact>}
        {over ? (
          <Fact name={text('fact.assignee')}>{ticket.assignee?.name ?? text('ticket.unassigned')}</Fact>
        ) : (
          <>
            <EditFact name={text('fact.assignee')} command="ticket.assign">
              {ticket.assignee?.name ?? text('ticket.unassigned')}
            </EditFact>
            <EditFact name={text('fact.priority')} command="ticket.priority">
              {text(priorityKey[ticket.priority])}
            </EditFact>
            <EditFact name={text('fact.tags')} command="ticket.tags">
              {ticket.tags.length === 0
                ? text('ticket.no_tags')
                : ticket.tags.map((tag) => (
                    <span key={tag} class="tag">
                      {tag}
                    </span>
                  ))}
            </EditFact>
          </>
        )}
        <Fact name={text('fact.created')}>
          <Time at={ticket.created_at} />
        </Fact>
        {ticket.first_response_at && (
          <Fact name={text('fact.first_response')}>
            <Time at={ticket.first_response_at} />
          </Fact>
        )}
        {ticket.snoozed_until && (
          <Fact name={text('fact.snoozed')}>
            <Time at={ticket.snoozed_until} />
          </Fact>
        )}
        <Fact name={text('fact.messages')}>{plural('fact.messages_in', ticket.messages_in)}</Fact>
      </dl>
      <h3>{text('context.customer')}</h3>
      <Person ticket={ticket} />
    </aside>
  );
}
