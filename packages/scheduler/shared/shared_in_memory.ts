import { SharedFileError } from "../errors.ts";
import type { NamedArray, SharedArrays, SharedSource } from "./shared_arrays.ts";

/** Gives a worker that is alone on its machine what others read from a file; nothing is copied. */
export async function sharedInMemory(shared: SharedArrays): Promise<SharedSource> {
  const arrays: NamedArray[] = [];
  for await (const named of shared.arrays) arrays.push(named);
  return {
    about: shared.about,
    names: arrays.map(({ name }) => name),
    read: (wanted) =>
      Promise.try(() => {
        const found = arrays.find(({ name }) => name === wanted);
        if (found !== undefined) return found.array;
        throw new SharedFileError(
          `Cannot read shared arrays: there is no such array: received ${wanted}`,
        );
      }),
  };
}
