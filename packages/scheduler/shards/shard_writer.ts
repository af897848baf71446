import type { RangeAnswer } from "../job_result.ts";
import type { ShardPlace } from "../workers/messages.ts";
import { writeAtomically } from "./write_atomically.ts";

/** A file is closed when it is this large: it is written anew with every answer. */
const FILE_BYTES = 2 ** 18;

/** Keeps a worker's answers in a file of its own, which is complete after every one of them. */
export class ShardWriter {
  readonly #place: ShardPlace;
  #answers: string[] = [];
  #bytes = 0;
  #file = 0;

  constructor(place: ShardPlace) {
    this.#place = place;
  }

  async add(answer: RangeAnswer): Promise<void> {
    const line = JSON.stringify(answer);
    this.#answers.push(line);
    this.#bytes += line.length;
    const { folder, name, hash } = this.#place;
    const text = `{"hash":"${hash}","answers":[\n${this.#answers.join(",\n")}\n]}\n`;
    await writeAtomically(`${folder}/shard-${name}-${this.#file}.json`, text);
    if (this.#bytes < FILE_BYTES) return;
    this.#answers = [];
    this.#bytes = 0;
    this.#file++;
  }
}
