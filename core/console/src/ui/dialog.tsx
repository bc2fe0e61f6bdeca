/** A modal layer on `<dialog>`: focus trap, Esc, top layer and the return of the focus come from the browser. */
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { text } from '../i18n';
import { Icon } from './icon';

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  class?: string;
  /** The title is heard but not seen. */
  quiet?: boolean;
  /** Esc and the outside do not close it. */
  firm?: boolean;
}

export function Dialog({ title, onClose, children, class: className = '', quiet = false, firm = false }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current!;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      // The element that opened it may have been redrawn away.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog is a convenience; Esc and the close button do the same
    <dialog
      ref={ref}
      class={`dialog ${className}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!firm) onClose();
      }}
      onClose={() => {
        // A second Esc in a row closes it without asking; after our own close() it is gone from the page already.
        if (!ref.current) return;
        if (firm) ref.current.showModal();
        else onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current && !firm) onClose();
      }}
    >
      <div class="dialog-body">
        <header class={quiet ? 'hidden' : 'dialog-head'}>
          <h2 id={id}>{title}</h2>
          {!quiet && !firm && (
            <button type="button" class="icon-button" onClick={onClose} aria-label={text('action.close_layer')}>
              <Icon name="close" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
