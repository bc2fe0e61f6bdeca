/** One view's crash leaves the others usable (C-EM-2). */
import { Component, type ComponentChildren } from 'preact';
import { text } from '../i18n';
import { Icon } from './icon';

interface State {
  crashed: boolean;
}

export class Crash extends Component<{ children: ComponentChildren; name: string }, State> {
  override state: State = { crashed: false };

  override componentDidCatch(error: unknown) {
    console.error(this.props.name, error);
    this.setState({ crashed: true });
  }

  override render() {
    if (!this.state.crashed) return this.props.children;
    return (
      <div class="blank" role="alert">
        <Icon name="alert" />
        <h2>{text('crash.title')}</h2>
        <p>{text('crash.body')}</p>
        <button type="button" class="button" onClick={() => this.setState({ crashed: false })}>
          {text('action.retry')}
        </button>
      </div>
    );
  }
}
