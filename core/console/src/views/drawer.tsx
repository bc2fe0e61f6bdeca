import { text } from '../i18n';
import { layer } from '../state/store';
import { Dialog } from '../ui/dialog';
import { Me, Places, Tools } from './navigation';

/** The navigation where there is no room for it beside the page. */
export function NavigationDrawer() {
  const close = () => {
    layer.value = null;
  };
  return (
    <Dialog title={text('nav.label')} onClose={close} class="drawer">
      <Places onGo={close} />
      <Tools onGo={() => layer.peek()?.kind === 'navigation' && close()} />
      <Me />
    </Dialog>
  );
}
