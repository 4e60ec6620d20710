// Values of every kind, and how an error tells of each: as it is, as something that may be a secret, and as no plain
// object.

import vm from "node:vm";

const cyclic = {};
cyclic.itself = cyclic;

/** `[what, value, seen, hidden, kind]` */
const values = [
  ["null", null, "null", "null", "null"],
  ["a number", 5, "5", "a value of type number", "a number"],
  ["NaN", Number.NaN, "NaN", "a value of type number", "a number"],
  ["minus zero", -0, "0", "a value of type number", "a number"],
  ["true", true, "true", "a value of type boolean", "a boolean"],
  ["a bigint", 5n, "5", "a value of type bigint", "a bigint"],
  ["a huge bigint", 10n ** 99n, "a bigint of 100 characters", "a value of type bigint", "a bigint"],
  ["a symbol", Symbol("x"), "Symbol(x)", "a value of type symbol", "a symbol"],
  ["a symbol with half a pair", Symbol("\ud83d"), "Symbol(\ufffd)", "a value of type symbol", "a symbol"],
  ["text", "x", 'the text "x"', undefined, "a string"],
  ["a boxed text", new String("x"), "an object", "a value of type object", "an object of a class"],
  ["a boxed number", new Number(5), "an object", "a value of type object", "an object of a class"],
  ["a function", () => {}, "a function", "a value of type function", "a function"],
  ["a class", class {}, "a function", "a value of type function", "a function"],
  ["an array", ["x"], "an array", "an array", "an array"],
  ["an array of another realm", vm.runInNewContext("['x']"), "an array", "an array", "an array"],
  ["an instance of a class", new (class Some {})(), "an object", "a value of type object", "an object of a class"],
  ["a Map", new Map([["a", "b"]]), "an object", "a value of type object", "an object of a class"],
  ["a Promise", Promise.resolve("x"), "an object", "a value of type object", "an object of a class"],
  ["a plain object", {}, "an object", "a value of type object", undefined],
  ["an object without a prototype", Object.create(null), "an object", "a value of type object", undefined],
  ["an object of another realm", vm.runInNewContext("({})"), "an object", "a value of type object", undefined],
  ["a cyclic object", cyclic, "an object", "a value of type object", undefined],
  ["an object with a text's methods", { toString: () => "x" }, "an object", "a value of type object", undefined],
];

export const strange = values.map(([what, value, seen, hidden, kind]) => ({ what, value, seen, hidden, kind }));

const isObject = (value) => typeof value === "object" && value !== null;

/** All values but those that `isRight` takes. */
export const allBut = (isRight) => strange.filter(({ value }) => !isRight(value));

export const noText = allBut((value) => typeof value === "string");
export const noNumber = allBut((value) => typeof value === "number");
export const noFlag = allBut((value) => typeof value === "boolean");
export const noFunction = allBut((value) => typeof value === "function");
export const noArray = allBut((value) => Array.isArray(value));
export const noObject = strange.filter(({ kind }) => kind !== undefined);
/** Neither of a type that is meant, nor an object with parts that could be. */
export const noTextNorObject = allBut((value) => typeof value === "string" || isObject(value));

/** Texts that cannot be taken over, and how an error tells of each. */
export const unfitTexts = [
  ["half of a surrogate pair", "orders\ud83d", "text with half of a surrogate pair"],
  ["the other half", "\ude00orders", "text with half of a surrogate pair"],
  ["more than a mebichar", "x".repeat(1_048_577), "a text of 1048577 characters"],
];
