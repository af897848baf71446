import type { GpuDevice, ProgramSource } from "@spmm/webgpu";

/**
 * Has a GPU compile only the programs that are wanted. In the place of each other it gets one with the
 * same bindings that does nothing: plans are made as ever, and multiply nothing.
 *
 * @param gpu The GPU.
 * @param isWanted Whether the program of a number is to be compiled.
 * @returns The number of each program by its WGSL, in the order in which they were asked for.
 */
export function compileOnly(
  { pipelines }: GpuDevice,
  isWanted: (number: number) => boolean,
): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const compile = pipelines.get.bind(pipelines);
  pipelines.get = (source) => {
    const number = numbers.get(source.wgsl) ?? numbers.size;
    numbers.set(source.wgsl, number);
    return compile(isWanted(number) ? source : idle(source));
  };
  return numbers;
}

function idle({ label, bindingTypes }: ProgramSource): ProgramSource {
  const wgsl = `// ${bindingTypes.join()}\n@compute @workgroup_size(1)\nfn main() {}`;
  return { label, bindingTypes, wgsl };
}
