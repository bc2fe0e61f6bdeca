import { useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { text } from '../i18n';
import { number } from '../i18n/format';
import { route } from '../state/route';
import { boot } from '../state/session';
import { announcement, counters, type Layer, layer, navCollapsed, phase, role, sessionEnded } from '../state/store';
import { Blank, Skeleton } from '../ui/blank';
import { Crash } from '../ui/crash';
import { Sprite } from '../ui/icon';
import { lazy } from '../ui/lazy';
import { Inbox } from './inbox/inbox';
import { Navigation, TopBar } from './navigation';
import { Banner, Toasts } from './notices';

/** What an agent's first screen never needs comes in chunks of its own. */
const Admin = lazy(() => import('./admin/admin'), 8);
const Reports = lazy(() => import('./reports/reports'), 4);
const loadSignIn = () => import('./sign-in').then(({ SignIn }) => ({ default: SignIn }));
const SignIn = lazy<{ again?: boolean }>(loadSignIn, 4);
const loadLayers = () => import('./layers');
const Layers = lazy<{ layer: Layer }>(loadLayers);

function Page() {
  const view = route.value.view;
  const who = role.value;
  // A role that sees no tickets has no inbox to land on.
  if (who === 'analyst' && view === 'inbox') return <Reports />;
  if (view === 'inbox') return <Inbox />;
  const allowed = view === 'admin' ? who === 'admin' : who === 'analyst' || who === 'admin';
  if (!allowed) return <Blank alone icon="lock" title={text('error.forbidden_title')} body={text('error.forbidden')} />;
  return view === 'admin' ? <Admin /> : <Reports />;
}

/** What a region says is its content; only without any, the first thing that can be used. */
function skipToContent() {
  const first = (wanted: string) =>
    [...document.querySelectorAll<HTMLElement>(wanted)].find((element) => element.checkVisibility());
  (first('main [data-region-focus]') ?? first('main button, main a, main [tabindex]'))?.focus();
}

function Shell() {
  // The palette opens at once, and so does the door when the session ends: fetched while nothing else happens.
  useEffect(() => {
    setTimeout(() => void Promise.all([loadLayers(), loadSignIn()]).catch(() => {}), 50);
  }, []);
  useSignalEffect(() => {
    const mine = counters.value.mine;
    document.title = mine > 0 ? text('title.counted', { count: number(mine) }) : text('title.plain');
  });
  return (
    <div class={`shell${navCollapsed.value ? ' nav-collapsed' : ''}`}>
      {/* biome-ignore lint/a11y/useValidAnchor: it is page navigation; the script only puts the focus where it is of use */}
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          skipToContent();
        }}
      >
        {text('nav.skip')}
      </a>
      <TopBar />
      <Navigation />
      <main id="main" class="main">
        <Banner />
        <Crash name={route.value.view} key={route.value.view}>
          <Page />
        </Crash>
      </main>
      {layer.value && <Layers layer={layer.value} />}
      {sessionEnded.value && <Layers layer={{ kind: 'session' }} />}
      <Toasts />
    </div>
  );
}

export function App() {
  return (
    <>
      <Sprite />
      <div class="hidden" role="status" aria-live="polite">
        {announcement.value}
      </div>
      {phase.value === 'starting' && <Skeleton lines={6} />}
      {phase.value === 'unreachable' && (
        <main class="alone">
          <Blank alone icon="offline" title={text('error.unreachable_title')} body={text('error.unreachable')}>
            <button type="button" class="button primary" onClick={() => void boot()}>
              {text('action.retry')}
            </button>
          </Blank>
        </main>
      )}
      {phase.value === 'signed-out' && (
        <main class="alone">
          <SignIn />
        </main>
      )}
      {phase.value === 'ready' && <Shell />}
    </>
  );
}
