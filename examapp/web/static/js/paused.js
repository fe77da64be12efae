// While the exam stands still: ask now and then, and open the questions when it goes on.

import { post } from './exam/wire.js';

const { pulseUrl, token } = document.querySelector('[data-paused-page]').dataset;
const again = () => setTimeout(look, 8000 * (0.8 + Math.random() * 0.4));

async function look() {
  try {
    const { data } = await post(pulseUrl, token, {}, 10000);
    if (data.state && data.state !== 'paused') window.location.reload();
  } catch { /* no connection: ask again */ }
  again();
}

again();
window.addEventListener('online', look);
