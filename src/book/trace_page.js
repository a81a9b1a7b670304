const state = {attention: 0, head: 0, query: 0, step: 'weights', digits: false};
const changed = {q: null, scale: null, causal: null};  // by the reader; null: as the model has it
const element = id => document.getElementById(id);
const attention = () => trace.attentions[state.attention];

// ---- The computation: products, scores, mask, weights, vectors ----------------------------------

const part = (rows, head, n_heads) => {
  const width = rows[0].length / n_heads;
  return rows.map(row => row.slice(head * width, (head + 1) * width));
};

// What becomes of one query, the i-th.
function workOutRow(c, i) {
  const products = c.k.map(kj => {
    let sum = 0;
    for (let e = 0; e < c.dk; ++e) sum += c.q[i][e] * kj[e];
    return sum;
  });
  const scores = products.map(x => x / c.scale);
  const visible = j => !c.causal || j <= i + (c.k.length - c.q.length);
  const masked = scores.map((x, j) => visible(j) ? x : -Infinity);
  const top = Math.max(...masked), e = masked.map(x => Math.exp(x - top)), sum = e.reduce((s, x) => s + x, 0);
  const weights = e.map(x => x / sum);
  const vectors = c.v[0].map((_, n) => weights.reduce((s, w, j) => s + w * c.v[j][n], 0));
  Object.entries({products, scores, masked, weights, vectors}).forEach(([name, row]) => { c[name][i] = row; });
}

function workOut(a, head, {scale = null, causal = null} = {}) {
  const [q, k, v] = [a.q, a.k, a.v].map(rows => part(rows, head, a.heads)), dk = q[0].length;
  const c = {dk, scale: scale ?? Math.sqrt(dk), causal: causal ?? a.causal, q, k, v,
             products: [], scores: [], masked: [], weights: [], vectors: []};
  q.forEach((_, i) => workOutRow(c, i));
  c.top = largest([...q, ...k]);  // the deepest colours of queries and keys, of values and vectors
  c.topValue = largest([...v, ...c.vectors]);
  return c;
}

// What came into a sub-layer is, unless it is said, what the one before made.
{
  let before = null;
  for (const norm of trace.attentions.flatMap(a => a.norms)) {
    norm.x ??= before;
    before = norm.y;
  }
}
const sums = norm => norm.x.map((row, i) => row.map((x, c) => x + norm.sublayer[i][c]));

// The attention and head whose words decide most clearly: of those to the source, if there are any.
function sharpest() {
  let best = {share: -1};
  const crosses = trace.attentions.filter(a => a.cross);
  for (const a of crosses.length ? crosses : trace.attentions) {
    for (let head = 0; head < a.heads; ++head) {
      const largest = workOut(a, head).weights.map(row => Math.max(...row));
      const share = largest.reduce((s, x) => s + x, 0) / largest.length;
      if (share > best.share) {
        const query = largest.indexOf(Math.max(...largest.slice(0, -1), -1));
        best = {share, attention: trace.attentions.indexOf(a), head, query: Math.max(query, 0)};
      }
    }
  }
  return best;
}

// ---- What each step says -------------------------------------------------------------------------

const number = x => x === -Infinity ? '−∞' : (Math.abs(x) < 5e-4 ? 0 : x).toFixed(3).replace('-', '−');
const share = x => x > 0 && x < 5e-4 ? '< 0.001' : number(x);
const most = row => row.indexOf(Math.max(...row));

// One step: when there is something to show, what it says, and what its table of all words holds.
const steps = {
  'what comes in': {
    when: a => a.norms.length > 0, rows: a => a.norms[0].x, say: (a, c, i) =>
      `Each token comes in as a vector of ${a.norms[0].x[0].length} numbers: at first its embedding plus its position, ` +
      `then what the layer before made of it. Of these a head makes a query, a key and a value of ${c.dk} numbers each.`},
  'products': {of: c => c.products, say: (a, c, i) =>
    `The inner product of the query of “${a.queries[i]}” with each key, over d_k = ${c.dk} numbers: large where the two point the same way.`},
  'scores': {of: c => c.scores, say: (a, c) =>
    `Divided by ${number(c.scale)}${changed.scale ? '' : `, the root of d_k = ${c.dk},`} they are the scores. ` +
    `So their spread does not grow with d_k.`},
  'mask': {when: (a, c) => c.causal, of: c => c.masked, say: () =>
    'A token may not look at what comes after it: those scores become minus infinity, and their weights 0.'},
  'weights': {of: c => c.weights, say: (a, c, i) =>
    `The softmax of each row of scores: none is negative, and together they are 1. “${a.queries[i]}” looks most at ` +
    `“${a.keys[most(c.weights[i])]}”, with ${number(Math.max(...c.weights[i]))} of its attention.`},
  'vector': {of: c => c.weights, say: (a, c, i) =>
    `The values, each times its weight, added: the vector of ${c.v[0].length} numbers that this head hands on for “${a.queries[i]}”.`},
  'sum and norm': {when: a => a.norms.length > 0, rows: a => a.norms[0].y, norm: 0, say: (a, c, i) =>
    `The vectors of all ${a.heads} heads, side by side and through one matrix, are added to what came in (the residual ` +
    `connection), and the sum is normalized.`},
  'feed-forward': {when: a => a.norms.length > 1, rows: a => a.norms[1].y, norm: 1, say: (a, c, i) =>
    `Then a small network works on each token alone; what it says is added and normalized in the same way. ` +
    `So “${a.queries[i]}” leaves the layer.`},
  'next token': {when: a => a.cross && trace.next.length > 0, say: (a, c, i) =>
    `After the last layer each vector is compared with the embedding of every token of the vocabulary; a softmax makes ` +
    `probabilities of it. These five are the most probable; the first was written: “${a.queries[i]}”.`},
};
const names = c => Object.keys(steps).filter(name => (steps[name].when ?? (() => true))(attention(), c));

// ---- Drawing -------------------------------------------------------------------------------------

const night = matchMedia('(prefers-color-scheme: dark)');
const paints = () => night.matches ? {below: [92, 165, 245], above: [255, 150, 80], text: 0.4}
                                   : {below: [29, 95, 168], above: [224, 112, 32], text: 0.62};

const depth = (x, top) => isFinite(x) ? Math.min(1, Math.abs(x) / (top || 1)) : 0;
const largest = rows => rows.flat().reduce((top, x) => isFinite(x) ? Math.max(top, Math.abs(x)) : top, 1e-9);

function make(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/// One cell for each number of a matrix, blue below zero, orange above, deeper with size.
function paint(canvas, rows, top) {
  const {below, above} = paints(), width = rows[0].length, image = new ImageData(width, rows.length);
  rows.forEach((row, i) => row.forEach((x, c) => {
    const at = 4 * (i * width + c), colour = x < 0 ? below : above;
    image.data[at] = colour[0];
    image.data[at + 1] = colour[1];
    image.data[at + 2] = colour[2];
    image.data[at + 3] = 255 * depth(x, top);
  }));
  canvas.width = width;
  canvas.height = rows.length;
  canvas.getContext('2d').putImageData(image, 0, 0);
}

/// A cell of a table, as high as its rows, with the picture of a matrix.
function picture(rows, top, width, height = 28) {
  const node = make('td', undefined, {class: 'strip', rowspan: rows.length});
  const canvas = make('canvas', undefined, {role: 'img', 'aria-label': `${rows.length} rows of ${rows[0].length} numbers`});
  canvas.style.width = `${width * rows[0].length}px`;
  canvas.style.height = `${height * rows.length}px`;
  paint(canvas, rows, top);
  node.append(canvas);
  return node;
}

function fillCell(node, x, top, text = number) {
  const {below, above, text: most} = paints();
  node.textContent = text(x);
  node.title = isFinite(x) ? x.toPrecision(9) : '';
  node.className = isFinite(x) ? '' : 'hidden';
  node.style.background = `rgba(${x < 0 ? below : above}, ${most * depth(x, top)})`;
  return node;
}

/// Row i of a matrix in a table: with digits one cell a number, else one picture beside the first.
function cellsOf(rows, i, top, width = 10) {
  if (state.digits) return rows[i].map(x => fillCell(make('td'), x, top));
  return i === 0 ? [picture(rows, top, width)] : [];
}

function label(word, i) {
  const head = make('th', undefined, {scope: 'row'}), button = make('button', word, {type: 'button', tabindex: -1});
  button.addEventListener('click', () => set({query: i}));
  head.append(button);
  return head;
}

/// The table of all words: of each query a row.
function drawMap(a, c) {
  const table = element('map'), step = steps[state.step], canvas = table.querySelector('canvas');
  const rows = step.rows ? step.rows(a) : step.of ? step.of(c) : null;
  mapTop = rows ? largest(rows) : 1;
  const made = JSON.stringify([state.attention, state.digits, !step.rows, !step.of]);
  if (made === table.dataset.made && canvas) return paint(canvas, rows, mapTop);
  table.dataset.made = made;
  const many = !step.rows && a.keys.length > 16 && !state.digits;
  table.replaceChildren();
  table.className = many ? 'many' : state.digits || step.of ? 'digits' : '';
  if (step.of) {
    const head = table.createTHead().insertRow();
    head.append(make('th', 'query \\ key'), ...a.keys.map(word => make('th', word, {class: 'up', scope: 'col'})));
  }
  const body = table.createTBody();
  a.queries.forEach((word, i) => {
    body.insertRow().append(label(word, i));
    drawMapRow(a, c, i);
  });
}

let mapTop = 1;  // the largest number when the table was drawn: its colour is the deepest

function drawMapRow(a, c, i) {
  const step = steps[state.step], line = element('map').tBodies[0].rows[i];
  const rows = step.rows ? step.rows(a) : step.of ? step.of(c) : null;
  const text = step.of && step.of(c) === c.weights ? share : number;
  let cells;
  if (!rows) {
    cells = trace.next[i].map(candidate);
  } else if (step.rows) {
    cells = cellsOf(rows, i, mapTop, 8);
  } else if (element('map').classList.contains('many')) {
    cells = i === 0 ? [picture(rows, mapTop, 12, 14)] : [];
    if (cells[0]) cells[0].colSpan = a.keys.length;
  } else {
    cells = rows[i].map(x => fillCell(make('td'), x, mapTop, text));
  }
  line.replaceChildren(line.cells[0], ...cells);
}

function candidate([token, probability]) {
  const node = make('td', undefined, {class: 'left'}), bar = make('span', undefined, {class: 'bar'});
  bar.style.width = `${40 * probability}px`;
  node.append(bar, `${token} ${share(probability)}`);
  return node;
}

/// The chosen row; the keyboard enters the table there.
function markChosen() {
  const before = element('map').querySelector('.chosen'), now = element('map').tBodies[0].rows[state.query];
  if (before) before.cells[0].firstChild.tabIndex = -1;
  before?.classList.remove('chosen');
  now.classList.add('chosen');
  now.cells[0].firstChild.tabIndex = 0;
  for (const [i, word] of [...element('translation').querySelectorAll('button')].entries()) {
    word.setAttribute('aria-pressed', attention().cross && i === state.query);
  }
}

// Around a sub-layer: what came in, what was made of it, the sum, the normalized sum.
function drawNorm(a, norm) {
  const table = element('detail'), i = state.query, sum = sums(norm);
  table.replaceChildren();
  table.dataset.made = '';
  const made = norm === a.norms[0] ? 'what attention made' : 'what the network made';
  const all = {'what came in': norm.x[i], [made]: norm.sublayer[i], 'their sum': sum[i], 'normalized': norm.y[i]};
  const top = largest(Object.values(all));
  for (const [name, vector] of Object.entries(all)) {
    table.insertRow().append(make('th', name, {scope: 'row'}), ...cellsOf([vector], 0, top, 8));
  }
  table.className = state.digits ? 'digits' : '';
}

const columns = ['products', 'scores', 'mask', 'weights'];
let detailCells = [];  // of each key, those of the columns and of the bar

/// The chosen query against each key: made anew for another head, else only its numbers change.
function drawDetail(a, c) {
  const table = element('detail'), made = JSON.stringify([state.attention, state.digits]);
  const pictures = table.querySelectorAll('.values canvas');
  if (made === table.dataset.made && pictures.length === 2) {
    paint(pictures[0], c.k, c.top);
    paint(pictures[1], c.v, c.topValue);
    table.querySelector('.scale').textContent = `/ ${number(c.scale)}`;
    return fillDetail(a, c);
  }
  table.dataset.made = made;
  table.replaceChildren();
  table.className = 'digits';
  const width = state.digits ? c.dk : 1;
  const head = table.createTHead();
  head.insertRow().append(...[['key', 1], ['k', width], ['q · k', 1], [`/ ${number(c.scale)}`, 1], ['mask', 1],
    ['weight', 1], ['', 1], ['v', 1]].map(([text, n]) => make(text ? 'th' : 'td', text, {colspan: n})));
  head.rows[0].cells[3].className = 'scale';
  const body = table.createTBody();
  body.insertRow();  // of the query
  detailCells = [];
  a.keys.forEach((word, j) => {
    const line = body.insertRow();
    if (j === 0) line.className = 'values';
    const numbers = [...columns, ''].map(() => make('td'));
    numbers[4].className = 'left';
    numbers[4].append(make('span', undefined, {class: 'bar'}));
    detailCells.push(numbers);
    line.append(make('th', word, {scope: 'row'}), ...cellsOf(c.k, j, c.top), ...numbers, ...cellsOf(c.v, j, c.topValue));
  });
  const result = body.insertRow();
  const gap = make('td', undefined, {colspan: width + 5});
  result.append(make('th', 'vector', {scope: 'row'}), gap);
  result.className = 'vector';
  fillDetail(a, c);
}

function fillDetail(a, c) {
  const rows = element('detail').tBodies[0].rows, i = state.query, now = [...columns, 'vector'].indexOf(state.step);
  rows[0].replaceChildren(make('th', `query: ${a.queries[i]}`, {scope: 'row'}), ...cellsOf([c.q[i]], 0, c.top));
  [c.products, c.scores, c.masked, c.weights].forEach((matrix, s) => detailCells.forEach((cells, j) => {
    const x = matrix[i][j], node = cells[s];
    node.textContent = now >= s ? (s === 3 ? share : number)(x) : '';
    node.classList.toggle('now', now === s);
  }));
  detailCells.forEach((cells, j) => {
    cells[4].firstChild.style.width = `${now >= 3 ? 120 * c.weights[i][j] : 0}px`;
  });
  const result = rows[rows.length - 1], shown = now === 4 ? cellsOf([c.vectors[i]], 0, c.topValue) : [make('td')];
  for (const node of shown) node.classList.toggle('now', now === 4);
  result.replaceChildren(result.cells[0], result.cells[1], ...shown);
}

// ---- Control -------------------------------------------------------------------------------------

/// Options are made anew where they differ, so that a list that is being used stays as it is.
function fill(id, texts, chosen) {
  const list = element(id);
  if ([...list.options].map(option => option.text).join('\n') !== texts.join('\n')) {
    list.replaceChildren(...texts.map((text, i) => make('option', text, {value: i})));
  }
  list.value = chosen;
}

function fillSteps(all) {
  const box = element('steps'), texts = all.map((name, i) => `${i + 1} ${name}`);
  if ([...box.children].map(button => button.textContent).join('\n') !== texts.join('\n')) {
    box.replaceChildren(...all.map((name, i) => {
      const button = make('button', texts[i], {type: 'button'});
      button.addEventListener('click', () => set({step: name}));
      return button;
    }));
  }
  [...box.children].forEach((button, i) => all[i] === state.step ? button.setAttribute('aria-current', 'step')
                                                                  : button.removeAttribute('aria-current'));
}

function fillNumbers(c) {
  const box = element('numbers'), q = c.q[state.query];
  if (box.children.length !== q.length) {
    box.replaceChildren(...q.map((_, e) => {
      const frame = make('label', `q ${e}`), input = make('input', undefined, {type: 'number', step: 'any'});
      input.addEventListener('input', () => {
        const now = [...box.querySelectorAll('input')].map(node => node.valueAsNumber);
        if (now.every(isFinite)) change({q: now});
      });
      frame.append(input);
      return frame;
    }));
  }
  box.querySelectorAll('input').forEach((input, e) => {
    if (input !== document.activeElement || input.valueAsNumber !== q[e]) input.value = +q[e].toPrecision(6);
  });
  if (element('scale') !== document.activeElement) element('scale').value = +c.scale.toPrecision(6);
  element('causal').checked = c.causal;
  element('causal').disabled = attention().cross;
}

let drawn = '', c = null;  // what the tables were made for, and the numbers they show

function show() {
  const a = attention();
  const frame = JSON.stringify([state.attention, state.head, state.digits, night.matches, changed.scale, changed.causal]);
  if (!drawn.startsWith(frame)) c = workOut(a, state.head, changed);
  const all = names(c);
  if (!all.includes(state.step)) state.step = 'weights';
  fill('attention', trace.attentions.map(x => x.title), state.attention);
  fill('head', Array.from({length: a.heads}, (_, h) => `${h} of ${a.heads}`), state.head);
  fill('query', a.queries.map((word, i) => `${i + 1} ${word}`), state.query);
  fillSteps(all);
  element('say').textContent = steps[state.step].say(a, c, state.query);
  const step = steps[state.step], map = frame + state.step;
  if (map !== drawn) drawMap(a, c);
  if (step.norm !== undefined) drawNorm(a, a.norms[step.norm]);
  else if (step.of && (!drawn.startsWith(frame) || !element('detail').querySelector('.vector'))) drawDetail(a, c);
  else if (step.of) fillDetail(a, c);
  else element('detail').replaceChildren(), element('detail').dataset.made = '';
  drawn = map;
  markChosen();
  fillNumbers(c);
}

/// Puts a query in the place of the one that was chosen, null for the model's own.
function setQuery(q) {
  if (!q && !changed.q) return;
  changed.q = q;
  c.q[state.query] = q ?? part([attention().q[state.query]], state.head, attention().heads)[0];
  workOutRow(c, state.query);
  const step = steps[state.step], canvas = element('map').querySelector('canvas');
  if (step.of && canvas) paint(canvas, step.of(c), mapTop);
  else if (step.of) drawMapRow(attention(), c, state.query);
}

/// Goes to another place; what the reader changed in a query is forgotten there.
function set(to) {
  const wrap = (x, n) => ((x % n) + n) % n;
  if (['attention', 'head', 'query'].some(name => name in to)) setQuery(null);
  Object.assign(state, to);
  state.attention = wrap(state.attention, trace.attentions.length);
  const a = attention();
  state.head = 'head' in to ? wrap(state.head, a.heads) : Math.min(state.head, a.heads - 1);
  state.query = Math.min(Math.max(state.query, 0), a.queries.length - 1);
  if ('attention' in to) changed.causal = changed.scale = null;
  element('digits').checked = state.digits;
  show();
}

function change({q, ...others}) {
  Object.assign(changed, others);
  if (!steps[state.step].of) state.step = 'weights';
  if (q === null) changed.q = null;
  if ('scale' in others || 'causal' in others) drawn = '';
  const kept = q ?? changed.q;
  if (drawn === '') show();
  if (kept) setQuery(kept);
  show();
}

for (const id of ['attention', 'head', 'query']) {
  element(id).addEventListener('change', event => set({[id]: Number(event.target.value)}));
}
element('digits').addEventListener('change', event => set({digits: event.target.checked}));
element('scale').addEventListener('input', event => {
  if (event.target.valueAsNumber > 0) change({scale: event.target.valueAsNumber});
});
element('causal').addEventListener('change', event => change({causal: event.target.checked}));
element('reset').addEventListener('click', () => change({q: null, scale: null, causal: null}));
night.addEventListener('change', show);

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('select, input')) return;
  const by = event.shiftKey ? -1 : 1;
  const go = n => {
    const all = [...element('steps').children], at = all.findIndex(button => button.hasAttribute('aria-current'));
    all[(at + n + all.length) % all.length].click();
  };
  const row = n => {
    set({query: state.query + n});
    element('map').querySelector('.chosen button').focus();
  };
  const keys = {ArrowRight: () => go(1), ArrowLeft: () => go(-1), w: () => set({query: state.query + by}),
                h: () => set({head: state.head + by}), a: () => set({attention: state.attention + by})};
  if (event.target.closest('#map')) Object.assign(keys, {ArrowDown: () => row(1), ArrowUp: () => row(-1)});
  const action = keys[event.key] ?? keys[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

element('title').textContent = trace.title;
document.title = trace.title;
if (trace.translation) {
  const written = trace.attentions.find(a => a.cross)?.queries ?? [];
  element('translation').append('→', ...written.slice(0, -1).flatMap((word, i) => {
    const button = make('button', word, {type: 'button'});
    button.addEventListener('click', () => {
      const at = attention().cross ? state.attention : sharpest().attention;
      set({attention: at, query: i});
    });
    return [' ', button];
  }));
}
if (innerWidth < 600) element('terms').open = false;
set(sharpest());
