/** One view's crash leaves the others usable (C-EM-2). */
import { Component, type ComponentChildren } from 'preact';
import { text } from '../i18n';
import { Icon } from './icon';

interface State {
  reference: string | null;
}

export class Crash extends Component<{ children: ComponentChildren; name: string }, State> {
  override state: State = { reference: null };

  override componentDidCatch(error: unknown) {
    const reference = Date.now().toString(36).toUpperCase();
    console.error(`[${reference}] ${this.props.name}`, error);
    this.setState({ reference });
  }

  override render() {
    if (this.state.reference === null) return this.props.children;
    return (
      <div class="blank" role="alert">
        <Icon name="alert" />
        <h2>{text('crash.title')}</h2>
        <p>{text('crash.body', { reference: this.state.reference })}</p>
        <button type="button" class="button" onClick={() => this.setState({ reference: null })}>
          {text('action.retry')}
        </button>
      </div>
    );
  }
}
