/** Where the engagement reports will stand. An analyst who signs in sees what they will hold. */
import { text } from '../../i18n';
import { Blank } from '../../ui/blank';

export default function Reports() {
  return (
    <section class="page" aria-label={text('nav.reports')} data-region="list">
      <h1>{text('nav.reports')}</h1>
      <Blank icon="chart" title={text('reports.soon')} body={text('reports.soon_body')} />
      <ul class="promises">
        <li>{text('reports.promise_volume')}</li>
        <li>{text('reports.promise_time')}</li>
        <li>{text('reports.promise_spend')}</li>
      </ul>
      <p class="quiet">{text('reports.private')}</p>
    </section>
  );
}
