/**
 * After which layers batches are packed anew, without what died: after each at first, then less and
 * less often, since inputs die early or hardly ever (of the challenge's 60 000, 1900 are left after
 * eight layers and 1832 after 120), and every boundary holds a batch of each thread.
 *
 * The distance between two is a share of the layers passed; the smallest share from 1/8 on is taken
 * that leaves no more than `most` boundaries.
 *
 * @param from Layers after which dead inputs may first be dropped.
 * @param layers All layers; after the last there is nothing left to pack.
 * @param most The most boundaries; from 0.
 */
export function repackBoundaries(from: number, layers: number, most: number): number[] {
  for (let share = 1 / 8; share <= layers; share *= 2) {
    const boundaries: number[] = [];
    for (
      let boundary = Math.max(1, from);
      boundary < layers;
      boundary += Math.max(1, Math.floor(share * (boundary - from)))
    ) boundaries.push(boundary);
    if (boundaries.length <= most) return boundaries;
  }
  return [];
}
