import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Refusal } from '../api/client';
import { language, text } from '../i18n';
import { problemWords } from '../i18n/problems';
import { chooseAtDoor, signIn } from '../state/session';
import { me } from '../state/store';
import { Brand } from '../ui/bits';
import { Icon } from '../ui/icon';

/** The door. `again` signs the same person in over what is on screen. */
export function SignIn({ again = false }: { again?: boolean }) {
  const failure = useSignal<Refusal | null>(null);
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const field = form.current?.querySelector<HTMLInputElement>(again ? '[name=password]' : '[name=login]');
    field?.focus();
  }, [again]);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    const data = new FormData(form.current!);
    busy.value = true;
    failure.value = null;
    try {
      await signIn(String(data.get('login')), String(data.get('password')));
    } catch (reason) {
      failure.value = reason instanceof Refusal ? reason : new Refusal(null, 0);
      form.current?.querySelector<HTMLInputElement>('[name=password]')?.select();
    } finally {
      busy.value = false;
    }
  };
  const other = language.value === 'fr' ? 'en' : 'fr';
  return (
    <form ref={form} class={again ? 'sign-in again' : 'sign-in card'} onSubmit={submit} method="post">
      {!again && (
        <header class="sign-in-head">
          <Brand />
          <h1>{text('sign_in.title')}</h1>
          <p class="quiet">{text('sign_in.lead')}</p>
        </header>
      )}
      <label class="field">
        <span>{text('sign_in.login')}</span>
        <input
          name="login"
          type="text"
          required
          maxLength={128}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          {...(again ? { value: me.value?.login ?? '', readOnly: true } : {})}
        />
      </label>
      <label class="field">
        <span>{text('sign_in.password')}</span>
        <input name="password" type="password" required maxLength={128} autocomplete="current-password" />
      </label>
      <div role="alert">
        {failure.value && (
          <p class="error-line">
            <Icon name="alert" />
            {problemWords(failure.value)}
          </p>
        )}
      </div>
      <button type="submit" class="button primary wide" aria-disabled={busy.value}>
        {text(busy.value ? 'sign_in.busy' : 'sign_in.go')}
      </button>
      {!again && (
        <button
          type="button"
          class="link-button"
          lang={other === 'fr' ? 'fr-CA' : 'en-CA'}
          onClick={() => chooseAtDoor(other)}
        >
          {text('sign_in.other_language')}
        </button>
      )}
    </form>
  );
}
