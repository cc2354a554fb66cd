// A search box with a list of answers (ARIA combobox). An answer is shown only if it answers what is in the box now.
const boxes = new WeakMap();

function paint(box) {
  const items = [...box.list.children];
  items.forEach((item, i) => item.setAttribute('aria-selected', String(i === box.active)));
  if (items[box.active]) {
    box.input.setAttribute('aria-activedescendant', items[box.active].id);
    items[box.active].scrollIntoView({ block: 'nearest' });
  } else box.input.removeAttribute('aria-activedescendant');
}

function open(box, yes) {
  box.list.hidden = !yes;
  box.input.setAttribute('aria-expanded', String(yes));
}

function say(box, text, problem) {
  box.note.textContent = text || '';
  box.note.className = problem ? 'problem' : 'note';
  box.note.hidden = !text;
}

function ask(box) {
  clearTimeout(box.timer);
  const text = box.input.value.trim();
  if (text === box.asked) return;
  box.asked = text;
  if (text.length >= 2) say(box, 'Searching…');
  else { open(box, false); say(box, text ? 'Type at least two characters.' : ''); }
  box.set('q', text);
}

function pick(box, item) {
  box.input.value = '';
  box.asked = box.entered = '';
  open(box, false);
  say(box, 'Opening ' + item.dataset.name + '…');
  box.opening = true;
  box.set('q', '');
  box.trigger('picked', item.dataset.id);
}

// Opens the marked answer to what is in the box; where it has not come yet, the first one as soon as it does.
function enter(box) {
  ask(box);
  box.entered = box.answered === box.asked ? '' : box.asked;
  const item = box.list.children[box.active];
  if (!box.entered && item && !box.list.hidden) pick(box, item);
}

function wire(root, box) {
  box.input.addEventListener('input', () => {
    box.entered = '';
    clearTimeout(box.timer);
    box.timer = setTimeout(() => ask(box), 200);
  });
  box.input.addEventListener('paste', (event) => {  // the browser would join the lines without a blank
    const text = event.clipboardData.getData('text');
    if (!/[\r\n]/.test(text)) return;
    event.preventDefault();
    box.input.setRangeText(text.replace(/[\r\n]+/g, ' '), box.input.selectionStart, box.input.selectionEnd, 'end');
    box.input.dispatchEvent(new Event('input'));
  });
  box.input.addEventListener('focus', () => { if (box.list.children.length && box.input.value.trim()) open(box, true); });
  // A click on an answer keeps the focus here.
  box.input.addEventListener('blur', () => { box.entered = ''; open(box, false); });
  box.input.addEventListener('keydown', (event) => {
    const items = [...box.list.children];
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && items.length) {
      event.preventDefault();
      open(box, true);
      box.active = (box.active + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length;
      paint(box);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      enter(box);
    } else if (event.key === 'Escape') { box.entered = ''; open(box, false); }
  });
  box.slash = (event) => {
    const where = document.activeElement;
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (where && (/^(INPUT|TEXTAREA|SELECT)$/.test(where.tagName) || where.isContentEditable)) return;
    if (root.activeElement === box.input) return;
    event.preventDefault();
    box.input.focus();
  };
  document.addEventListener('keydown', box.slash);
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let box = boxes.get(parentElement);
  if (!box) {
    box = { active: 0, timer: 0, asked: '', answered: '', entered: '', input: parentElement.querySelector('input'),
      list: parentElement.querySelector('ul'), note: parentElement.querySelector('p') };
    boxes.set(parentElement, box);
    parentElement.querySelector('label').textContent = data.label;
    box.input.placeholder = data.placeholder || '';
    wire(parentElement, box);
    if (data.focus) box.input.focus();
  }
  box.set = setStateValue;
  box.trigger = setTriggerValue;
  if (data.q === box.asked) {
    if (box.opening) { box.opening = false; say(box, ''); }
    box.list.replaceChildren(...data.options.map((option, i) => {
      const item = document.createElement('li'), detail = document.createElement('small');
      item.id = 'option-' + i;
      item.setAttribute('role', 'option');
      item.dataset.id = option.id;
      item.dataset.name = option.name;
      item.textContent = option.name;
      detail.textContent = option.detail;
      item.append(detail);
      item.onmousedown = (event) => event.preventDefault();
      item.onclick = () => pick(box, item);
      return item;
    }));
    box.active = 0;
    box.answered = data.q;
    open(box, data.options.length > 0);
    if (box.asked.length >= 2) say(box, data.note, data.problem);
    paint(box);
    if (box.entered) enter(box);
  }
  return () => document.removeEventListener('keydown', box.slash);
}
