// Batches fall through the layers as far as they stay full: what dies leaves a batch short, and a
// short batch waits at its layer until others of its kind have filled it up.
import {
  aliveOf,
  COLUMNS,
  compact,
  countAlive,
  idsOf,
  moveColumns,
  ROW_BYTES,
  rowOffset,
} from "./batch.as";
import { runLayer } from "./layer.as";

// What the threads share; memory_map.ts names the same words.
const LAYERS: usize = 0;
const LAYER_TABLE: usize = 4;
const TAIL: usize = 8;
const FIRST_BYTES: usize = 12;
const DROP_INPUTS: usize = 16;
const NEXT_INPUT: usize = 20;
const INPUTS: usize = 24;
const ROW_OFFSETS: usize = 28;
const COL_INDICES: usize = 32;
const VALUES: usize = 36;
const FIRST_ID: usize = 40;
const RESULTS: usize = 44;
const RESULT_IDS: usize = 48;
const RESULT_OUTPUTS: usize = 52;
const STATES: usize = 56;
const STATE_BYTES: usize = 60;

// Of a layer's record.
const LAYER_BYTES: usize = 32;
const OUTPUT_BYTES: usize = 24;
const OUTPUT_ROWS: usize = 28;

// Of a thread's own state.
const SPARE: usize = 0;
const SECOND_SPARE: usize = 4;
const LISTED: usize = 8;
const LIST: usize = 12;
const POOLED: usize = 16;
const POOL: usize = 20;
const BOUNDARIES: usize = 32;

// Of a boundary between layers, in a thread's state: the batch that waits there, and counts.
const BOUNDARY_BYTES: usize = 16;
const WAITING: usize = 0;
const WAITING_COLUMNS: usize = 4;
const ALIVE: usize = 8;
const EXECUTED: usize = 12;

@inline
function word(address: usize): usize {
  return <usize>load<u32>(address);
}

@inline
function put(address: usize, value: usize): void {
  store<u32>(address, <u32>value);
}

@inline
function add(address: usize, value: usize): void {
  put(address, word(address) + value);
}

/** Adds to a word that threads share; returns what stood there. */
@inline
function claim(address: usize, count: u32): usize {
  if (ASC_FEATURE_THREADS) return <usize>atomic.add<u32>(address, count);
  const before = load<u32>(address);
  store<u32>(address, before + count);
  return <usize>before;
}

@inline
function stateOf(shared: usize, thread: usize): usize {
  return word(shared + STATES) + thread * word(shared + STATE_BYTES);
}

@inline
function boundaryOf(state: usize, boundary: usize): usize {
  return state + BOUNDARIES + boundary * BOUNDARY_BYTES;
}

/** Takes inputs from the queue that all threads share, and lets each full batch fall to `stop`. */
export function take(thread: usize, shared: usize, stop: usize): void {
  const state = stateOf(shared, thread);
  const first = boundaryOf(state, 0);
  const inputs = word(shared + INPUTS);
  for (;;) {
    const begin = claim(shared + NEXT_INPUT, <u32>COLUMNS);
    if (begin >= inputs) return;
    const end = min(begin + COLUMNS, inputs);
    for (let input = begin; input < end; input++) {
      place(shared, first, input);
      if (word(first + WAITING_COLUMNS) === COLUMNS) release(shared, state, 0, stop);
    }
  }
}

/** Lets the batches that wait before the layers begin..end fall to `stop`, full or not. */
export function flush(thread: usize, shared: usize, begin: usize, end: usize, stop: usize): void {
  const state = stateOf(shared, thread);
  for (let boundary = begin; boundary < end; boundary++) {
    if (word(boundaryOf(state, boundary) + WAITING_COLUMNS) > 0) {
      release(shared, state, boundary, stop);
    }
  }
}

/** Runs one layer on every listed batch; the list then holds what is left of them. */
export function pass(thread: usize, shared: usize, layer: usize): void {
  const state = stateOf(shared, thread);
  const listed = word(state + LISTED);
  const list = word(state + LIST);
  put(state + LISTED, 0);
  for (let i: usize = 0; i < listed; i++) {
    const batch = word(list + (i << 3));
    const columns = word(list + (i << 3) + 4);
    recycle(state, word(state + SPARE));
    fall(shared, state, batch, columns, layer, layer + 1);
  }
  flush(thread, shared, layer + 1, layer + 2, layer + 1);
}

/** Writes an input as the next column of the batch before the first layer. */
function place(shared: usize, first: usize, input: usize): void {
  const rowOffsets = word(shared + ROW_OFFSETS) + (input << 2);
  let entry = word(rowOffsets);
  const end = word(rowOffsets + 4);
  const cols = word(shared + COL_INDICES);
  const values = word(shared + VALUES);
  let alive = false;
  for (let at = entry; at < end && !alive; at++) alive = load<f32>(values + (at << 2)) !== 0;
  if (alive) add(first + ALIVE, 1);
  else if (load<u32>(shared, DROP_INPUTS)) return;
  const batch = word(first + WAITING);
  const column = word(first + WAITING_COLUMNS);
  if (column === 0) memory.fill(batch, 0, word(shared + FIRST_BYTES));
  for (; entry < end; entry++) {
    const row = rowOffset(word(cols + (entry << 2)));
    store<f32>(batch + row + (column << 2), load<f32>(values + (entry << 2)));
  }
  const id = word(shared + FIRST_ID) + input;
  put(idsOf(batch, word(shared + TAIL)) + (column << 2), id);
  put(first + WAITING_COLUMNS, column + 1);
}

function release(shared: usize, state: usize, boundary: usize, stop: usize): void {
  const place = boundaryOf(state, boundary);
  const batch = word(place + WAITING);
  const columns = word(place + WAITING_COLUMNS);
  put(place + WAITING, word(state + SPARE));
  put(place + WAITING_COLUMNS, 0);
  fall(shared, state, batch, columns, boundary, stop);
}

/** Runs a batch from layer to layer until it is dead, has to wait, or has reached `stop`. */
function fall(
  shared: usize,
  state: usize,
  batch: usize,
  columns: usize,
  layer: usize,
  stop: usize,
): void {
  const tail = word(shared + TAIL);
  const layers = word(shared + LAYERS);
  let x = batch;
  let y = word(state + SECOND_SPARE);
  while (layer < stop && columns > 0) {
    const record = word(shared + LAYER_TABLE) + layer * LAYER_BYTES;
    runLayer(record, x, y, tail, columns);
    memory.copy(idsOf(y, tail), idsOf(x, tail), ROW_BYTES);
    add(boundaryOf(state, layer) + EXECUTED, columns);
    const used = x;
    x = y;
    y = used;
    layer++;
    const boundary = boundaryOf(state, layer);
    const alive = countAlive(aliveOf(x, tail), columns);
    add(boundary + ALIVE, alive);
    if (word(boundary + WAITING) === 0) continue;
    const bytes = word(record + OUTPUT_BYTES);
    if (alive < columns) compact(x, tail, bytes, columns);
    columns = alive;
    if (columns === COLUMNS || columns === 0) continue;
    const waiting = word(boundary + WAITING);
    const before = word(boundary + WAITING_COLUMNS);
    const moved = min(columns, COLUMNS - before);
    moveColumns(x, columns - moved, waiting, before, moved, bytes, tail);
    if (before + moved < COLUMNS) {
      put(boundary + WAITING_COLUMNS, before + moved);
      columns = 0;
    } else {
      put(boundary + WAITING, x);
      put(boundary + WAITING_COLUMNS, columns - moved);
      x = waiting;
      columns = COLUMNS;
    }
  }
  if (columns > 0 && stop === layers) emit(shared, x, columns);
  else if (columns > 0) x = enlist(state, x, columns);
  put(state + SPARE, x);
  put(state + SECOND_SPARE, y);
}

/** Puts a batch on the list; returns one that is free in its stead. */
function enlist(state: usize, batch: usize, columns: usize): usize {
  const at = word(state + LIST) + (word(state + LISTED) << 3);
  put(at, batch);
  put(at + 4, columns);
  add(state + LISTED, 1);
  const pooled = word(state + POOLED) - 1;
  put(state + POOLED, pooled);
  return word(word(state + POOL) + (pooled << 2));
}

function recycle(state: usize, batch: usize): void {
  const pooled = word(state + POOLED);
  put(word(state + POOL) + (pooled << 2), batch);
  put(state + POOLED, pooled + 1);
}

/** Hands on the columns that are alive after the last layer. */
function emit(shared: usize, batch: usize, columns: usize): void {
  const tail = word(shared + TAIL);
  const last = word(shared + LAYER_TABLE) + (word(shared + LAYERS) - 1) * LAYER_BYTES;
  const rows = word(last + OUTPUT_ROWS);
  const outputs = word(shared + RESULT_OUTPUTS);
  for (let column: usize = 0; column < columns; column++) {
    if (!load<u32>(aliveOf(batch, tail) + (column << 2))) continue;
    const result = claim(shared + RESULTS, 1);
    const id = word(idsOf(batch, tail) + (column << 2));
    put(word(shared + RESULT_IDS) + (result << 2), id);
    if (outputs === 0) continue;
    let to = outputs + ((result * rows) << 2);
    for (let row: usize = 0; row < rows; row++) {
      store<f32>(to, load<f32>(batch + rowOffset(row) + (column << 2)));
      to += 4;
    }
  }
}
