// Stacks of errors start at the caller of this package: Node prints the source line of the first frame of an uncaught
// error, and the lines of this package are minified.

/** A function or class that callers use. */
export type PublicFunction = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

/** Errors that this package created. Only their stacks may be changed. */
const created = new WeakSet<object>();

/** Registers an error whose stack may be cut. */
export function ownError<Created extends Error>(error: Created): Created {
  created.add(error);
  return error;
}

/** Creates a platform error whose stack may be cut. */
export function ownFailure(message: string): Error {
  return ownError(new Error(message));
}

/**
 * Cuts the frames of this package from the stack of an error.
 * @param publicFunction the function that the caller called; its frame is the last one that is cut
 * @returns the error
 */
export function startAtCaller<Thrown>(error: Thrown, publicFunction: PublicFunction | undefined): Thrown {
  if (publicFunction === undefined || !(error instanceof Error) || !created.has(error)) return error;
  // Reading the stack of the error itself would make Node forget where it comes from.
  const probe: { stack?: unknown } = {};
  captureStack(probe, publicFunction);
  if (framesOf(probe.stack).length > 0) {
    captureStack(error, publicFunction);
    return error;
  }
  // No frame is left where no caller awaits the call, or where the engine does not follow promises. What the error knows
  // of its caller stays then, and otherwise the frame of the public function.
  const frames = framesOf(error.stack);
  const index = frames.findIndex((frame) => frame.includes(`${publicFunction.name} (`));
  if (index < 0) return error;
  captureStack(error, publicFunction);
  const kept = frames.slice(Math.min(index + 1, frames.length - 1));
  error.stack = [Error.prototype.toString.call(error), ...kept].join("\n");
  return error;
}

/**
 * Removes all frames from an error that this package created, for errors that are found in a result: their frames say
 * nothing about where they are thrown.
 */
export function withoutFrames<Thrown>(error: Thrown): Thrown {
  if (error instanceof Error && created.has(error)) captureStack(error, notOnTheStack);
  return error;
}

function notOnTheStack(): void {}

/** Gives an object the frames that called a function. Some engines cannot. */
function captureStack(target: object, above: PublicFunction): void {
  (Error as { captureStackTrace?(target: object, above: PublicFunction): void }).captureStackTrace?.(target, above);
}

/** The frames of a stack, which has any type where the program set `Error.prepareStackTrace`. */
function framesOf(stack: unknown): string[] {
  return typeof stack === "string" ? (stack.match(/^ +at .*$/gm) ?? []) : [];
}

/** Runs a public function that is not asynchronous. Its errors start at its caller. */
export function atCaller<Result>(publicFunction: PublicFunction | undefined, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    startAtCaller(error, publicFunction);
    // Node prints the line that throws a synchronous error, unless the line contains this text.
    throw (error as Record<string, undefined> | null)?.["node-do-not-add-exception-line"] ?? error;
  }
}
