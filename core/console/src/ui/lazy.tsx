/** Parts of the console that come in chunks of their own. A part that could not be fetched says so and can be tried again. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { text } from '../i18n';
import { Blank, Skeleton } from './blank';

export function lazy<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  lines = 0,
): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return (props: P) => {
    const [View, setView] = useState<ComponentType<P> | null>(() => loaded);
    const [attempt, setAttempt] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      setFailed(false);
      load().then(
        (part) => {
          loaded = part.default;
          setView(() => loaded);
        },
        () => setFailed(true),
      );
    }, [attempt]);
    if (View) return <View {...props} />;
    if (!failed) return lines > 0 ? <Skeleton lines={lines} /> : null;
    return (
      <Blank icon="offline" title={text('error.part')} body={text('error.no_answer')}>
        <button type="button" class="button" onClick={() => setAttempt(attempt + 1)}>
          {text('action.retry')}
        </button>
      </Blank>
    );
  };
}
