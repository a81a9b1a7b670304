const state = {attention: 0, head: 0, query: 0, step: 'weights', digits: null};
const changed = {q: null, scale: null, causal: null};  // by the reader; null: as the model has it
const element = id => document.getElementById(id);
const attention = () => trace.attentions[state.attention];

// ---- The computation: products, scores, mask, weights, vectors ----------------------------------

const part = (rows, head, n_heads) => {
  const width = rows[0].length / n_heads;
  return rows.map(row => row.slice(head * width, (head + 1) * width));
};

function workOut(a, head, {q: newQuery = null, scale: newScale = null, causal: newCausal = null, query = 0} = {}) {
  const q = part(a.q, head, a.heads), k = part(a.k, head, a.heads), v = part(a.v, head, a.heads);
  if (newQuery) q[query] = newQuery;
  const dk = q[0].length, scale = newScale ?? Math.sqrt(dk), causal = newCausal ?? a.causal;
  const products = q.map(qi => k.map(kj => {
    let sum = 0;
    for (let c = 0; c < dk; ++c) sum += qi[c] * kj[c];
    return sum;
  }));
  const scores = products.map(row => row.map(x => x / scale));
  const visible = (i, j) => !causal || j <= i + (k.length - q.length);
  const masked = scores.map((row, i) => row.map((x, j) => visible(i, j) ? x : -Infinity));
  const weights = masked.map(row => {
    const top = Math.max(...row), e = row.map(x => Math.exp(x - top));
    const sum = e.reduce((s, x) => s + x, 0);
    return e.map(x => x / sum);
  });
  const vectors = weights.map(row => v[0].map((_, c) => row.reduce((s, w, j) => s + w * v[j][c], 0)));
  return {dk, scale, causal, q, k, v, products, scores, masked, weights, vectors};
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

/// A strip of cells, one for each number, blue below zero, orange above, deeper with size.
function paint(canvas, vector, top) {
  const {below, above} = paints(), image = new ImageData(vector.length, 1);
  canvas.width = vector.length;
  canvas.height = 1;
  vector.forEach((x, c) => image.data.set([...(x < 0 ? below : above), 255 * depth(x, top)], 4 * c));
  canvas.getContext('2d').putImageData(image, 0, 0);
}

function strip(vector, top, width) {
  const canvas = make('canvas', undefined, {role: 'img', 'aria-label': `${vector.length} numbers`});
  canvas.style.width = `${width * vector.length}px`;
  paint(canvas, vector, top);
  return canvas;
}

function fillCell(node, x, top, text = number) {
  const {below, above, text: most} = paints();
  node.textContent = text(x);
  node.title = isFinite(x) ? x.toPrecision(9) : '';
  node.className = isFinite(x) ? '' : 'hidden';
  node.style.background = `rgba(${x < 0 ? below : above}, ${most * depth(x, top)})`;
  return node;
}

/// The cells of a vector: with digits one cell a number, else one strip.
function vectorCells(vector, top, width = 10) {
  if (state.digits) return vector.map(x => fillCell(make('td'), x, top));
  const node = make('td', undefined, {class: 'strip'});
  node.append(strip(vector, top, width));
  return [node];
}

function label(word, i) {
  const head = make('th', undefined, {scope: 'row'}), button = make('button', word, {type: 'button'});
  button.addEventListener('click', () => set({query: i}));
  head.append(button);
  return head;
}

/// The table of all words: of each query a row.
function drawMap(a, c) {
  const table = element('map'), step = steps[state.step];
  const rows = step.rows ? step.rows(a) : step.of ? step.of(c) : null;
  const many = !step.rows && a.keys.length > 16 && !state.digits;
  table.replaceChildren();
  table.className = (state.digits ? 'digits ' : '') + (many ? 'many' : '');
  if (step.of) {
    const head = table.createTHead().insertRow();
    head.append(make('th', 'query \\ key'), ...a.keys.map(word => make('th', word, {class: 'up', scope: 'col'})));
  }
  const body = table.createTBody(), top = rows ? largest(rows) : 1;
  a.queries.forEach((word, i) => {
    const line = body.insertRow();
    line.append(label(word, i));
    if (!rows) {
      line.append(...trace.next[i].map(candidate));
    } else if (many) {
      const node = make('td', undefined, {class: 'strip', colspan: a.keys.length});
      node.append(strip(rows[i], top, 12));
      line.append(node);
    } else if (step.of && !step.rows) {
      const text = step.of(c) === c.weights ? share : number;
      line.append(...rows[i].map(x => fillCell(make('td'), x, top, text)));
      table.classList.add('digits');
    } else {
      line.append(...vectorCells(rows[i], top, 8));
    }
  });
}

function candidate([token, probability]) {
  const node = make('td', undefined, {class: 'left'}), bar = make('span', undefined, {class: 'bar'});
  bar.style.width = `${40 * probability}px`;
  node.append(bar, `${token} ${share(probability)}`);
  return node;
}

/// The chosen row; the keyboard enters the table there.
function markChosen() {
  for (const [i, line] of [...element('map').tBodies[0].rows].entries()) {
    line.classList.toggle('chosen', i === state.query);
    line.cells[0].firstChild.tabIndex = i === state.query ? 0 : -1;
  }
  for (const [i, word] of [...element('translation').querySelectorAll('button')].entries()) {
    word.setAttribute('aria-pressed', attention().cross && i === state.query);
  }
}

// Around a sub-layer: what came in, what was made of it, the sum, the normalized sum.
function drawNorm(a, norm) {
  const table = element('detail'), i = state.query, sum = sums(norm);
  table.replaceChildren();
  const made = norm === a.norms[0] ? 'what attention made' : 'what the network made';
  const all = {'what came in': norm.x[i], [made]: norm.sublayer[i], 'their sum': sum[i], 'normalized': norm.y[i]};
  const top = largest(Object.values(all));
  for (const [name, vector] of Object.entries(all)) {
    table.insertRow().append(make('th', name, {scope: 'row'}), ...vectorCells(vector, top, 8));
  }
  table.className = state.digits ? 'digits' : '';
}

const columns = ['products', 'scores', 'mask', 'weights'];

/// The chosen query against each key: made anew for another head, else only its numbers change.
function drawDetail(a, c) {
  const table = element('detail'), top = largest([...c.q, ...c.k]), topValue = largest([...c.v, ...c.vectors]);
  table.replaceChildren();
  table.className = 'digits';
  const width = state.digits ? c.dk : 1;
  const head = table.createTHead();
  head.insertRow().append(...[['key', 1], ['k', width], ['q · k', 1], [`/ ${number(c.scale)}`, 1], ['mask', 1],
    ['weight', 1], ['', 1], ['v', 1]].map(([text, n]) => make(text ? 'th' : 'td', text, {colspan: n})));
  const body = table.createTBody();
  body.insertRow();  // of the query
  a.keys.forEach((word, j) => {
    const line = body.insertRow();
    line.append(make('th', word, {scope: 'row'}), ...vectorCells(c.k[j], top), ...columns.map(() => make('td')),
      make('td', undefined, {class: 'left'}), ...vectorCells(c.v[j], topValue));
    line.cells[width + 5].append(make('span', undefined, {class: 'bar'}));
  });
  const result = body.insertRow();
  const gap = make('td', undefined, {colspan: width + 5});
  result.append(make('th', 'vector', {scope: 'row'}), gap);
  result.className = 'vector';
  fillDetail(a, c);
}

function fillDetail(a, c) {
  const table = element('detail'), i = state.query, width = state.digits ? c.dk : 1;
  const rows = table.tBodies[0].rows, order = [...columns, 'vector'], now = order.indexOf(state.step);
  const top = largest([...c.q, ...c.k]), topValue = largest([...c.v, ...c.vectors]);
  rows[0].replaceChildren(make('th', `query: ${a.queries[i]}`, {scope: 'row'}), ...vectorCells(c.q[i], top));
  const numbers = [c.products[i], c.scores[i], c.masked[i], c.weights[i]];
  a.keys.forEach((_, j) => {
    const line = rows[j + 1];
    numbers.forEach((row, s) => {
      const node = line.cells[width + 1 + s];
      node.textContent = now >= s ? (s === 3 ? share : number)(row[j]) : '';
      node.title = now >= s && isFinite(row[j]) ? row[j].toPrecision(9) : '';
      node.className = now === s ? 'now' : '';
    });
    line.cells[width + 5].firstChild.style.width = `${now >= 3 ? 120 * c.weights[i][j] : 0}px`;
  });
  const result = rows[rows.length - 1];
  const shown = now === 4 ? vectorCells(c.vectors[i], topValue) : [make('td')];
  for (const node of shown) if (now === 4) node.classList.add('now');
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

let drawn = '';  // what the tables were made for

function show() {
  const a = attention();
  const c = workOut(a, state.head, {...changed, query: state.query});
  const all = names(c);
  if (!all.includes(state.step)) state.step = 'weights';
  fill('attention', trace.attentions.map(x => x.title), state.attention);
  fill('head', Array.from({length: a.heads}, (_, h) => `${h} of ${a.heads}`), state.head);
  fill('query', a.queries.map((word, i) => `${i + 1} ${word}`), state.query);
  fillSteps(all);
  element('say').textContent = steps[state.step].say(a, c, state.query);
  const step = steps[state.step];
  const frame = JSON.stringify([state.attention, state.head, state.digits, night.matches, changed]);
  const map = frame + state.step;
  if (map !== drawn) drawMap(a, c);
  if (step.norm !== undefined) drawNorm(a, a.norms[step.norm]);
  else if (step.of && (!drawn.startsWith(frame) || !element('detail').querySelector('.vector'))) drawDetail(a, c);
  else if (step.of) fillDetail(a, c);
  else element('detail').replaceChildren();
  drawn = map;
  markChosen();
  fillNumbers(c);
}

/// Goes to another place; what the reader changed there is forgotten.
function set(to) {
  const wrap = (x, n) => ((x % n) + n) % n;
  const before = JSON.stringify([state.attention, state.head, state.query]);
  Object.assign(state, to);
  state.attention = wrap(state.attention, trace.attentions.length);
  const a = attention();
  state.head = 'head' in to ? wrap(state.head, a.heads) : Math.min(state.head, a.heads - 1);
  state.query = Math.min(Math.max(state.query, 0), a.queries.length - 1);
  if (JSON.stringify([state.attention, state.head, state.query]) !== before) changed.q = null;
  if ('attention' in to) changed.causal = changed.scale = null;
  if ('attention' in to) state.digits = null;
  state.digits ??= false;
  element('digits').checked = state.digits;
  show();
}

function change(to) {
  Object.assign(changed, to);
  if (!['products', 'scores', 'mask', 'weights', 'vector'].includes(state.step)) state.step = 'weights';
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
  element('translation').append('→ ', ...written.slice(0, -1).map((word, i) => {
    const button = make('button', word, {type: 'button'});
    button.addEventListener('click', () => {
      const at = attention().cross ? state.attention : sharpest().attention;
      set({attention: at, query: i});
    });
    return button;
  }));
}
if (innerWidth < 600) element('terms').open = false;
set(sharpest());
