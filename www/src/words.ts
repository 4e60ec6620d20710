// Numbers and times as people read them.

export const plural = (number: number, noun: string): string =>
  `${number.toLocaleString()} ${noun}${number === 1 ? "" : "s"}`;

const units: [name: string, milliseconds: number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
];

/** A span of time in its two largest units: `2 h 13 min`. */
export function span(milliseconds: number): string {
  let rest = Math.max(0, milliseconds);
  const first = units.findIndex(([, size]) => rest >= size);
  if (first < 0) return "0 s";
  const parts = units.slice(first, first + 2).map(([name, size]) => {
    const number = Math.floor(rest / size);
    rest %= size;
    return number > 0 ? `${number} ${name}` : "";
  });
  return parts.filter(Boolean).join(" ");
}

/** Messages that never expire have the last day that the service knows. */
const isNever = (date: Date) => date.getUTCFullYear() === 9999;

export const dateOf = (date: Date): string => (isNever(date) ? "never" : date.toLocaleString());

/** The time since a date in one unit: `3 min`. Clocks differ, so a date may lie in the future. */
export const age = (date: Date, now: number): string => span(now - date.getTime()).split(/(?<=\D) (?=\d)/)[0] ?? "";

/** A number of bytes: `312 B`, `48.2 kB`. */
export const bytes = (number: number): string =>
  number < 1000
    ? `${number} B`
    : `${(number / 1000).toLocaleString(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} kB`;
