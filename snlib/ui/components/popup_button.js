// A button that opens a service's consent page in a popup, inside the click so that browsers do not block it.
// Mode "direct": the address is known. Mode "ask": a blank window waits while the server checks what was typed.
// Streamlit mounts a component anew when elements before it come or go, so what is going on is kept with the page.
const popups = (window.snPopups ??= new Map());
const FEATURES = 'popup,width=560,height=720';
const ASKING_MS = 60_000;  // longer than the server may take to ask the instance
const LOOK_MS = 500;

export default function ({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector('button'), note = parentElement.querySelector('p');
  let state = popups.get(data.key);
  if (!state) { state = { window: null, nonce: '', until: 0, said: '' }; popups.set(data.key, state); }
  // What looks after the window may outlive this mount, so it speaks through the newest one.
  state.say = (sentence) => { state.said = sentence; note.textContent = sentence; note.hidden = !sentence; };
  state.answered = (ok, message) => setTriggerValue('answered', { ok, message });
  const over = () => {
    try { state.window?.close(); } catch { /* gone already */ }
    Object.assign(state, { window: null, nonce: '', until: 0 });
  };
  const goTo = (address) => { window.snLeaving = true; location.assign(address); };

  button.textContent = data.label;
  button.className = 'primary';
  state.say(state.said);
  button.onclick = () => {
    over();
    state.say('');
    const direct = data.mode === 'direct';
    state.window = window.open(direct ? data.popup_url : 'about:blank', data.channel, FEATURES);
    if (direct) {
      if (!state.window) { goTo(data.tab_url); return; }
      state.until = Date.now() + data.seconds * 1000;
      return;
    }
    if (state.window) state.window.document.body.textContent = data.asking;
    state.nonce = String(Date.now()) + Math.random().toString(16).slice(2);
    state.until = Date.now() + ASKING_MS;
    setTriggerValue('asked', state.nonce);
  };
  if (state.nonce && data.nonce === state.nonce) {
    state.nonce = '';
    state.until = Date.now() + data.seconds * 1000;
    if (!data.popup_url) over();
    else if (!state.window) goTo(data.tab_url);
    else if (!state.window.closed) state.window.location.replace(data.popup_url);
  }

  const looking = setInterval(() => {
    if (!state.until) return;
    if (Date.now() > state.until) {
      const asked = !state.nonce;
      over();
      state.say(data.late);
      if (asked) state.answered(false, data.late);
    } else if (state.window?.closed) {
      // A service's page may look closed from here while it is still open: its answer counts when it comes.
      state.say(data.closed);
    }
  }, LOOK_MS);
  const channel = new BroadcastChannel(data.channel);
  channel.onmessage = (event) => {
    const answer = event.data || {};
    Object.assign(state, { window: null, until: 0 });
    state.say('');
    state.answered(answer.ok === true, String(answer.message || '').slice(0, 400));
  };
  const left = () => { if (state.nonce) over(); };
  addEventListener('pagehide', left);
  return () => { clearInterval(looking); channel.close(); removeEventListener('pagehide', left); };
}
