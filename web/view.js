/** How answers look. Everything is made of elements and text: no answer is ever taken for markup. */

const SVG = 'http://www.w3.org/2000/svg';

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const percent = (score) => `${(score * 100).toFixed(1)} %`;

/** A list of names with bars. */
export function bars(entries) {
  return element(
    'ol',
    { class: 'bars' },
    ...entries.map(({ name, more, score }) => {
      const part = element('i');
      part.style.setProperty('--part', String(Math.min(1, score)));
      const label = element('span', { class: 'name' }, name);
      if (more) label.append(element('span', { class: 'more' }, more));
      const line = element(
        'div',
        { class: 'line' },
        label,
        element('span', { class: 'percent' }, percent(score)),
      );
      return element('li', {}, line, element('div', { class: 'track' }, part));
    }),
  );
}

/** The answer of a task. */
export function answerView(task, answer, language, texts) {
  const other = ({ label, zh }) => (language === 'zh' ? label.replaceAll('_', ' ') : (zh ?? ''));
  const own = ({ name }) => name.replaceAll('_', ' ');
  if (task === 'moderate') {
    const verdict = element('p', { class: `verdict ${answer.verdict}` }, texts[answer.verdict]);
    const scores = Object.entries(answer.scores).sort(([, a], [, b]) => b - a);
    return [verdict, bars(scores.map(([name, score]) => ({ name, score })))];
  }
  const items = answer.predictions ?? answer.detections ?? answer.tags;
  if (items.length === 0) return [hint(texts.nothing)];
  return [
    bars(
      items.map((item) => ({
        name: own(item),
        more: task === 'tag' ? item.category[language] : other(item),
        score: item.score,
      })),
    ),
  ];
}

/** Boxes over the picture, in the picture's own pixels. */
export function drawBoxes(svg, answer) {
  const { width, height } = answer.picture;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const found = answer.detections ?? (answer.tags ?? []).flatMap(({ instances }) => instances);
  svg.replaceChildren(
    ...found.map(({ box }) => {
      const rect = document.createElementNS(SVG, 'rect');
      for (const key of ['x', 'y', 'width', 'height']) rect.setAttribute(key, String(box[key]));
      return rect;
    }),
  );
}

export function hint(text) {
  return element('p', { class: 'hint' }, text);
}

export function errorView({ code, message }) {
  return element('p', { class: 'error' }, message, element('code', {}, code));
}
