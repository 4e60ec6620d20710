// Rows of bad calls: what one argument is refused with, for every value that is not of its type.

import { allowed, range, type } from "./refusals.mjs";
import * as strange from "./strange.mjs";

/** Rows for a call that takes a value, with what is wrong for its type. */
export const wrong = (what, call, argument, words, values, seen = "seen") =>
  values.map((of) => [`${what}: ${of.what}`, () => call(of.value), type(argument, words, of[seen])]);

/** Text, and such as cannot be taken over. */
export const texts = (what, call, argument = what, words = allowed.text, fit = allowed.fit) => [
  ...wrong(what, call, argument, words, strange.noText),
  ...unfit(what, call, argument, fit),
];

/** Text that may be a secret is not shown, nor is anything else. */
export const secrets = (what, call, argument = what, words = allowed.text) => [
  ...wrong(what, call, argument, words, strange.noText, "hidden"),
  ...unfit(what, call, argument),
];

export const unfit = (what, call, argument = what, words = allowed.fit) =>
  strange.unfitTexts.map(([kind, value, given]) => [
    `${what}: ${kind}`,
    () => call(value),
    range(argument, words, given),
  ]);

export const numbers = (what, call, argument, words) => wrong(what, call, argument, words, strange.noNumber);
export const flags = (what, call, argument = what) => wrong(what, call, argument, allowed.flag, strange.noFlag);
export const functions = (what, call, argument = what) =>
  wrong(what, call, argument, allowed.function, strange.noFunction);
export const lists = (what, call, argument, words) => wrong(what, call, argument, words, strange.noArray);
export const objects = (what, call, argument = what) =>
  wrong(what, call, argument, allowed.object, strange.noObject, "kind");

/** Objects of any names: an object of a class is told from others. */
export const records = (what, call, argument, words) =>
  strange.noObject.map(({ what: kind, value, seen, kind: plain }) => [
    `${what}: ${kind}`,
    () => call(value),
    type(argument, words, plain === "an object of a class" ? plain : seen),
  ]);

/** Letters as text, or flags in an object. */
export const letters = (what, call, argument = what) =>
  objects(what, call, argument).filter(([row]) => row !== `${what}: text`);

/** A `Date`, or text; text that cannot be taken over is no moment. */
export const moments = (what, call, argument = what) => [
  ...wrong(what, call, argument, allowed.moment, strange.noText),
  ...unfit(what, call, argument, allowed.moment),
];
