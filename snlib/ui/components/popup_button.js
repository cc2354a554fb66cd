// A button that opens a service's consent page in a popup, inside the click so that browsers do not block it.
// Mode "direct": the address is known. Mode "ask": a blank window waits while the server checks what was typed.
const buttons = new WeakMap();
const FEATURES = 'popup,width=560,height=720';

function finish(state) {
  if (state.window) { try { state.window.close(); } catch { /* gone already */ } state.window = null; }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector('button'), note = parentElement.querySelector('p');
  let state = buttons.get(parentElement);
  if (!state) { state = { window: null, nonce: '' }; buttons.set(parentElement, state); }
  button.textContent = data.label;
  button.className = 'primary';
  button.onclick = () => {
    note.hidden = true;
    if (data.mode === 'direct') {
      state.window = window.open(data.popup_url, data.channel, FEATURES);
      if (!state.window) location.assign(data.tab_url);
      return;
    }
    state.nonce = String(Date.now()) + Math.random().toString(16).slice(2);
    state.window = window.open('about:blank', data.channel, FEATURES);
    if (state.window) state.window.document.body.textContent = 'Asking the ServiceNow instance…';
    setTriggerValue('asked', state.nonce);
  };
  if (data.mode === 'ask' && state.nonce && data.nonce === state.nonce) {
    state.nonce = '';
    if (!data.popup_url) finish(state);
    else if (state.window) state.window.location.replace(data.popup_url);
    else location.assign(data.tab_url);
  }
  const channel = new BroadcastChannel(data.channel);
  channel.onmessage = (event) => {
    const answer = event.data || {};
    state.window = null;
    setTriggerValue('answered', { ok: answer.ok === true, message: String(answer.message || '').slice(0, 400) });
  };
  return () => channel.close();
}
