// The summary's button: hands in with how much time was left when it was pressed, so that a paper
// on its way when the time ran out is taken within the grace. Without a connection it waits here, and
// on the device, and is tried again; the page says that it is not handed in yet.

import { Clock, toldAt } from './exam/clock.js';
import { Device } from './exam/device.js';
import { handIn } from './exam/wire.js';

const form = document.querySelector('[data-hand-in-form]');
const clock = new Clock(Number(form.dataset.left), toldAt());
const device = new Device(form.dataset);
const button = form.querySelector('button');
let again;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!device.queued) device.queue(clock.left());
  attempt();
});
window.addEventListener('online', () => { if (device.queued) attempt(); });
if (device.queued) attempt(); // the page was reloaded while it waited

async function attempt() {
  clearTimeout(again);
  button.disabled = true;
  try {
    const { fate, data } = await handIn(device.queued, form.querySelector('[name=csrf_token]').value);
    if (fate === 'handed in') {
      device.unqueue();
      device.forget();
      window.location.assign(data.receipt);
    } else asForm();
  } catch {
    document.querySelector('[data-not-yet]').hidden = false;
    again = setTimeout(attempt, 4000 + Math.random() * 4000);
  }
}

/** What was refused, or not understood, the page itself tells best. */
function asForm() {
  const field = form.querySelector('[name=left_ms]');
  field.value = device.queued.left;
  field.disabled = false;
  device.unqueue();
  form.submit();
}
