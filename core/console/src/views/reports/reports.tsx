/** Where the engagement reports will stand. An analyst who signs in sees what they will hold. */
import { text } from '../../i18n';
import { Icon } from '../../ui/icon';

export default function Reports() {
  return (
    <section class="page soon" aria-label={text('nav.reports')} data-region="list">
      <h1>{text('nav.reports')}</h1>
      <div class="soon-lead">
        <Icon name="chart" />
        <h2>{text('reports.soon')}</h2>
        <p>{text('reports.soon_body')}</p>
      </div>
      <ul class="promises">
        <li>{text('reports.promise_volume')}</li>
        <li>{text('reports.promise_time')}</li>
        <li>{text('reports.promise_spend')}</li>
      </ul>
      <p class="quiet">{text('reports.private')}</p>
    </section>
  );
}
