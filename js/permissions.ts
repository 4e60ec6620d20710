import { argumentError } from "./errors.js";
import { described } from "./fields.js";
import type { QueueSasPermissions } from "./models.js";
import { type Known, own } from "./validation.js";

/** Letters for the flags that are set; text stays as it is, the core checks and orders it. */
export function letters<Flags extends object>(
  argument: string,
  value: Flags | string | undefined,
  letterOf: { readonly [Name in keyof Required<Flags>]: string },
): string | undefined {
  if (typeof value === "string" || value === undefined) return value;
  const flags = own(argument, value, letterOf as unknown as Known<Flags>);
  const names = Object.keys(letterOf) as (keyof Flags & string)[];
  for (const name of names) {
    const flag: unknown = flags[name];
    if (flag !== undefined && typeof flag !== "boolean") {
      throw argumentError(
        TypeError,
        `${argument}.${name} must be true or false; got ${described(flag)}`,
        `${argument}.${name}`,
      );
    }
  }
  return names.map((name) => (flags[name] ? letterOf[name] : "")).join("");
}

/** Flags for the letters that are there; `undefined` for none at all. Letters without a meaning here are left out. */
export function flags<Flags extends object>(
  given: string | undefined,
  letterOf: { readonly [Name in keyof Required<Flags>]: string },
): Flags | undefined {
  if (given === undefined) return undefined;
  const names = Object.keys(letterOf) as (keyof Flags & string)[];
  return Object.fromEntries(
    names.filter((name) => given.includes(letterOf[name])).map((name) => [name, true]),
  ) as Flags;
}

export const queuePermissions: { readonly [Name in keyof Required<QueueSasPermissions>]: string } = {
  read: "r",
  add: "a",
  update: "u",
  process: "p",
};
