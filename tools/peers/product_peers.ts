import type { Csr, Dense } from "@spmm/formats";
import { type PeerProcess, startPeer } from "./peer_process.ts";

/** A·B, or Aᵀ·B. */
export type Direction = "forward" | "transposed";

/** One A with the B of each direction. */
export interface ProductCase {
  readonly a: Csr;
  readonly n: number;
  /** What A is multiplied by, cols×n. */
  readonly forward: Dense;
  /** What Aᵀ is multiplied by, rows×n. */
  readonly transposed: Dense;
}

/** A library in a program of its own. */
export interface ProductPeer {
  /** Name and version. */
  readonly name: string;
  /** Hands it a case; all later calls are about that one. */
  load(folder: string, of: ProductCase): Promise<void>;
  /** Seconds of each of some products. */
  seconds(direction: Direction, repeats: number): Promise<number[]>;
  /** The product, to be checked. */
  product(direction: Direction): Promise<Float32Array>;
  end(): Promise<void>;
}

/** SciPy, if Python 3 has it; or how to get it. */
export async function startScipy(folder: string): Promise<ProductPeer | string> {
  const advice = "SciPy is missing: python3 -m pip install numpy scipy";
  const found = await succeeds("python3", ["-c", "import numpy, scipy.sparse"]);
  if (!found) return advice;
  return await productPeer(startPeer("python3", [pathOf("scipy_products.py")]), folder);
}

/** Eigen, if a C++ compiler and its headers are there; or how to get them. */
export async function startEigen(folder: string): Promise<ProductPeer | string> {
  const program = `${folder}/eigen_products`;
  const flags = ["-O3", "-march=native", "-DNDEBUG", "-I/usr/include/eigen3"];
  const built = await succeeds("g++", [...flags, pathOf("eigen_products.cpp"), "-o", program]);
  if (!built) return "Eigen is missing: apt install g++ libeigen3-dev";
  return await productPeer(startPeer(program, []), folder);
}

/** Writes a case down as peers read it: little-endian numbers and nothing else. */
export async function writeCase(folder: string, of: ProductCase): Promise<void> {
  const { a } = of;
  const files = {
    offsets: a.rowOffsets,
    columns: a.colIndices,
    values: a.values,
    forward: of.forward.data,
    transposed: of.transposed.data,
  };
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(files)) {
    await Deno.writeFile(`${folder}/${name}`, new Uint8Array(buffer, byteOffset, byteLength));
  }
}

async function productPeer(peer: PeerProcess, folder: string): Promise<ProductPeer> {
  const result = `${folder}/result`;
  return {
    name: await peer.readLine(),
    load: async (from, { a, n }) => {
      await peer.ask(`load ${from} ${a.rows} ${a.cols} ${n}`);
    },
    seconds: async (direction, repeats) =>
      (await peer.ask(`time ${direction} ${repeats}`)).split(" ").map(Number),
    product: async (direction) => {
      await peer.ask(`save ${direction} ${result}`);
      return new Float32Array((await Deno.readFile(result)).buffer);
    },
    end: () => peer.end(),
  };
}

function pathOf(name: string): string {
  return new URL(`./${name}`, import.meta.url).pathname;
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    const quiet = { stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(command, { args, ...quiet }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
