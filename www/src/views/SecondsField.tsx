import { useId } from "preact/hooks";

interface Props {
  name: string;
  label: string;
  /** What holds when nothing is given. */
  hint?: string;
  min: number;
  max?: number;
  value?: number;
}

/** A number of seconds. */
export function SecondsField({ name, label, hint, min, max, value }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="unit">
        <input
          id={id}
          name={name}
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          step={1}
          defaultValue={value}
          required={value !== undefined}
          aria-describedby={hint && `${id}-hint`}
        />
        seconds
      </span>
      {hint && (
        <span id={`${id}-hint`} class="hint">
          if empty: {hint}
        </span>
      )}
    </div>
  );
}
