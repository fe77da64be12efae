// Ask the server something as JSON. What is not an answer of ours is no answer: an error is thrown.

export async function post(url, token, body, patience = 15000) {
  const began = performance.now();
  const answer = await fetch(url, {
    method: 'POST', redirect: 'manual', cache: 'no-store', signal: AbortSignal.timeout(patience),
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token },
    body: JSON.stringify(body),
  });
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  const data = await answer.json().catch(() => ({}));
  return { status: answer.status, data, took: performance.now() - began };
}

/** What became of a choice: saved, late, refused for good, to be numbered anew, or not heard. */
export async function send(entry, token) {
  const { lease, seq, position, choice, left } = entry;
  const { status, data, took } = await post(`${entry.url}/responses`, token, { lease, seq, position, choice, left_ms: left });
  if (status === 200 && data.saved === seq) return { fate: 'saved', data, took };
  if (status === 202 && data.late === seq) return { fate: 'late', data, took };
  if (data.code === 'out_of_order') return { fate: 'renumber', data, took };
  if (['sitting_closed', 'taken_over', 'not_on_paper'].includes(data.code)) return { fate: 'refused', data, took };
  if (status < 400) throw new Error('not our server'); // a hotel's sign-in page answers 200 too
  return { fate: 'unheard', data, took, status };
}

/** Hand in; `left` is what there was when the candidate pressed the button. */
export async function handIn({ url, lease, left }, token) {
  const { status, data } = await post(`${url}/submit`, token, { lease, left_ms: left });
  if (status === 200 && data.receipt) return { fate: 'handed in', data };
  if (['sitting_closed', 'taken_over'].includes(data.code)) return { fate: 'refused', data };
  if (status < 400) throw new Error('not our server');
  return { fate: 'unheard', data, status };
}
