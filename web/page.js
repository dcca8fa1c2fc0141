import { TEXTS } from './texts.js';
import { answerView, drawBoxes, element, errorView, hint } from './view.js';

const TASKS = ['classify', 'detect', 'tag', 'moderate'];
const RETRY_MS = 1000;

const at = (id) => document.getElementById(id);
const state = {
  language: localStorage.getItem('language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
  task: undefined,
  tasks: [],
  key: sessionStorage.getItem('key') ?? '',
  picture: undefined,
  /** Counts requests, so that a late answer does not overwrite a newer one. */
  turn: 0,
};
const texts = () => TEXTS[state.language];

function translate() {
  document.documentElement.lang = state.language;
  for (const one of document.querySelectorAll('[data-text]')) one.textContent = texts()[one.dataset.text];
  at('language').textContent = texts().other;
  at('language').lang = state.language === 'zh' ? 'en' : 'zh';
  showTasks();
}

function showTasks() {
  at('tasks').replaceChildren(
    ...state.tasks.map((task) => {
      const tab = element(
        'button',
        { type: 'button', role: 'tab', 'aria-selected': String(task === state.task), 'data-task': task },
        texts()[task],
      );
      tab.addEventListener('click', () => choose(task));
      return tab;
    }),
  );
  const auth = state.key === '' ? '' : " -H 'X-Api-Key: …'";
  at('command').textContent =
    `curl${auth} -H 'Content-Type: image/jpeg' --data-binary @picture.jpg ${location.origin}/v1/${state.task ?? 'classify'}`;
}

function choose(task) {
  state.task = task;
  showTasks();
  look();
}

const headers = () => (state.key === '' ? {} : { 'X-Api-Key': state.key });

/** What the served models can do; asked again while they load. */
async function findTasks() {
  try {
    const response = await fetch('/v1/models', { headers: headers() });
    at('keyForm').hidden = response.status !== 401;
    if (!response.ok) return;
    const { models } = await response.json();
    state.tasks = TASKS.filter((task) => models.some(({ defaultFor }) => defaultFor.includes(task)));
    if (!state.tasks.includes(state.task)) state.task = state.tasks[0];
    showTasks();
    const loading =
      models.length === 0 || models.some((model) => !['ready', 'changed', 'failed'].includes(model.state));
    if (loading) setTimeout(findTasks, RETRY_MS);
    if (state.picture === undefined) show(hint(loading ? texts().loading : texts().waiting));
  } catch {
    show(hint(texts().offline));
    setTimeout(findTasks, RETRY_MS);
  }
}

function show(...children) {
  at('result').replaceChildren(...children);
}

function take(file) {
  state.picture = file;
  const preview = at('preview');
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(file);
  at('frame').hidden = false;
  at('invitation').hidden = true;
  at('drop').classList.add('filled');
  look();
}

async function look() {
  if (state.picture === undefined || state.task === undefined) return;
  state.turn += 1;
  const { turn, task, language } = state;
  at('boxes').replaceChildren();
  at('facts').textContent = '';
  show(hint(texts().working));
  try {
    const response = await fetch(`/v1/${task}?lang=${language}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream', ...headers() },
      body: state.picture,
    });
    const answer = await response.json();
    if (turn !== state.turn) return;
    at('keyForm').hidden = response.status !== 401;
    if (!response.ok) return show(errorView(answer.error));
    show(...answerView(task, answer, language, texts()));
    drawBoxes(at('boxes'), answer);
    const { queue, decode, inference } = answer.timings;
    const total = Math.round(queue + decode + inference);
    at('facts').textContent = texts().facts({ model: answer.model, ...answer.picture, total });
  } catch {
    if (turn === state.turn) show(hint(texts().offline));
  }
}

at('language').addEventListener('click', () => {
  state.language = state.language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('language', state.language);
  translate();
  if (state.picture === undefined) show(hint(texts().waiting));
  look();
});
at('file').addEventListener('change', ({ target }) => {
  const [file] = target.files;
  if (file) take(file);
});
at('keyForm').addEventListener('submit', (event) => {
  event.preventDefault();
  state.key = at('key').value.trim();
  sessionStorage.setItem('key', state.key);
  findTasks().then(look);
});
at('copy').addEventListener('click', async () => {
  await navigator.clipboard.writeText(at('command').textContent);
  at('copy').textContent = texts().copied;
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    at('drop').classList.toggle('over', name === 'dragover');
    const [file] = event.dataTransfer?.files ?? [];
    if (name === 'drop' && file) take(file);
  });
}
document.addEventListener('paste', ({ clipboardData }) => {
  const [file] = clipboardData.files;
  if (file) take(file);
});

translate();
show(hint(texts().waiting));
findTasks();
