// One layer over one batch: outputs = act(weights · inputs + bias), the sums in registers.
import { aliveOf } from "./batch.as";

/** Words of a layer's record; layer_encoding.ts writes them. */
const TILES: usize = 0;
const TILE_COUNT: usize = 4;
const ROWS: usize = 8;
const ROW_COUNT: usize = 12;
const LOW: usize = 16;
const HIGH: usize = 20;

@inline
function multiplyAdd(scale: v128, row: v128, sum: v128): v128 {
  return f32x4.add(f32x4.mul(scale, row), sum);
}

/** min(high, max(low, sum + bias)); without an activation, low and high are infinite. */
@inline
function finish(sum: v128, bias: v128, low: v128, high: v128): v128 {
  return f32x4.min(high, f32x4.max(low, f32x4.add(sum, bias)));
}

@inline
function splat0(four: v128): v128 {
  return v128.shuffle<u8>(four, four, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
}

@inline
function splat1(four: v128): v128 {
  return v128.shuffle<u8>(four, four, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
}

@inline
function splat2(four: v128): v128 {
  return v128.shuffle<u8>(four, four, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
}

@inline
function splat3(four: v128): v128 {
  return v128.shuffle<u8>(four, four, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
}

@inline
function alsoAlive(alive: v128, activations: v128): v128 {
  return v128.or(alive, f32x4.ne(activations, f32x4.splat(0)));
}

/** Runs a layer on the first `columns` columns, eight at a time; notes which are alive. */
export function runLayer(layer: usize, x: usize, y: usize, tail: usize, columns: usize): void {
  const low = v128.load32_splat(layer, LOW);
  const high = v128.load32_splat(layer, HIGH);
  const alive = aliveOf(y, tail);
  memory.fill(alive, 0, 128);
  const blocks = (columns + 7) >> 3;
  runTiles(<usize>load<u32>(layer, TILES), load<u32>(layer, TILE_COUNT), x, y, alive, blocks, low, high);
  runRows(<usize>load<u32>(layer, ROWS), load<u32>(layer, ROW_COUNT), x, y, alive, blocks, low, high);
}

/**
 * Four outputs of one support by eight columns: eight sums in registers, and each feature that is
 * loaded serves four outputs. The four weights of a feature come as one vector.
 */
function runTiles(
  tile: usize,
  count: u32,
  x: usize,
  y: usize,
  alive: usize,
  blocks: usize,
  low: v128,
  high: v128,
): void {
  for (; count > 0; count--) {
    const offsets = <usize>load<u32>(tile);
    const length = <usize>load<u32>(tile, 4);
    const values = <usize>load<u32>(tile, 8);
    const bias = v128.load(tile, 28);
    for (let block: usize = 0; block < blocks; block++) {
      const shift = block << 5;
      const panel = x + shift;
      let a0 = f32x4.splat(0), a1 = a0;
      let b0 = a0, b1 = a0;
      let c0 = a0, c1 = a0;
      let d0 = a0, d1 = a0;
      let at = offsets;
      let value = values;
      const pairs = offsets + ((length >> 1) << 3);
      while (at < pairs) {
        const pair = load<u64>(at);
        const row = panel + <usize>(<u32>pair);
        const left = v128.load(row);
        const right = v128.load(row, 16);
        const four = v128.load(value);
        const wa = splat0(four);
        a0 = multiplyAdd(wa, left, a0);
        a1 = multiplyAdd(wa, right, a1);
        const wb = splat1(four);
        b0 = multiplyAdd(wb, left, b0);
        b1 = multiplyAdd(wb, right, b1);
        const wc = splat2(four);
        c0 = multiplyAdd(wc, left, c0);
        c1 = multiplyAdd(wc, right, c1);
        const wd = splat3(four);
        d0 = multiplyAdd(wd, left, d0);
        d1 = multiplyAdd(wd, right, d1);
        const row2 = panel + <usize>(<u32>(pair >> 32));
        const left2 = v128.load(row2);
        const right2 = v128.load(row2, 16);
        const four2 = v128.load(value, 16);
        const wa2 = splat0(four2);
        a0 = multiplyAdd(wa2, left2, a0);
        a1 = multiplyAdd(wa2, right2, a1);
        const wb2 = splat1(four2);
        b0 = multiplyAdd(wb2, left2, b0);
        b1 = multiplyAdd(wb2, right2, b1);
        const wc2 = splat2(four2);
        c0 = multiplyAdd(wc2, left2, c0);
        c1 = multiplyAdd(wc2, right2, c1);
        const wd2 = splat3(four2);
        d0 = multiplyAdd(wd2, left2, d0);
        d1 = multiplyAdd(wd2, right2, d1);
        at += 8;
        value += 32;
      }
      if (length & 1) {
        const row = panel + <usize>load<u32>(at);
        const left = v128.load(row);
        const right = v128.load(row, 16);
        const four = v128.load(value);
        a0 = multiplyAdd(splat0(four), left, a0);
        a1 = multiplyAdd(splat0(four), right, a1);
        b0 = multiplyAdd(splat1(four), left, b0);
        b1 = multiplyAdd(splat1(four), right, b1);
        c0 = multiplyAdd(splat2(four), left, c0);
        c1 = multiplyAdd(splat2(four), right, c1);
        d0 = multiplyAdd(splat3(four), left, d0);
        d1 = multiplyAdd(splat3(four), right, d1);
      }
      a0 = finish(a0, splat0(bias), low, high);
      a1 = finish(a1, splat0(bias), low, high);
      b0 = finish(b0, splat1(bias), low, high);
      b1 = finish(b1, splat1(bias), low, high);
      c0 = finish(c0, splat2(bias), low, high);
      c1 = finish(c1, splat2(bias), low, high);
      d0 = finish(d0, splat3(bias), low, high);
      d1 = finish(d1, splat3(bias), low, high);
      const target = y + shift;
      const rowA = target + <usize>load<u32>(tile, 12);
      const rowB = target + <usize>load<u32>(tile, 16);
      const rowC = target + <usize>load<u32>(tile, 20);
      const rowD = target + <usize>load<u32>(tile, 24);
      v128.store(rowA, a0);
      v128.store(rowA, a1, 16);
      v128.store(rowB, b0);
      v128.store(rowB, b1, 16);
      v128.store(rowC, c0);
      v128.store(rowC, c1, 16);
      v128.store(rowD, d0);
      v128.store(rowD, d1, 16);
      const mask = alive + shift;
      const left = alsoAlive(alsoAlive(alsoAlive(alsoAlive(v128.load(mask), a0), b0), c0), d0);
      const right = alsoAlive(alsoAlive(alsoAlive(alsoAlive(v128.load(mask, 16), a1), b1), c1), d1);
      v128.store(mask, left);
      v128.store(mask, right, 16);
    }
    tile += 44;
  }
}

/** One output by all 32 columns, or by eight where there are fewer. */
function runRows(
  row: usize,
  count: u32,
  x: usize,
  y: usize,
  alive: usize,
  blocks: usize,
  low: v128,
  high: v128,
): void {
  for (; count > 0; count--) {
    const target = y + <usize>load<u32>(row, 12);
    if (blocks === 4) {
      sumRow(row, x, target, alive, true, low, high);
    } else {
      for (let shift: usize = 0; shift < blocks << 5; shift += 32) {
        sumRow(row, x + shift, target + shift, alive + shift, false, low, high);
      }
    }
    row += 20;
  }
}

/**
 * V8 checks the bounds of every access, so what saves loads wins: four values come as one vector
 * and are spread by shuffles, and four offsets come as two 64-bit words.
 */
@inline
function sumRow(
  row: usize,
  panel: usize,
  target: usize,
  alive: usize,
  wide: bool,
  low: v128,
  high: v128,
): void {
  let at = <usize>load<u32>(row);
  const length = <usize>load<u32>(row, 4);
  let value = <usize>load<u32>(row, 8);
  const bias = v128.load32_splat(row, 16);
  const stop = at + (length << 2);
  const fours = at + ((length >> 2) << 4);
  let sum0 = f32x4.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  let sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
  while (at < fours) {
    const four = v128.load(value);
    const first = load<u64>(at);
    const second = load<u64>(at, 8);
    const row0 = panel + <usize>(<u32>first);
    const scale0 = splat0(four);
    sum0 = multiplyAdd(scale0, v128.load(row0), sum0);
    sum1 = multiplyAdd(scale0, v128.load(row0, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale0, v128.load(row0, 32), sum2);
      sum3 = multiplyAdd(scale0, v128.load(row0, 48), sum3);
      sum4 = multiplyAdd(scale0, v128.load(row0, 64), sum4);
      sum5 = multiplyAdd(scale0, v128.load(row0, 80), sum5);
      sum6 = multiplyAdd(scale0, v128.load(row0, 96), sum6);
      sum7 = multiplyAdd(scale0, v128.load(row0, 112), sum7);
    }
    const row1 = panel + <usize>(<u32>(first >> 32));
    const scale1 = splat1(four);
    sum0 = multiplyAdd(scale1, v128.load(row1), sum0);
    sum1 = multiplyAdd(scale1, v128.load(row1, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale1, v128.load(row1, 32), sum2);
      sum3 = multiplyAdd(scale1, v128.load(row1, 48), sum3);
      sum4 = multiplyAdd(scale1, v128.load(row1, 64), sum4);
      sum5 = multiplyAdd(scale1, v128.load(row1, 80), sum5);
      sum6 = multiplyAdd(scale1, v128.load(row1, 96), sum6);
      sum7 = multiplyAdd(scale1, v128.load(row1, 112), sum7);
    }
    const row2 = panel + <usize>(<u32>second);
    const scale2 = splat2(four);
    sum0 = multiplyAdd(scale2, v128.load(row2), sum0);
    sum1 = multiplyAdd(scale2, v128.load(row2, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale2, v128.load(row2, 32), sum2);
      sum3 = multiplyAdd(scale2, v128.load(row2, 48), sum3);
      sum4 = multiplyAdd(scale2, v128.load(row2, 64), sum4);
      sum5 = multiplyAdd(scale2, v128.load(row2, 80), sum5);
      sum6 = multiplyAdd(scale2, v128.load(row2, 96), sum6);
      sum7 = multiplyAdd(scale2, v128.load(row2, 112), sum7);
    }
    const row3 = panel + <usize>(<u32>(second >> 32));
    const scale3 = splat3(four);
    sum0 = multiplyAdd(scale3, v128.load(row3), sum0);
    sum1 = multiplyAdd(scale3, v128.load(row3, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale3, v128.load(row3, 32), sum2);
      sum3 = multiplyAdd(scale3, v128.load(row3, 48), sum3);
      sum4 = multiplyAdd(scale3, v128.load(row3, 64), sum4);
      sum5 = multiplyAdd(scale3, v128.load(row3, 80), sum5);
      sum6 = multiplyAdd(scale3, v128.load(row3, 96), sum6);
      sum7 = multiplyAdd(scale3, v128.load(row3, 112), sum7);
    }
    at += 16;
    value += 16;
  }
  while (at < stop) {
    const from = panel + <usize>load<u32>(at);
    const scale = v128.load32_splat(value);
    sum0 = multiplyAdd(scale, v128.load(from), sum0);
    sum1 = multiplyAdd(scale, v128.load(from, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale, v128.load(from, 32), sum2);
      sum3 = multiplyAdd(scale, v128.load(from, 48), sum3);
      sum4 = multiplyAdd(scale, v128.load(from, 64), sum4);
      sum5 = multiplyAdd(scale, v128.load(from, 80), sum5);
      sum6 = multiplyAdd(scale, v128.load(from, 96), sum6);
      sum7 = multiplyAdd(scale, v128.load(from, 112), sum7);
    }
    at += 4;
    value += 4;
  }
  put(target, alive, finish(sum0, bias, low, high));
  put(target + 16, alive + 16, finish(sum1, bias, low, high));
  if (wide) {
    put(target + 32, alive + 32, finish(sum2, bias, low, high));
    put(target + 48, alive + 48, finish(sum3, bias, low, high));
    put(target + 64, alive + 64, finish(sum4, bias, low, high));
    put(target + 80, alive + 80, finish(sum5, bias, low, high));
    put(target + 96, alive + 96, finish(sum6, bias, low, high));
    put(target + 112, alive + 112, finish(sum7, bias, low, high));
  }
}

@inline
function put(target: usize, alive: usize, activations: v128): void {
  v128.store(target, activations);
  v128.store(alive, alsoAlive(v128.load(alive), activations));
}
