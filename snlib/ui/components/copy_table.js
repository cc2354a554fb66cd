export default function ({ data, parentElement }) {
  const make = (name, text) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
      button.focus();
    }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  };
  const row = (texts) => {
    const line = make('tr');
    texts.forEach((text, at) => {
      const last = at === texts.length - 1;
      const cell = make(at === 0 ? 'th' : 'td');
      if (at === 0) cell.scope = 'row';
      cell.dataset.label = data.headings[at];
      cell.append(make(last ? 'code' : 'span', text));
      if (last) {
        // A key stays on one line with its button; a long text may break.
        if (text.length <= 36) cell.className = 'whole';
        const button = make('button', 'Copy');
        button.type = 'button';
        button.setAttribute('aria-label', `Copy the ${data.headings[at]} of ${texts[0]}`);
        button.onclick = () => copy(button, text);
        cell.append(button);
      }
      line.append(cell);
    });
    return line;
  };
  const head = make('tr');
  for (const heading of data.headings) {
    const cell = make('th', heading);
    cell.scope = 'col';
    head.append(cell);
  }
  parentElement.querySelector('table').className = data.headings.length === 2 ? 'pairs' : '';
  parentElement.querySelector('caption').textContent = data.label;
  parentElement.querySelector('thead').replaceChildren(head);
  parentElement.querySelector('tbody').replaceChildren(...data.rows.map(row));
}
