import { render } from 'preact';
import { setLanguage } from './i18n';
import { startKeys } from './keys/handler';
import { startClock } from './state/clock';
import { startRouter } from './state/route';
import { applyLook, boot, rememberedLook } from './state/session';
import { App } from './views/app';

// Before the first paint: theme and language of last time.
const look = rememberedLook();
applyLook(look);
startRouter();
startClock();
startKeys();
const language = setLanguage(look.language);
void boot();
await language;
render(<App />, document.getElementById('app')!);
