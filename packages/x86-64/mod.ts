/**
 * Machine code for x86-64, from TypeScript: an assembler and the processor to run it.
 *
 * @module
 */
export { Assembler, type Condition, type Label } from "./assembler.ts";
export { MachineCodeError } from "./errors.ts";
export { addressOf, Machine, type MachineFunction, tryOpenMachine } from "./machine.ts";
export {
  at,
  type General,
  general,
  type GeneralName,
  type Place,
  type Scale,
  type Vector,
  type VectorBits,
  ymm,
  zmm,
} from "./operands.ts";
