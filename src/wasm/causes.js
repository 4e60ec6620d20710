// What stands in an error of the platform's or of the caller's.

/**
 * Every text in an error, where all of it is plain data: names and values of properties, at every depth. `undefined`
 * where there is something else in it, which can tell anything when it is asked: getters, functions, requests.
 */
export function textsIn(cause) {
  const texts = [];
  const seen = new Set();
  const classes = [Object, Array, Error, TypeError, RangeError, SyntaxError, AggregateError];
  const ends = new Set(classes.map((Class) => Class.prototype));
  const isData = (value) => {
    if (typeof value === "function") return false;
    if (typeof value !== "object" || value === null) return texts.push(String(value)) > 0;
    if (seen.has(value)) return true;
    seen.add(value);
    const isError = value instanceof Error;
    if (isError) texts.push(`${value.name} ${value.message} ${value.stack}`);
    // Its properties are getters, of the platform's own.
    if (typeof DOMException === "function" && value instanceof DOMException) return true;
    for (let owner = value; owner !== null && !ends.has(owner); owner = Object.getPrototypeOf(owner)) {
      if (owner !== value && !isError) return false;
      for (const key of Reflect.ownKeys(owner)) {
        const { value: property, get } = Object.getOwnPropertyDescriptor(owner, key);
        texts.push(String(key));
        if (key === "stack" || (key === "constructor" && owner !== value)) continue;
        if (get !== undefined || !isData(property)) return false;
      }
    }
    return true;
  };
  try {
    return isData(cause) ? texts.join("\n") : undefined;
  } catch {
    return undefined;
  }
}

/** What an error says, down its causes: names, messages and codes, each ended by a NUL. */
export function gistOf(cause) {
  let gist = "";
  try {
    for (let at = cause, depth = 0; typeof at === "object" && at !== null && depth < 4; at = at.cause, depth++) {
      gist += `${at.name ?? "Error"}\0${at.message ?? ""}\0${at.code ?? ""}\0`;
    }
  } catch {
    // So much it said.
  }
  return gist;
}

/** An error that says as much. */
export function errorOf(gist) {
  const parts = gist.split("\0");
  let error;
  for (let at = parts.length - 4; at >= 0; at -= 3) {
    const [name, message, code] = parts.slice(at, at + 3);
    error = Object.assign(new Error(message, error && { cause: error }), { name }, code && { code });
  }
  return error;
}
