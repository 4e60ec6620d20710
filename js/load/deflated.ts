import { deflated, size } from "../../build/deflated.js";
import { inflated } from "./inflate.js";

/** The core that this package carries: packed, since pages wait for every byte. */
export function coreBytes(): Uint8Array<ArrayBuffer> {
  return inflated(deflated, size);
}
